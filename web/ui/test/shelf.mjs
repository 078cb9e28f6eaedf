// Shelves for the tests: made as files, since that is what a shelf is.
import { spawn } from "node:child_process";
import { createWriteStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const program = process.env.RUNSHELF ?? fileURLToPath(new URL("../../../bin/runshelf", import.meta.url));

export function newShelf() {
  const dir = mkdtempSync(join(tmpdir(), "runshelf-page-"));
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

const time = (i) => new Date(Date.UTC(2026, 0, 15, 12) + i).toISOString().replace("Z", "000Z");

/** Makes an ended run. */
export function putRun(dir, id, { events = [], manifest = {}, at = 0 } = {}) {
  const run = join(dir, id);
  mkdirSync(run, { recursive: true });
  const lines = events.map((e, i) => JSON.stringify({ timestamp: time(at + i), sequence: i + 1, event_type: "note", ...e }) + "\n");
  writeFileSync(join(run, "events.jsonl"), lines.join(""));
  writeFileSync(
    join(run, "run.json"),
    JSON.stringify({ format: 1, run_id: id, status: "completed", started_at: time(at), duration_s: 1, events: { count: events.length }, ...manifest }),
  );
  return run;
}

/** Makes a run of many events without holding them in memory. */
export async function putLongRun(dir, id, count) {
  const run = putRun(dir, id, { manifest: { events: { count } } });
  const out = createWriteStream(join(run, "events.jsonl"));
  const types = ["trade", "transfer", "tick", "thinking"];
  for (let i = 1; i <= count; i += 2000) {
    let part = "";
    for (let k = i; k < i + 2000 && k <= count; k++)
      part += `{"timestamp":"${time(k)}","sequence":${k},"event_type":"${types[k % 4]}","tick":${Math.floor(k / 1000)},"amount":${k % 97}}\n`;
    if (!out.write(part)) await once(out, "drain");
  }
  out.end();
  await once(out, "finish");
}

/** Starts the page of a shelf. */
export async function serve(dir) {
  const child = spawn(program, ["ui", "--no-open", "--logs-dir", dir], { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  for await (const part of child.stdout) {
    said += part;
    if (said.includes("\n")) break;
  }
  const link = said.split("\n")[0];
  return { link, base: new URL(link).origin, pid: child.pid, stop: () => child.kill("SIGTERM") };
}
