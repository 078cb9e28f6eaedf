import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { get, Refusal, runPath, type Fields, type FieldSeen, type Groups, type Outline, type Row, type RowPage, type Value } from "./api";
import { bytes, clock, count, figure, moment, plural, quote, visible } from "./format";
import { useDocument, usePages } from "./hooks";
import { Ask, Command, Copy, Name, Nothing, Trouble, Unknown } from "./parts";
import { setParams } from "./router";
import { VirtualList } from "./VirtualList";

const pageSize = 100;
const levels = ["DEBUG", "INFO", "WARN", "ERROR"];

interface Props {
  id: string;
  address: URL;
  length: number; // of the log in bytes; it grows with a living run
  live: boolean;
}

/** The hue of a type: the same type always has the same. */
function hue(type: string): number {
  let h = 7;
  for (let i = 0; i < type.length; i++) h = (h * 31 + type.charCodeAt(i)) % 360;
  return h;
}

export function Events({ id, address, length, live }: Props) {
  const q = address.searchParams;
  const types = useMemo(() => q.getAll("type"), [q.getAll("type").join("\n")]);
  const where = q.get("where") ?? "";
  const level = q.get("level") ?? "";
  const at = q.get("at") ?? "";
  const filter = useMemo(() => {
    const p = new URLSearchParams(types.map((t) => ["type", t]));
    if (where) p.set("where", where);
    if (level) p.set("level", level);
    return p.toString();
  }, [types, where, level]);

  const over = q.get("over") ?? "";
  const by = q.get("by") ?? "";

  const [paused, setPaused] = useState(false);
  const still = useRef(false); // what was asked for before a pause may come behind it
  still.current = live && paused;
  const outline = useDocument<Outline>(`${runPath(id)}/outline?${filter}${over && "&over=" + over}`);
  const all = useDocument<Outline>(`${runPath(id)}/outline?`);
  const unknown = useDocument<{ unknown: string[] }>(where ? `${runPath(id)}/unknown?` + new URLSearchParams({ where }) : null);
  const [total, setTotal] = useState(0);
  const pages = usePages<Row>(id + filter, pageSize, async (offset, limit, signal) => {
    const page = await get<RowPage>(`${runPath(id)}/events?${filter}&view=rows&row=${offset}&limit=${limit}`, signal);
    setTotal((n) => (still.current && n > 0 ? n : Math.max(n, page.count ?? page.row + page.events.length)));
    return page.events;
  });
  const pagesNow = useRef(pages);
  pagesNow.current = pages;
  useEffect(() => {
    if (outline.data) setTotal((n) => (!live ? (outline.data?.count ?? 0) : paused && n > 0 ? n : Math.max(n, outline.data?.count ?? 0)));
  }, [outline.data]);

  const [active, setActive] = useState(-1);
  const [goTo, setGoTo] = useState<{ row: number; align?: "center" | "nearest" | "end" }>();
  const [error, setError] = useState<Error>();
  const asked = useRef("");
  const filtered = useRef(filter);
  useEffect(() => {
    setTotal(0);
    if (filtered.current === filter) return;
    filtered.current = filter; // another list begins at its beginning, or where it is told to
    asked.current = "";
    setActive(-1);
    setGoTo({ row: 0 });
  }, [filter]);

  // A living log: the end is asked for when it has grown, and stays in view.
  const busy = useRef(false);
  const missed = useRef(false);
  const grow = useCallback(async () => {
    if (busy.current) {
      missed.current = true;
      return;
    }
    busy.current = true;
    try {
      const page = await get<RowPage>(`${runPath(id)}/events?${filter}&view=rows&row=1&limit=0`);
      if (!still.current) {
        setTotal(page.count ?? 0);
        pagesNow.current.refresh();
      }
    } catch (e) {
      setError(e as Error);
    }
    busy.current = false;
    if (missed.current) {
      missed.current = false;
      void grow();
    }
  }, [id, filter]);
  useEffect(() => {
    if (length && live && !paused) void grow();
  }, [length, live, paused, grow]);
  useEffect(() => {
    if (live && !paused && !at) setGoTo({ row: total, align: "end" });
  }, [total, live, paused]);
  const lived = useRef(false);
  useEffect(() => {
    if (!live) {
      if (!lived.current) return; // what was asked for first is all there is
      outline.again();
      all.again();
      pagesNow.current.refresh();
      return;
    }
    lived.current = true;
    const timer = setInterval(() => (outline.again(), all.again()), 2000);
    return () => clearInterval(timer);
  }, [live]);

  const place = useCallback(
    async (by: string, value: string) => {
      try {
        const page = await get<RowPage>(`${runPath(id)}/events?${filter}&view=rows&limit=1&${by}=${encodeURIComponent(value)}`);
        setError(undefined);
        setPaused(true);
        const row = Math.min(page.row, Math.max(0, (page.count ?? 1) - 1));
        setTotal((n) => Math.max(n, page.count ?? 0));
        setActive(row);
        setGoTo({ row, align: "center" });
        const found = page.events[0];
        if (found) {
          asked.current = String(found[0]);
          setParams({ at: String(found[0]) }, true);
        }
      } catch (e) {
        setError(e as Error);
      }
    },
    [id, filter],
  );
  useEffect(() => {
    if (at && at !== asked.current) {
      asked.current = at;
      void place("at", at);
    }
  }, [at, place]);
  const jump = (v: string) => {
    v = v.trim();
    if (/^t\d/i.test(v)) void place("tick", v.slice(1));
    else if (/^\d{4}-/.test(v)) {
      const t = new Date(v);
      if (Number.isNaN(t.getTime())) setError(new Error(`${v} is no time`));
      else void place("time", t.toISOString());
    } else if (v) void place("at", v.replace(/^#/, ""));
  };

  const choose = (row: number) => {
    row = Math.max(0, Math.min(total - 1, row));
    setActive(row);
    setGoTo({ row });
    setPaused(true);
    const r = pages.row(row);
    if (r) {
      asked.current = String(r[0]);
      setParams({ at: String(r[0]) }, true);
    }
  };
  const onKeyDown = (e: KeyboardEvent) => {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const steps: { [key: string]: number } = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1, PageDown: 20, PageUp: -20, Home: -1e12, End: 1e12 };
    const step = steps[e.key];
    if (step !== undefined) choose(active + step);
    else if (e.key === "p") setPaused((p) => !p);
    else return;
    e.preventDefault();
  };
  const toggleType = (t: string) => setParams({ type: types.includes(t) ? types.filter((x) => x !== t) : [...types, t], at: null });

  const row = (i: number) => {
    const r = pages.row(i);
    return (
      <div role="option" id={"event-" + i} key={i} aria-selected={i === active} aria-setsize={total} aria-posinset={i + 1} class={"row event" + (i === active ? " active" : "") + (r ? " level-" + (r[3] || "INFO") : "")} onClick={() => choose(i)}>
        {r ? (
          <>
            <span class="seq">{r[0]}</span>
            <span class="time">{clock(r[1])}</span>
            <span class="level">{r[3]}</span>
            <span class="type" style={{ "--hue": String(hue(r[2])) }}>
              {visible(r[2])}
            </span>
            <span class="what">{r[5].startsWith(r[2] + " ") ? visible(r[5].slice(r[2].length + 1)) : visible(r[5])}</span>
          </>
        ) : (
          <span class="waiting">…</span>
        )}
      </div>
    );
  };

  const o = outline.data;
  const shown = pages.row(active);
  const command = `runshelf events ${id}` + types.map((t) => " --type " + quote(t)).join("") + (where ? " --where " + quote(where) : "") + (level ? " --level " + level : "") + (live && !paused ? " --follow" : at ? ` --from ${at}` : "");
  return (
    <>
      <div class="tools">
        <Ask id="filter" value={where} label="filter the events" placeholder='filter: amount > 10 && sender == "agent_01"' onAsk={(v) => setParams({ where: v, at: null })} error={outline.error instanceof Refusal ? outline.error : undefined} />
        <Ask id="jump" value="" label="go to a sequence, a tick or a time" placeholder="go to: 1200, t50, 2026-01-15T12:00" onAsk={jump} error={error} />
        <label class="dim">
          <span class="hidden">least level</span>
          <select value={level} onChange={(e) => setParams({ level: e.currentTarget.value, at: null })}>
            <option value="">all levels</option>
            {levels.slice(1).map((l) => (
              <option key={l} value={l}>
                {l}
              </option>
            ))}
          </select>
        </label>
        <span class="grow" />
        {live && (
          <button type="button" class={paused ? "primary" : ""} aria-pressed={paused} onClick={() => (setPaused(!paused), setParams({ at: null }, true))}>
            {paused ? "follow" : "pause"}
          </button>
        )}
        <span class="dim" role="status">
          {plural(total, "event")}
          {o && o.broken > 0 ? `, ${plural(o.broken, "broken line")}` : ""}
        </span>
      </div>
      <Unknown of="event" field="text" names={where ? unknown.data?.unknown : []} />
      {o && <Histogram o={o} ticks={all.data?.over === "tick"} over={over} onPick={(x) => (o.over === "tick" ? void place("tick", String(Math.floor(x))) : void place("time", new Date(x * 1000).toISOString()))} />}
      <div class="stream">
        <aside aria-label="facets">
          <FacetChoice id={id} by={by} />
          {by && <Facets id={id} by={by} filter={filter} where={where} turn={o?.count ?? 0} />}
          {by && <h3>Event types</h3>}
          {(all.data?.types ?? []).map((t) => (
            <label key={t.value} class="facet">
              <input type="checkbox" checked={types.includes(t.value)} onChange={() => toggleType(t.value)} />
              <span class="type" style={{ "--hue": String(hue(t.value)) }}>
                {visible(t.value) || "(none)"}
              </span>
              <span class="dim right">{count(o?.types.find((x) => x.value === t.value)?.count ?? 0)}</span>
            </label>
          ))}
        </aside>
        {o?.count === 0 && total === 0 ? (
          filter ? <Nothing of="event" /> : <p class="empty">There is no event{live ? " yet" : ""}.</p>
        ) : (
        <VirtualList onUp={() => live && setPaused(true)} class="events" role="listbox" label="events" count={total} rowHeight={26} see={pages.see} render={row} goTo={goTo} active={active} idPrefix="event" onKeyDown={onKeyDown} />
        )}
        {shown && <Detail key={shown[0]} id={id} row={shown} filtered={filter !== ""} onJump={(s) => void place("at", s)} onClose={() => (setActive(-1), setParams({ at: null }, true))} />}
      </div>
      <Command text={command} />
    </>
  );
}

/** By what the events are told apart at the side: their types, or the values of a field. */
function FacetChoice({ id, by }: { id: string; by: string }) {
  const seen = useDocument<{ fields: FieldSeen[] }>(runPath(id) + "/fields").data?.fields ?? [];
  const fields = [...new Set(seen.filter((f) => f.texts > 1 || f.path === "tick").map((f) => f.path))].sort();
  if (by && !fields.includes(by)) fields.push(by);
  if (!fields.length) return null;
  return (
    <select aria-label="counts by" value={by} onChange={(e) => setParams({ by: e.currentTarget.value }, true)}>
      <option value="">by event type</option>
      {fields.map((f) => (
        <option key={f} value={f}>
          by {visible(f)}
        </option>
      ))}
    </select>
  );
}

/** The values of a field, with how many events have each. A click filters by one. */
function Facets({ id, by, filter, where, turn }: { id: string; by: string; filter: string; where: string; turn: number }) {
  const groups = useDocument<Groups>(`${runPath(id)}/stats?${filter}&${new URLSearchParams({ by, limit: "100", turn: String(turn) })}`);
  const field = /^[a-z_]\w*(\.[a-z_]\w*)*$/i.test(by) ? by : `event[${JSON.stringify(by)}]`;
  return (
    <>
      <Trouble error={groups.error} />
      {groups.data?.groups.map((g) => {
        const value = JSON.stringify(g.value);
        const term = `${field} == ${value}`;
        return (
          <button type="button" key={value} class="facet" title={term} onClick={() => setParams({ where: where ? `(${where}) && ${term}` : term, at: null })}>
            <span class="type">{typeof g.value === "string" ? visible(g.value) : visible(value)}</span>
            <span class="dim right">{count(g.count)}</span>
          </button>
        );
      })}
      {groups.data && groups.data.missing > 0 && <p class="dim">{count(groups.data.missing)} without it</p>}
    </>
  );
}

/** How the events are spread. A click goes to a place. */
function Histogram({ o, ticks, over, onPick }: { o: Outline; ticks: boolean; over: string; onPick: (x: number) => void }) {
  const bars = o.bars.counts ?? [];
  const most = Math.max(1, ...bars);
  const at = (i: number) => o.bars.from + ((o.bars.to - o.bars.from) * i) / bars.length;
  const brief = o.bars.to - o.bars.from < bars.length; // bars of less than a second
  const show = (x: number) => {
    const at = new Date(x * 1000).toISOString();
    return o.over === "tick" ? "tick " + figure(Math.floor(x)) : moment(at) + (brief ? clock(at).slice(8) : "");
  };
  if (!bars.length) return null;
  return (
    <div class="histogram">
      <svg
        viewBox={`0 0 ${bars.length} 40`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`events over ${o.over === "tick" ? "ticks" : "time"}, from ${show(o.bars.from)} to ${show(o.bars.to)}`}
        onClick={(e) => {
          const box = e.currentTarget.getBoundingClientRect();
          onPick(at(((e.clientX - box.left) / box.width) * bars.length));
        }}
      >
        {bars.map((n, i) => (
          <rect key={i} x={i + 0.08} width={0.84} y={40 - (n / most) * 38} height={(n / most) * 38}>
            <title>{`${show(at(i))}: ${plural(n, "event")}`}</title>
          </rect>
        ))}
      </svg>
      <div class="axis dim">
        <span>{show(o.bars.from)}</span>
        {(ticks || over) && (
          <button type="button" class="link" onClick={() => setParams({ over: o.over === "tick" ? "time" : null }, true)}>
            {o.over === "tick" ? "over time" : "over ticks"}
          </button>
        )}
        <span>{show(o.bars.to)}</span>
      </div>
    </div>
  );
}

/** The fields of a stored line, the numbers as they are written there. */
function fieldsOf(line: string): Fields {
  const asWritten = (_key: string, v: Value, context?: { source?: string }): unknown =>
    typeof v === "number" && context?.source && context.source !== String(v) && json.rawJSON ? json.rawJSON(context.source) : v;
  try {
    return JSON.parse(line || "{}", asWritten as (key: string, v: Value) => Value) as Fields;
  } catch {
    return {}; // a line that no browser can read is shown as it is
  }
}

const json = JSON as { rawJSON?: (source: string) => unknown }; // older browsers lack it

/** The value of a field. Of a text that is kept in a file of its own, its beginning and the file. */
function FieldValue({ id, value }: { id: string; value: Value }) {
  const blob = value !== null && typeof value === "object" && !Array.isArray(value) ? value : {};
  const digest = typeof blob["$blob"] === "string" ? /^sha256:([0-9a-f]{64})$/.exec(blob["$blob"])?.[1] : undefined;
  if (!digest) return <Long text={typeof value === "string" ? value : JSON.stringify(value)} />;
  return (
    <>
      <Long text={String(blob["preview"] ?? "")} />…{" "}
      <a download={digest.slice(0, 12) + ".txt"} href={`${runPath(id)}/files/artifacts/blobs/${digest}`}>
        the whole of it{typeof blob["bytes"] === "number" ? ", " + bytes(blob["bytes"]) : ""}
      </a>
    </>
  );
}

const passing = 150; // ms for which an event is looked at by whoever goes on to the next
const longest = 20_000; // characters of a text, unless more are wanted

/** A text, of a very long one the beginning and what shows the rest. */
function Long({ text }: { text: string }) {
  const [all, setAll] = useState(false);
  if (all || text.length <= longest) return <>{visible(text)}</>;
  return (
    <>
      {visible(text.slice(0, longest))}…{" "}
      <button type="button" class="link" onClick={() => setAll(true)}>
        all {plural(text.length, "character")}
      </button>
    </>
  );
}

/** One event: its stored line, what caused it, and what it led to. */
function Detail({ id, row, filtered, onJump, onClose }: { id: string; row: Row; filtered: boolean; onJump: (sequence: string) => void; onClose: () => void }) {
  const [sequence, time, type, , cause] = row;
  const [raw, setRaw] = useState("");
  // What an event led to is looked for in all that came after: not for each that is passed by.
  const [rests, setRests] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setRests(true), passing);
    return () => clearTimeout(timer);
  }, []);
  const effects = useDocument<RowPage>(rests ? `${runPath(id)}/events?${new URLSearchParams({ where: `cause == ${sequence}`, from: String(sequence), limit: "20", view: "rows" })}` : null);
  useEffect(() => {
    const control = new AbortController();
    fetch(`${runPath(id)}/events?at=${sequence}&limit=1`, { signal: control.signal })
      .then((r) => r.text())
      .then((t) => setRaw(t.split("\n")[1] ?? ""))
      .catch(() => undefined);
    return () => control.abort();
  }, [id, sequence]);
  const data = useMemo(() => fieldsOf(raw), [raw]);
  return (
    <section class="detail" aria-label={`event ${sequence}`}>
      <header>
        <h2>
          <span class="type" style={{ "--hue": String(hue(type)) }}>
            {visible(type)}
          </span>{" "}
          #{sequence}
        </h2>
        <span class="grow" />
        <button type="button" class="quiet" onClick={onClose} aria-label="close">
          ✕
        </button>
      </header>
      <span class="dim">{visible(time)}</span>
      {cause > 0 && (
        <p>
          caused by{" "}
          <button type="button" class="link" onClick={() => onJump(String(cause))}>
            #{cause}
          </button>
        </p>
      )}
      {(effects.data?.events.length ?? 0) > 0 && (
        <div>
          led to
          <ul class="effects">
            {effects.data?.events.map((e) => (
              <li key={e[0]}>
                <button type="button" class="link" onClick={() => onJump(String(e[0]))}>
                  #{e[0]}
                </button>{" "}
                {visible(e[5])}
              </li>
            ))}
          </ul>
        </div>
      )}
      {filtered && (
        <p>
          <a href={`/runs/${encodeURIComponent(id)}?tab=events&at=${sequence}`}>among its neighbours</a> <span class="dim">(without the filter)</span>
        </p>
      )}
      <table class="pairs" aria-label="fields">
        <tbody>
          {Object.entries(data)
            .filter(([k]) => !["timestamp", "sequence", "event_type", "cause"].includes(k))
            .map(([k, v]) => (
              <tr key={k}>
                <th scope="row"><Name of={k} /></th>
                <td>
                  <FieldValue id={id} value={v} />
                </td>
              </tr>
            ))}
        </tbody>
      </table>
      <h3>
        Stored line <Copy text={raw} label="copy the stored line" />
      </h3>
      <pre class="raw">
        <Long text={raw} />
      </pre>
    </section>
  );
}
