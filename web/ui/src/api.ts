// What the server answers. Everything in it may have been written by a stranger:
// it is only ever put on the page as text.

/** A value of a manifest or an event. */
export type Value = string | number | boolean | null | Value[] | { [key: string]: Value };
export type Fields = { [key: string]: Value };

export interface RunList {
  runs: Fields[];
  total: number;
  generation: number;
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
  around?: { before: Fields[]; after_a: Fields[]; after_b: Fields[] };
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

async function answer<T>(response: Response): Promise<T> {
  if (response.ok) return (await response.json()) as T;
  const { error, column } = (await response.json().catch(() => ({}))) as { error?: string; column?: number };
  throw new Refusal(response.status, error ?? response.statusText, column);
}

export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return answer<T>(await fetch(path, signal ? { signal } : {}));
}

/** Changes something about a run. */
export async function change(id: string, kind: string, body: Fields): Promise<Fields> {
  return answer<Fields>(
    await fetch(`/api/runs/${encodeURIComponent(id)}/${kind}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Runshelf-Token": sessionStorage.getItem(tokenKey) ?? "" },
      body: JSON.stringify(body),
    }),
  );
}

export const runPath = (id: string): string => `/api/runs/${encodeURIComponent(id)}`;

/** Calls back at each change of a run, or of the list without one. Returns what ends it. */
export function follow(run: string | null, fn: (message: Fields) => void): () => void {
  const source = new EventSource("/api/live" + (run === null ? "" : "?run=" + encodeURIComponent(run)));
  const take = (e: MessageEvent<string>) => fn(JSON.parse(e.data) as Fields);
  for (const name of ["run", "runs", "gone"]) source.addEventListener(name, take);
  return () => source.close();
}

/** What a path such as "config.agents" leads to. A key that holds the dots comes first. */
export function lookup(value: Value | undefined, path: string): Value | undefined {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return undefined;
  if (Object.hasOwn(value, path)) return value[path];
  const dot = path.indexOf(".");
  return dot < 0 ? undefined : lookup(value[path.slice(0, dot)], path.slice(dot + 1));
}
