// Every action is there without JavaScript.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { logIn, openContext, startBrowser } from "./browser.mjs";
import { startConsole } from "./console.mjs";

let showcase, browser, context, page, site;

before(async () => {
  showcase = await startConsole();
  browser = await startBrowser();
  site = showcase.sites.busy;
  const session = await logIn(browser, site, "admin", showcase.password);
  context = await openContext(browser, { script: false, session });
  page = await context.newPage();
});

after(async () => {
  assert.deepEqual(context?.faults, []);
  await browser?.close();
  await showcase?.close();
});

async function press(selector) {
  await Promise.all([page.waitForNavigation(), page.click(selector)]);
}

const text = (selector) => page.innerText(selector);

test("a paused queue is resumed and paused again", async () => {
  await page.goto(`${site}/.sys/job/queues`);
  await press("form[action*='/queues/mailers/resume'] button");
  assert.notEqual((await text("#notice")).trim(), "");
  await press("form[action*='/queues/mailers/pause'] button");
  assert.equal(await page.locator("form[action*='/queues/mailers/resume']").count(), 1);
});

test("the jobs of a dead service are released from the status page", async () => {
  await page.goto(`${site}/.sys/job/status`);
  assert.match(await text("main"), /web2\.example\.jp/);
  await press("form[action*='/services/rescue'] button");
  await page.goto(`${site}/.sys/job/status`);
  assert.doesNotMatch(await text("main"), /web2\.example\.jp/);
});

test("a service is told to be quiet, and to go on", async () => {
  await page.goto(`${site}/.sys/job/services`);
  await press("form[action$='/quiet'] button");
  assert.notEqual((await text("#notice")).trim(), "");
});

test("a task is stopped, reset and deleted", async () => {
  await page.goto(`${site}/.sys/job/tasks/${encodeURIComponent("cms:generate_pages")}`);
  await press("form[action$='/interrupt'] button");
  assert.notEqual((await text("#notice")).trim(), "");
  await page.goto(`${site}/.sys/job/tasks/${encodeURIComponent("gws:notice_deletion")}`);
  await press("form[action$='/reset_state'] button");
  await page.goto(`${site}/.sys/job/tasks/${encodeURIComponent("gws:notice_deletion")}/delete`);
  await press("#item-form button");
  const response = await page.goto(`${site}/.sys/job/tasks/${encodeURIComponent("gws:notice_deletion")}`);
  assert.equal(response.status(), 404);
});

test("language and theme are chosen, and stay", async () => {
  await page.goto(`${site}/.sys/job/status`);
  await press(".tools a[hreflang='ja']");
  assert.equal(await page.getAttribute("html", "lang"), "ja");
  await press(".tools a:has-text('◐')");
  assert.equal(await page.getAttribute("html", "data-theme"), "dark");
  await page.goto(`${site}/.sys/job/queues`);
  assert.equal(await page.getAttribute("html", "lang"), "ja");
  await press(".tools a[hreflang='en']");
});

test("what has run is narrowed, exported and looked at", async () => {
  await page.goto(`${site}/.sys/job/logs`);
  await page.selectOption("#state", "failed");
  await press("form.filters button");
  assert.match(page.url(), /state=failed/);
  await press("table a");
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("a[href$='/download']")]);
  assert.match(download.suggestedFilename(), /^[\w.-]+$/);
});
