import { useEffect, useState } from "preact/hooks";

// The state of a view is its address: what is shown can be copied, kept as a
// bookmark and gone back to.

const listeners = new Set<() => void>();
const tell = () => listeners.forEach((l) => l());
addEventListener("popstate", tell);

export function go(address: string, replace = false): void {
  if (address === location.pathname + location.search) return;
  history[replace ? "replaceState" : "pushState"](null, "", address);
  tell();
}

/** The present address; the component is drawn anew when it changes. */
export function useAddress(): URL {
  const [, set] = useState(0);
  useEffect(() => {
    const l = () => set((n) => n + 1);
    listeners.add(l);
    return () => void listeners.delete(l);
  }, []);
  return new URL(location.href);
}

/** Parameters to set; null takes one away, a list gives it several times. */
export type Changes = { [name: string]: string | string[] | null };

export function withParams(changes: Changes, from: URL = new URL(location.href)): string {
  const params = new URLSearchParams(from.search);
  for (const [name, value] of Object.entries(changes)) {
    params.delete(name);
    for (const v of value === null ? [] : [value].flat()) if (v !== "") params.append(name, v);
  }
  const search = params.toString();
  return from.pathname + (search ? "?" + search : "");
}

export const setParams = (changes: Changes, replace = false): void => go(withParams(changes), replace);

/** Follows a link within the page without loading it anew. */
export function followLink(e: MouseEvent): void {
  const link = (e.target as Element | null)?.closest?.("a");
  if (!link || e.defaultPrevented || e.button !== 0 || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey) return;
  if (link.origin !== location.origin || link.target || link.hasAttribute("download") || link.pathname.startsWith("/api/")) return;
  e.preventDefault();
  go(link.pathname + link.search);
}
