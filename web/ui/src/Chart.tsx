import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import { get, runPath, type Series } from "./api";
import { clock, figure, moment, plural, visible } from "./format";
import { bounds, moved, wider, zoomed, type Part } from "./part";
import { Section, Trouble } from "./parts";

// Colours that keep apart also for those who see few of them (Okabe and Ito, 2008).
export const palette = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7f6bd9", "#8c8c00"];

const most = 2000; // points of a curve, or of a part of it; a screen has fewer columns
const calm = 150; // after which a part is asked for, so that passing through others asks for none, in ms

/** A curve is named by the type of its events and the field: "tick:gini". */
export const split = (name: string): [string, string] => {
  const colon = name.indexOf(":");
  return colon < 0 ? ["", name] : [name.slice(0, colon), name.slice(colon + 1)];
};

interface Props {
  name: string;
  runs: string[];
  names: string[];
  x: string;
  band: boolean;
  length: number; // of a living log
  part: Part | null; // that is looked at
  onPart: (part: Part | null) => void;
}

type Table = [number[], (number | null)[]]; // the points of a run as columns, in the order of x

/** What was answered: a table for each run. */
interface Tables {
  key: string;
  part: Part | null;
  tables: Table[];
  points: number; // that there are
  thinned: boolean;
}

const number = (v: number | string | null | undefined): number | null => {
  const n = typeof v === "string" ? Date.parse(v) / 1000 : v;
  return typeof n === "number" && Number.isFinite(n) ? n : null;
};

function columns(s: Series): Table {
  const points = s.points.map((p) => [number(p[0]), number(p[1])] as const).filter((p): p is [number, number | null] => p[0] !== null);
  points.sort((a, b) => a[0] - b[0]);
  return [points.map((p) => p[0]), points.map((p) => p[1])];
}

/** All of a curve, with a part of it in more detail. */
function detailed([xs, ys]: Table, [low, high]: Part, [inner, values]: Table): Table {
  const before = xs.findIndex((x) => x >= low);
  const behind = xs.findIndex((x) => x > high);
  const start = before < 0 ? xs.length : before;
  const end = behind < 0 ? xs.length : behind;
  return [
    [...xs.slice(0, start), ...inner, ...xs.slice(end)],
    [...ys.slice(0, start), ...values, ...ys.slice(end)],
  ];
}

/** A curve at each x between its ends, along straight lines between its points. */
function filled(xs: ArrayLike<number>, ys: ArrayLike<number | null | undefined>): (number | null)[] {
  const all: (number | null)[] = Array.from(ys, (y) => y ?? null);
  let last = -1;
  for (let i = 0; i < all.length; i++) {
    const y = all[i];
    if (typeof y !== "number") continue;
    const [x0, y0] = [xs[last] ?? 0, all[last] ?? 0];
    if (last >= 0) for (let k = last + 1; k < i; k++) all[k] = y0 + ((y - y0) * ((xs[k] ?? 0) - x0)) / ((xs[i] ?? 0) - x0);
    last = i;
  }
  return all;
}

/** Least, mean and largest of several curves at each x. */
function spread(table: uPlot.AlignedData): uPlot.AlignedData {
  const xs = table[0];
  const ys = table.slice(1).map((y) => filled(xs, y));
  const rows = Array.from(xs, (_, i) => ys.map((y) => y[i]).filter((v): v is number => typeof v === "number"));
  const of = (fn: (v: number[]) => number) => rows.map((v) => (v.length === ys.length ? fn(v) : null));
  return [xs, of((v) => Math.min(...v)), of((v) => Math.max(...v)), of((v) => v.reduce((a, b) => a + b, 0) / v.length)];
}

/** What a curve says to those who do not see it. */
function spoken(data: uPlot.AlignedData, names: string[]): string {
  return data
    .slice(1)
    .map((ys, i) => {
      const numbers = Array.from(ys).filter((v): v is number => typeof v === "number");
      if (!numbers.length) return "";
      const [low, high] = numbers.reduce(([a, b], v) => [Math.min(a, v), Math.max(b, v)], [Infinity, -Infinity] as [number, number]);
      return `; ${names[i]}: from ${figure(numbers[0] ?? 0)} to ${figure(numbers.at(-1) ?? 0)}, between ${figure(low)} and ${figure(high)}`;
    })
    .join("");
}

/** Asks for the points of all runs, of a part when there is one. */
async function points({ name, runs, x }: Props, key: string, part: Part | null, signal: AbortSignal): Promise<Tables> {
  const [type, y] = split(name);
  const query = new URLSearchParams({ x, y, points: String(most), ...(type ? { type } : {}), ...(part ? bounds(part, x) : {}) });
  const all = await Promise.all(runs.map((id) => get<Series>(`${runPath(id)}/series?${query}`, signal)));
  return { key, part, tables: all.map(columns), points: all.reduce((n, s) => n + s.matched, 0), thinned: all.some((s) => s.matched > s.points.length) };
}

