// Each screen in both languages, light and dark, wide and narrow, and without JavaScript. Screenshots are output.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { after, before, test } from "node:test";

import { each, logIn, openContext, startBrowser } from "./browser.mjs";
import { startConsole } from "./console.mjs";
import { judge } from "./judge.mjs";
import { screens } from "./screens.mjs";

const SCREENSHOTS = process.env.EGRET_SCREENSHOTS ?? "screenshots";
/** Only screens whose names begin so, a pattern; all of them without it. */
const ONLY = process.env.EGRET_SCREENS ?? "";

let showcase, browser;
const sessions = new Map();
const keyOf = ({ site, user }) => `${site} ${user}`;

before(async () => {
  showcase = await startConsole();
  browser = await startBrowser();
  await mkdir(SCREENSHOTS, { recursive: true });
  for (const { site, user } of screens(showcase)) {
    const key = keyOf({ site, user });
    if (user && !sessions.has(key)) sessions.set(key, await logIn(browser, showcase.sites[site], user, showcase.password));
  }
  await change(sessions.get(keyOf({ site: "busy", user: "admin" })));
});

/** Pauses a queue and resumes it, so that there are changes to look at. */
async function change(session) {
  const context = await openContext(browser, { session });
  const page = await context.newPage();
  await page.goto(`${showcase.sites.busy}/.sys/job/queues`);
  for (const verb of ["pause", "resume"]) {
    await Promise.all([page.waitForNavigation(), page.click(`form[action$='/queues/default/${verb}'] button`)]);
  }
  await context.close();
}

after(async () => {
  await browser?.close();
  await showcase?.close();
});

/** Each of them, whatever the time; else what differs is looked at in half of its companies. */
const isWhole = Boolean(process.env.EGRET_SOAK);

const all = ["en", "ja"].flatMap((language) =>
  ["light", "dark"].flatMap((theme) =>
    [1280, 390].flatMap((width) => [true, false].map((script) => ({ language, theme, width, script })))));

/** A page without scripts has the same text and style. */
const isLookedAt = ({ language, theme, width, script }) =>
  script || isWhole || (language === "en" ? theme === "light" && width === 1280 : theme === "dark" && width === 390);

/** axe takes most of the time: both languages, themes and widths, but not each with each. It cannot run without scripts. */
const asksAxe = ({ language, theme, width, script }) =>
  script && (isWhole || (language === "en" ? theme === "light" && width === 1280 : theme === "dark" && width === 390));

/** What another screen shows with other contents is looked at as thoroughly, but not in each company. */
const isTurn = ({ isVariation }, appearance) => !isVariation || isWhole || asksAxe(appearance);

/** Pictures of pages without script would be the same. */
const isDrawn = ({ language, script }) => script || language === "en";

const nameOf = ({ language, theme, width, script }) => `${language}-${theme}-${width}${script ? "" : "-plain"}`;

for (const appearance of all.filter(isLookedAt)) {
  test(`every screen is right in ${nameOf(appearance)}`, { timeout: 300_000 }, async () => {
    const wrong = [];
    const contexts = await contextsOf(appearance);
    const pages = new Map();
    const wanted = screens(showcase).filter((screen) => new RegExp(`^(${ONLY})`).test(screen.name) && isTurn(screen, appearance));
    await each(wanted, 2, async (screen, place) => {
      // To open a page costs more than to look at it.
      const key = `${place} ${keyOf(screen)}`;
      if (!pages.has(key)) pages.set(key, await contexts.get(keyOf(screen)).newPage());
      for (const fault of await look(pages.get(key), screen, appearance)) wrong.push(`${screen.name}: ${fault}`);
    });
    for (const context of contexts.values()) {
      wrong.push(...context.faults);
      await context.close();
    }
    assert.deepEqual(wrong, []);
  });
}

/** One for each who looks. */
async function contextsOf(appearance) {
  const contexts = new Map();
  for (const key of new Set(screens(showcase).map(keyOf))) {
    contexts.set(key, await openContext(browser, { ...appearance, session: sessions.get(key) }));
  }
  return contexts;
}

async function look(page, screen, appearance) {
  try {
    const shown = await page.goto(showcase.sites[screen.site] + screen.path);
    const response = (await screen.act?.(page)) ?? shown;
    const wrong = await judge(page, response, screen.status, asksAxe(appearance));
    const language = await page.getAttribute("html", "lang");
    if (language !== appearance.language) wrong.push(`the page is in ${language}`);
    if (isDrawn(appearance)) {
      await page.screenshot({ path: `${SCREENSHOTS}/${screen.name}-${nameOf(appearance)}.png`, fullPage: true });
    }
    return wrong;
  } catch (error) {
    return [error.message];
  }
}
