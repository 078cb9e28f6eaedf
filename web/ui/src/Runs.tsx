import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { change, get, lookup, mayChange, Refusal, runPath, type FieldSeen, type Fields, type RunList, type Value } from "./api";
import { bytes, change as difference, count, duration, moment, plural, quote, text, visible } from "./format";
import { useDocument, usePages } from "./hooks";
import { follow } from "./live";
import { Ask, Command, Copy, Nothing, Status, Trouble, Unknown } from "./parts";
import { go, setParams } from "./router";
import { Spark } from "./Spark";
import { VirtualList } from "./VirtualList";

const pageSize = 100;
const allMost = 100; // runs that are selected together
const growing = 2000; // between two looks at the runs in view while one of them runs, in ms

interface Column {
  path: string;
  title: string;
  width: string;
  right?: boolean;
  show?: (run: Fields) => string;
}

const seconds = (run: Fields): string => {
  const s = lookup(run, "duration_s");
  if (typeof s === "number") return duration(s);
  const started = lookup(run, "started_at");
  return run["status"] === "running" && typeof started === "string" ? duration((Date.now() - Date.parse(started)) / 1000) : "";
};

/** How many events a run has, as far as it says. */
const length = (run: Fields): string => text(lookup(run, "events.count") ?? run["last_sequence"]);

const leading: Column[] = [
  { path: "name", title: "name", width: "minmax(7rem, 1fr)" },
  { path: "status", title: "status", width: "7.5rem" },
];

const trailing: Column[] = [
  { path: "started_at", title: "started", width: "11.5rem", show: (r) => moment(lookup(r, "started_at")) },
  { path: "duration_s", title: "duration", width: "6.5rem", right: true, show: seconds },
  { path: "events.count", title: "events", width: "5.5rem", right: true, show: length },
  { path: "program.name", title: "program", width: "6rem" },
  { path: "seed", title: "seed", width: "4.5rem", right: true },
  { path: "tags", title: "tags", width: "minmax(5rem, 1fr)", show: (r) => (Array.isArray(r["tags"]) ? r["tags"].map((t) => text(t)).join(", ") : "") },
];

const fixed = [...leading, ...trailing];

let left = { list: "", row: 0 }; // which list was shown last, and its active row

/** What a value is beside that of the baseline; nothing when it is the same. */
function against(v: Value | undefined, base: Value | undefined): string {
  if (v === undefined || v === null || base === undefined || JSON.stringify(v) === JSON.stringify(base)) return "";
  if (typeof v === "number" && typeof base === "number") return difference(v - base);
  return "≠";
}

