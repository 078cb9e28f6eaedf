import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Value } from "./api";
import { visible } from "./format";

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
export function Copy({ text, label }: { text: string; label: string }) {
  const [done, set] = useState(false);
  const copy = () =>
    navigator.clipboard.writeText(text).then(() => {
      set(true);
      setTimeout(() => set(false), 1200);
    });
  return (
    <button type="button" class="quiet" onClick={copy} aria-label={label} title={label}>
      {done ? "copied" : "copy"}
    </button>
  );
}

/** The command that shows the same on a terminal. */
export function Command({ text }: { text: string }) {
  return (
    <div class="command">
      <span class="dim" aria-hidden="true">
        $
      </span>
      <code title="the command that shows this">{text}</code>
      <Copy text={text} label="copy the command that shows this" />
    </div>
  );
}

export function Trouble({ error }: { error: Error | undefined }) {
  return error ? (
    <p class="trouble" role="alert">
      {visible(error.message)}
    </p>
  ) : null;
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