/**
 * The points of a curve, and of the part that is looked at all there are as soon as they
 * have come. What was there before stays until then, and what is no longer wanted is no
 * longer waited for.
 */
function usePoints(p: Props): { data: uPlot.AlignedData | undefined; key: string | undefined; found: Tables | undefined; waits: boolean; error: Error | undefined } {
  const key = [...p.runs, p.name, p.x].join("\n");
  const [whole, setWhole] = useState<Tables>();
  const [close, setClose] = useState<Tables>();
  const [error, setError] = useState<Error>();
  const failed = (e: Error) => e.name !== "AbortError" && setError(e);
  useEffect(() => {
    const control = new AbortController();
    points(p, key, null, control.signal).then((t) => (setWhole(t), setError(undefined)), failed);
    return () => control.abort();
  }, [key, p.length]);
  const wants = p.part !== null && whole?.key === key && whole.thinned;
  const wanted = p.part ? p.part.join() : "";
  useEffect(() => {
    if (!wants || !p.part) return;
    const part = wider(p.part);
    const control = new AbortController();
    const timer = setTimeout(() => points(p, key, part, control.signal).then((t) => (setClose(t), setError(undefined)), failed), close?.key === key && close.part?.join() === part.join() ? 0 : calm);
    return () => (clearTimeout(timer), control.abort());
  }, [key, wants, wanted, p.length]);
  const near = wants && close?.key === key ? close : undefined;
  const data = useMemo(() => {
    if (!whole) return undefined;
    const tables = whole.tables.map((t, i) => (near?.part && near.tables[i] ? detailed(t, near.part, near.tables[i]) : t));
    const joined = tables.length === 1 ? (tables[0] as uPlot.AlignedData) : uPlot.join(tables);
    return p.band ? spread(joined) : joined;
  }, [whole, near, p.band]);
  const waits = wants && p.part !== null && near?.part?.join() !== wider(p.part).join();
  return { data, key: whole && whole.key + p.band, found: near ?? whole, waits, error };
}

