import { useEffect, useRef, useState } from "preact/hooks";
import { change, mayChange, runPath, type Fields, type Outline } from "./api";
import { Curves } from "./Curves";
import { Events } from "./Events";
import { bytes, duration, figure, moment, plural, quote, text, visible } from "./format";
import { useDocument } from "./hooks";
import { Lanes } from "./Lanes";
import { follow } from "./live";
import { Command, Copy, Empty, Name, Section, Status, Trouble } from "./parts";
import { go, setParams, withParams } from "./router";

const tabs = ["summary", "events", "curves", "lanes", "files"] as const;

interface FileList {
  files: { name: string; bytes: number; kind: string }[];
  truncated: boolean;
}

export function RunView({ id, address }: { id: string; address: URL }) {
  const run = useDocument<Fields>(runPath(id));
  const [length, setLength] = useState(0);
  const [status, setStatus] = useState("");
  const [gone, setGone] = useState(false);
  const shown = useRef(run);
  shown.current = run;
  const tab = tabs.find((t) => t === address.searchParams.get("tab")) ?? "summary";
  useEffect(
    () =>
      follow(id, (m) => {
        setGone(m["gone"] === true);
        if (m["gone"] === true) return;
        setLength(typeof m["bytes"] === "number" ? m["bytes"] : 0);
        const now = text(m["status"]);
        setStatus((was) => {
          if (was ? was !== now : shown.current.error) run.again(); // it may have begun only now
          return now;
        });
      }),
    [id],
  );
  useEffect(() => {
    const key = (e: KeyboardEvent) => {
      if (e.ctrlKey || e.metaKey || e.altKey || (e.target as Element).closest("input, textarea, dialog")) return;
      const chosen = tabs[Number(e.key) - 1];
      if (chosen) setParams({ tab: chosen });
    };
    addEventListener("keydown", key);
    return () => removeEventListener("keydown", key);
  }, []);
  useEffect(() => {
    document.title = `${text(run.data?.["name"]) || id} · Runshelf`;
    return () => void (document.title = "Runshelf");
  }, [id, run.data]);

  if (run.error && !run.data) return <Empty>{visible(run.error.message)}</Empty>;
  const m = run.data;
  const live = status === "running";
  const command = { summary: `runshelf show ${id}`, files: `runshelf show ${id}`, events: "", curves: "", lanes: "" }[tab];
  return (
    <div class="fill">
      <div class="run-head">
        <h1>
          <span class="mono">{id}</span> {m && text(m["name"]) && <span class="name">{text(m["name"])}</span>}
        </h1>
        {m && <Status value={status || m["status"]} />}
        {m && text(m["reason"]) && <span class="dim">{text(m["reason"])}</span>}
        {m && (m["tags"] as string[] | undefined)?.map((t) => (
          <span class="tag" key={t}>
            {visible(String(t))}
          </span>
        ))}
      </div>
      {gone && <Trouble error={new Error("This run is no longer on the shelf; what is shown was there before.")} />}
      <div role="tablist" aria-label="parts of the run" class="tabs">
        {tabs.map((t) => (
          <a role="tab" key={t} id={"tab-" + t} aria-selected={t === tab} aria-controls="part" href={withParams({ tab: t })} tabIndex={t === tab ? 0 : -1}
            onKeyDown={(e) => {
              const step = e.key === "ArrowRight" ? 1 : e.key === "ArrowLeft" ? -1 : 0;
              const to = tabs[(tabs.indexOf(t) + step + tabs.length) % tabs.length];
              if (!step || !to) return;
              setParams({ tab: to }, true);
              document.getElementById("tab-" + to)?.focus();
            }}
          >
            {t}
          </a>
        ))}
      </div>
      <div role="tabpanel" id="part" aria-labelledby={"tab-" + tab} class="part">
        {m && tab === "summary" && <Summary id={id} m={m} live={live} changed={run.again} />}
        {tab === "events" && <Events id={id} address={address} length={length} live={live} />}
        {tab === "curves" && <Curves runs={[id]} address={address} length={live ? length : 0} />}
        {tab === "lanes" && <Lanes id={id} address={address} length={live ? length : 0} />}
        {tab === "files" && <Files id={id} />}
      </div>
      {command && <Command text={command} />}
    </div>
  );
}

