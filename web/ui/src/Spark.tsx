import { useEffect, useState } from "preact/hooks";
import { get, runPath, type Series } from "./api";

const kept = new Map<string, string>();
let queue: Promise<void> = Promise.resolve();

/** The points of a small curve, in a box of 120 by 24. */
function path(series: Series): string {
  const ys = series.points.map((p) => Number(p[1])).filter((y) => Number.isFinite(y));
  const low = Math.min(...ys);
  const range = Math.max(...ys) - low || 1;
  return ys.map((y, i) => `${((i / Math.max(1, ys.length - 1)) * 116 + 2).toFixed(1)},${(21 - ((y - low) / range) * 18).toFixed(1)}`).join(" ");
}

/** A small curve of a field of a run's events. One is asked for after the other. */
export function Spark({ run, y }: { run: string; y: string }) {
  const key = run + "\n" + y;
  const [points, set] = useState(kept.get(key));
  useEffect(() => {
    set(kept.get(key));
    if (kept.has(key)) return;
    const control = new AbortController();
    queue = queue.then(async () => {
      if (control.signal.aborted) return;
      try {
        const s = await get<Series>(runPath(run) + "/series?" + new URLSearchParams({ y, points: "60" }), control.signal);
        if (kept.size > 5000) kept.clear();
        kept.set(key, path(s));
        set(kept.get(key));
      } catch {
        // A curve that cannot be had is not drawn.
      }
    });
    return () => control.abort();
  }, [key]);
  return points ? (
    <svg class="spark" viewBox="0 0 120 24" width="120" height="24" role="img" aria-label={"curve of " + y}>
      <polyline points={points} />
    </svg>
  ) : null;
}