/** One field, a line for each run. */
export function Chart(p: Props) {
  const { name, runs, names, x, band, part } = p;
  const [type, path] = split(name);
  const box = useRef<HTMLDivElement>(null);
  const plotted = useRef<uPlot | undefined>(undefined);
  const { data, key, found, waits, error } = usePoints(p);
  const latest = useRef({ data, ...p });
  latest.current = { data, ...p };

  /** Where the curves begin and end, and what is seen of that. */
  const ends = (): { all: Part; seen: Part } | undefined => {
    const xs = latest.current.data?.[0];
    const all: Part = [xs?.[0] ?? 0, xs?.[xs.length - 1] ?? 0];
    return xs && all[0] < all[1] ? { all, seen: latest.current.part ?? all } : undefined;
  };
  const look = (to: (seen: Part, all: Part) => Part | null) => {
    const e = ends();
    if (e) p.onPart(to(e.seen, e.all));
  };
  const zoom = (times: number, around?: number) => look((seen, all) => zoomed(seen, times, around ?? (seen[0] + seen[1]) / 2, all));
  const onKeyDown = (e: KeyboardEvent) => {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    if (e.key === "+" || e.key === "=") zoom(0.5);
    else if (e.key === "-") zoom(2);
    else if (e.key === "0") p.onPart(null);
    else if (e.key === "ArrowLeft" || e.key === "ArrowRight") look((seen, all) => latest.current.part && moved(seen, e.key === "ArrowLeft" ? -0.25 : 0.25, all));
    else return;
    e.preventDefault();
  };

  useEffect(() => {
    const el = box.current;
    if (!el || !latest.current.data?.[0].length) return;
    const draw = () => {
      const { data } = latest.current;
      el.replaceChildren();
      const style = getComputedStyle(el);
      const ink = style.getPropertyValue("--dim").trim();
      const grid = style.getPropertyValue("--line").trim();
      const axis: uPlot.Axis = { stroke: ink, grid: { stroke: grid, width: 1 }, ticks: { show: false }, font: "11px system-ui" };
      const line = (label: string, stroke: string): uPlot.Series => ({ label, stroke, width: 1.6, spanGaps: true, points: { show: sparse }, value: (_, v) => (v === null ? "" : figure(v)) });
      const series = band ? [line("least", "transparent"), line("largest", "transparent"), line("mean", palette[0] ?? "")] : runs.map((r, i) => line(runs.length > 1 ? (names[i] ?? r) : path, palette[i % palette.length] ?? ""));
      return new uPlot(
        {
          width: Math.max(240, el.clientWidth),
          height: 230,
          scales: { x: { time: x === "timestamp" } },
          axes: [{ ...axis, size: 30, ...(x === "timestamp" ? { values: hours } : {}) }, { ...axis, size: 58, values: (_, v) => v.map((n) => figure(n)) }],
          series: [{ label: x, value: (_, v) => (v === null ? "" : x === "timestamp" ? moment(stored(v)) + clock(stored(v)).slice(8) : figure(v)) }, ...series],
          ...(band ? { bands: [{ series: [2, 1] as [number, number], fill: (palette[0] ?? "") + "33" }] } : {}),
          cursor: {
            drag: { x: true, y: false, setScale: false },
            bind: { dblclick: () => () => (latest.current.onPart(null), null) },
            sync: { key: "curves", scales: ["x", null], filters: { pub: (event) => event === "mousemove" || event === "mouseleave" } },
          },
          hooks: { setSelect: [chosen] },
        },
        data ?? [[]],
        el,
      );
    };
    const chosen = (u: uPlot) => {
      const { left, width } = u.select;
      if (width < 3) return;
      u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
      latest.current.onPart([u.posToVal(left, "x"), u.posToVal(left + width, "x")]);
    };
    const again = () => {
      plotted.current?.destroy();
      plotted.current = draw();
      show(plotted.current, latest.current.data, latest.current.part);
    };
    const wheel = (e: WheelEvent) => {
      const plot = plotted.current;
      if (!plot || !(e.ctrlKey || e.metaKey)) return; // without them the page scrolls
      e.preventDefault();
      zoom(2 ** Math.max(-1, Math.min(1, e.deltaY / 100)), plot.posToVal(e.clientX - plot.over.getBoundingClientRect().left, "x"));
    };
    again();
    const resize = new ResizeObserver(() => plotted.current?.setSize({ width: Math.max(240, el.clientWidth), height: 230 }));
    resize.observe(el);
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    scheme.addEventListener("change", again);
    addEventListener("themechange", again);
    el.addEventListener("wheel", wheel, { passive: false });
    return () => {
      resize.disconnect();
      scheme.removeEventListener("change", again);
      removeEventListener("themechange", again);
      el.removeEventListener("wheel", wheel);
      plotted.current?.destroy();
      plotted.current = undefined;
    };
  }, [key, !data?.[0].length, names.join("\n")]);
  // What has come since goes into the plot that is there: whoever looks at a part of it goes on doing so.
  useEffect(() => {
    if (plotted.current) show(plotted.current, data, part);
  }, [data, part]);
  const drawn = found?.tables.reduce((n, t) => n + t[0].length, 0) ?? 0;
  return (
    <Section
      title={visible(path)}
      aside={
        <span class="dim">{[visible(type), waits ? "…" : found?.thinned ? `${figure(drawn)} of ${plural(found.points, "point")}` : found?.part ? `all ${plural(drawn, "point")}` : ""].filter(Boolean).join(" · ")}</span>
      }
    >
      <Trouble error={error} />
      {data && !data[0].length && <p class="dim">no numbers</p>}
      <div
        ref={box}
        class="chart"
        role="img"
        tabIndex={0}
        aria-busy={waits}
        onKeyDown={onKeyDown}
        aria-label={`${visible(path)} over ${x}` + (data ? spoken(data, band ? ["least", "largest", "mean"] : names) : "")}
      />
    </Section>
  );
}

const stored = (seconds: number): string => new Date(seconds * 1000).toISOString();

/** The times along an axis: as exact as they differ, with the day where one begins. */
function hours(_: uPlot, at: number[]): string[] {
  const step = (at[1] ?? 0) - (at[0] ?? 0);
  const end = step < 1 ? 12 : step < 60 ? 8 : 5;
  return at.map((t) => (step < 86400 && clock(stored(t)) !== "00:00:00.000" ? clock(stored(t)).slice(0, end) : moment(stored(t)).slice(5, 10)));
}

/** Whether the points in view are so few that each may be seen. */
function sparse(u: uPlot): boolean {
  const [first, last] = u.series[0]?.idxs ?? [0, u.data[0].length - 1];
  return last - first < 40;
}

/** Puts points into a plot, of which a part is seen. */
function show(plot: uPlot, data: uPlot.AlignedData | undefined, part: Part | null): void {
  if (!data) return;
  plot.batch(() => {
    if (!part) return plot.setData(data, true);
    if (plot.data !== data) plot.setData(data, false);
    plot.setScale("x", { min: part[0], max: part[1] });
  });
}
