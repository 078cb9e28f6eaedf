import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import { get, runPath, type FieldSeen, type Series } from "./api";
import { figure, quote, visible } from "./format";
import { useCalm, useDocument } from "./hooks";
import { Command, Section, Trouble } from "./parts";
import { setParams } from "./router";

// Colours that keep apart also for those who see few of them (Okabe and Ito, 2008).
export const palette = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7f6bd9", "#8c8c00"];

interface Props {
  runs: string[];
  names?: string[]; // of the runs, where they are told apart; their ids without
  address: URL;
  length?: number; // of a living log; the curves are drawn anew as it grows
}

/** A curve is named by the type of its events and the field: "tick:gini". */
const split = (name: string): [string, string] => {
  const colon = name.indexOf(":");
  return colon < 0 ? ["", name] : [name.slice(0, colon), name.slice(colon + 1)];
};

// The fields that count how far a run is, the likeliest first.
const counters = ["tick", "step", "epoch", "iteration", "iter", "generation", "round"];

function usual(fields: FieldSeen[]): string[] {
  const all = fields.filter((f) => f.numbers > 1 && f.path !== "tick");
  const others = all.filter((f) => !counters.includes(f.path));
  const numbers = others.length ? others : all;
  const ticks = numbers.filter((f) => f.event_type === "tick" && !f.path.includes("."));
  return (ticks.length ? ticks : numbers).slice(0, 4).map((f) => f.event_type + ":" + f.path);
}

/** What the curves go along when nobody says: what counts in all of their events. */
function along(fields: FieldSeen[], curves: string[]): string {
  const types = curves.map((c) => split(c)[0]);
  const counts = (c: string) => types.every((t) => fields.some((f) => f.path === c && f.numbers > 0 && (!t || f.event_type === t)));
  return counters.find(counts) ?? "sequence";
}

export function Curves({ runs, names, address, length }: Props) {
  const q = address.searchParams;
  const fields = useDocument<{ fields: FieldSeen[] }>(runs[0] ? runPath(runs[0]) + "/fields" : null);
  const turn = useCalm(length ?? 0);
  useEffect(() => {
    if (turn) fields.again(); // of a log that has just begun there is little to choose from
  }, [turn]);
  const seen = fields.data?.fields ?? [];
  const chosen = q.getAll("y").length ? q.getAll("y") : usual(seen);
  const x = q.get("x") || along(seen, chosen);
  const xs = useMemo(() => [...new Set([...counters.filter((c) => seen.some((f) => f.path === c && f.numbers > 0)), "sequence", "timestamp", ...seen.filter((f) => f.numbers > 1).map((f) => f.path), x])], [fields.data, x]);
  const band = q.get("band") === "1";
  const toggle = (name: string) => setParams({ y: chosen.includes(name) ? chosen.filter((c) => c !== name) : [...chosen, name] }, true);
  const byType = useMemo(() => {
    const groups = new Map<string, FieldSeen[]>();
    for (const f of seen) if (f.numbers > 0 && f.path !== "tick") groups.set(f.event_type, [...(groups.get(f.event_type) ?? []), f]);
    return [...groups];
  }, [fields.data]);
  const [type, path] = split(chosen[0] ?? "");
  return (
    <>
      <div class="tools">
        <details class="menu">
          <summary>fields</summary>
          <fieldset>
            <legend class="hidden">fields of numbers</legend>
            {byType.map(([t, list]) => (
              <div key={t}>
                <h3>{visible(t)}</h3>
                {list.map((f) => {
                  const name = f.event_type + ":" + f.path;
                  return (
                    <label key={name}>
                      <input type="checkbox" checked={chosen.includes(name)} onChange={() => toggle(name)} />
                      {visible(f.path)}
                    </label>
                  );
                })}
              </div>
            ))}
          </fieldset>
        </details>
        <label class="dim">
          over{" "}
          <select value={x} onChange={(e) => setParams({ x: e.currentTarget.value }, true)}>
            {xs.map((path) => (
              <option key={path} value={path}>
                {path === "timestamp" ? "time" : visible(path)}
              </option>
            ))}
          </select>
        </label>
        {runs.length > 2 && (
          <label class="dim">
            <input type="checkbox" checked={band} onChange={() => setParams({ band: band ? null : "1" }, true)} /> mean and band
          </label>
        )}
      </div>
      <Trouble error={fields.error} />
      <div class="charts">
        {chosen.map((name) => (
          <Chart key={name} name={name} runs={runs} names={names ?? runs} x={x} band={band && runs.length > 2} length={turn} />
        ))}
        {fields.data && chosen.length === 0 && (
          <p class="empty">{byType.length ? "No field has more than one number. The fields above may be drawn all the same." : "No event has a field of numbers."}</p>
        )}
      </div>
      {path && runs[0] && <Command text={`runshelf series ${runs[0]} --x ${quote(x)} --y ${quote(path)}` + (type ? ` --type ${quote(type)}` : "")} />}
    </>
  );
}

