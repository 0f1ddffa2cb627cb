// Everything can be done by keys alone: the pointer is never touched.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { openContext, startBrowser } from "./browser.mjs";
import { startConsole } from "./console.mjs";

/** No page has so many places to stop at before what is looked for. */
const MAX_STOPS = 200;

let showcase, browser, context, page;

before(async () => {
  showcase = await startConsole();
  browser = await startBrowser();
  context = await openContext(browser);
  page = await context.newPage();
});

after(async () => {
  await browser?.close();
  await showcase?.close();
});

/** Presses Tab until the focus is on what the selector names, and shows it. */
async function walkTo(selector) {
  for (let stop = 0; stop < MAX_STOPS; stop += 1) {
    await page.keyboard.press("Tab");
    const { isThere, isSeen } = await page.evaluate((wanted) => {
      const focused = document.activeElement;
      const { outlineStyle, outlineWidth } = getComputedStyle(focused);
      return { isThere: focused.matches(wanted), isSeen: outlineStyle !== "none" && outlineWidth !== "0px" };
    }, selector);
    if (isThere) {
      assert.ok(isSeen, `nobody sees that the focus is on ${selector}`);
      return;
    }
  }
  assert.fail(`the keys do not reach ${selector} on ${page.url()}`);
}

async function enter() {
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
}

test("a day's work is done by keys alone", { timeout: 300_000 }, async () => {
  await page.goto(`${showcase.sites.busy}/.sys/job/queues`);
  // The cursor is in the first field.
  await page.keyboard.type("operator");
  await walkTo("#password");
  await page.keyboard.type(showcase.password);
  await enter();
  assert.match(page.url(), /\/\.sys\/job\/queues$/);

  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "main", "the first link leads past the navigation");
  await walkTo("form[action*='/queues/mailers/resume'] button");
  await enter();
  await page.waitForSelector("form[action*='/queues/mailers/pause']");

  await page.goto(`${showcase.sites.busy}/.sys/job/logs`);
  await walkTo("#state");
  await page.keyboard.type("failed");
  await walkTo("form.filters button");
  await enter();
  assert.match(page.url(), /state=failed/);
  await walkTo("table a");
  await enter();
  await walkTo("details summary");
  await page.keyboard.press("Enter");
  assert.ok(await page.evaluate(() => document.querySelector("details").open));

  await page.goto(`${showcase.sites.busy}/.sys/job/status`);
  await walkTo("form.logout button");
  await enter();
  await page.goto(`${showcase.sites.busy}/.sys/job/status`);
  assert.match(page.url(), /\/\.mypage\/login/);
  assert.deepEqual(context.faults, []);
});
