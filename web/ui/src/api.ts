// What the server answers. Everything in it may have been written by a stranger:
// it is only ever put on the page as text.
import { connection } from "./live";

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

const tokenKey = "runshelf-token";

/** Takes the token out of the address, so that it stands in no history and no copied link. */
export function takeToken(): void {
  const found = /^#token=([\w-]+)$/.exec(location.hash);
  if (!found?.[1]) return;
  sessionStorage.setItem(tokenKey, found[1]);
  history.replaceState(null, "", location.pathname + location.search);
}

export const mayChange = (): boolean => sessionStorage.getItem(tokenKey) !== null;

/** Keeps the digits of integers that a number here cannot hold, as a text. */
function exact(_key: string, value: Value, context?: { source?: string }): Value {
  const source = context?.source;
  return typeof value === "number" && source && /^-?\d{16,}$/.test(source) && !Number.isSafeInteger(value) ? source : value;
}

async function answer<T>(response: Response): Promise<T> {
  if (response.ok) {
    const text = await response.text();
    return JSON.parse(text, /\d{16}/.test(text) ? exact : undefined) as T;
  }
  const { error, column } = (await response.json().catch(() => ({}))) as { error?: string; column?: number };
  throw new Refusal(response.status, error ?? response.statusText, column);
}

export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return answer<T>(await reach(path, signal ? { signal } : {}));
}

/** Asks the server, and notes whether it answers. */
async function reach(path: string, init: RequestInit): Promise<Response> {
  try {
    const response = await fetch(path, init);
    connection(true);
    return response;
  } catch (e) {
    if ((e as Error).name !== "AbortError") connection(false);
    throw e;
  }
}

/** Asks in SQL. */
export async function ask(sql: string, limit: number, signal: AbortSignal): Promise<Answer> {
  return answer<Answer>(await reach("/api/query", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ sql, limit }), signal }));
}

/** Changes something about a run. */
export async function change(id: string, kind: string, body: Fields): Promise<Fields> {
  return answer<Fields>(
    await reach(`/api/runs/${encodeURIComponent(id)}/${kind}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Runshelf-Token": sessionStorage.getItem(tokenKey) ?? "" },
      body: JSON.stringify(body),
    }),
  );
}

export const runPath = (id: string): string => `/api/runs/${encodeURIComponent(id)}`;

/** What a path such as "config.agents" leads to. A key that holds the dots comes first. */
export function lookup(value: Value | undefined, path: string): Value | undefined {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return undefined;
  if (Object.hasOwn(value, path)) return value[path];
  const dot = path.indexOf(".");
  return dot < 0 ? undefined : lookup(value[path.slice(0, dot)], path.slice(dot + 1));
}
