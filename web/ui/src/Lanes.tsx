import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { get, lookup, runPath, type FieldSeen, type Fields } from "./api";
import { plural, text, visible } from "./format";
import { palette } from "./Chart";
import { useCalm, useDocument } from "./hooks";
import { Command, Trouble } from "./parts";
import { go, setParams } from "./router";

const most = 1500; // events in one picture
const laneHeight = 30;
const margin = 130;
const head = 30; // the ticks
const step = 7; // from one event to the next

// The fields in which the built-in simulations name who acts, and to whom
// something goes.
const actors = ["agent_id", "principal", "sender", "giver", "agent", "winner"];
const receivers = ["recipient", "receiver", "owner", "seller"];

interface Mark {
  sequence: number;
  type: string;
  tick: number | null;
  actor: string;
  receiver: string;
  cause: number;
  amount: number | null;
}

function first(e: Fields, names: string[]): string {
  for (const n of names) if (typeof e[n] === "string" || typeof e[n] === "number") return text(e[n]);
  return "";
}

const markOf = (e: Fields, by: string): Mark => ({
  sequence: Number(e["sequence"]),
  type: text(e["event_type"]),
  tick: typeof e["tick"] === "number" ? e["tick"] : null,
  actor: by ? text(lookup(e, by)) : first(e, actors),
  receiver: first(e, receivers),
  cause: Number(e["cause"] ?? 0),
  amount: typeof e["amount"] === "number" ? e["amount"] : null,
});

type Arrows = "moved" | "cause" | "none";

