import { useEffect, useMemo } from "preact/hooks";
import { runPath, type FieldSeen } from "./api";
import { Chart, split } from "./Chart";
import { quote, visible } from "./format";
import { useCalm, useDocument } from "./hooks";
import { bounds, conditions, say, usePart } from "./part";
import { Command, Trouble } from "./parts";
import { setParams } from "./router";

interface Props {
  runs: string[];
  names?: string[]; // of the runs, where they are told apart; their ids without
  address: URL;
  length?: number; // of a living log; the curves are drawn anew as it grows
}

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
  return (curves.length && counters.find(counts)) || "sequence";
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
  const [part, setPart] = usePart(q.get("part"));
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
          <select value={x} onChange={(e) => setParams({ x: e.currentTarget.value, part: null }, true)}>
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
        <span class="dim" role="status">
          {part ? say(part, x) : chosen.length > 0 && "drag over a curve to look closer"}
        </span>
        {part && (
          <button type="button" onClick={() => setPart(null)}>
            all of it
          </button>
        )}
      </div>
      <Trouble error={fields.error} />
      <div class="charts">
        {(fields.data || fields.error) && chosen.map((name) => (
          <Chart key={name} name={name} runs={runs} names={names ?? runs} x={x} band={band && runs.length > 2} length={turn} part={part} onPart={setPart} />
        ))}
        {fields.data && chosen.length === 0 && (
          <p class="empty">{byType.length ? "No field has more than one number. The fields above may be drawn all the same." : "No event has a field of numbers."}</p>
        )}
      </div>
      {path && runs[0] && <Command text={`runshelf series ${runs[0]} --x ${quote(x)} --y ${quote(path)}` + (type ? ` --type ${quote(type)}` : "") + (part ? conditions(bounds(part, x)) : "")} />}
    </>
  );
}
