// A page that is open while things happen shows them, and leaves alone what its reader is at.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { logIn, openContext, startBrowser } from "./browser.mjs";
import { startConsole } from "./console.mjs";

let showcase, browser, page, context, session;

before(async () => {
  showcase = await startConsole();
  browser = await startBrowser();
  session = await logIn(browser, showcase.sites.busy, "admin", showcase.password);
  context = await openContext(browser, { session });
  page = await context.newPage();
});

after(async () => {
  await browser?.close();
  await showcase?.close();
});

test("a status page changes as jobs end, without being loaded again, and the focus stays", { timeout: 300_000 }, async () => {
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

test("the first page already shows times in the zone of its reader", { timeout: 300_000 }, async () => {
  const newcomer = await openContext(browser, { session, isNew: true });
  const first = await newcomer.newPage();
  await first.goto(`${showcase.sites.busy}/.sys/job/reservations`);
  // The hour in Tokyo is that of UTC and nine.
  await first.waitForFunction(() => {
    const time = document.querySelector("main time");
    const there = new Intl.DateTimeFormat("sv", { timeZone: "Asia/Tokyo", dateStyle: "short", timeStyle: "medium" });
    return time.textContent === there.format(new Date(time.dateTime));
  });
  assert.deepEqual(newcomer.faults, []);
  await newcomer.close();
});

test("a row leads where its link leads, and one box ticks all of a page", { timeout: 300_000 }, async () => {
  await page.goto(`${showcase.sites.busy}/.sys/job/jobs?state=scheduled`);
  const boxes = page.locator("tbody .tick input");
  await page.check("[data-tick-all]");
  assert.equal(await page.locator("tbody .tick input:checked").count(), await boxes.count());
  await boxes.first().uncheck();
  assert.equal(await page.isChecked("[data-tick-all]"), false);
  const address = await page.locator("tbody td.main a").first().getAttribute("href");
  await Promise.all([page.waitForNavigation(), page.locator("tbody td.state-cell").first().click()]);
  assert.equal(new URL(page.url()).pathname, address);
  assert.deepEqual(context.faults, []);
});

test("a page that cannot be read again says so until it can", { timeout: 300_000 }, async () => {
  const cut = await openContext(browser, { session });
  const there = await cut.newPage();
  await there.goto(`${showcase.sites.busy}/.sys/job/status`);
  assert.equal(await there.isVisible(".stale"), false);
  await cut.setOffline(true);
  await there.waitForSelector(".stale", { state: "visible" });
  await cut.setOffline(false);
  await there.waitForSelector(".stale", { state: "hidden" });
  await cut.close();
});

test("a page whose reader has logged out elsewhere leads to the login page", { timeout: 300_000 }, async () => {
  const own = await logIn(browser, showcase.sites.busy, "viewer", showcase.password);
  const shared = await openContext(browser, { session: own });
  const [left, other] = [await shared.newPage(), await shared.newPage()];
  await left.goto(`${showcase.sites.busy}/.sys/job/status`);
  await other.goto(`${showcase.sites.busy}/.sys/job/tasks`);
  await Promise.all([other.waitForNavigation(), other.click("form.logout button")]);
  await left.waitForURL(/\/\.mypage\/login\?ref=/);
  await shared.close();
});
