// What the server answers. Everything in it may have been written by a stranger:
// it is only ever put on the page as text.
import { connection } from "./live";

const pause = 1000; // before somebody who did not answer is asked again, in ms

/** A value of a manifest or an event. */
export type Value = string | number | boolean | null | Value[] | { [key: string]: Value };
export type Fields = { [key: string]: Value };

export interface RunList {
  runs: Fields[];
  total: number;
  generation: number;
  unknown?: string[]; // names in the filter that no run has
}

/** An event as a list shows it: sequence, time, type, level, cause, text. */
export type Row = [number, string, string, string, number, string];

export interface RowPage {
  events: Row[];
  row: number;
  count?: number;
}

export interface Facet {
  value: string;
  count: number;
}

export interface Outline {
  count: number;
  broken: number;
  bytes: number;
  over: "time" | "tick";
  bars: { from: number; to: number; counts: number[] | null };
  types: Facet[];
  levels: Facet[];
}

export interface Series {
  matched: number; // points that there are; fewer are sent when they are too many
  points: (number | string | null)[][];
}

export interface FieldSeen {
  event_type: string;
  path: string;
  numbers: number;
  texts: number;
}

export interface Difference {
  path: string;
  a: Value;
  b: Value;
  missing?: string;
  renamed?: { a: string; b: string; a_stood_for?: string; b_stood_for?: string };
}

export interface Diff {
  same: boolean;
  first_divergence: null | { index: number; a: Fields | null; b: Fields | null; fields: Difference[]; stream?: string };
  counts: { [type: string]: { a: number; b: number } };
  added: number;
  removed: number;
  changed: number;
  equal: number;
  seed: Difference[];
  program: Difference[];
  git: Difference[];
  host: Difference[];
  gaps?: Gap[];
  around?: { before: Fields[]; after_a: Fields[]; after_b: Fields[] };
  text_rules?: string[];
  settled?: string[];
}

/** One place where two logs differ: the first events of each side, and how many there are. */
export interface Gap {
  stream: string;
  a_events: number;
  b_events: number;
  a: Fields[];
  b: Fields[];
  fields: Difference[];
}

export interface Matrix {
  runs: string[];
  matrix: { prefix: number; same: boolean }[][];
}

export interface Groups {
  groups: { value: Value; count: number }[];
  other: number;
  missing: number;
}

export interface Answer {
  columns: string[];
  rows: Fields[];
  truncated: boolean;
  broken: number;
}

/** An answer that says what was wrong with the question. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly column?: number,
  ) {
    super(message);
  }
}

/** Nobody answered. */
class Silence extends Error {}

const tokenKey = "runshelf-token";
const token = (): string | null => sessionStorage.getItem(tokenKey);

// The windows of a browser tell each other the token: who opens a run in a window of its
// own may change it there too, and a new start link serves the windows that were open.
const windows = typeof BroadcastChannel === "function" ? new BroadcastChannel("runshelf-token") : undefined;

/** Takes the token out of the address, so that it stands in no history and no copied link. */
export function takeToken(): void {
  const found = /^#token=([\w-]+)$/.exec(location.hash)?.[1];
  if (windows)
    windows.onmessage = ({ data }: MessageEvent<string>) => {
      if (!data) return token() && windows.postMessage(token());
      sessionStorage.setItem(tokenKey, data);
      dispatchEvent(new Event("token"));
    };
  if (found) {
    sessionStorage.setItem(tokenKey, found);
    history.replaceState(null, "", location.pathname + location.search);
  }
  if (found || !token()) windows?.postMessage(found ?? "");
}

export const mayChange = (): boolean => token() !== null;

/** Keeps the digits of integers that a number here cannot hold, as a text. */
function exact(_key: string, value: Value, context?: { source?: string }): Value {
  const source = context?.source;
  return typeof value === "number" && source && /^-?\d{16,}$/.test(source) && !Number.isSafeInteger(value) ? source : value;
}

/** Asks the server, and notes whether it answers. */
async function reach<T>(path: string, init: RequestInit): Promise<T> {
  let response, text;
  try {
    response = await fetch(path, init);
    text = await response.text();
  } catch (e) {
    if ((e as Error).name === "AbortError") throw e;
    connection(false);
    throw new Silence("runshelf ui does not answer");
  }
  connection(true);
  if (response.ok) return JSON.parse(text, /\d{16}/.test(text) ? exact : undefined) as T;
  let wrong: { error?: string; column?: number } = {};
  try {
    wrong = JSON.parse(text) as typeof wrong;
  } catch {
    // The status says it all.
  }
  throw new Refusal(response.status, wrong.error ?? response.statusText, wrong.column);
}

/** Asks for a document, and again until somebody answers. */
export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  for (;;)
    try {
      return await reach<T>(path, signal ? { signal } : {});
    } catch (e) {
      if (!(e instanceof Silence)) throw e;
      await new Promise((done) => setTimeout(done, pause));
      signal?.throwIfAborted();
    }
}

const post = (path: string, body: unknown, init: RequestInit) => reach<Fields>(path, { ...init, method: "POST", body: JSON.stringify(body) });
const json = { "Content-Type": "application/json" };

/** Asks in SQL. */
export const ask = async (sql: string, limit: number, signal: AbortSignal): Promise<Answer> =>
  (await post("/api/query", { sql, limit }, { headers: json, signal })) as unknown as Answer;

/** Changes something about a run. */
export async function change(id: string, kind: string, body: Fields): Promise<Fields> {
  try {
    return await post(`${runPath(id)}/${kind}`, body, { headers: { ...json, "X-Runshelf-Token": token() ?? "" } });
  } catch (e) {
    if (!(e instanceof Refusal) || e.status !== 401) throw e;
    throw new Error("runshelf ui was started anew; open its new start link");
  }
}

export const runPath = (id: string): string => `/api/runs/${encodeURIComponent(id)}`;

/** What a path such as "config.agents" leads to. A key that holds the dots comes first. */
export function lookup(value: Value | undefined, path: string): Value | undefined {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return undefined;
  if (Object.hasOwn(value, path)) return value[path];
  const dot = path.indexOf(".");
  return dot < 0 ? undefined : lookup(value[path.slice(0, dot)], path.slice(dot + 1));
}
