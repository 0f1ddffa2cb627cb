// What holds for every page, whatever is on it.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** The rules of WCAG 2.2, levels A and AA. */
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
/** The largest page, as it is sent. */
const MAX_PAGE = 100_000;

/** What is wrong with an answer, as sentences. */
export async function judgeAnswer(response, status) {
  const wrong = [];
  if (response.status() !== status) wrong.push(`the status is ${response.status()}, expected ${status}`);
  const { length } = await response.body();
  if (length > MAX_PAGE) wrong.push(`the page has ${length} bytes, expected at most ${MAX_PAGE}`);
  return wrong;
}

/** What is wrong with a page as it is shown. */
export function judgeLayout(page) {
  return page.evaluate(layout);
}

/** Runs in the page: nothing hostile ran, nothing scrolls sideways but logs, and there is a title and a heading. */
function layout() {
  const wrong = [];
  if ("caught" in window) wrong.push(`a hostile text ran: ${window.caught}`);
  if (document.querySelector("[onerror], img[src='x'], a[href^='javascript']")) wrong.push("a hostile text became markup");
  if (document.querySelectorAll("h1").length !== 1) wrong.push("there is not exactly one h1");
  if (document.title.includes("undefined") || document.title.trim().startsWith("·")) wrong.push(`the title is ${document.title}`);
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) {
    const wide = [...document.querySelectorAll("body *")].filter((part) => part.getBoundingClientRect().right > root.clientWidth + 1);
    const names = wide.slice(0, 5).map((part) => `${part.nodeName.toLowerCase()}.${part.className}`);
    wrong.push(`the page is ${root.scrollWidth} pixels wide on a screen of ${root.clientWidth}: ${names.join(", ")}`);
  }
  for (const part of document.querySelectorAll("body *:not(.log, .log *, select)")) {
    const scrolls = ["auto", "scroll"].includes(getComputedStyle(part).overflowX);
    if (scrolls && part.scrollWidth > part.clientWidth + 1) wrong.push(`${part.nodeName.toLowerCase()}.${part.className} scrolls sideways`);
  }
  return wrong;
}

/** What axe finds. */
export async function accessibility(page) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(AXE);
  const violations = await page.evaluate(async (rules) => {
    const found = await window.axe.run(document, { runOnly: { type: "tag", values: rules }, resultTypes: ["violations"] });
    return found.violations.map(({ id, help, nodes }) => ({ id, help, nodes: nodes.map((node) => node.html).slice(0, 3) }));
  }, RULES);
  return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.join(" | ")}`);
}