/** One line of what is known; nothing when nothing is. */
function Fact({ name, value }: { name: string; value: string }) {
  return value ? (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  ) : null;
}

function Pairs({ of, label }: { of: Fields; label: string }) {
  return (
    <table class="pairs" aria-label={label}>
      <tbody>
        {Object.entries(of).map(([k, v]) => (
          <tr key={k}>
            <th scope="row"><Name of={k} /></th>
            <td class={text(v).length < 20 ? "right" : ""}>{k === "seed" ? String(v) : text(v)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const object = (v: unknown): Fields => (v && typeof v === "object" && !Array.isArray(v) ? (v as Fields) : {});

function Summary({ id, m, live, changed }: { id: string; m: Fields; live: boolean; changed: () => void }) {
  const again = useDocument<{ command: string; problem: string }>(runPath(id) + "/rerun").data;
  const program = object(m["program"]);
  const host = object(m["host"]);
  const git = object(m["git"]);
  const usage = object(m["usage"]);
  const events = object(m["events"]);
  const argv = Array.isArray(program["argv"]) ? program["argv"].map((a) => quote(text(a))).join(" ") : "";
  // A run without a recorded end does not say what events it has: they are counted.
  const open = m["events"] === undefined || m["events"] === null;
  const outline = useDocument<Outline>(open ? `${runPath(id)}/outline?bars=1` : null);
  const counted = outline.data;
  useEffect(() => {
    if (!open || !live) return;
    const timer = setInterval(outline.again, 2000);
    return () => clearInterval(timer);
  }, [open, live]);
  const total = open ? (counted?.count ?? 0) : Number(events["count"]);
  const types = open ? (counted?.types ?? []).map((t) => [t.value, t.count] as const) : Object.entries(object(events["by_type"])).sort((a, b) => Number(b[1]) - Number(a[1]));
  const most = Math.max(1, ...types.map(([, n]) => Number(n)));
  const seconds = m["duration_s"];
  return (
    <div class="cards">
      {again?.problem && <Trouble error={new Error(again.problem)} />}
      {Object.keys(object(m["metrics"])).length > 0 && (
        <Section title="Metrics">
          <Pairs of={object(m["metrics"])} label="metrics" />
        </Section>
      )}
      <Section title="What it was">
        <dl class="facts">
          <Fact name="started" value={moment(m["started_at"])} />
          <Fact name="took" value={typeof seconds === "number" ? duration(seconds) : ""} />
          <Fact name="program" value={`${text(program["name"])} ${text(program["version"])}`.trim()} />
          <Fact name="arguments" value={argv} />
          <Fact name="directory" value={text(program["cwd"])} />
          <Fact name="seed" value={m["seed"] === undefined ? "" : String(m["seed"])} />
          <Fact name="parent" value={text(m["parent"])} />
          <Fact name="code" value={[text(git["commit"]).slice(0, 12), text(git["branch"]), git["dirty"] === true ? "with changes" : ""].filter(Boolean).join(" · ")} />
          <Fact name="host" value={[text(host["hostname"]), text(host["os"]), text(host["arch"]), host["cpus"] ? plural(Number(host["cpus"]), "core") : ""].filter(Boolean).join(" · ")} />
          <Fact name="used" value={usage["user_s"] === undefined ? "" : `${figure(Number(usage["user_s"]))} s, ${bytes(Number(usage["max_rss_bytes"]))}`} />
          <Fact name="dropped" value={Number(events["dropped"]) ? plural(Number(events["dropped"]), "event") : ""} />
        </dl>
        {again?.command && (
          <div class="rerun">
            <h3>Run again</h3>
            <div class="command">
              <span class="dim" aria-hidden="true">$</span>
              <code>{visible(again.command)}</code>
              <Copy text={again.command} label="copy the command that runs it again" />
            </div>
          </div>
        )}
        <Remarks id={id} m={m} changed={changed} />
      </Section>
      {total > 0 && (
        <Section title={plural(total, "event") + (live ? " so far" : "")} aside={<a href={withParams({ tab: "events" })}>look at them</a>}>
          <ul class="bars">
            {types.slice(0, 24).map(([t, n]) => (
              <li key={t}>
                <a href={withParams({ tab: "events", type: t })}>{visible(t)}</a>
                <span class="bar-of" style={{ width: `${(Number(n) / most) * 100}%` }} aria-hidden="true" />
                <span class="right">{figure(Number(n))}</span>
              </li>
            ))}
          </ul>
        </Section>
      )}
      {Object.keys(object(m["config"])).length > 0 && (
        <Section title="Configuration">
          <Pairs of={object(m["config"])} label="configuration" />
        </Section>
      )}
    </div>
  );
}

/** What a person says about the run. */
function Remarks({ id, m, changed }: { id: string; m: Fields; changed: () => void }) {
  const [error, setError] = useState<Error>();
  const tell = (kind: string, body: Fields) =>
    change(id, kind, body).then(
      () => (setError(undefined), kind === "trash" ? go("/") : changed()),
      (e: Error) => setError(e),
    );
  const submit = (kind: string, body: (v: string) => Fields) => (e: SubmitEvent) => {
    e.preventDefault();
    const form = e.currentTarget as HTMLFormElement;
    const value = String(new FormData(form).get("v")).trim();
    if (value || kind === "name") void tell(kind, body(value)).then(() => kind !== "name" && form.reset());
  };
  const notes = Array.isArray(m["notes"]) ? m["notes"].map(object) : [];
  const tags = Array.isArray(m["tags"]) ? m["tags"].map(String) : [];
  return (
    <div class="remarks">
      <h3>Remarks</h3>
      {notes.map((n, i) => (
        <p key={i} class="note">
          <span class="dim">{moment(n["at"])}</span> {text(n["text"])}
          {mayChange() && (
            <button type="button" class="quiet" aria-label="take this note away" onClick={() => void tell("note", { remove: [n["text"] ?? ""] })}>
              ✕
            </button>
          )}
        </p>
      ))}
      {!mayChange() && <p class="dim">Open the start link of runshelf ui to change names, tags, notes and pins.</p>}
      {mayChange() && (
        <div class="remark-forms">
          <form onSubmit={submit("name", (name) => ({ name }))}>
            <input name="v" aria-label="name" placeholder="name" defaultValue={typeof m["name"] === "string" ? m["name"] : ""} key={text(m["name"])} />
            <button type="submit">name it</button>
          </form>
          <form onSubmit={submit("tag", (t) => ({ add: t.split(",").map((x) => x.trim()).filter(Boolean) }))}>
            <input name="v" aria-label="tags" placeholder="tags, with commas" />
            <button type="submit">tag it</button>
          </form>
          <form onSubmit={submit("note", (t) => ({ text: t }))}>
            <input name="v" aria-label="note" placeholder="note" />
            <button type="submit">add the note</button>
          </form>
          <div class="line">
            {tags.map((t) => (
              <button type="button" key={t} class="tag" aria-label={"take away the tag " + t} onClick={() => void tell("tag", { remove: [t] })}>
                {visible(t)} ✕
              </button>
            ))}
            <button type="button" aria-pressed={m["pinned"] === true} onClick={() => void tell("pin", { pinned: m["pinned"] !== true })}>
              {m["pinned"] === true ? "★ pinned" : "☆ pin"}
            </button>
            <button type="button" class="danger" onClick={() => void tell("trash", {})}>
              to the trash
            </button>
          </div>
        </div>
      )}
      <Trouble error={error} />
    </div>
  );
}

function Files({ id }: { id: string }) {
  const list = useDocument<FileList>(runPath(id) + "/files");
  return (
    <div class="cards">
      <Trouble error={list.error} />
      <Section title="Files">
        <table class="pairs files" aria-label="files">
          <tbody>
            {list.data?.files.map((f) => (
              <tr key={f.name}>
                <th scope="row">
                  {f.kind === "file" ? (
                    <a download="" href={runPath(id) + "/files/" + f.name.split("/").map(encodeURIComponent).join("/")}>
                      {visible(f.name)}
                    </a>
                  ) : (
                    visible(f.name)
                  )}
                </th>
                <td class="right">{f.kind === "file" ? bytes(f.bytes) : f.kind}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {list.data?.truncated && <p class="dim">and more</p>}
      </Section>
    </div>
  );
}