/** One row per agent, with arrows where one event caused another or something went from one to another. */
export function Lanes({ id, address, length }: { id: string; address: URL; length: number }) {
  const q = address.searchParams;
  const from = Math.max(1, Number(q.get("lane") ?? "1") || 1);
  const arrows: Arrows = q.get("arrows") === "cause" ? "cause" : q.get("arrows") === "none" ? "none" : "moved";
  const hidden = q.getAll("hide");
  const who = q.get("who") ?? "";
  const seen = useDocument<{ fields: FieldSeen[] }>(runPath(id) + "/fields").data?.fields ?? [];
  const whos = [...new Set(seen.filter((f) => f.texts > 1 || (f.numbers > 1 && f.path !== "tick")).map((f) => f.path))].sort();
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [page, setPage] = useState<{ marks: Mark[]; last: number }>();
  const [error, setError] = useState<Error>();
  const [over, setOver] = useState(-1);
  const turn = useCalm(length);
  useEffect(() => {
    const control = new AbortController();
    get<{ events: Fields[] }>(`${runPath(id)}/events?from=${from}&limit=${most}`, control.signal).then(
      (p) => (setPage({ marks: p.events.map((e) => markOf(e, who)).filter((m) => m.actor), last: Number(p.events.at(-1)?.["sequence"] ?? 0) }), setError(undefined)),
      (e: Error) => e.name !== "AbortError" && setError(e),
    );
    return () => control.abort();
  }, [id, from, turn, who]);
  useEffect(() => setOver(-1), [from, hidden.join("\n")]);
  const types = useMemo(() => [...new Set(page?.marks.map((m) => m.type))], [page]);
  const marks = useMemo(() => (page?.marks ?? []).filter((m) => !hidden.includes(m.type)), [page, hidden.join("\n")]);
  const lanes = useMemo(() => [...new Set(marks.flatMap((m) => (m.receiver ? [m.actor, m.receiver] : [m.actor])))].sort((a, b) => a.localeCompare(b, "en", { numeric: true })).slice(0, 200), [marks]);
  const place = useMemo(() => new Map(lanes.map((lane, i) => [lane, i])), [lanes]);
  const places = useMemo(() => new Map(marks.map((m, i) => [m.sequence, i])), [marks]);
  const width = margin + marks.length * step + 40;
  const height = lanes.length * laneHeight + 34;

  const draw = () => {
    const el = canvas.current;
    const view = box.current;
    const g = el?.getContext("2d");
    if (!el || !g || !view) return;
    const [wide, high, left, top] = [view.clientWidth, view.clientHeight, view.scrollLeft, view.scrollTop];
    const scale = devicePixelRatio || 1;
    el.width = wide * scale;
    el.height = high * scale;
    el.style.width = wide + "px";
    el.style.height = high + "px";
    g.scale(scale, scale);
    const style = getComputedStyle(view);
    const [ink, dim, line, card, brand] = ["--ink", "--dim", "--line", "--card", "--brand"].map((n) => style.getPropertyValue(n).trim()) as [string, string, string, string, string];
    const x = (i: number) => margin + 12 + i * step - left;
    const y = (lane: string) => head + (place.get(lane) ?? 0) * laneHeight + laneHeight / 2 - top;
    const stroke = (color: string, x1: number, y1: number, x2: number, y2: number) => {
      g.strokeStyle = color;
      g.beginPath();
      g.moveTo(x1, y1);
      g.lineTo(x2, y2);
      g.stroke();
    };
    g.font = "12px system-ui, sans-serif";
    g.textBaseline = "middle";
    for (const lane of lanes) stroke(line, margin, y(lane), wide, y(lane));
    const first = Math.max(0, Math.floor((left - 12) / step) - 1);
    const end = Math.min(marks.length, Math.ceil((left + wide - margin) / step) + 1);
    const shown = marks.slice(first, end);
    shown.forEach((m, k) => {
      const i = first + k;
      const caused = places.get(m.cause);
      if (arrows === "cause" && caused !== undefined) arrow(g, x(caused), y(marks[caused]?.actor ?? m.actor), x(i), y(m.actor), dim);
      if (arrows === "moved" && m.receiver && m.receiver !== m.actor && place.has(m.receiver)) arrow(g, x(i), y(m.actor), x(i), y(m.receiver), lookOf(types, m.type).color);
    });
    shown.forEach((m, k) => {
      const i = first + k;
      const { color, shape } = lookOf(types, m.type);
      g.fillStyle = color;
      sign(g, shape, x(i), y(m.actor), i === over ? 6 : 3.4);
      if (i !== over) return;
      g.strokeStyle = brand;
      g.beginPath();
      g.arc(x(i), y(m.actor), 9, 0, 7);
      g.stroke();
    });
    // The ticks above and the names at the left stay where they are.
    g.fillStyle = card;
    g.fillRect(0, 0, wide, head - 8);
    let free = -99;
    shown.forEach((m, k) => {
      const i = first + k;
      if (m.tick === null || (i > 0 && marks[i - 1]?.tick === m.tick && k > 0)) return;
      if (i === 0 || marks[i - 1]?.tick !== m.tick) {
        g.setLineDash([2, 3]);
        stroke(line, x(i) - 4, 18, x(i) - 4, high);
        g.setLineDash([]);
      }
      const at = Math.max(margin, x(i) - 2);
      if (at < free) return;
      g.fillStyle = dim;
      g.fillText(`tick ${m.tick}`, at, 9);
      free = at + g.measureText(`tick ${m.tick} `).width;
    });
    g.fillStyle = card;
    g.fillRect(0, 0, margin - 4, high);
    g.fillStyle = ink;
    for (const lane of lanes) g.fillText(visible(lane).slice(0, 18), 14, y(lane));
    g.fillStyle = card;
    g.fillRect(0, 0, margin - 4, head - 8);
  };
  const latest = useRef(draw);
  latest.current = draw;
  useEffect(() => draw());
  useEffect(() => {
    const again = () => latest.current();
    const watch = new ResizeObserver(again);
    if (box.current) watch.observe(box.current);
    addEventListener("themechange", again);
    return () => {
      watch.disconnect();
      removeEventListener("themechange", again);
    };
  }, [marks.length > 0]);

  const at = (e: MouseEvent): number => {
    const view = box.current;
    if (!view) return -1;
    const r = view.getBoundingClientRect();
    const i = Math.round((e.clientX - r.left + view.scrollLeft - margin - 12) / step);
    return e.clientX - r.left > margin && i >= 0 && i < marks.length ? i : -1;
  };
  const open = (i: number) => {
    const m = marks[i];
    if (m) go(`/runs/${encodeURIComponent(id)}?tab=events&at=${m.sequence}`);
  };
  const choose = (i: number) => {
    i = Math.max(0, Math.min(marks.length - 1, i));
    setOver(i);
    const view = box.current;
    const lane = place.get(marks[i]?.actor ?? "") ?? 0;
    if (!view) return;
    const x = margin + 12 + i * step;
    if (x - view.scrollLeft < margin + 40 || x - view.scrollLeft > view.clientWidth - 40) view.scrollLeft = x - view.clientWidth / 2;
    const y = head + lane * laneHeight;
    if (y - view.scrollTop < head || y - view.scrollTop > view.clientHeight - laneHeight) view.scrollTop = y - view.clientHeight / 2;
  };
  const onKeyDown = (e: KeyboardEvent) => {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const actor = marks[over]?.actor;
    const same = (by: number) => {
      for (let i = over + by; i >= 0 && i < marks.length; i += by) if (marks[i]?.actor === actor) return i;
      return over;
    };
    if (e.key === "ArrowRight") choose(over + 1);
    else if (e.key === "ArrowLeft") choose(over - 1);
    else if (e.key === "ArrowDown") choose(same(1));
    else if (e.key === "ArrowUp") choose(same(-1));
    else if (e.key === "Home") choose(0);
    else if (e.key === "End") choose(marks.length - 1);
    else if (e.key === "Enter") open(over);
    else return;
    e.preventDefault();
  };
  const toggle = (type: string) => setParams({ hide: hidden.includes(type) ? hidden.filter((t) => t !== type) : [...hidden, type] }, true);
  const now = marks[over];
  return (
    <>
      <div class="tools">
        <button type="button" disabled={from === 1} onClick={() => setParams({ lane: from - most > 1 ? String(from - most) : null })}>
          ← before
        </button>
        <button type="button" disabled={!page || page.last < from + most - 1} onClick={() => page && setParams({ lane: String(page.last + 1) })}>
          after →
        </button>
        <label class="dim">
          a row for each{" "}
          <select value={who} onChange={(e) => setParams({ who: e.currentTarget.value }, true)}>
            <option value="">who acts</option>
            {whos.map((path) => (
              <option key={path} value={path}>
                {visible(path)}
              </option>
            ))}
          </select>
        </label>
        <label class="dim">
          arrows{" "}
          <select value={arrows} onChange={(e) => setParams({ arrows: e.currentTarget.value === "moved" ? null : e.currentTarget.value }, true)}>
            <option value="moved">what moved</option>
            <option value="cause">causes</option>
            <option value="none">none</option>
          </select>
        </label>
        <span class={now ? "mono" : "dim"} role="status">
          {now
            ? `#${now.sequence} ${visible(now.type)} ${visible(now.actor)}${now.receiver ? " → " + visible(now.receiver) : ""}${now.amount === null ? "" : " " + now.amount}`
            : page
              ? `${plural(marks.length, "event")} in ${plural(lanes.length, "row")}, from sequence ${from} to ${page.last}`
              : "reading"}
        </span>
      </div>
      <Trouble error={error} />
      <div class="legend" role="group" aria-label="event types">
        {types.map((t) => {
          const { color, shape } = lookOf(types, t);
          return (
            <button type="button" key={t} class="quiet" aria-pressed={!hidden.includes(t)} onClick={() => toggle(t)}>
              <svg viewBox="-5 -5 10 10" width="10" height="10" aria-hidden="true">
                {shape === 0 ? <circle r="4.5" fill={color} /> : <path d={shape === 1 ? "M-4-4H4V4H-4Z" : shape === 2 ? "M0-5 5 4H-5Z" : "M0-5 5 0 0 5-5 0Z"} fill={color} />}
              </svg>{" "}
              {visible(t)}
            </button>
          );
        })}
      </div>
      {page && marks.length === 0 ? (
        <p class="empty">{page.marks.length ? "All types are hidden." : who ? `No event from here on has ${visible(who)}.` : `No event from here on names who acted, in one of ${actors.join(", ")}. Another field may be chosen above.`}</p>
      ) : (
        <div
          class="lanes"
          ref={box}
          tabIndex={0}
          role="application"
          aria-label={`${plural(lanes.length, "lane")}: arrows go from event to event, Enter opens one`}
          onKeyDown={onKeyDown}
          onScroll={() => latest.current()}
          onMouseMove={(e) => setOver(at(e))}
          onMouseLeave={() => setOver(-1)}
          onClick={(e) => open(at(e))}
        >
          <canvas ref={canvas} aria-hidden="true" />
          <div style={{ width: `${width}px`, height: `${height}px` }} />
        </div>
      )}
      <Command text={`runshelf events ${id} --from ${from} --to ${page?.last ?? from + most}`} />
    </>
  );
}

