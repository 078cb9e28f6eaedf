// The part of the curves that is looked at: a range of what they go along. Of a time it
// is in seconds since 1970.
import { useEffect, useRef, useState } from "preact/hooks";
import { figure, moment, quote } from "./format";
import { setParams } from "./router";

export type Part = readonly [number, number];

const settled = 200; // after which a part is written into the address, in ms

function read(text: string | null): Part | null {
  const [low, high] = (text ?? "").split("..").map(Number);
  return low !== undefined && high !== undefined && text?.trim() && low < high && Number.isFinite(high - low) ? [low, high] : null;
}

const write = (part: Part | null): string | null => part && part.join("..");

/** The part as the address has it. It changes at once; the address follows. */
export function usePart(address: string | null): [Part | null, (part: Part | null) => void] {
  const [part, set] = useState(() => read(address));
  const timer = useRef(0);
  const written = useRef(address);
  useEffect(() => {
    if (address === written.current) return; // else somebody went back, or to a link
    written.current = address;
    clearTimeout(timer.current);
    set(read(address));
  }, [address]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const choose = (wanted: Part | null) => {
    const part = wanted && rounded(wanted);
    set(part);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setParams({ part: (written.current = write(part)) }, true), settled);
  };
  return [part, choose];
}

/** A part without digits that mean nothing. */
function rounded([low, high]: Part): Part {
  const step = 10 ** Math.floor(Math.log10(high - low) - 3);
  const near = (x: number) => Number((Math.round(x / step) * step).toPrecision(15));
  return [near(low), near(high)];
}

/** A part so many times as long around a place; all, when it reaches beyond both ends. */
export function zoomed([low, high]: Part, times: number, around: number, all: Part): Part | null {
  const part: Part = [around - (around - low) * times, around + (high - around) * times];
  if (part[0] <= all[0] && part[1] >= all[1]) return null;
  const least = Math.max(Math.abs(part[0]), Math.abs(part[1])) * 1e-12; // numbers have no more digits
  return part[1] - part[0] > least ? within(part, all) : [low, high];
}

/** A part moved by a share of its length. */
export function moved([low, high]: Part, share: number, all: Part): Part {
  const by = (high - low) * share;
  return within([low + by, high + by], all);
}

function within([low, high]: Part, all: Part): Part {
  const long = Math.min(high - low, all[1] - all[0]);
  const from = Math.min(Math.max(low, all[0]), all[1] - long);
  return [from, from + long];
}

/** A part and a little more on both sides, so that lines lead out of it. */
export function wider([low, high]: Part): Part {
  const more = (high - low) / 10;
  return [low - more, high + more];
}

/** The parameters of a question for the events of a part. */
export function bounds([low, high]: Part, x: string): { [name: string]: string } {
  if (x === "sequence") return { from: String(Math.max(1, Math.ceil(low))), to: String(Math.max(1, Math.floor(high))) };
  if (x === "timestamp") return { since: time(Math.floor(low * 1000)), where: `timestamp <= ${JSON.stringify(time(Math.ceil(high * 1000)))}` };
  const field = /^[a-z_]\w*(\.[a-z_]\w*)*$/i.test(x) ? x : `event[${JSON.stringify(x)}]`;
  return { where: `${field} >= ${low} && ${field} <= ${high}` };
}

const time = (ms: number): string => new Date(Math.min(Math.max(ms, 0), 8e15)).toISOString();

/** The same on the command line. */
export const conditions = (of: { [name: string]: string }): string =>
  Object.entries(of).map(([name, value]) => ` --${name} ${quote(value)}`).join("");

/** A part in words. */
export function say([low, high]: Part, x: string): string {
  const show = (v: number) => (x === "timestamp" ? moment(time(v * 1000)) : figure(Number(v.toPrecision(7))));
  return `${x === "timestamp" ? "" : x + " "}${show(low)} to ${show(high)}`;
}
