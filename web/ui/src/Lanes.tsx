import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { get, runPath, type Fields } from "./api";
import { plural, text, visible } from "./format";
import { palette } from "./Curves";
import { Trouble } from "./parts";
import { go, setParams } from "./router";

const most = 1500; // events in one picture
const laneHeight = 30;
const margin = 130;

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

const markOf = (e: Fields): Mark => ({
  sequence: Number(e["sequence"]),
  type: text(e["event_type"]),
  tick: typeof e["tick"] === "number" ? e["tick"] : null,
  actor: first(e, actors),
  receiver: first(e, receivers),
  cause: Number(e["cause"] ?? 0),
  amount: typeof e["amount"] === "number" ? e["amount"] : null,
});

/** One row per agent, with arrows where one event caused another or something went from one to another. */
export function Lanes({ id, address }: { id: string; address: URL }) {
  const from = Math.max(1, Number(address.searchParams.get("lane") ?? "1") || 1);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [marks, setMarks] = useState<Mark[]>([]);
  const [error, setError] = useState<Error>();
  const [over, setOver] = useState<Mark>();
  const [arrows, setArrows] = useState<"moved" | "cause" | "none">("moved");
  useEffect(() => {
    const control = new AbortController();
    get<{ events: Fields[] }>(`${runPath(id)}/events?from=${from}&limit=${most}`, control.signal).then(
      (page) => setMarks(page.events.map(markOf).filter((m) => m.actor)),
      (e: Error) => e.name !== "AbortError" && setError(e),
    );
    return () => control.abort();
  }, [id, from]);
  const lanes = useMemo(() => [...new Set(marks.flatMap((m) => (m.receiver ? [m.actor, m.receiver] : [m.actor])))].sort((a, b) => a.localeCompare(b, "en", { numeric: true })).slice(0, 200), [marks]);
  const width = Math.max(700, margin + marks.length * 7 + 40);
  const height = lanes.length * laneHeight + 34;
  const types = useMemo(() => [...new Set(marks.map((m) => m.type))], [marks]);
  const color = (type: string) => palette[types.indexOf(type) % palette.length] ?? "#888";
  const x = (i: number) => margin + 12 + i * 7;
  const y = (lane: string) => 30 + lanes.indexOf(lane) * laneHeight + laneHeight / 2;

  useEffect(() => {
    const el = canvas.current;
    const g = el?.getContext("2d");
    if (!el || !g) return;
    const draw = () => {
      const scale = Math.min(devicePixelRatio || 1, 16000 / width);
      el.width = width * scale;
      el.height = height * scale;
      g.setTransform(scale, 0, 0, scale, 0, 0);
      const style = getComputedStyle(el);
      const ink = style.getPropertyValue("--ink").trim();
      const dim = style.getPropertyValue("--dim").trim();
      const line = style.getPropertyValue("--line").trim();
      g.font = "12px system-ui, sans-serif";
      g.textBaseline = "middle";
      for (const lane of lanes) {
        g.strokeStyle = line;
        g.beginPath();
        g.moveTo(margin, y(lane));
        g.lineTo(width, y(lane));
        g.stroke();
        g.fillStyle = ink;
        g.fillText(visible(lane).slice(0, 18), 6, y(lane));
      }
      let tick: number | null = null;
      marks.forEach((m, i) => {
        if (m.tick === null || m.tick === tick) return;
        tick = m.tick;
        g.strokeStyle = line;
        g.setLineDash([2, 3]);
        g.beginPath();
        g.moveTo(x(i) - 4, 18);
        g.lineTo(x(i) - 4, height);
        g.stroke();
        g.setLineDash([]);
        g.fillStyle = dim;
        g.fillText(`tick ${tick}`, x(i) - 2, 9);
      });
      const places = new Map(marks.map((m, i) => [m.sequence, i]));
      marks.forEach((m, i) => {
        const caused = places.get(m.cause);
        if (arrows === "cause" && caused !== undefined) arrow(g, x(caused), y(marks[caused]?.actor ?? m.actor), x(i), y(m.actor), dim);
        if (arrows === "moved" && m.receiver && m.receiver !== m.actor && lanes.includes(m.receiver)) arrow(g, x(i), y(m.actor), x(i), y(m.receiver), color(m.type));
      });
      marks.forEach((m, i) => {
        g.fillStyle = color(m.type);
        g.beginPath();
        g.arc(x(i), y(m.actor), m === over ? 5.5 : 3.2, 0, 7);
        g.fill();
      });
    };
    draw();
    addEventListener("themechange", draw);
    return () => removeEventListener("themechange", draw);
  }, [marks, lanes, over, arrows]);

  const at = (e: MouseEvent) => {
    const box = canvas.current?.getBoundingClientRect();
    return box ? marks[Math.round((e.clientX - box.left - margin - 12) / 7)] : undefined;
  };
  const last = marks.at(-1);
  return (
    <>
      <div class="tools">
        <button type="button" disabled={from === 1} onClick={() => setParams({ lane: String(Math.max(1, from - most)) })}>
          ← before
        </button>
        <button type="button" disabled={!last} onClick={() => last && setParams({ lane: String(last.sequence + 1) })}>
          after →
        </button>
        <label class="dim">
          arrows{" "}
          <select value={arrows} onChange={(e) => setArrows(e.currentTarget.value as "moved")}>
            <option value="moved">what moved</option>
            <option value="cause">causes</option>
            <option value="none">none</option>
          </select>
        </label>
        <span class="dim" role="status">
          {over ? `#${over.sequence} ${visible(over.type)} ${visible(over.actor)}${over.receiver ? " → " + visible(over.receiver) : ""}${over.amount === null ? "" : " " + over.amount}` : plural(marks.length, "event") + " of " + plural(lanes.length, "agent")}
        </span>
      </div>
      <Trouble error={error} />
      <div class="legend">
        {types.map((t) => (
          <span key={t}>
            <i style={{ background: color(t) }} aria-hidden="true" /> {visible(t)}
          </span>
        ))}
      </div>
      {marks.length === 0 ? (
        <p class="empty">No event from here on names who acted.</p>
      ) : (
        <div class="lanes" tabIndex={0} role="region" aria-label="lanes of the agents">
          <canvas ref={canvas} style={{ width: `${width}px`, height: `${height}px` }} role="img" aria-label={`events of ${plural(lanes.length, "agent")} from sequence ${from} on`}
            onMouseMove={(e) => setOver(at(e))}
            onMouseLeave={() => setOver(undefined)}
            onClick={(e) => {
              const m = at(e);
              if (m) go(`/runs/${encodeURIComponent(id)}?tab=events&at=${m.sequence}`);
            }}
          />
        </div>
      )}
    </>
  );
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
