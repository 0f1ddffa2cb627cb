// Sidekiq's own web page, in a browser, while our service works beside Ruby's.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";

import { PATIENCE, openContext, startBrowser } from "./browser.mjs";

const SCREENSHOTS = process.env.EGRET_SCREENSHOTS;

/** The program `peers-showcase`: Redis' keys, our service, Ruby's, and the page. */
async function startPeers() {
  const program = process.env.EGRET_PEERS_SHOWCASE;
  if (!program) throw new Error("EGRET_PEERS_SHOWCASE does not name the program `peers-showcase`; run scripts/browser");
  const child = spawn(program, { stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error("the peers ended early; what they said is above");
    return JSON.parse(value);
  };
  const told = await answer();
  return {
    ...told,
    ask: async (order) => {
      child.stdin.write(`${order}\n`);
      return answer();
    },
    close: async () => {
      child.stdin.end();
      await ended;
    },
  };
}

let peers, browser, context, page;

before(async () => {
  [peers, browser] = await Promise.all([startPeers(), startBrowser()]);
  context = await openContext(browser);
  page = await context.newPage();
});

after(async () => {
  await browser?.close();
  await peers?.close();
});

const picture = (name) => page.screenshot({ path: `${SCREENSHOTS}/sidekiq-${name}.png`, fullPage: true });

/** The row of our process on the page of what is busy. */
const ourRow = () => page.locator("table.processes tbody tr", { hasText: `:${peers.pid}` });

/** Loads the page again until it shows what is waited for; the page shows what was when it was asked. */
async function reloadUntil(holds) {
  const end = Date.now() + PATIENCE;
  while (!(await holds())) {
    assert.ok(Date.now() < end, `waited in vain; the page shows ${await page.innerText("body")}`);
    await page.reload();
  }
}

test("the page of what is busy shows our process beside Ruby's, and its job", async () => {
  await page.goto(`${peers.page}/busy`);
  await reloadUntil(async () => (await page.locator("table.workers td", { hasText: "Hold" }).count()) === 1);
  const row = await ourRow().innerText();
  for (const text of ["沼", "rust", "default, mailers"]) assert.ok(row.includes(text), row);
  assert.equal(await page.locator("table.processes tbody tr").count(), 2);
  assert.ok((await page.innerText("table.processes")).includes("marsh"));
  assert.ok((await page.innerText("table.workers")).includes("白鷺"));
  await picture("busy");
});

test("retries and dead jobs are shown with what went wrong", async () => {
  for (const [path, name, message] of [["retries", "retries", "run 1 of again"], ["morgue", "dead", "run 1 of never"]]) {
    await page.goto(`${peers.page}/${path}`);
    assert.ok((await page.innerText("body")).includes(`${message} fails: 鷺`));
    await picture(name);
    await page.locator(`table a[href*='/${path}/']`).first().click();
    const shown = await page.innerText("body");
    assert.ok(shown.includes("FailTimes") && shown.includes("peer"), shown);
    await picture(`${name}-one`);
  }
});

test("what waits of Active Job is shown by its own class", async () => {
  await page.goto(`${peers.page}/queues/other`);
  const shown = await page.innerText("body");
  assert.ok(shown.includes("Greet") && shown.includes("白鷺"), shown);
  await picture("queue");
});

test("its buttons make our process quiet, and stop it", async () => {
  await page.goto(`${peers.page}/busy`);
  await ourRow().locator("button[name=quiet]").click();
  await reloadUntil(async () => (await ourRow().locator(".label-danger", { hasText: "quiet" }).count()) === 1);
  await picture("quiet");
  assert.equal((await peers.ask("runs")).runs, true);
  await peers.ask("open-gate");
  await ourRow().locator("button[name=stop]").click();
  await reloadUntil(async () => (await ourRow().count()) === 0);
  // It takes itself from the list, and then ends.
  await reloadUntil(async () => !(await peers.ask("runs")).runs);
  assert.equal(await page.locator("table.processes tbody tr").count(), 1);
});

test("nothing of it leaves the machine", () => {
  // Debian's package is without the page's scripts; what else fails is a fault.
  const faults = context.faults.filter((fault) => !/javascripts\/.*\.js/.test(fault));
  assert.deepEqual(faults, []);
});
