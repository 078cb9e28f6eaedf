// A random walk that reports its steps. Only the standard library is needed.
"use strict";
const fs = require("node:fs");

// log appends an event to the run around this program, if there is one. Each is
// one write, so that the lines of several processes do not mix.
const path = process.env.RUNSHELF_EVENTS;
const file = path ? fs.openSync(path, "a") : null;
function log(event_type, data) {
  if (file !== null) fs.writeSync(file, JSON.stringify({ event_type, ...data }) + "\n");
}

// The random numbers of the language cannot be seeded; these can (Marsaglia,
// "Xorshift RNGs", 2003).
let state = Number(process.env.RUNSHELF_SEED ?? 1) >>> 0 || 1;
function random() {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) / 2 ** 32;
}

const { steps = 100 } = JSON.parse(process.env.RUNSHELF_PARAMS ?? "{}");
let position = 0;
let farthest = 0;
for (let step = 1; step <= steps; step++) {
  position += random() < 0.5 ? -1 : 1;
  farthest = Math.max(farthest, Math.abs(position));
  log("step", { step, position });
}
log("metrics", { position, farthest });
console.log(`walked ${steps} steps, ended at ${position}`);
