import { useEffect, useRef, useState } from "preact/hooks";
import { ask, type Answer, type Fields, type Value } from "./api";
import { count, plural, quote, visible } from "./format";
import { Command, Copy, Trouble } from "./parts";
import { setParams } from "./router";

const few = 1000; // rows, unless more are wanted
const many = 10_000;
const part = 300; // rows that are drawn together
const longest = 1000; // characters of a value; a copy has all of them

const examples: [string, string][] = [
  ["events by type", "SELECT event_type, count(*) AS n\nFROM events GROUP BY 1 ORDER BY n DESC"],
  ["runs and their metrics", "SELECT run_id, status, seed, events, metrics->>'gini' AS gini\nFROM runs ORDER BY started_at DESC"],
  ["who paid most", "SELECT run_id, sender, sum(amount) AS paid\nFROM events WHERE event_type = 'transfer'\nGROUP BY 1, 2 ORDER BY paid DESC LIMIT 20"],
  ["warnings and errors", "SELECT run_id, sequence, level, event_type, data\nFROM events WHERE level IN ('WARN', 'ERROR') LIMIT 200"],
];

/** Questions in SQL over the runs and events of the shelf. */
export function Query({ address }: { address: URL }) {
  const sql = address.searchParams.get("sql") ?? "";
  const limit = address.searchParams.get("rows") === String(many) ? many : few;
  const [state, set] = useState<{ data?: Answer; error?: Error; took?: number }>({});
  const [busy, setBusy] = useState<AbortController>();
  const [turn, again] = useState(0);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (field.current && field.current.value !== sql) field.current.value = sql;
    set({});
    if (!sql.trim()) return;
    const control = new AbortController();
    setBusy(control);
    const began = performance.now();
    ask(sql, limit, control.signal)
      .then((data) => set({ data, took: performance.now() - began }))
      .catch((error: Error) => error.name !== "AbortError" && set({ error }))
      .finally(() => setBusy((now) => (now === control ? undefined : now)));
    return () => control.abort();
  }, [sql, limit, turn]);
  useEffect(() => {
    if (!sql) field.current?.focus();
    document.title = "SQL · Runshelf";
    return () => void (document.title = "Runshelf");
  }, []);
  const submit = () => {
    const wanted = field.current?.value ?? "";
    if (wanted === sql) again((n) => n + 1);
    else setParams({ sql: wanted, rows: null });
  };
  const { data, error, took } = state;
  return (
    <div class="fill">
      <h1 class="hidden">Questions in SQL</h1>
      <form
        class="sql"
        onSubmit={(e) => {
          e.preventDefault();
          submit();
        }}
      >
        <textarea
          ref={field}
          id="filter"
          rows={3}
          defaultValue={sql}
          spellcheck={false}
          autocomplete="off"
          aria-label="a statement in SQL"
          aria-invalid={error ? "true" : undefined}
          placeholder="SELECT event_type, count(*) FROM events GROUP BY 1"
          onKeyDown={(e) => {
            if (e.key !== "Enter" || !(e.ctrlKey || e.metaKey)) return;
            e.preventDefault();
            submit();
          }}
        />
        <div class="line">
          <button type="submit" class="primary">
            ask
          </button>
          <kbd class="dim">Ctrl Enter</kbd>
          {busy && (
            <button type="button" onClick={() => busy.abort()}>
              stop
            </button>
          )}
          <span class="dim" role="status">
            {busy ? "asking" : data && took !== undefined ? `${plural(data.rows.length, "row")}${data.truncated ? ", and there are more" : ""} in ${took < 1000 ? Math.round(took) + " ms" : (took / 1000).toFixed(1) + " s"}` : ""}
            {data && data.broken > 0 ? `; ${plural(data.broken, "broken line")} left out` : ""}
          </span>
          <span class="grow" />
          {data?.truncated && limit === few && (
            <button type="button" onClick={() => setParams({ rows: String(many) })}>
              up to {count(many)} rows
            </button>
          )}
          {data && data.rows.length > 0 && <Copy text={() => csv(data)} label="copy as CSV: the answer" word="copy as CSV" />}
        </div>
      </form>
      <Trouble error={error} />
      {data ? <Table data={data} /> : <Hints onPick={(text) => setParams({ sql: text })} />}
      <Command text={`runshelf query ${quote(sql.replace(/\s+/g, " ").trim() || "SELECT * FROM runs")}`} />
    </div>
  );
}

function Table({ data }: { data: Answer }) {
  const numbers = new Set(data.columns.filter((c) => data.rows.some((r) => typeof r[c] === "number")));
  const [drawn, draw] = useState(part); // as many as were scrolled to
  const more = ({ currentTarget: el }: { currentTarget: HTMLElement }) => el.scrollTop + 2 * el.clientHeight > el.scrollHeight && draw((n) => n + part);
  if (!data.rows.length) return <p class="empty">No row is like that.</p>;
  return (
    <div class="answer" tabIndex={0} role="region" aria-label="the answer" onScroll={more}>
      <table class="grid">
        <thead>
          <tr>
            {data.columns.map((c) => (
              <th scope="col" key={c} class={numbers.has(c) ? "right" : ""}>
                {visible(c)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {data.rows.slice(0, drawn).map((row, i) => (
            <tr key={i}>
              {data.columns.map((c) => (
                <td key={c} class={numbers.has(c) ? "right" : ""}>
                  <Cell row={row} column={c} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const plain = (v: Value | undefined): string => (v === null || v === undefined ? "" : typeof v === "string" ? v : JSON.stringify(v));

/** A value; runs and events are links. */
function Cell({ row, column }: { row: Fields; column: string }) {
  const v = row[column];
  const id = row["run_id"];
  if (v === null || v === undefined) return <span class="dim">NULL</span>;
  if (typeof id === "string" && /^[\w.-]+$/.test(id)) {
    if (column === "run_id") return <a href={"/runs/" + encodeURIComponent(id)}>{id}</a>;
    if (column === "sequence" && typeof v === "number") return <a href={`/runs/${encodeURIComponent(id)}?tab=events&at=${v}`}>{v}</a>;
  }
  const text = plain(v);
  return <>{visible(text.slice(0, longest)) + (text.length > longest ? "…" : "")}</>;
}

/** The answer as CSV (RFC 4180). */
function csv(data: Answer): string {
  const cell = (s: string) => (/[",\r\n]/.test(s) ? '"' + s.replaceAll('"', '""') + '"' : s);
  return [data.columns, ...data.rows.map((row) => data.columns.map((c) => plain(row[c])))].map((r) => r.map(cell).join(",")).join("\r\n") + "\r\n";
}

function Hints({ onPick }: { onPick: (sql: string) => void }) {
  return (
    <div class="cards">
      <section class="card">
        <header>
          <h2>Two tables</h2>
        </header>
        <dl class="tables">
          <dt>runs</dt>
          <dd>run_id, name, status, kind, started_at, ended_at, duration_s, events, bytes, seed, tags, config, metrics, git_commit</dd>
          <dt>events</dt>
          <dd>run_id, sequence, timestamp, level, event_type, cause, data, and each key of the events by its name</dd>
        </dl>
        <p class="dim">
          config and metrics are JSON: <code>config-&gt;&gt;'agents'</code>. SQLite answers, over the files themselves; nothing can be changed.
        </p>
      </section>
      <section class="card">
        <header>
          <h2>To begin with</h2>
        </header>
        <ul class="examples">
          {examples.map(([name, text]) => (
            <li key={name}>
              <button type="button" class="link" onClick={() => onPick(text)}>
                {name}
              </button>
              <pre>{text}</pre>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}
