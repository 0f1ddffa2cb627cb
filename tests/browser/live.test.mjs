// A page that is open while things happen shows them, and leaves alone what its reader is at.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { logIn, openContext, startBrowser } from "./browser.mjs";
import { startConsole } from "./console.mjs";

let showcase, browser, page, context;

before(async () => {
  showcase = await startConsole();
  browser = await startBrowser();
  const session = await logIn(browser, showcase.sites.busy, "admin", showcase.password);
  context = await openContext(browser, { session });
  page = await context.newPage();
});

after(async () => {
  await browser?.close();
  await showcase?.close();
});

test("a status page changes as jobs end, without being loaded again, and the focus stays", { timeout: 120_000 }, async () => {
  await page.goto(`${showcase.sites.busy}/.sys/job/status`);
  const strip = page.locator("#strip");
  const before = await strip.innerText();
  await page.evaluate(() => {
    window.isSamePage = true;
    document.querySelector("main a, main button").focus();
    window.focused = document.activeElement;
  });
  await showcase.order("finish");
  await page.waitForFunction((text) => document.getElementById("strip").innerText !== text, before);
  assert.equal(await page.evaluate(() => window.isSamePage), true, "the page was loaded again");
  assert.equal(await page.evaluate(() => document.activeElement === window.focused), true, "the focus went elsewhere");
  assert.deepEqual(context.faults, []);
});