/** The colour and the shape of a type's marks: eight colours, then the next shape. */
function lookOf(types: string[], type: string): { color: string; shape: number } {
  const i = types.indexOf(type);
  return { color: palette[i % palette.length] ?? "#888", shape: Math.floor(i / palette.length) % 4 };
}

/** Draws a circle, a square, a triangle or a diamond. */
function sign(g: CanvasRenderingContext2D, shape: number, x: number, y: number, r: number) {
  g.beginPath();
  if (shape === 0) g.arc(x, y, r, 0, 7);
  else if (shape === 1) g.rect(x - r * 0.9, y - r * 0.9, r * 1.8, r * 1.8);
  else if (shape === 2) for (const [dx, dy] of [[0, -r * 1.2], [r * 1.1, r * 0.9], [-r * 1.1, r * 0.9]] as const) g.lineTo(x + dx, y + dy);
  else for (const [dx, dy] of [[0, -r * 1.25], [r * 1.25, 0], [0, r * 1.25], [-r * 1.25, 0]] as const) g.lineTo(x + dx, y + dy);
  g.fill();
}

function arrow(g: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number, color: string) {
  g.strokeStyle = g.fillStyle = color;
  g.globalAlpha = 0.55;
  g.beginPath();
  g.moveTo(x1, y1);
  if (y1 === y2) g.quadraticCurveTo((x1 + x2) / 2, y1 - 12, x2, y2);
  else g.lineTo(x2, y2);
  g.stroke();
  const down = y2 === y1 ? 0 : Math.sign(y2 - y1);
  g.beginPath();
  g.moveTo(x2, y2 - down * 3);
  g.lineTo(x2 - 3, y2 - down * 8 - (down ? 0 : 4));
  g.lineTo(x2 + (down ? 3 : -5), y2 - down * 8 + (down ? 0 : 3));
  g.fill();
  g.globalAlpha = 1;
}