const number = (v: number | string | null | undefined): number | null => {
  const n = typeof v === "string" ? Date.parse(v) / 1000 : v;
  return typeof n === "number" && Number.isFinite(n) ? n : null;
};

/** The points of a run as columns, in the order of x. */
function columns(s: Series): [number[], (number | null)[]] {
  const points = s.points.map((p) => [number(p[0]), number(p[1])] as const).filter((p): p is [number, number | null] => p[0] !== null);
  points.sort((a, b) => a[0] - b[0]);
  return [points.map((p) => p[0]), points.map((p) => p[1])];
}

/** Least, mean and largest of several curves at each x. */
function spread(table: uPlot.AlignedData): uPlot.AlignedData {
  const [xs, ...ys] = table;
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

/** One field, a line for each run. */
function Chart({ name, runs, names, x, band, length }: { name: string; runs: string[]; names: string[]; x: string; band: boolean; length: number }) {
  const [type, path] = split(name);
  const box = useRef<HTMLDivElement>(null);
  const plotted = useRef<uPlot | undefined>(undefined);
  const key = [...runs, name, x, band].join("\n");
  const [got, setGot] = useState<{ key: string; data: uPlot.AlignedData }>(); // for what was asked
  const [error, setError] = useState<Error>();
  const data = got?.data;
  useEffect(() => {
    const control = new AbortController();
    const ask = (id: string) => get<Series>(`${runPath(id)}/series?` + new URLSearchParams({ x, y: path, points: "2000", ...(type ? { type } : {}) }), control.signal);
    Promise.all(runs.map(ask)).then(
      (all) => {
        const tables = all.map(columns);
        const joined = tables.length === 1 ? (tables[0] as uPlot.AlignedData) : uPlot.join(tables);
        setGot({ key, data: band ? spread(joined) : joined });
        setError(undefined);
      },
      (e: Error) => e.name !== "AbortError" && setError(e),
    );
    return () => control.abort();
  }, [key, length]);
  const latest = useRef(data);
  latest.current = data;
  useEffect(() => {
    const el = box.current;
    if (!el || !latest.current?.[0].length) return;
    const draw = () => {
      const data = latest.current ?? [[]];
      el.replaceChildren();
      const style = getComputedStyle(el);
      const ink = style.getPropertyValue("--dim").trim();
      const grid = style.getPropertyValue("--line").trim();
      const axis: uPlot.Axis = { stroke: ink, grid: { stroke: grid, width: 1 }, ticks: { show: false }, font: "11px system-ui" };
      const line = (label: string, stroke: string): uPlot.Series => ({ label, stroke, width: 1.6, spanGaps: true, points: { show: (u) => u.data[0].length < 40 }, value: (_, v) => (v === null ? "" : figure(v)) });
      const series = band ? [line("least", "transparent"), line("largest", "transparent"), line("mean", palette[0] ?? "")] : runs.map((r, i) => line(runs.length > 1 ? (names[i] ?? r) : path, palette[i % palette.length] ?? ""));
      return new uPlot(
        {
          width: Math.max(240, el.clientWidth),
          height: 230,
          scales: { x: { time: x === "timestamp" } },
          axes: [{ ...axis, size: 30 }, { ...axis, size: 58, values: (_, v) => v.map((n) => figure(n)) }],
          series: [{ label: x, value: (_, v) => (v === null || x === "timestamp" ? String(v ?? "") : figure(v)) }, ...series],
          ...(band ? { bands: [{ series: [2, 1] as [number, number], fill: (palette[0] ?? "") + "33" }] } : {}),
          cursor: { drag: { x: true, y: false } },
        },
        data,
        el,
      );
    };
    plotted.current = draw();
    const again = () => (plotted.current?.destroy(), (plotted.current = draw()));
    const resize = new ResizeObserver(() => plotted.current?.setSize({ width: Math.max(240, el.clientWidth), height: 230 }));
    resize.observe(el);
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    scheme.addEventListener("change", again);
    addEventListener("themechange", again);
    return () => {
      resize.disconnect();
      scheme.removeEventListener("change", again);
      removeEventListener("themechange", again);
      plotted.current?.destroy();
      plotted.current = undefined;
    };
  }, [got?.key, !data?.[0].length, names.join("\n")]);
  // What has come since goes into the plot that is there: whoever looks at a part of it goes on doing so.
  useEffect(() => {
    const plot = plotted.current;
    if (!plot || !data || plot.data === data) return;
    const [xs, { min, max }] = [plot.data[0], plot.scales["x"] ?? {}];
    const part = (min ?? -Infinity) > (xs[0] ?? Infinity) || (max ?? Infinity) < (xs.at(-1) ?? -Infinity);
    plot.setData(data, !part);
    if (part) plot.redraw();
  }, [data]);
  return (
    <Section title={visible(path)} aside={<span class="dim">{visible(type)}</span>}>
      <Trouble error={error} />
      {data && !data[0].length && <p class="dim">no numbers</p>}
      <div ref={box} class="chart" role="img" aria-label={`${visible(path)} over ${x}` + (data ? spoken(data, band ? ["least", "largest", "mean"] : names) : "")} />
    </Section>
  );
}
