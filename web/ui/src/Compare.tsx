import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import { get, lookup, runPath, type Diff, type Difference, type Fields, type Matrix, type Value } from "./api";
import { palette } from "./Chart";
import { Curves } from "./Curves";
import { change, count, plural, quote, text, visible } from "./format";
import { useDocument } from "./hooks";
import { follow } from "./live";
import { Ask, Command, Empty, Section, Status, Trouble } from "./parts";
import { setParams, withParams } from "./router";

const matrixMost = 16; // runs, each with each
const gapsMost = 500;

/** Two runs or more beside each other: what differs, the curves, and where two part. */
export function Compare({ address }: { address: URL }) {
  const wanted = (address.searchParams.get("runs") ?? "").split(",").filter(Boolean);
  const key = wanted.join(",");
  const [turn, again] = useState(0);
  const [length, setLength] = useState(0);
  const [found, setFound] = useState<{ key: string; runs: Fields[]; errors: Error[] }>({ key: "", runs: [], errors: [] });
  useEffect(() => {
    const control = new AbortController();
    void Promise.allSettled(wanted.map((id) => get<Fields>(runPath(id), control.signal))).then((all) => {
      if (control.signal.aborted) return;
      const errors = all.flatMap((r) => (r.status === "rejected" ? [r.reason as Error] : []));
      setFound({ key, runs: all.flatMap((r) => (r.status === "fulfilled" ? [r.value] : [])), errors });
    });
    return () => control.abort();
  }, [key, turn]);
  // A link lives longer than the runs in it: those that are left are compared.
  const runs = found.key === key ? found.runs : [];
  const ids = runs.map((r) => String(r["run_id"]));
  // The curves grow with the runs that go on, and all is looked at again when one ends.
  const running = runs.filter((r) => r["status"] === "running").map((r) => String(r["run_id"]));
  useEffect(() => {
    const sizes = new Map<string, number>();
    const ends = running.map((id) =>
      follow(id, (m) => {
        if (m["status"] !== "running") return again((n) => n + 1);
        sizes.set(id, Number(m["bytes"]));
        setLength([...sizes.values()].reduce((a, b) => a + b));
      }),
    );
    return () => ends.forEach((end) => end());
  }, [running.join()]);
  const among = (id: string | null) => (id !== null && ids.includes(id) ? id : undefined);
  const a = among(address.searchParams.get("a")) ?? ids[0] ?? "";
  const b = among(address.searchParams.get("b")) ?? ids.find((id) => id !== a) ?? "";
  const troubles = found.errors.map((e) => <Trouble key={e.message} error={e} />);
  if (wanted.length >= 2 && found.key !== key) return <p class="empty">reading</p>;
  if (ids.length < 2)
    return (
      <>
        {wanted.length >= 2 && troubles}
        <Empty>Select two runs or more in the list (x) to compare them (c).</Empty>
      </>
    );
  const ignore = address.searchParams.getAll("ignore");
  const names = namesOf(ids.slice(0, matrixMost), runs);
  const pick = (name: "a" | "b", value: string) => (
    <label>
      <span class="dim">{name.toUpperCase()} </span>
      <select value={value} onChange={(e) => setParams({ [name]: e.currentTarget.value, gap: null }, true)}>
        {ids.map((id, i) => (
          <option key={id} value={id}>
            {id} {text(runs[i]?.["name"])}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <div class="scroll">
      <h1 class="hidden">Compare runs</h1>
      {troubles}
      <div class="legend runs-legend">
        {runs.map((r, i) => (
          <a key={i} href={"/runs/" + encodeURIComponent(text(r["run_id"]))}>
            <i style={{ background: palette[i % palette.length] }} aria-hidden="true" /> {text(r["run_id"])} <span class="dim">{text(r["name"])}</span> <Status value={r["status"]} />
          </a>
        ))}
      </div>
      <div class="side-by-side">
        <Differences runs={runs} title="Configuration: what differs" lines={linesOf(runs, "config").filter(differs)} />
        <Differences runs={runs} title="Besides" quiet lines={circumstances.map((name) => ({ name, values: runs.map((r) => lookup(r, name)) })).filter(differs)} />
        <Differences runs={runs} title="Metrics" lines={linesOf(runs, "metrics")} />
      </div>
      <Section
        title="Where they part"
        aside={
          <span class="pick">
            {pick("a", a)} {pick("b", b)}
            <Ask id="filter" value={ignore.join(",")} label="fields to set aside" placeholder="set aside: seed, host.*" onAsk={(v) => setParams({ ignore: rulesOf(v), gap: null })} />
          </span>
        }
      >
        {a !== b ? <Divergence key={turn} a={a} b={b} ignore={ignore} place={Number(address.searchParams.get("gap")) || 1} /> : <p class="dim">Choose two different runs.</p>}
      </Section>
      {ids.length > matrixMost && <p class="dim">Of {count(ids.length)} runs the first {count(matrixMost)} have curves and are compared each with each.</p>}
      {ids.length > 2 && <Common key={turn} ids={ids.slice(0, matrixMost)} names={names} ignore={ignore} />}
      <div class="curves-part">
        <Curves runs={ids.slice(0, matrixMost)} names={names} address={address} length={length} />
      </div>
      <Command text={`runshelf diff ${a} ${b}` + ignore.map((i) => " --ignore " + quote(i)).join("")} />
    </div>
  );
}

/** What tells runs apart: the name of each, or its id when it has none of its own. */
function namesOf(ids: string[], runs: Fields[]): string[] {
  const names = ids.map((id) => text(runs.find((r) => r["run_id"] === id)?.["name"]));
  return ids.map((id, i) => (names[i] && names.indexOf(names[i]) === names.lastIndexOf(names[i]) ? names[i] : id));
}

/** The paths of all values inside an object. */
function paths(v: Value | undefined, prefix = "", into = new Set<string>()): Set<string> {
  if (v && typeof v === "object" && !Array.isArray(v)) for (const [k, inner] of Object.entries(v)) paths(inner, prefix ? prefix + "." + k : k, into);
  else if (prefix) into.add(prefix);
  return into;
}

interface Line {
  name: string;
  values: (Value | undefined)[];
}

const differs = (l: Line): boolean => new Set(l.values.map((v) => JSON.stringify(v ?? ""))).size > 1; // what is not there looks like what is empty

/** What the runs have under a member, a line for each path in it. */
function linesOf(runs: Fields[], of: string): Line[] {
  const names = [...new Set(runs.flatMap((r) => [...paths(r[of])]))].sort();
  return names.map((name) => ({ name, values: runs.map((r) => lookup(r[of], name)) }));
}

/** What else may explain a difference. */
const circumstances = ["seed", "status", "reason", "program.name", "program.version", "git.commit", "git.dirty", "host.hostname", "host.os", "host.arch", "host.cpus"];

function Differences({ runs, title, lines, quiet }: { runs: Fields[]; title: string; lines: Line[]; quiet?: boolean }) {
  if (!runs.length || (quiet && !lines.length)) return null;
  return (
    <Section title={title}>
      {lines.length === 0 ? (
        <p class="dim">nothing</p>
      ) : (
        <div class="wide" tabIndex={0} role="region" aria-label={title}>
          <table class="grid">
            <thead>
              <tr>
                <td />
                {runs.map((r, i) => (
                  <th scope="col" key={i} style={{ "--run": palette[i % palette.length] ?? "" }}>
                    {text(r["name"]) || text(r["run_id"])}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {lines.map((row) => (
                <tr key={row.name}>
                  <th scope="row">{visible(row.name)}</th>
                  {row.values.map((v, i) => {
                    const base = row.values[0];
                    const off = i > 0 && row.name !== "seed" && typeof v === "number" && typeof base === "number" && v !== base ? v - base : null;
                    return (
                      <td key={i} class="right">
                        {row.name === "seed" || row.name === "git.commit" ? String(v ?? "–").slice(0, 20) : text(v) || "–"}
                        {off !== null && <span class="off"> {change(off)}</span>}
                      </td>
                    );
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Section>
  );
}

const near = 200; // characters of a text before and behind what differs in it
const longest = 2000; // characters that differ

/** A text beside another: what differs is marked, and of a long one only that is shown. */
function Beside({ text, other }: { text: string; other: string }) {
  const least = Math.min(text.length, other.length);
  let from = 0;
  while (from < least && text[from] === other[from]) from++;
  let same = 0;
  while (same < least - from && text.at(-1 - same) === other.at(-1 - same)) same++;
  const to = text.length - same;
  const part = (from: number, to: number) => visible(text.slice(Math.max(0, from), to));
  return (
    <>
      {from > near && "…"}
      {part(from - near, from)}
      <mark>{part(from, Math.min(to, from + longest))}</mark>
      {to > from + longest && "…"}
      {part(to, to + near)}
      {same > near && "…"}
    </>
  );
}

/** An event as its fields, those that differ marked. */
function Column({ side, run, event, other, none, marked }: { side: string; run: string; event: Fields | null | undefined; other: Fields | null | undefined; none: string; marked: Set<string> }) {
  const sequence = event && typeof event["sequence"] === "number" ? event["sequence"] : null;
  const fits = (p: string) => [...marked].some((m) => m === p || m.startsWith(p + "[") || m.startsWith(p + ".") || p.startsWith(m + "."));
  return (
    <div class="column">
      <h3>
        {side} <span class="mono">{run}</span> {sequence !== null && <a href={`/runs/${encodeURIComponent(run)}?tab=events&at=${sequence}`}>#{sequence} in its log</a>}
      </h3>
      {!event ? (
        <p class="dim">{none}</p>
      ) : (
        <table class="pairs" aria-label={"event of " + side}>
          <tbody>
            {[...paths(event)].map((p) => (
              <tr key={p} class={fits(p) ? "marked" : ""}>
                <th scope="row">{visible(p)}</th>
                <td>
                  <Beside text={shown(event, p)} other={shown(other ?? event, p)} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}

const shown = (event: Fields, path: string): string => {
  const v = lookup(event, path);
  return typeof v === "string" && v ? v : text(v) || String(JSON.stringify(v));
};

const brief = (e: Fields): string => {
  const { timestamp: _t, sequence, event_type, ...rest } = e;
  return visible(`#${text(sequence)} ${text(event_type)} ` + Object.entries(rest).map(([k, v]) => `${k}=${text(v)}`).join(" ")).slice(0, 300);
};

function Context({ list, label, more }: { list: Fields[] | undefined; label: string; more?: number }) {
  if (!list?.length) return <div />;
  return (
    <ol class="context" aria-label={label}>
      {list.map((e, i) => (
        <li key={i}>{brief(e)}</li>
      ))}
      {more !== undefined && more > 0 && <li>and {count(more)} more</li>}
    </ol>
  );
}

/** What names that do not belong together stood for before. */
function stoodFor(r: NonNullable<Difference["renamed"]>): string {
  const said = [r.a_stood_for && `${visible(r.a)} of A stood for ${visible(r.a_stood_for)}`, r.b_stood_for && `${visible(r.b)} of B stood for ${visible(r.b_stood_for)}`];
  return `So far ${said.filter(Boolean).join(", and ")}.`;
}

/** The rules of a list with commas, which may stand in a regular expression as well: text~/a{1,2}/. */
function rulesOf(list: string): string[] {
  return (list.match(/(?:~\/(?:[^/]|\/(?!(?:\+renamed)?\s*(?:,|$)))*\/|[^,])+/g) ?? []).map((x) => x.trim());
}

function Divergence({ a, b, ignore, place }: { a: string; b: string; ignore: string[]; place: number }) {
  const wanted = new URLSearchParams([["a", a], ["b", b], ["context", "4"], ["gaps", String(gapsMost)], ...ignore.map((i) => ["ignore", i])]).toString();
  const diff = useDocument<Diff>("/api/diff?" + wanted);
  const d = diff.data;
  const most = Math.max(1, d?.gaps?.length ?? 1);
  const at = Math.min(Math.max(1, place), most);
  const step = (by: number) => setParams({ gap: at + by > 1 ? String(Math.min(most, at + by)) : null }, true);
  // The keys act on what is shown, from the moment at which it is.
  useLayoutEffect(() => {
    const key = (e: KeyboardEvent) => {
      if (e.ctrlKey || e.metaKey || e.altKey || (e.target as Element).closest("input, textarea, select, dialog")) return;
      if (e.key === "n") step(1);
      else if (e.key === "N") step(-1);
    };
    addEventListener("keydown", key);
    return () => removeEventListener("keydown", key);
  });
  if (diff.error) return <Trouble error={diff.error} />;
  if (!d || (diff.path !== "/api/diff?" + wanted)) return <p class="dim">comparing</p>;
  const f = d.first_divergence;
  const gap = d.gaps?.[at - 1];
  // The first divergence is shown in lockstep; the places behind it as they were aligned.
  const first = f && at === 1 && (!gap || gap.stream === (f.stream ?? ""));
  const sides = first ? { a: f.a, b: f.b, fields: f.fields } : { a: gap?.a[0], b: gap?.b[0], fields: gap?.fields ?? [] };
  const fields = new Set(sides.fields.map((x) => x.path));
  const types = Object.entries(d.counts).filter(([, n]) => n.a !== n.b);
  return (
    <>
      <p class="verdict" role="status">
        {d.same ? `The same: all ${plural(d.equal, "event")}.` : `${count(d.equal)} the same, ${count(d.changed)} changed, ${count(d.added)} only in B, ${count(d.removed)} only in A.`}
        {f && ` They part at event ${count(f.index)}.`}
        {d.settled && <span class="dim"> The settings set aside {d.settled.map(visible).join(", ")}.</span>}
      </p>
      {f && (
        <>
          <div class="line places">
            <button type="button" disabled={at <= 1} onClick={() => step(-1)} title="N">
              ← previous
            </button>
            <button type="button" disabled={at >= most} onClick={() => step(1)} title="n">
              next →
            </button>
            <span role="status">
              {first ? "first divergence" : "difference"} <span class="dim">{`${count(at)} of ${count(most)}${most === gapsMost ? " and more" : ""}`}</span>
              {!first && gap && <span class="dim">{`: ${plural(gap.a_events, "event")} of A, ${count(gap.b_events)} of B`}</span>}
              {(first ? f.stream : gap?.stream) && <span class="dim"> on {visible((first ? f.stream : gap?.stream) ?? "")}</span>}
            </span>
          </div>
          {first && d.text_rules && (
            <p>
              They differ in parts of texts that change from run to run.{" "}
              <button type="button" onClick={() => setParams({ ignore: [...ignore, ...(d.text_rules ?? [])], gap: null })}>
                Set aside {d.text_rules.join(", ")}
              </button>
            </p>
          )}
          {first && sides.fields.map((x) => x.renamed && <p key={x.path}>{stoodFor(x.renamed)}</p>)}
          {first && <Context list={d.around?.before} label="the events before, the same in both" />}
          <div class="two">
            <Column side="A" run={a} event={sides.a} other={sides.b} none={first ? "the log has ended" : "A has no event here"} marked={fields} />
            <Column side="B" run={b} event={sides.b} other={sides.a} none={first ? "the log has ended" : "B has no event here"} marked={fields} />
          </div>
          <div class="two">
            {first ? (
              <>
                <Context list={d.around?.after_a} label="the events behind in A" />
                <Context list={d.around?.after_b} label="the events behind in B" />
              </>
            ) : (
              <>
                <Context list={gap?.a.slice(1)} label="more of A here" more={(gap?.a_events ?? 0) - (gap?.a.length ?? 0)} />
                <Context list={gap?.b.slice(1)} label="more of B here" more={(gap?.b_events ?? 0) - (gap?.b.length ?? 0)} />
              </>
            )}
          </div>
        </>
      )}
      {types.length > 0 && (
        <details class="counts">
          <summary>{plural(types.length, "event type")} with other counts</summary>
          <table class="grid" aria-label="events by type, where they differ">
            <thead>
              <tr>
                <td />
                <th scope="col">A</th>
                <th scope="col">B</th>
                <th scope="col">change</th>
              </tr>
            </thead>
            <tbody>
              {types.map(([t, n]) => (
                <tr key={t}>
                  <th scope="row">{visible(t)}</th>
                  <td class="right">{count(n.a)}</td>
                  <td class="right">{count(n.b)}</td>
                  <td class="right off">{change(n.b - n.a)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      )}
    </>
  );
}

/** How many events each two runs have in common before they part. The darker, the more. */
function Common({ ids, names, ignore }: { ids: string[]; names: string[]; ignore: string[] }) {
  const m = useDocument<Matrix>("/api/matrix?" + new URLSearchParams([["runs", ids.join(",")], ...ignore.map((i) => ["ignore", i])]));
  const most = Math.max(1, ...(m.data?.matrix.flatMap((row, i) => row.filter((_, j) => j !== i).map((c) => c.prefix)) ?? []));
  return (
    <Section title="Events in common from the beginning">
      <Trouble error={m.error} />
      {!m.data && !m.error && <p class="dim">comparing</p>}
      {m.data && (
        <div class="wide" tabIndex={0} role="region" aria-label="matrix of common beginnings">
          <table class="grid matrix">
            <thead>
              <tr>
                <td />
                {m.data.runs.map((id, i) => (
                  <th scope="col" key={id} title={id}>
                    {names[i] ?? id}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {m.data.matrix.map((row, i) => (
                <tr key={i}>
                  <th scope="row" title={m.data?.runs[i]}>
                    {names[i] ?? m.data?.runs[i]}
                  </th>
                  {row.map((c, j) => (
                    <td class="right" key={j} style={i === j ? {} : { "--share": `${Math.round((c.prefix / most) * 55)}%` }}>
                      {i === j ? (
                        "·"
                      ) : (
                        <a href={withParams({ a: ids[i] ?? null, b: ids[j] ?? null, gap: null })}>{c.same ? "all " + count(c.prefix) : count(c.prefix)}</a>
                      )}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Section>
  );
}
