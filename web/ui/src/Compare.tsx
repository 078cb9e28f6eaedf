import { useEffect, useState } from "preact/hooks";
import { get, lookup, runPath, type Diff, type Fields, type Value } from "./api";
import { Curves, palette } from "./Curves";
import { change, count, plural, text, visible } from "./format";
import { useDocument } from "./hooks";
import { Command, Section, Status, Trouble } from "./parts";
import { setParams } from "./router";

const matrixMost = 8; // runs, each with each

/** Two runs or more beside each other: what differs, the curves, and where two part. */
export function Compare({ address }: { address: URL }) {
  const ids = (address.searchParams.get("runs") ?? "").split(",").filter(Boolean);
  const key = ids.join(",");
  const [runs, setRuns] = useState<Fields[]>([]);
  const [error, setError] = useState<Error>();
  useEffect(() => {
    const control = new AbortController();
    Promise.all(ids.map((id) => get<Fields>(runPath(id), control.signal))).then(
      (all) => (setRuns(all), setError(undefined)),
      (e: Error) => e.name !== "AbortError" && setError(e),
    );
    return () => control.abort();
  }, [key]);
  const a = address.searchParams.get("a") ?? ids[0] ?? "";
  const b = address.searchParams.get("b") ?? ids.find((id) => id !== a) ?? "";
  if (ids.length < 2)
    return (
      <div class="empty">
        <p>Select two runs or more in the list to compare them.</p>
        <a href="/">the runs</a>
      </div>
    );
  const pick = (name: "a" | "b", value: string) => (
    <label>
      <span class="dim">{name.toUpperCase()} </span>
      <select value={value} onChange={(e) => setParams({ [name]: e.currentTarget.value }, true)}>
        {ids.map((id) => (
          <option key={id} value={id}>
            {id}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <div class="scroll">
      <h1 class="hidden">Compare runs</h1>
      <Trouble error={error} />
      <div class="legend runs-legend">
        {runs.map((r, i) => (
          <a key={i} href={"/runs/" + encodeURIComponent(text(r["run_id"]))}>
            <i style={{ background: palette[i % palette.length] }} aria-hidden="true" /> {text(r["run_id"])} <span class="dim">{text(r["name"])}</span> <Status value={r["status"]} />
          </a>
        ))}
      </div>
      <Differences runs={runs} of="config" title="Configuration: what differs" />
      <Differences runs={runs} of="metrics" title="Metrics" all />
      <Section title="First divergence" aside={<span class="pick">{pick("a", a)} {pick("b", b)}</span>}>
        {a !== b ? <Divergence a={a} b={b} /> : <p class="dim">Choose two different runs.</p>}
      </Section>
      {ids.length > 2 && <Matrix ids={ids.slice(0, matrixMost)} />}
      <div class="curves-part">
        <Curves runs={ids.slice(0, 16)} address={address} />
      </div>
      <Command text={`runshelf diff ${a} ${b}`} />
    </div>
  );
}

/** The paths of all values inside an object. */
function paths(v: Value | undefined, prefix = "", into = new Set<string>()): Set<string> {
  if (v && typeof v === "object" && !Array.isArray(v)) for (const [k, inner] of Object.entries(v)) paths(inner, prefix ? prefix + "." + k : k, into);
  else if (prefix) into.add(prefix);
  return into;
}

function Differences({ runs, of, title, all }: { runs: Fields[]; of: string; title: string; all?: boolean }) {
  const names = [...new Set(runs.flatMap((r) => [...paths(r[of])]))].sort();
  const rows = names.map((n) => ({ name: n, values: runs.map((r) => lookup(r[of], n)) })).filter((r) => all || new Set(r.values.map((v) => JSON.stringify(v))).size > 1);
  if (!runs.length) return null;
  return (
    <Section title={title}>
      {rows.length === 0 ? (
        <p class="dim">nothing</p>
      ) : (
        <div class="wide" tabIndex={0} role="region" aria-label={title}>
          <table class="grid">
            <thead>
              <tr>
                <td />
                {runs.map((r, i) => (
                  <th scope="col" key={i} style={{ "--mark": palette[i % palette.length] ?? "" }}>
                    {text(r["name"]) || text(r["run_id"])}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.name}>
                  <th scope="row">{visible(row.name)}</th>
                  {row.values.map((v, i) => {
                    const base = row.values[0];
                    const off = i > 0 && typeof v === "number" && typeof base === "number" && v !== base ? v - base : null;
                    return (
                      <td key={i} class="right">
                        {text(v) || "–"}
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

/** An event as its fields, those that differ marked. */
function Column({ side, event, marked }: { side: string; event: Fields | null; marked: Set<string> }) {
  return (
    <div class="column">
      <h3>{side}</h3>
      {event === null ? (
        <p class="dim">the log has ended</p>
      ) : (
        <table class="pairs" aria-label={"event of " + side}>
          <tbody>
            {[...paths(event)].map((p) => (
              <tr key={p} class={[...marked].some((m) => m === p || m.startsWith(p + "[") || m.startsWith(p + ".") || p.startsWith(m + ".")) ? "marked" : ""}>
                <th scope="row">{visible(p)}</th>
                <td>{text(lookup(event, p)) || JSON.stringify(lookup(event, p))}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}

const brief = (e: Fields): string => {
  const { timestamp: _t, sequence, event_type, ...rest } = e;
  return visible(`#${text(sequence)} ${text(event_type)} ` + Object.entries(rest).map(([k, v]) => `${k}=${text(v)}`).join(" ")).slice(0, 300);
};

function Divergence({ a, b }: { a: string; b: string }) {
  const diff = useDocument<Diff>("/api/diff?" + new URLSearchParams({ a, b, context: "4" }));
  const d = diff.data;
  if (diff.error) return <Trouble error={diff.error} />;
  if (!d) return <p class="dim">comparing</p>;
  const f = d.first_divergence;
  const fields = new Set(f?.fields.map((x) => x.path));
  const types = Object.entries(d.counts).filter(([, n]) => n.a !== n.b);
  return (
    <>
      <p class="verdict" role="status">
        {d.same ? `The same: all ${plural(d.equal, "event")}.` : `${count(d.changed)} changed, ${count(d.added)} only in B, ${count(d.removed)} only in A, ${count(d.equal)} the same.`}
        {f && ` They part at event ${count(f.index)}.`}
      </p>
      {f && (
        <>
          {d.around && d.around.before.length > 0 && (
            <ol class="context" aria-label="the events before, the same in both">
              {d.around.before.map((e, i) => (
                <li key={i}>{brief(e)}</li>
              ))}
            </ol>
          )}
          <div class="two">
            <Column side="A" event={f.a} marked={fields} />
            <Column side="B" event={f.b} marked={fields} />
          </div>
          <div class="two">
            {([["A", d.around?.after_a], ["B", d.around?.after_b]] as const).map(([side, list]) => (
              <ol class="context" key={side} aria-label={"the events behind in " + side}>
                {list?.map((e, i) => <li key={i}>{brief(e)}</li>)}
              </ol>
            ))}
          </div>
          <p>
            <a href={`/runs/${encodeURIComponent(a)}?tab=events&at=${text(f.a?.["sequence"]).replaceAll(",", "")}`}>A in its log</a> · <a href={`/runs/${encodeURIComponent(b)}?tab=events&at=${text(f.b?.["sequence"]).replaceAll(",", "")}`}>B in its log</a>
          </p>
        </>
      )}
      {types.length > 0 && (
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
      )}
    </>
  );
}

/** How many events each two runs have in common before they part. */
function Matrix({ ids }: { ids: string[] }) {
  const [cells, set] = useState<{ [pair: string]: string }>({});
  const key = ids.join(",");
  useEffect(() => {
    const control = new AbortController();
    void (async () => {
      for (const [i, a] of ids.entries())
        for (const b of ids.slice(i + 1))
          try {
            const d = await get<Diff>("/api/diff?" + new URLSearchParams({ a, b, first: "1" }), control.signal);
            const shown = d.same ? "all" : count((d.first_divergence?.index ?? 1) - 1);
            set((c) => ({ ...c, [a + " " + b]: shown, [b + " " + a]: shown }));
          } catch {
            return;
          }
    })();
    return () => control.abort();
  }, [key]);
  return (
    <Section title="Events in common from the beginning">
      <div class="wide" tabIndex={0} role="region" aria-label="matrix of common beginnings">
        <table class="grid">
          <thead>
            <tr>
              <td />
              {ids.map((id) => (
                <th scope="col" key={id}>
                  {id}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {ids.map((a) => (
              <tr key={a}>
                <th scope="row">{a}</th>
                {ids.map((b) => (
                  <td class="right" key={b}>
                    {a === b ? "·" : (cells[a + " " + b] ?? "…")}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}
