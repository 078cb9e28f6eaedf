import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

// Browsers end an element at some tens of millions of pixels. A longer list is
// laid out in fewer, and its scroll bar then stands for a share of the rows.
const tallest = 8_000_000;

interface Props {
  count: number;
  rowHeight: number;
  /** Called with the rows in view, so that they can be fetched. */
  see: (first: number, last: number) => void;
  render: (row: number) => ComponentChildren;
  /** The row to bring into view. A new object brings it again. */
  goTo?: { row: number; align?: "center" | "nearest" | "end" } | undefined;
  label: string;
  active?: number;
  role?: "grid" | "listbox";
  class?: string;
  head?: ComponentChildren;
  onKeyDown?: (e: KeyboardEvent) => void;
  /** Called when a person scrolls towards the beginning. */
  onUp?: () => void;
  idPrefix: string;
}

/** A list of any length of which only the rows in view exist. */
export function VirtualList(p: Props) {
  const box = useRef<HTMLDivElement>(null);
  const head = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ height: 600, head: 0 });
  const [top, setTop] = useState(0); // the first row in view, with a fraction
  const own = useRef(false);
  const space = Math.max(1, view.height - view.head);
  const fit = space / p.rowHeight;
  const full = p.count * p.rowHeight;
  const scaled = full > tallest;
  const height = Math.min(full, tallest);
  const last = Math.max(0, p.count - fit);

  const toScroll = (row: number) => (scaled ? (last ? (row / last) * (height - space) : 0) : row * p.rowHeight);
  const fromScroll = (y: number) => (scaled ? (y / Math.max(1, height - space)) * last : y / p.rowHeight);
  const put = (row: number) => {
    const at = Math.min(Math.max(0, row), last);
    setTop(at);
    const el = box.current;
    if (el) {
      const y = toScroll(at);
      if (Math.abs(el.scrollTop - y) >= 1) {
        own.current = true;
        el.scrollTop = y;
      }
    }
  };

  useLayoutEffect(() => {
    const el = box.current;
    if (!el) return;
    const measure = () => setView({ height: el.clientHeight, head: head.current?.offsetHeight ?? 0 });
    const watch = new ResizeObserver(measure);
    watch.observe(el);
    if (head.current) watch.observe(head.current);
    measure();
    return () => watch.disconnect();
  }, []);

  useEffect(() => {
    const el = box.current;
    if (!el) return;
    const wheel = (e: WheelEvent) => {
      if (e.deltaY < 0) p.onUp?.();
      if (!scaled) return;
      if (e.ctrlKey || Math.abs(e.deltaY) < Math.abs(e.deltaX)) return;
      e.preventDefault();
      const step = e.deltaMode === 1 ? e.deltaY : e.deltaMode === 2 ? e.deltaY * fit : e.deltaY / p.rowHeight;
      put(top + step);
    };
    el.addEventListener("wheel", wheel, { passive: false });
    return () => el.removeEventListener("wheel", wheel);
  });

  useLayoutEffect(() => {
    const to = p.goTo;
    if (!to) return;
    if (to.align === "end") put(last);
    else if (to.align === "center") put(to.row - fit / 2 + 0.5);
    else if (to.row < top) put(to.row);
    else if (to.row > top + fit - 1) put(to.row - fit + 1);
  }, [p.goTo, view.height, p.count > 0]);

  const first = Math.max(0, Math.floor(top) - 6);
  const end = Math.min(p.count, Math.ceil(top + fit) + 6);
  useEffect(() => p.see(first, Math.max(first, end - 1)), [first, end, p.count, p.see]);

  const rows = [];
  // Where the rows stand: at their own place, or at a place beside the scrolled one.
  const base = scaled ? toScroll(Math.min(top, last)) - (top - first) * p.rowHeight : first * p.rowHeight;
  for (let i = first; i < end; i++) rows.push(p.render(i));

  const scroll = () => {
    const el = box.current;
    if (!el) return;
    if (own.current) own.current = false;
    else setTop(Math.min(fromScroll(el.scrollTop), last));
  };

  return (
    <div
      class={"virtual " + (p.class ?? "")}
      ref={box}
      onScroll={scroll}
      role={p.role ?? "grid"}
      aria-label={p.label}
      aria-rowcount={p.role === "listbox" ? undefined : p.count + (p.head ? 1 : 0)}
      aria-activedescendant={p.active !== undefined && p.active >= first && p.active < end ? `${p.idPrefix}-${p.active}` : undefined}
      tabIndex={0}
      onKeyDown={p.onKeyDown}
    >
      {p.head && (
        <div class="virtual-head" role="rowgroup" ref={head}>
          {p.head}
        </div>
      )}
      <div class="virtual-body" role={p.role === "listbox" ? "presentation" : "rowgroup"} style={{ height: `${height}px` }}>
        <div class="virtual-rows" role="presentation" style={{ transform: `translateY(${base}px)` }}>
          {rows}
        </div>
      </div>
    </div>
  );
}
