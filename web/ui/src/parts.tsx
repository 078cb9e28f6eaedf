import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Value } from "./api";
import { visible } from "./format";
import { withParams } from "./router";

/** How a run stands, as a word and a mark whose shape tells it too. */
export function Status({ value }: { value: Value | undefined }) {
  const status = typeof value === "string" ? value : "unknown";
  const mark = { running: "▶", completed: "✓", failed: "✕", interrupted: "■", crashed: "↯" }[status] ?? "?";
  return (
    <span class={"status status-" + (/^[a-z]+$/.test(status) ? status : "unknown")}>
      <span aria-hidden="true">{mark}</span> {visible(status)}
    </span>
  );
}

/** A button that copies a text and says that it did. */
export function Copy({ text, label, word = "copy" }: { text: string | (() => string); label: string; word?: string }) {
  const [done, set] = useState("");
  const tell = (what: string) => {
    set(what);
    setTimeout(() => set(""), 1200);
  };
  const copy = () => navigator.clipboard.writeText(typeof text === "string" ? text : text()).then(() => tell("copied"), () => tell("not allowed"));
  return (
    <button type="button" class="quiet" onClick={copy} aria-label={label} title={label}>
      {done || word}
    </button>
  );
}

/** The command that shows the same on a terminal, and the address of the view. */
export function Command({ text }: { text: string }) {
  return (
    <div class="command">
      <span class="dim" aria-hidden="true">
        $
      </span>
      <code title="the command that shows this">{visible(text)}</code>
      <Copy text={text} label="copy the command that shows this" />
      <Copy text={() => location.href} label="copy a link to this view" word="link" />
    </div>
  );
}

/** A name that may be broken where one of its words begins. */
export const Name = ({ of }: { of: string }) => (
  <>
    {visible(of)
      .split(/(?<=[_.])/)
      .map((word) => [word, <wbr />])}
  </>
);

export function Trouble({ error }: { error: Error | undefined }) {
  return error ? (
    <p class="trouble" role="alert">
      {visible(error.message)}
    </p>
  ) : null;
}

/** What is shown where nothing else is. */
export function Empty(p: { children: ComponentChildren; command?: string }) {
  return (
    <div class="empty">
      <p>{p.children}</p>
      {p.command && (
        <p>
          <code>{p.command}</code> <Copy text={p.command} label="copy the command" />
        </p>
      )}
      <a href="/">all runs</a>
    </div>
  );
}

/** What is said when a filter leaves nothing. */
export function Nothing(p: { of: "run" | "event" }) {
  return (
    <div class="empty" role="status">
      <p>No {p.of} is like that.</p>
      <a href={withParams({ where: null, type: null, level: null, at: null })}>show all</a>
    </div>
  );
}

/** Says which names in a filter nothing has: most likely they are texts without quotes. */
export function Unknown(p: { of: "run" | "event"; names: string[] | undefined; field: string }) {
  return (
    <>
      {p.names?.map((name) => (
        <p class="unknown" role="status" key={name}>
          No {p.of} has a field <code>{visible(name)}</code>. If it is a text, it stands in quotes, as in <code>{visible(`${p.field} contains ${JSON.stringify(name)}`)}</code>.
        </p>
      ))}
    </>
  );
}

export function Section(p: { title: string; children: ComponentChildren; aside?: ComponentChildren }) {
  return (
    <section class="card">
      <header>
        <h2>{p.title}</h2>
        {p.aside}
      </header>
      {p.children}
    </section>
  );
}

/** A field for an expression or a place. What is typed counts on Enter. */
export function Ask(p: { value: string; label: string; placeholder: string; onAsk: (v: string) => void; error?: Error | undefined; id: string; list?: string }) {
  return (
    <form
      class="ask"
      role="search"
      aria-label={p.label}
      onSubmit={(e) => {
        e.preventDefault();
        p.onAsk(new FormData(e.currentTarget).get("q") as string);
        document.querySelector<HTMLElement>(".virtual")?.focus(); // the keys of the list go on from here
      }}
    >
      <input
        key={p.value}
        id={p.id}
        name="q"
        defaultValue={p.value}
        placeholder={p.placeholder}
        aria-label={p.label}
        aria-invalid={p.error ? "true" : undefined}
        aria-describedby={p.error ? p.id + "-wrong" : undefined}
        autocomplete="off"
        spellcheck={false}
        list={p.list}
      />
      {p.value && (
        <button type="button" class="quiet" onClick={() => p.onAsk("")} aria-label={"clear: " + p.label}>
          ✕
        </button>
      )}
      {p.error && (
        <span class="wrong" id={p.id + "-wrong"} role="alert">
          {visible(p.error.message)}
        </span>
      )}
    </form>
  );
}
