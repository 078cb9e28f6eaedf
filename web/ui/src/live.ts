// What happens on the shelf, told to all windows of a browser by one of them.
//
// A browser opens six connections to a server, and a stream holds one for as long as it
// lasts: with a stream of its own for each window the seventh would wait for ever. So the
// windows that can be seen ask for a lock. Who holds it opens one stream for what all of
// them follow, and tells the others. The browser gives the lock on when that window
// closes, breaks down or goes into the background; should it hang, another takes the lock
// away. A message tells the whole state, so nothing is lost when the stream changes hands.
import type { Fields } from "./api";

const beat = 2000; // between two signs of life, in ms
const hung = 3; // beats without a sign of life of who holds the stream, after which it is taken away
const lost = 5; // beats without a sign of life of a window, after which nothing is told to it
const soon = 20; // what follows within this time is asked for together, in ms
const most = 100; // things that the server follows in one stream

type Listener = (message: Fields) => void;

/** What one window tells the others. */
interface Word {
  from: string;
  wants?: string[] | undefined; // what it follows: runs, and the list as ""
  topic?: string; // of the data
  data?: string;
  good?: boolean; // whether the server answers; said by the holder of the stream
  who?: boolean; // asks all to say what they want
}

const me = Math.random().toString(36).slice(2);
// Older browsers, and addresses that they do not trust, have no locks: there each window
// has a stream of its own.
let locks = typeof BroadcastChannel === "function" ? (navigator.locks as LockManager | undefined) : undefined;
const channel = locks && new BroadcastChannel("runshelf-live");
const say = (word: Omit<Word, "from">) => channel?.postMessage({ ...word, from: me } satisfies Word);

const listeners = new Map<string, Set<Listener>>(); // of this window, by what they follow
const known = new Map<string, string>(); // the last message about each
let wanted: string[] = []; // what this window has said that it follows
let heard = 0; // when who holds the stream last gave a sign of life
let connected = true;

function tell(topic: string, data: string | undefined): void {
  if (data === undefined || known.get(topic) === data || !wanted.includes(topic)) return;
  known.set(topic, data);
  const message = JSON.parse(data) as Fields;
  for (const l of [...(listeners.get(topic) ?? [])]) l(message);
}

/** Notes whether the server answers. */
export function connection(good: boolean): void {
  if (connected !== good) dispatchEvent(new CustomEvent("connection", { detail: (connected = good) }));
}

// The window that holds the stream.

interface Stream {
  source?: EventSource | undefined;
  topics: string; // that it follows
  last: Map<string, string>; // message of each
  others: Map<string, { wants: string[]; beats: number }>; // windows, and how long they have been silent
  timer: number;
  end: () => void; // gives the lock away
}

let stream: Stream | undefined;

/** Holds the stream until it is given away, taken away or no longer needed. */
function hold(): Promise<void> {
  return new Promise((end) => {
    stream = { topics: "", last: new Map(), others: new Map(), timer: 0, end };
    say({ who: true });
    open();
  });
}

function close(): void {
  stream?.source?.close();
  clearTimeout(stream?.timer);
  stream?.end();
  stream = undefined;
}

/** Follows what all windows want; a little later, since most of it changes together. */
function open(): void {
  const s = stream;
  for (const t of wanted) tell(t, s?.last.get(t));
  if (!s || s.timer) return;
  s.timer = setTimeout(() => {
    s.timer = 0;
    const topics = [...new Set([...wanted, ...[...s.others.values()].flatMap((o) => o.wants)])].slice(0, most).sort();
    const now = topics.join("\n") + topics.length;
    if (s.topics === now) return;
    s.topics = now;
    s.source?.close();
    s.source = undefined;
    for (const t of s.last.keys()) if (!topics.includes(t)) s.last.delete(t);
    if (topics.length) listen(s, topics);
  }, soon);
}