export function Runs({ address }: { address: URL }) {
  const q = address.searchParams;
  const where = q.get("where") ?? "";
  const sort = q.get("sort") ?? "";
  const chosen = useMemo(() => (q.get("columns") ?? "").split(",").filter(Boolean), [q.get("columns")]);
  const selected = useMemo(() => (q.get("select") ?? "").split(",").filter(Boolean), [q.get("select")]);
  const curve = q.get("curve") ?? "";
  const base = q.get("base") ?? "";
  const fields = ["run_id", "pinned", "last_sequence", ...fixed.map((c) => c.path), ...chosen].join(",");

  const ask = useCallback(
    (offset: number, limit: number) => "/api/runs?" + new URLSearchParams({ where, sort, fields, offset: String(offset), limit: String(limit) }),
    [where, sort, fields],
  );
  const first = useDocument<RunList>(ask(0, 0));
  const keys = useDocument<{ keys: string[] }>("/api/keys");
  const baseline = useDocument<Fields>(base ? runPath(base) : null).data;
  const total = first.data?.total ?? 0;
  const newest = useDocument<RunList>("/api/runs?fields=run_id&limit=1").data?.runs[0];
  const seen = useDocument<{ fields: FieldSeen[] }>(newest ? runPath(String(newest["run_id"])) + "/fields" : null).data?.fields ?? [];
  const pages = usePages<Fields>(ask(0, 0), pageSize, async (offset, limit, signal) => (await get<RunList>(ask(offset, limit), signal)).runs);
  const latest = useRef({ pages, again: first.again });
  latest.current = { pages, again: first.again };
  useEffect(() => {
    let known = "";
    return follow(null, (m) => {
      const now = text(m["generation"]);
      if (known && now !== known) {
        latest.current.again();
        latest.current.pages.refresh();
      }
      known = now;
    });
  }, []);

  // What runs grows, and nobody tells of each event here.
  useEffect(() => {
    const timer = setInterval(() => !document.hidden && latest.current.pages.some((r) => r["status"] === "running") && latest.current.pages.refresh(), growing);
    return () => clearInterval(timer);
  }, []);

  // Who comes back finds the list where it was left.
  const list = ask(0, 0);
  const [active, setActive] = useState(left.list === list ? left.row : 0);
  const [goTo, setGoTo] = useState<{ row: number; align?: "center" } | undefined>(left.list === list ? { row: left.row, align: "center" } : undefined);
  const shownList = useRef(list);
  useEffect(() => {
    if (shownList.current !== list) {
      shownList.current = list;
      move(0); // another list has other rows
      left = { list, row: 0 };
    } else left = { list, row: active };
  }, [list, active]);
  const [trouble, setTrouble] = useState<Error>();
  const move = (row: number) => {
    row = Math.max(0, Math.min(total - 1, row));
    setActive(row);
    setGoTo({ row });
  };
  const toggle = (id: string) => setParams({ select: (selected.includes(id) ? selected.filter((s) => s !== id) : [...selected, id]).join(",") }, true);
  const selectAll = async (on: boolean) => {
    const { runs } = on ? await get<RunList>("/api/runs?" + new URLSearchParams({ where, sort, fields: "run_id", limit: String(allMost) })) : { runs: [] };
    setParams({ select: runs.map((r) => text(r["run_id"])).join(",") }, true);
  };
  const compare = () => go("/compare?" + new URLSearchParams({ runs: selected.join(",") }));
  const pin = (run: Fields) =>
    change(text(run["run_id"]), "pin", { pinned: run["pinned"] !== true }).then(
      () => (setTrouble(undefined), latest.current.pages.refresh()),
      (e: Error) => setTrouble(e),
    );
  const onKeyDown = (e: KeyboardEvent) => {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const run = pages.row(active);
    const id = run && text(run["run_id"]);
    const steps: { [key: string]: number } = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1, PageDown: 20, PageUp: -20, Home: -1e9, End: 1e9 };
    const step = steps[e.key];
    if (step !== undefined) move(active + step);
    else if (e.key === "Enter" && id && e.target === e.currentTarget) go("/runs/" + encodeURIComponent(id));
    else if ((e.key === "x" || e.key === " ") && id && e.target === e.currentTarget) toggle(id);
    else if (e.key === "a") void selectAll(!selected.length);
    else if (e.key === "b" && id) setParams({ base: base === id ? null : id }, true);
    else if (e.key === "p" && run && mayChange()) void pin(run);
    else if (e.key === "c" && selected.length > 1) compare();
    else return;
    e.preventDefault();
  };

  const own: Column[] = chosen.map((path) => ({ path, title: path.replace(/^(config|metrics)\./, ""), width: base ? "12rem" : "9.5rem", right: true }));
  const curveColumn: Column[] = curve ? [{ path: "", title: curve, width: "8.5rem" }] : [];
  const columns: Column[] = [...leading, ...own, ...curveColumn, ...trailing];
  const template = ["1.2rem", "1.2rem", "minmax(12.5rem, 15rem)", ...columns.map((c) => c.width)].join(" ");
  const sortBy = (path: string) => setParams({ sort: sort === path ? "-" + path : sort === "-" + path ? null : path }, true);
  const order = (path: string) => (sort === path ? "ascending" : sort === "-" + path ? "descending" : "none");
  const header = (path: string, title: string, right?: boolean) => (
    <div role="columnheader" class={right ? "right" : path === "run_id" ? "id" : ""} aria-sort={order(path)} key={path}>
      <button type="button" onClick={() => sortBy(path)} title={path}>
        {visible(title)}
        <span aria-hidden="true">{sort === path ? " ↑" : sort === "-" + path ? " ↓" : ""}</span>
      </button>
    </div>
  );

  const row = (i: number) => line(i, pages.row(i));
  const line = (i: number, run: Fields | undefined, atTop = false) => {
    const id = run ? text(run["run_id"]) : "";
    return (
      <div
        role="row"
        id={atTop ? "baseline" : "run-" + i}
        key={i}
        aria-rowindex={atTop ? undefined : i + 2}
        aria-selected={selected.includes(id)}
        class={"row" + (i === active ? " active" : "") + (id && id === base ? " base" : "")}
        style={{ gridTemplateColumns: template }}
        onClick={() => !atTop && setActive(i)}
      >
        {run ? (
          <>
            <div role="gridcell">
              <input type="checkbox" tabIndex={-1} checked={selected.includes(id)} onChange={() => toggle(id)} aria-label={"select " + id} />
            </div>
            <div role="gridcell">
              <button
                type="button"
                class={"pin" + (run["pinned"] === true ? " on" : "")}
                tabIndex={-1}
                disabled={!mayChange()}
                aria-pressed={run["pinned"] === true}
                aria-label={"pin " + id}
                onClick={() => void pin(run)}
              >
                {run["pinned"] === true ? "★" : "☆"}
              </button>
            </div>
            <div role="gridcell" class="id">
              <a href={"/runs/" + encodeURIComponent(id)} tabIndex={-1}>
                {id}
              </a>
            </div>
            {columns.map((c) => {
              if (!c.path)
                return (
                  <div role="gridcell" key="curve">
                    <Spark run={id} y={curve} version={length(run)} />
                  </div>
                );
              const v = lookup(run, c.path);
              const off = base && id !== base && (c.path.startsWith("metrics.") || c.path.startsWith("config.")) ? against(v, lookup(baseline, c.path)) : "";
              return (
                <div role="gridcell" class={c.right ? "right" : ""} key={c.path}>
                  {c.path === "status" ? <Status value={v} /> : c.path === "seed" && v !== null && v !== undefined ? String(v) : c.show ? c.show(run) : text(v)}
                  {off && <span class="off"> {off}</span>}
                </div>
              );
            })}
          </>
        ) : (
          <div role="gridcell" class="waiting">
            …
          </div>
        )}
      </div>
    );
  };

  const command = "runshelf ls --all" + (where ? " --where " + quote(where) : "") + (sort ? " --sort " + quote(sort) : "") + (chosen.length ? " --columns " + quote(["id", "status", "duration", ...chosen].join(",")) : "");
  return (
    <div class="fill">
      <div class="tools">
        <h1 class="hidden">Runs</h1>
        <Ask id="filter" value={where} label="filter the runs" placeholder='filter: status == "failed" && config.agents > 5' onAsk={(v) => setParams({ where: v })} error={first.error instanceof Refusal ? first.error : undefined} />
        <details class="menu">
          <summary>columns</summary>
          <fieldset>
            <legend class="hidden">columns of configuration and metrics</legend>
            {(keys.data?.keys ?? []).map((k) => (
              <label key={k}>
                <input
                  type="checkbox"
                  checked={chosen.includes(k)}
                  onChange={() => setParams({ columns: (chosen.includes(k) ? chosen.filter((c) => c !== k) : [...chosen, k]).join(",") }, true)}
                />
                {visible(k)}
              </label>
            ))}
          </fieldset>
        </details>
        <Ask id="curve" list="curves" value={curve} label="the field of the curve" placeholder="curve of a field: gini" onAsk={(v) => setParams({ curve: v })} />
        <datalist id="curves">
          {[...new Set(seen.filter((f) => f.numbers > 1 && f.path !== "tick").map((f) => f.path))].map((f) => (
            <option key={f} value={f} />
          ))}
        </datalist>
        {mayChange() && <Trash restored={() => (first.again(), pages.refresh())} />}
        <span class="grow" />
        {selected.length > 0 && (
          <>
            {selected.length === 1 && (
              <button type="button" onClick={() => setParams({ base: selected[0] === base ? null : (selected[0] ?? null) }, true)}>
                {selected[0] === base ? "no baseline" : "make it the baseline"}
              </button>
            )}
            <button type="button" class="primary" disabled={selected.length < 2} onClick={compare}>
              compare {selected.length > 1 ? count(selected.length) : ""}
            </button>
            <button type="button" class="quiet" onClick={() => setParams({ select: null }, true)}>
              clear
            </button>
          </>
        )}
        <span class="dim" role="status">
          {first.error instanceof Refusal ? "" : first.data ? plural(total, "run") : "reading"}
        </span>
      </div>
      <Trouble error={trouble} />
      <Unknown of="run" field="name" names={first.data?.unknown} />
      {first.data && total === 0 ? (
        where ? (
          <Nothing of="run" />
        ) : (
          <div class="empty">
            <p>There is no run yet.</p>
            <p>One appears here as soon as it begins:</p>
            {["runshelf sim", "runshelf exec -- ./program"].map((c) => (
              <p key={c}>
                <code>{c}</code> <Copy text={c} label={"copy " + c} />
              </p>
            ))}
          </div>
        )
      ) : (
        <VirtualList
          class="table"
          label="runs"
          count={total}
          rowHeight={34}
          see={pages.see}
          render={row}
          goTo={goTo}
          active={active}
          idPrefix="run"
          onKeyDown={onKeyDown}
          head={
            <>
            <div role="row" class="row head" style={{ gridTemplateColumns: template }} aria-rowindex={1}>
              <div role="columnheader">
                <input
                  type="checkbox"
                  tabIndex={-1}
                  checked={selected.length > 0 && selected.length >= Math.min(total, allMost)}
                  onChange={(e) => void selectAll(e.currentTarget.checked)}
                  aria-label={total > allMost ? `select the first ${allMost}` : "select all"}
                />
              </div>
              <div role="columnheader">
                <span class="hidden">pinned</span>
              </div>
              {header("run_id", "run")}
              {columns.map((c) =>
                c.path ? (
                  header(c.path, c.title, c.right)
                ) : (
                  <div role="columnheader" key="curve">
                    {visible(curve)}
                  </div>
                ),
              )}
            </div>
            {baseline && line(-1, baseline, true)}
            </>
          }
        />
      )}
      <Command text={command} />
    </div>
  );
}

