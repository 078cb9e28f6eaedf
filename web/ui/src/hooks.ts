import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { get } from "./api";

export interface Loaded<T> {
  data: T | undefined;
  error: Error | undefined;
  path: string | null; // of the data
  again: () => void;
}

/**
 * Asks for a document. While the next one is on its way the last one stays; none is
 * asked for without a path.
 */
export function useDocument<T>(path: string | null): Loaded<T> {
  const [state, set] = useState<{ path: string | null; data?: T; error?: Error }>({ path: null });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    if (path === null) return;
    const control = new AbortController();
    get<T>(path, control.signal).then(
      (data) => set({ path, data }),
      (error: Error) => error.name !== "AbortError" && set((s) => ({ ...s, path, error })),
    );
    return () => control.abort();
  }, [path, turn]);
  const again = useCallback(() => setTurn((n) => n + 1), []);
  return { data: path === null ? undefined : state.data, error: state.error, path: state.path, again };
}

/** Rows of a long list, asked for in pages as they are seen. Old rows stay until new ones are there. */
export interface Pages<T> {
  row: (i: number) => T | undefined;
  see: (first: number, last: number) => void;
  refresh: () => void;
  /** Whether something is so of one of the rows in view. */
  some: (so: (row: T) => boolean) => boolean;
}

export function usePages<T>(key: string, size: number, ask: (offset: number, limit: number, signal: AbortSignal) => Promise<T[]>): Pages<T> {
  const [, draw] = useState(0);
  const empty = () => ({ key, pages: new Map<number, T[]>(), busy: new Map<number, AbortController>(), stale: new Set<number>(), failed: new Set<number>(), seen: [0, 0] as [number, number] });
  const store = useRef(empty());
  if (store.current.key !== key) {
    store.current.busy.forEach((c) => c.abort());
    store.current = empty();
  }
  const current = store.current;
  const load = (page: number) => {
    if (current.busy.has(page) || current.failed.has(page) || (current.pages.has(page) && !current.stale.has(page))) return;
    const control = new AbortController();
    current.busy.set(page, control);
    current.stale.delete(page);
    ask(page * size, size, control.signal)
      .then((rows) => {
        current.pages.set(page, rows);
        if (current.pages.size > 60) current.pages.delete(current.pages.keys().next().value as number);
      })
      .catch((e: Error) => {
        // What was refused is not asked for again until something has changed: each
        // drawing would ask anew.
        if (e.name !== "AbortError") current.failed.add(page);
      })
      .finally(() => {
        current.busy.delete(page);
        if (store.current === current) draw((n) => n + 1);
        if (current.stale.has(page)) load(page);
      });
  };
  const see = (first: number, last: number) => {
    current.seen = [first, last];
    const from = Math.max(0, Math.floor(first / size));
    const to = Math.floor(Math.max(first, last) / size);
    for (const [page, c] of current.busy) if (page < from - 1 || page > to + 1) c.abort();
    for (let p = from; p <= to; p++) load(p);
  };
  const row = (i: number) => current.pages.get(Math.floor(i / size))?.[i % size];
  return {
    row,
    see,
    some: (so) => {
      for (let i = current.seen[0]; i <= current.seen[1]; i++) {
        const r = row(i);
        if (r !== undefined && so(r)) return true;
      }
      return false;
    },
    refresh: () => {
      for (const p of current.pages.keys()) current.stale.add(p);
      for (const p of current.busy.keys()) current.stale.add(p);
      current.failed.clear();
      see(...current.seen);
    },
  };
}

/**
 * The length of a living log as it was a little before, so that what is drawn from all of
 * it is not drawn anew for each event: every two seconds, and less often for long logs.
 */
export function useCalm(length: number): number {
  const [calm, set] = useState(length);
  const latest = useRef(length);
  const timer = useRef(0);
  latest.current = length;
  useEffect(() => {
    if (length === calm || timer.current) return;
    const later = () => ((timer.current = 0), set(latest.current));
    timer.current = setTimeout(later, calm ? Math.max(2000, length / 20_000) : 0);
  }, [length, calm]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return calm;
}

/** Whether the system or the person wants it dark. */
export function useTheme(): [string, () => void] {
  const [theme, set] = useState(localStorage.getItem("runshelf-theme") ?? "");
  useEffect(() => {
    if (theme) document.documentElement.dataset["theme"] = theme;
    else delete document.documentElement.dataset["theme"];
    dispatchEvent(new Event("themechange"));
  }, [theme]);
  const next = () => {
    const dark = theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    const chosen = dark ? "light" : "dark";
    localStorage.setItem("runshelf-theme", chosen);
    set(chosen);
  };
  return [theme, next];
}
