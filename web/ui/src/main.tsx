import { render } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { mayChange, takeToken } from "./api";
import { Compare } from "./Compare";
import { visible } from "./format";
import { useDocument, useTheme } from "./hooks";
import { Empty } from "./parts";
import { followLink, go, useAddress } from "./router";
import { Query } from "./Query";
import { RunView } from "./RunView";
import { Runs } from "./Runs";
import "uplot/dist/uPlot.min.css";
import "./style.css";

function View({ address }: { address: URL }) {
  const run = /^\/runs\/([^/]+)$/.exec(address.pathname)?.[1];
  if (run) return <RunView key={run} id={decoded(run)} address={address} />;
  if (address.pathname === "/compare") return <Compare address={address} />;
  if (address.pathname === "/query") return <Query address={address} />;
  if (address.pathname === "/") return <Runs address={address} />;
  return <Empty>There is nothing at {visible(decoded(address.pathname))}.</Empty>;
}

/** A path as a person reads it. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Says when what happens is no longer heard of. */
function Connection() {
  const [good, set] = useState(true);
  useEffect(() => {
    const tell = (e: Event) => set((e as CustomEvent<boolean>).detail);
    addEventListener("connection", tell);
    return () => removeEventListener("connection", tell);
  }, []);
  return (
    <span role="status" class="lost">
      {good ? "" : "runshelf ui does not answer; trying again"}
    </span>
  );
}

function Help({ dialog }: { dialog: { current: HTMLDialogElement | null } }) {
  const keys: [string, string][] = [
    ["/", "go to the filter"],
    ["g", "go to a sequence, tick or time (events)"],
    ["↑ ↓ or k j", "the row before or behind"],
    ["Page Up, Page Down, Home, End", "further"],
    ["Enter", "open the run, or the event"],
    ["x or Space", "select a run to compare it"],
    ["a", "select all runs of the list, or none"],
    ["c", "compare the selected runs"],
    ["b", "make a run the baseline"],
    ["p", "pin a run; pause a live log"],
    ["1 … 5", "the parts of a run"],
    ["n, N", "the next and the previous difference (compare)"],
    ["← →", "along the lanes, or a part of a curve"],
    ["+ − 0", "a curve closer, further away, all of it"],
    ["s", "ask in SQL; Ctrl Enter asks"],
    ["Esc", "close the menu or the event; the list of runs"],
    ["?", "this list"],
  ];
  return (
    <dialog ref={dialog} aria-label="keys" class="help">
      <form method="dialog">
        <h2 tabIndex={-1} autofocus>
          Keys
        </h2>
        <dl>
          {keys.map(([k, what]) => (
            <div key={k}>
              <dt>
                <kbd>{k}</kbd>
              </dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
        <h2>Filters</h2>
        <dl>
          {filters.map(([expression, what]) => (
            <div key={expression}>
              <dt>
                <code>{expression}</code>
              </dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
        <button type="submit">close</button>
      </form>
    </dialog>
  );
}

const filters: [string, string][] = [
  ['status == "failed"', "runs: any member of run.json"],
  ["config.agents > 5", "and what is inside it"],
  ['tags contains "paper"', "one of several"],
  ["metrics.gini < 0.4", "a missing value is nil and never less"],
  ['sender in ["a", "b"]', "events: any field"],
  ['text matches "^err"', "also contains, startsWith"],
  ['event["odd name"] != nil', "any name (run[…] for runs)"],
];

/** Closes the open menus but the one that holds an element. Returns one that was closed. */
function closeMenus(but: Element | null): HTMLElement | undefined {
  let closed: HTMLElement | undefined;
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]"))
    if (!but || !menu.contains(but)) {
      menu.open = false;
      closed = menu;
    }
  return closed;
}

/** Leaves what was opened last: a menu, an event, the view. */
function leave() {
  const menu = closeMenus(null);
  const event = document.querySelector<HTMLElement>(".detail [aria-label=close]");
  if (menu) menu.querySelector("summary")?.focus();
  else if (event) {
    event.click();
    document.querySelector<HTMLElement>(".virtual")?.focus();
  } else if (location.pathname !== "/") go("/");
}

function Page() {
  const address = useAddress();
  const about = useDocument<{ shelf: string; version: string }>("/api/about");
  const [, nextTheme] = useTheme();
  const [, draw] = useState(0);
  const help = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const key = (e: KeyboardEvent) => {
      if (e.ctrlKey || e.metaKey || e.altKey || (e.target as Element).closest("input:not([type=checkbox]), textarea, select, dialog")) return;
      const field = e.key === "/" ? "filter" : e.key === "g" ? "jump" : null;
      const input = field && document.getElementById(field);
      if (input) {
        e.preventDefault();
        input.focus();
      } else if (e.key === "?") help.current?.showModal();
      else if (e.key === "s") go("/query");
      else if (e.key === "Escape") leave();
    };
    const token = () => draw((n) => n + 1);
    const click = (e: MouseEvent) => closeMenus(e.target as Element);
    addEventListener("keydown", key);
    addEventListener("click", click);
    addEventListener("token", token);
    return () => {
      removeEventListener("keydown", key);
      removeEventListener("click", click);
      removeEventListener("token", token);
    };
  }, []);
  return (
    <div class="frame" onClick={followLink}>
      <a class="skip" href="#main">
        to the content
      </a>
      <header class="bar">
        <a href="/" class="brand">
          <svg viewBox="0 0 32 32" width="22" height="22" aria-hidden="true">
            <path d="M3 28h26M7 25V9M13 25V5M19 25V11M25.500 25l-2.500-13" />
          </svg>
          Runshelf
        </a>
        <nav aria-label="pages">
          {(["/ Runs", "/query SQL"] as const).map((link) => link.split(" ") as [string, string]).map(([to, name]) => (
            <a key={to} href={to} aria-current={address.pathname === to ? "page" : undefined}>
              {name}
            </a>
          ))}
        </nav>
        <span class="dim shelf" title={about.data?.shelf}>
          {visible(about.data?.shelf ?? "")}
        </span>
        <Connection />
        <span class="grow" />
        {!mayChange() && (
          <span class="dim read-only" title="open the start link that runshelf ui printed to change names, tags, notes and pins">
            read only
          </span>
        )}
        <button type="button" class="quiet" onClick={() => help.current?.showModal()}>
          keys
        </button>
        <button type="button" class="quiet" onClick={nextTheme} aria-label="light or dark">
          ◐
        </button>
      </header>
      <main id="main" tabIndex={-1}>
        <View address={address} />
      </main>
      <Help dialog={help} />
    </div>
  );
}

takeToken();
const root = document.getElementById("page");
if (root) render(<Page />, root);
