// The page in a real browser. CHROMIUM names it; without one the tests are
// skipped, and say so.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { newShelf, program, putLongRun, putRun, serve } from "./shelf.mjs";

const browserPath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const missing = !existsSync(browserPath) ? `there is no ${browserPath}` : !existsSync(program) ? `there is no ${program}` : false;
const shots = process.env.SHOTS ?? fileURLToPath(new URL("../shots", import.meta.url));
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

describe("the page", { skip: missing }, () => {
  let browser, shelf, ui;
  const problems = [];

  before(async () => {
    mkdirSync(shots, { recursive: true });
    shelf = newShelf();
    for (const [i, seed] of [42, 43, 44].entries()) await run(["sim", "--seed", String(seed), "--run-id", `economy_${i}`, "--name", `seed ${seed}`, "--tag", "paper", "--quiet"]);
    await run(["sim", "exchange", "--seed", "7", "--ticks", "20", "--run-id", "exchange_1", "--quiet"]);
    hostile(shelf.dir);
    ui = await serve(shelf.dir);
    browser = await chromium.launch({
      executablePath: browserPath,
      args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    });
  });
  after(async () => {
    await browser?.close();
    ui?.stop();
    shelf?.remove();
  });

  function run(args) {
    return new Promise((done, fail) => {
      const child = spawn(program, [...args, "--logs-dir", shelf.dir], { stdio: "ignore" });
      child.on("exit", (code) => (code === 0 ? done() : fail(new Error(`${args.join(" ")}: exit code ${code}`))));
    });
  }

  /** A page of its own, which fails the test when anything goes wrong in it. */
  async function open(path, { width = 1280, scheme = "light", from = ui } = {}) {
    const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme: scheme });
    const page = await context.newPage();
    page.on("pageerror", (e) => problems.push(`${path}: ${e.message}`));
    page.on("console", (m) => m.type() === "error" && problems.push(`${path}: ${m.text()}`));
    page.on("dialog", (d) => (problems.push(`${path}: a dialog says ${d.message()}`), d.dismiss()));
    page.on("request", (r) => !r.url().startsWith(from.base) && problems.push(`${path}: asks for ${r.url()}`));
    await page.goto(from.link);
    await page.waitForSelector("main .fill");
    if (path !== "/") await page.goto(from.base + path);
    return { page, close: () => context.close() };
  }

  const well = () => assert.deepEqual(problems.splice(0), []);
  const shoot = (page, name) => page.screenshot({ path: join(shots, name + ".png") });

  const views = {
    runs: ["/?columns=config.agents,metrics.gini&curve=escrow&base=economy_0&select=economy_0,economy_1", ".spark"],
    summary: ["/runs/economy_0", ".bars li"],
    events: ["/runs/economy_0?tab=events&at=500", ".detail .raw"],
    curves: ["/runs/economy_0?tab=curves", ".u-over"],
    lanes: ["/runs/economy_0?tab=lanes", "canvas"],
    files: ["/runs/economy_0?tab=files", ".pairs a"],
    compare: ["/compare?runs=economy_0,economy_1,economy_2", ".marked"],
  };
  for (const [name, [path, sign]] of Object.entries(views))
    for (const scheme of ["light", "dark"])
      test(`${name}, ${scheme}: drawn, and axe finds nothing serious`, async () => {
        const { page, close } = await open(path, { scheme });
        await page.waitForSelector(sign);
        await page.waitForLoadState("load");
        await shoot(page, `${name}-${scheme}`);
        const client = await page.context().newCDPSession(page);
        await client.send("Runtime.evaluate", { expression: axe }); // the policy lets no other code in
        const { result } = await client.send("Runtime.evaluate", { expression: "axe.run().then((r) => JSON.stringify(r.violations.filter((v) => v.impact === 'serious' || v.impact === 'critical').map((v) => v.id + ': ' + v.nodes.map((n) => n.html.slice(0, 160)).slice(0, 3).join(' | '))))", awaitPromise: true });
        assert.deepEqual(JSON.parse(result.value), []);
        assert.ok((await page.locator(".command code").last().textContent()).startsWith("runshelf "));
        await close();
        well();
      });

  for (const name of Object.keys(views))
    test(`${name} fits 375 px`, async () => {
      const { page, close } = await open(views[name][0], { width: 375 });
      await page.waitForSelector(views[name][1], { state: "attached" });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      await shoot(page, `${name}-narrow`);
      assert.ok(wide <= 375, `the page is ${wide} px wide`);
      await close();
      well();
    });

  test("the token goes out of the address and into no request but changes", async () => {
    const { page, close } = await open("/");
    const token = ui.link.split("=")[1];
    assert.ok(!page.url().includes(token));
    const seen = [];
    page.on("request", (r) => seen.push(r.url() + JSON.stringify(r.headers())));
    await page.goto(ui.base + "/runs/economy_0");
    await page.waitForSelector(".bars li");
    assert.ok(seen.length > 3 && !seen.some((s) => s.includes(token)));
    await close();
  });

  test("hostile names and contents are text", async () => {
    for (const path of ["/", "/runs/evil", "/runs/evil?tab=events&at=1", "/runs/evil?tab=files", "/runs/evil?tab=curves", "/runs/evil?tab=lanes", "/compare?runs=evil,evil_2"]) {
      const { page, close } = await open(path);
      await page.waitForTimeout(500);
      const found = await page.evaluate(() => ({
        ran: globalThis.ran === true,
        images: document.querySelectorAll("main img, main script, main iframe, main object, [onerror], [onload]").length,
        links: [...document.links].filter((l) => !/^https?:$/.test(l.protocol)).length,
        raw: /[\u001b\u009b\u202e]/.test(document.body.innerText),
      }));
      assert.deepEqual(found, { ran: false, images: 0, links: 0, raw: false }, path);
      if (path.endsWith("at=1")) await shoot(page, "hostile");
      await close();
    }
    well();
  });

  test("everything by keys", async () => {
    const { page, close } = await open("/");
    await page.waitForSelector("[role=row] a");
    await page.focus(".table");
    await page.keyboard.press("End");
    await page.keyboard.press("Home");
    await page.keyboard.press("x");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("x");
    assert.equal(new URL(page.url()).searchParams.get("select").split(",").length, 2);
    await page.keyboard.press("c");
    await page.waitForURL(/\/compare/);
    await page.keyboard.press("Escape");
    await page.waitForSelector("[role=row] a");
    await page.keyboard.press("/");
    await page.keyboard.type('run_id == "economy_0"');
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.querySelector("[role=status]").textContent === "1 run");
    await page.focus(".table");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/runs\/economy_0/);
    await page.waitForSelector(".bars li");
    await page.keyboard.press("2");
    await page.waitForSelector(".event");
    await page.keyboard.press("g");
    await page.keyboard.type("t50");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".detail .raw");
    assert.match(await page.locator(".event.active").textContent(), /50/);
    await page.keyboard.press("?");
    await page.waitForSelector("dialog[open]");
    await close();
    well();
  });

  test("a wrong filter says where", async () => {
    const { page, close } = await open("/?where=status+%3D%3D");
    await page.waitForSelector(".wrong");
    await close();
    problems.length = 0; // the browser notes the refusal
  });

  test("causes and effects are links", async () => {
    const { page, close } = await open("/runs/economy_0?tab=events&type=transfer");
    await page.waitForSelector(".event .seq");
    await page.locator(".event").first().click();
    await page.waitForSelector(".detail .link");
    const cause = await page.locator(".detail .link").first().textContent();
    await page.goto(page.url().replace("&type=transfer", ""));
    await page.waitForSelector(".detail .link");
    await page.locator(".detail .link").first().click();
    await page.waitForFunction((c) => document.querySelector(".detail h2")?.textContent.includes(c), cause);
    await close();
    well();
  });

  test("remarks are kept", async () => {
    const { page, close } = await open("/runs/exchange_1");
    await page.fill("[aria-label=note]", "<b>special</b>");
    await page.click("text=add the note");
    await page.waitForSelector(".note");
    await page.click("text=pin");
    await page.waitForSelector("text=pinned");
    assert.match(readFileSync(join(shelf.dir, "exchange_1", "run.json"), "utf8"), /"pinned": ?true/);
    await close();
    well();
  });

  test("what happens is seen: a new run in the list, and its events as they come", async () => {
    const { page, close } = await open("/");
    await page.waitForSelector("[role=row] a");
    const script = 'let n = 0; setInterval(() => { console.log(JSON.stringify({ event: "beat", n: ++n, sent: Date.now() })); if (n === 60) process.exit(0); }, 100)';
    const child = spawn(program, ["exec", "--run-id", "living", "--logs-dir", shelf.dir, "--", process.execPath, "-e", script], { stdio: "ignore" });
    await page.waitForSelector("a[href='/runs/living']");
    await page.goto(ui.base + "/runs/living?tab=events");
    await page.waitForSelector(".event");
    const late = await page.evaluate(
      () =>
        new Promise((done) => {
          const seen = new Set();
          const late = [];
          const look = () => {
            for (const e of document.querySelectorAll(".event .what")) {
              const m = /n=(\d+) sent=(\d+)/.exec(e.textContent);
              if (!m || seen.has(m[1])) continue;
              seen.add(m[1]);
              late.push(Date.now() - Number(m[2]));
            }
            if (late.length > 35) done(late.slice(5));
            else requestAnimationFrame(look);
          };
          look();
        }),
    );
    late.sort((a, b) => a - b);
    console.log(`# an event is on the screen after ${late[late.length >> 1]} ms (median), ${late.at(-1)} ms at most`);
    await shoot(page, "live");
    await page.click("text=pause");
    await page.waitForFunction(() => !document.querySelector(".events .waiting"));
    const text = await page.locator(".event").last().textContent();
    await page.waitForTimeout(400);
    assert.equal(await page.locator(".event").last().textContent(), text, "a paused log moves");
    await new Promise((done) => child.on("exit", done));
    await page.waitForSelector(".status-completed");
    await close();
    well();
  });

  test("ten thousand runs, and a million events", async () => {
    const big = newShelf();
    for (let i = 0; i < 10_000; i++)
      putRun(big.dir, "run_" + String(i).padStart(5, "0"), { at: i * 1000, manifest: { seed: i, config: { agents: i % 50 }, metrics: { gini: i / 10_000 }, tags: ["sweep"] } });
    await putLongRun(big.dir, "run_long", 1_000_000);
    const from = await serve(big.dir);
    try {
      const { page, close } = await open("/", { from });
      await page.waitForSelector("[role=row] a");
      for (const [name, path, sign] of [["10,000 runs", "/", "[role=row] a"], ["a million events", "/runs/run_long?tab=events", ".event .seq"]]) {
        const began = Date.now();
        await page.goto(from.base + path);
        await page.waitForSelector(sign);
        console.log(`# first paint of ${name}: ${Date.now() - began} ms`);
      }
      await page.waitForFunction(() => document.querySelector(".tools [role=status]").textContent === "1,000,000 events");
      await page.focus(".events");
      for (const [key, want] of [["End", "1000000"], ["Home", "1"]]) {
        await page.keyboard.press(key);
        await page.waitForFunction((w) => [...document.querySelectorAll(".event .seq")].some((e) => e.textContent === w), want);
      }
      const waits = [];
      for (const share of [0.13, 0.9, 0.42, 0.77, 0.05, 0.61]) waits.push(await scroll(page, ".events", share));
      console.log(`# rows after a jump: ${waits.map(Math.round).join(", ")} ms`);
      await page.fill("#jump", "765432");
      await page.keyboard.press("Enter");
      await page.waitForFunction(() => document.querySelector(".event.active .seq")?.textContent === "765432");
      await shoot(page, "million");
      await page.goto(from.base + "/?sort=-metrics.gini&where=config.agents+%3C+10");
      await page.waitForSelector("a[href='/runs/run_09959']");
      await page.waitForFunction(() => document.querySelector(".tools [role=status]").textContent === "2,000 runs");
      const list = [];
      for (const share of [0.5, 0.99, 0.01]) list.push(await scroll(page, ".table", share));
      console.log(`# rows of the list after a jump: ${list.map(Math.round).join(", ")} ms`);
      const rss = /VmHWM:\s*(\d+) kB/.exec(readFileSync(`/proc/${from.pid}/status`, "utf8"));
      console.log(`# the server took ${Math.round(Number(rss[1]) / 1000)} MB at most`);
      await close();
      well();
    } finally {
      from.stop();
      big.remove();
    }
  });

  /** Scrolls to a share of a list and returns after how many milliseconds its rows are there. */
  function scroll(page, list, share) {
    return page.evaluate(
      ([selector, to]) =>
        new Promise((done) => {
          const el = document.querySelector(selector);
          const began = performance.now();
          el.scrollTop = (el.scrollHeight - el.clientHeight) * to;
          const look = () => {
            if (performance.now() - began > 30 && !el.querySelector(".waiting")) done(performance.now() - began);
            else requestAnimationFrame(look);
          };
          requestAnimationFrame(look);
        }),
      [list, share],
    );
  }
});

/** Runs in which everything is an attack. */
function hostile(dir) {
  const attack = "<img src=x onerror='globalThis.ran=true'></script><script>globalThis.ran=true</script>javascript:globalThis.ran=true\u001b]0;x\u0007\u001b[2J\u009b\u202e";
  for (const id of ["evil", "evil_2"]) {
    const run = putRun(dir, id, {
      events: [
        { event_type: attack, [attack]: attack, message: id },
        { event_type: "transfer", sender: attack, recipient: attack + 2, amount: 5, [attack]: 7 },
      ],
      manifest: {
        name: attack, tags: [attack], notes: [{ at: "2026-01-15T12:00:00Z", text: attack }], reason: attack,
        config: { [attack]: attack + id }, metrics: { [attack]: 1 }, program: { name: attack, argv: [attack], cwd: attack },
        events: { count: 2, by_type: { [attack]: 1, transfer: 1 } }, git: { branch: attack }, host: { hostname: attack },
      },
    });
    writeFileSync(join(run, "artifacts", "<img src=x onerror=globalThis.ran=true>.svg"), `<svg xmlns="http://www.w3.org/2000/svg"><script>globalThis.ran=true</script></svg>`);
  }
}
