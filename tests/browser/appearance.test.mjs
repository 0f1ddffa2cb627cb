// Each screen in both languages, light and dark, wide and narrow, with and without JavaScript. Screenshots are output.
//
// A page is loaded once for a language; the browser shows what is loaded in the other theme and width, as it does when its
// reader turns a phone or the sun sets.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { after, before, test } from "node:test";

import { each, logIn, openContext, startBrowser } from "./browser.mjs";
import { startConsole } from "./console.mjs";
import { accessibility, judgeAnswer, judgeLayout } from "./judge.mjs";
import { screens } from "./screens.mjs";

const SCREENSHOTS = process.env.EGRET_SCREENSHOTS ?? "screenshots";
/** Only screens whose names begin so, a pattern; all of them without it. */
const ONLY = process.env.EGRET_SCREENS ?? "";
/** Pages that are looked at side by side. */
const AT_ONCE = 2;

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
  for (const site of ["busy", "sidekiq", "resque", "delayed_job"]) await change(site);
});

/** Pauses a queue and resumes it, and gives waiting jobs another time, so that there are changes to look at. */
async function change(site) {
  const context = await openContext(browser, { session: sessions.get(keyOf({ site, user: "admin" })) });
  const page = await context.newPage();
  const press = (selector) => Promise.all([page.waitForNavigation(), page.click(selector)]);
  await page.goto(`${showcase.sites[site]}/.sys/job/queues`);
  for (const verb of ["pause", "resume"]) await press(`form[action$='/queues/default/${verb}'] button`);
  await page.goto(`${showcase.sites[site]}/.sys/job/jobs/confirm?action=reschedule&state=scheduled`);
  await page.fill("#at", "3h");
  await press("main form button");
  await context.close();
}

after(async () => {
  await browser?.close();
  await showcase?.close();
});

/** What differs little is looked at in all companies, too, whatever the time. */
const isWhole = Boolean(process.env.EGRET_SOAK);

const COMPANIES = ["en", "ja"].flatMap((language) => [true, false].map((script) => ({ language, script })));
const APPEARANCES = ["light", "dark"].flatMap((theme) => [1280, 390].map((width) => ({ theme, width })));

/** Two that have both themes and both widths. */
const isCorner = ({ theme, width }) => (theme === "light") === (width === 1280);

/** What another screen shows with other contents is looked at where most differs. */
const isTurn = ({ isVariation }, appearance) => !isVariation || isWhole || isCorner(appearance);

/**
 * Contrast hangs on the theme, the size of targets on the width, and the rest on neither: each of them with each language. It
 * cannot run without scripts.
 */
const asksAxe = ({ isVariation }, { script, language }, appearance) =>
  script && (isWhole || (isCorner(appearance) && (!isVariation || (language === "en") === (appearance.theme === "light"))));

/** A page without scripts has the same text and style: of them, some pictures. */
const isDrawn = ({ script, language }, appearance) => script || (language === "en" && (isWhole || isCorner(appearance)));

const nameOf = ({ name }, { language, script }, { theme, width }) =>
  `${name}-${language}-${theme}-${width}${script ? "" : "-plain"}`;

for (const company of COMPANIES) {
  const place = `in ${company.language}${company.script ? "" : ", without scripts"}`;
  test(`every screen is right ${place}, in both themes, wide and narrow`, { timeout: 1_800_000 }, async () => {
    const wrong = [];
    const contexts = await contextsOf(company);
    const pages = new Map();
    const wanted = screens(showcase).filter((screen) => new RegExp(`^(${ONLY})`).test(screen.name));
    await each(wanted, AT_ONCE, async (screen, place) => {
      // To open a page costs more than to look at it.
      const key = `${place} ${keyOf(screen)}`;
      if (!pages.has(key)) pages.set(key, await contexts.get(keyOf(screen)).newPage());
      for (const fault of await look(pages.get(key), screen, company)) wrong.push(`${screen.name}: ${fault}`);
    });
    for (const context of contexts.values()) {
      wrong.push(...context.faults);
      await context.close();
    }
    assert.deepEqual(wrong, []);
  });
}

/** One for each who looks. */
async function contextsOf(company) {
  const contexts = new Map();
  for (const key of new Set(screens(showcase).map(keyOf))) {
    contexts.set(key, await openContext(browser, { ...company, session: sessions.get(key) }));
  }
  return contexts;
}

async function look(page, screen, company) {
  try {
    await appear(page, APPEARANCES[0]);
    const shown = await page.goto(showcase.sites[screen.site] + screen.path);
    const response = (await screen.act?.(page)) ?? shown;
    const wrong = await judgeAnswer(response, screen.status);
    const language = await page.getAttribute("html", "lang");
    if (language !== company.language) wrong.push(`the page is in ${language}`);
    for (const appearance of APPEARANCES.filter((appearance) => isTurn(screen, appearance))) {
      await appear(page, appearance);
      const faults = await judgeLayout(page);
      if (asksAxe(screen, company, appearance)) faults.push(...(await accessibility(page)));
      wrong.push(...faults.map((fault) => `${appearance.theme}, ${appearance.width}: ${fault}`));
      if (isDrawn(company, appearance)) {
        await page.screenshot({ path: `${SCREENSHOTS}/${nameOf(screen, company, appearance)}.png`, fullPage: true });
      }
    }
    return wrong;
  } catch (error) {
    return [error.message];
  }
}

/** Shows what is loaded in a theme and a width. */
async function appear(page, { theme, width }) {
  await page.emulateMedia({ colorScheme: theme });
  await page.setViewportSize({ width, height: 900 });
}