/** What was removed, and a way back. */
function Trash({ restored }: { restored: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [list, set] = useState<Fields[]>();
  const [error, setError] = useState<Error>();
  const read = () =>
    get<{ runs: Fields[] }>("/api/trash").then(
      (l) => set(l.runs),
      (e: Error) => setError(e),
    );
  const restore = (id: string) =>
    change(id, "restore", {}).then(
      () => (setError(undefined), restored(), read()),
      (e: Error) => setError(e),
    );
  return (
    <>
      <button type="button" class="quiet" onClick={() => (void read(), dialog.current?.showModal())}>
        trash
      </button>
      <dialog ref={dialog} aria-label="the trash" class="help">
        <form method="dialog">
          <h2>Trash</h2>
          <Trouble error={error} />
          {list?.length === 0 && <p class="dim">Nothing is in it.</p>}
          <table class="pairs" aria-label="removed runs">
            <tbody>
              {list?.map((r) => (
                <tr key={String(r["run_id"])}>
                  <th scope="row">{text(r["run_id"])}</th>
                  <td>{text(r["name"])}</td>
                  <td class="right">{bytes(Number(r["bytes"]))}</td>
                  <td class="right">
                    <button type="button" onClick={() => void restore(String(r["run_id"]))}>
                      restore
                    </button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          <p class="dim">
            <code>runshelf trash --empty</code> frees the space.
          </p>
          <button type="submit">close</button>
        </form>
      </dialog>
    </>
  );
}
