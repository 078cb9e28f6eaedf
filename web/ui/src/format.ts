import type { Value } from "./api";

const grouped = new Intl.NumberFormat("en-US");

export const count = (n: number): string => grouped.format(n);

export const plural = (n: number, noun: string): string => `${count(n)} ${noun}${n === 1 ? "" : "s"}`;

/** A number without digits that mean nothing. */
export function figure(x: number): string {
  if (Number.isInteger(x)) return Math.abs(x) < 1e15 ? count(x) : String(x);
  const size = Math.abs(x);
  return size >= 1e6 || size < 1e-4 ? x.toExponential(3) : String(Number(x.toPrecision(6)));
}

/** A change of a number: its sign always, and few digits. */
export function change(by: number): string {
  return (by > 0 ? "+" : "−") + (Number.isInteger(by) ? figure(Math.abs(by)) : figure(Number(Math.abs(by).toPrecision(3))));
}

export function bytes(n: number): string {
  if (n < 1000) return `${n} B`;
  let unit = 0;
  for (n /= 1000; n >= 999.95 && unit < 5; unit++) n /= 1000;
  return `${n.toFixed(1)} ${"kMGTPE"[unit]}B`;
}

export function duration(s: number): string {
  if (s < 10) return `${s.toFixed(2)} s`;
  if (s < 60) return `${s.toFixed(1)} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${Math.floor(s % 60)} s`;
  if (s < 86400) return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
  return `${Math.floor(s / 86400)} d ${Math.floor((s % 86400) / 3600)} h`;
}

const two = (n: number): string => String(n).padStart(2, "0");

/** A stored time as a person here reads it. */
export function moment(stored: Value | undefined): string {
  const t = typeof stored === "string" ? new Date(stored) : null;
  if (!t || Number.isNaN(t.getTime())) return "";
  return `${t.getFullYear()}-${two(t.getMonth() + 1)}-${two(t.getDate())} ${two(t.getHours())}:${two(t.getMinutes())}:${two(t.getSeconds())}`;
}

/** The time of day of an event, with its milliseconds. */
export function clock(stored: string): string {
  const t = new Date(stored);
  if (Number.isNaN(t.getTime())) return "";
  return `${two(t.getHours())}:${two(t.getMinutes())}:${two(t.getSeconds())}.${String(t.getMilliseconds()).padStart(3, "0")}`;
}

/** Any value as text: a text itself, nothing for what is not there, else JSON. */
export function text(v: Value | undefined): string {
  if (v === undefined || v === null) return "";
  if (typeof v === "string") return visible(v);
  if (typeof v === "number") return figure(v);
  return visible(JSON.stringify(v));
}

/** Shows what is invisible or turns text around, as the command line does. */
export function visible(s: string): string {
  return s.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (c) =>
    c === "\n" || c === "\t" || c === "\u200c" || c === "\u200d" ? c : "\\u{" + (c.codePointAt(0) ?? 0).toString(16) + "}",
  );
}

/** A word as a POSIX shell reads it back. */
export function quote(word: string): string {
  return /^[\w+=.:,@%/-]+$/.test(word) ? word : "'" + word.replaceAll("'", "'\\''") + "'";
}