function listen(s: Stream, topics: string[]): void {
  const source = (s.source = new EventSource("/api/live?" + new URLSearchParams([["gone", "1"], ...topics.map((t) => ["run", t])])));
  const take = (e: MessageEvent<string>) => {
    const run = (JSON.parse(e.data) as Fields)["run_id"];
    const topic = typeof run === "string" ? run : "";
    s.last.set(topic, e.data);
    tell(topic, e.data);
    say({ topic, data: e.data, good: true });
  };
  for (const name of ["run", "runs", "gone"]) source.addEventListener(name, take);
  source.onopen = source.onerror = () => {
    if (s.source !== source) return;
    // A refusal closes the stream and is no lost connection.
    connection(source.readyState !== EventSource.CONNECTING);
    say({ good: connected });
  };
}

// All windows.

function hear({ data: word }: MessageEvent<Word>): void {
  if (word.who || word.topic !== undefined || word.good !== undefined) heard = Date.now();
  if (word.who) say({ wants: wanted });
  if (word.topic !== undefined) tell(word.topic, word.data);
  if (word.good !== undefined && !stream) connection(word.good);
  if (word.wants && stream) {
    const before = stream.others.get(word.from)?.wants ?? [];
    if (word.wants.length) stream.others.set(word.from, { wants: word.wants, beats: 0 });
    else stream.others.delete(word.from);
    for (const topic of word.wants) {
      const data = stream.last.get(topic);
      if (data !== undefined && !before.includes(topic)) say({ topic, data });
    }
    open();
  }
}

let asking: AbortController | undefined; // for the lock

function ask(steal = false): void {
  if (!locks) return void hold();
  asking?.abort();
  const control = (asking = new AbortController());
  const still = () => asking === control; // else it is no longer wanted
  heard = Date.now();
  locks
    .request("runshelf-live", steal ? { steal } : { signal: control.signal }, () => (still() ? hold() : undefined))
    .catch((e: Error) => {
      if (!still()) return;
      close(); // it was taken away
      asking = undefined;
      if (e.name !== "AbortError") locks = undefined; // this browser gives none
      plan();
    });
}

function release(): void {
  asking?.abort();
  asking = undefined;
  close();
}

let planned = 0;

/** Says what this window follows now. A window in the background follows nothing. */
function plan(): void {
  planned ||= setTimeout(update, soon);
}

function update(): void {
  clearTimeout(planned);
  planned = 0;
  wanted = document.hidden || gone ? [] : [...listeners.keys()];
  for (const t of known.keys()) if (!wanted.includes(t)) known.delete(t);
  say({ wants: wanted });
  if (!wanted.length) release();
  else if (stream) open();
  else if (!asking) ask();
}

let gone = false; // this window, until it comes back
let ticked = Date.now();

function tick(): void {
  const slept = Date.now() - ticked > 2 * beat; // all of this machine, or this window
  ticked = Date.now();
  if (!wanted.length) return;
  say({ wants: wanted });
  if (!stream) {
    if (slept) heard = ticked;
    if (ticked - heard > hung * beat) ask(true);
    return;
  }
  say({ good: connected });
  for (const [id, other] of stream.others) if (++other.beats > lost) stream.others.delete(id);
  if (stream.source?.readyState === EventSource.CLOSED) stream.topics = ""; // it was refused: once more
  open();
}

if (channel) channel.onmessage = hear;
setInterval(tick, beat);
document.addEventListener("visibilitychange", update);
addEventListener("pagehide", () => ((gone = true), update()));
addEventListener("pageshow", () => ((gone = false), plan()));

/**
 * Calls back at each change of a run, or of the list without one, while the page can be
 * seen. Returns what ends it.
 */
export function follow(run: string | null, fn: Listener): () => void {
  const topic = run ?? "";
  const set = listeners.get(topic) ?? new Set();
  listeners.set(topic, set.add(fn));
  const data = wanted.includes(topic) ? known.get(topic) : undefined;
  if (data !== undefined) queueMicrotask(() => set.has(fn) && fn(JSON.parse(data) as Fields));
  plan();
  return () => {
    set.delete(fn);
    if (!set.size && listeners.get(topic) === set) listeners.delete(topic);
    plan();
  };
}
