import { useEffect, useRef, useState } from "preact/hooks";
import { get, runPath, type Series } from "./api";

const pause = 2000; // before a curve that has grown is asked for again, in ms
const share = 20; // and asking takes at most one part in so many

interface Kept {
  points: string;
  version: string;
  asked: number; // when
  took: number;
}

const kept = new Map<string, Kept>();
let queue: Promise<void> = Promise.resolve();

/** The points of a small curve, in a box of 120 by 24. */
function path(series: Series): string {
  const ys = series.points.map((p) => Number(p[1])).filter((y) => Number.isFinite(y));
  const low = Math.min(...ys);
  const range = Math.max(...ys) - low || 1;
  return ys.map((y, i) => `${((i / Math.max(1, ys.length - 1)) * 116 + 2).toFixed(1)},${(21 - ((y - low) / range) * 18).toFixed(1)}`).join(" ");
}

/**
 * A small curve of a field of a run's events. One is asked for after the other, and again
 * when the version says that the run has got more events; the old one stays meanwhile.
 */
export function Spark({ run, y, version }: { run: string; y: string; version: string }) {
  const key = run + "\n" + y;
  const [points, set] = useState(kept.get(key)?.points);
  const wanted = useRef(version);
  wanted.current = version;
  const look = useRef(() => {});
  useEffect(() => {
    const control = new AbortController();
    let timer = 0;
    let busy = false;
    const ask = async () => {
      if (control.signal.aborted) return;
      const [version, asked] = [wanted.current, Date.now()];
      try {
        const s = await get<Series>(runPath(run) + "/series?" + new URLSearchParams({ y, points: "60" }), control.signal);
        if (kept.size > 5000) kept.clear();
        kept.set(key, { points: path(s), version, asked, took: Date.now() - asked });
        set(kept.get(key)?.points);
      } catch {
        // A curve that cannot be had is not drawn, until there is more of it.
        if (control.signal.aborted) return;
        kept.set(key, { points: kept.get(key)?.points ?? "", version, asked, took: Date.now() - asked });
      }
      busy = false;
      look.current();
    };
    look.current = () => {
      const had = kept.get(key);
      if (busy || control.signal.aborted || had?.version === wanted.current) return;
      busy = true;
      timer = setTimeout(() => (queue = queue.then(ask)), had ? Math.max(0, had.asked + Math.max(pause, share * had.took) - Date.now()) : 0);
    };
    set(kept.get(key)?.points);
    return () => (clearTimeout(timer), control.abort());
  }, [key]);
  useEffect(() => look.current(), [key, version]);
  return points ? (
    <svg class="spark" viewBox="0 0 120 24" width="120" height="24" role="img" aria-label={"curve of " + y}>
      <polyline points={points} />
    </svg>
  ) : null;
}
