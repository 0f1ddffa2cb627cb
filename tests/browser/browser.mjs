// A browser without a screen, contexts in which somebody is logged in, and a watch over what pages do.

import { chromium } from "playwright-core";

const CHROMIUM = process.env.EGRET_CHROMIUM ?? "/usr/bin/chromium";
/** A style sheet to be looked at in place of the one that is compiled in. */
const STYLE = process.env.EGRET_STYLE;
/** How long a page may take; machines can be busy. */
export const PATIENCE = 60_000;

/** Debian's Chromium. Names of hosts lead nowhere in it. */
export function startBrowser() {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--disable-gpu", "--force-color-profile=srgb"],
  });
}

/** What a context can be like. */
const APPEARANCE = { language: "en", theme: "light", width: 1280, script: true };
const ZONE = "Asia/Tokyo";

/**
 * A context in which nobody is logged in, or in which `session`, an answer of `logIn`, still holds. It has been here before,
 * so that its zone is known, unless it `isNew`. `context.faults` fills with what no page should do.
 */
export async function openContext(browser, { language, theme, width, script, session, isNew } = APPEARANCE) {
  const context = await browser.newContext({
    locale: language ?? APPEARANCE.language,
    colorScheme: theme ?? APPEARANCE.theme,
    viewport: { width: width ?? APPEARANCE.width, height: 900 },
    javaScriptEnabled: script ?? APPEARANCE.script,
    timezoneId: ZONE,
    reducedMotion: "reduce",
  });
  context.setDefaultTimeout(PATIENCE);
  if (!isNew) await context.addCookies([{ name: "egret_zone", value: encodeURIComponent(ZONE), url: "http://127.0.0.1" }]);
  if (session) await context.addCookies(session);
  context.faults = [];
  context.on("request", (request) => {
    const { protocol, hostname, href } = new URL(request.url());
    if (hostname !== "127.0.0.1" && protocol !== "data:") context.faults.push(`a request to ${href}`);
  });
  if (STYLE) await context.route("**/egret.css", (route) => route.fulfill({ path: STYLE }));
  context.on("console", (message) => {
    // The browser itself reports every answer that is no success; the status is judged by who asked for it.
    const isStatus = message.text().startsWith("Failed to load resource: the server responded with a status of");
    if (["error", "warning"].includes(message.type()) && !isStatus) context.faults.push(`${message.type()}: ${message.text()}`);
  });
  context.on("response", (response) => {
    const isPage = response.request().isNavigationRequest();
    if (!isPage && response.status() >= 400) context.faults.push(`${response.status()} for ${response.url()}`);
  });
  context.on("weberror", (error) => context.faults.push(`error: ${error.error().message}`));
  context.on("dialog", (dialog) => {
    context.faults.push(`a dialog: ${dialog.message()}`);
    dialog.dismiss().catch(() => {});
  });
  return context;
}

/** Logs a user in and answers the cookies of the session. */
export async function logIn(browser, site, user, password) {
  const context = await openContext(browser);
  const page = await context.newPage();
  await page.goto(`${site}/.mypage/login`);
  await page.fill("[name='item[uid]']", user);
  await page.fill("[name='item[password]']", password);
  await page.press("[name='item[password]']", "Enter");
  await page.waitForSelector("form.logout");
  const cookies = await context.cookies();
  await context.close();
  return cookies.filter((cookie) => cookie.name === "_ss_session");
}

/** Does the work for each item, `width` at once; it is told as which of them it works. */
export async function each(items, width, work) {
  const queue = [...items];
  const worker = async (_, place) => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item, place);
  };
  await Promise.all(Array.from({ length: width }, worker));
}
