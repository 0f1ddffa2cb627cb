// Every screen of the console, with an address at which it shows something, and with what leads further on it.

/** Presses what the selector names, and answers what is then shown. */
const press = (selector) => async (page) => {
  const [response] = await Promise.all([page.waitForNavigation(), page.click(selector)]);
  return response;
};

/** Ticks the first jobs. */
const tick = async (page) => {
  for (const place of [0, 1, 4]) await page.locator("tbody .tick input").nth(place).check();
};

const enqueueNonsense = async (page) => {
  await page.selectOption("#class", { index: 1 });
  await page.fill("#arguments", "[7, ");
  await page.fill("#priority", "urgent");
  await page.fill("#at", "soon");
  return press(".draft button")(page);
};

/** A name of its own each time: whoever fails too often has to wait. */
const logInWrongly = async (page) => {
  await page.fill("#uid", `stranger-${Math.random()}`);
  await page.fill("#password", "wrong");
  return press(".login button")(page);
};

/** Changes many jobs on a site where a request changes a portion only, and stays at the page between two of them. */
const changeInPart = async (page) => {
  await page.fill("#at", "2h");
  let nSent = 0;
  await page.unroute("**/jobs/change");
  // With scripts the page goes on by itself.
  await page.route("**/jobs/change", (route) => (nSent++ === 0 ? route.continue() : route.abort("aborted")));
  // What it goes on to is never loaded, so that this page is never done with loading.
  const [response] = await Promise.all([page.waitForNavigation({ waitUntil: "commit" }), page.click("main form button")]);
  await page.waitForSelector("form[data-go-on]");
  return response;
};

const dayOf = (moment) => moment.toLocaleDateString("sv", { timeZone: "Asia/Tokyo" }).replaceAll("-", "");

/**
 * `site` is one of the showcase's; `user` is the role of whom it is shown, none for nobody; `status` other than 200; `act`
 * does something on the page first, and answers what it was led to; `isVariation` of one that shows the same as another with
 * other contents.
 */
export function screens({ jobs, foreign, first_login: firstLogin }) {
  const job = (name) => `/.sys/job/jobs/${encodeURIComponent(jobs[name])}`;
  const reservation = (name) => `/.sys/job/reservations/${encodeURIComponent(jobs[name])}`;
  const attempt = (name) => `/.sys/job/logs/${encodeURIComponent(`${jobs[name]}.1`)}`;
  const task = (name) => `/.sys/job/tasks/${encodeURIComponent(name)}`;
  const busy = [
    { name: "login", path: "/.mypage/login", user: null },
    { name: "login-failed", path: "/.mypage/login", user: null, act: logInWrongly },
    { name: "login-first", path: firstLogin, user: null, site: "first" },
    { name: "login-first-used", isVariation: true, path: "/.mypage/first_login?key=used", user: null, site: "first", status: 404 },
    { name: "status", path: "/.sys/job/status" },
    { name: "jobs", path: "/.sys/job/jobs" },
    { name: "jobs-narrowed", path: "/.sys/job/jobs?state=available&queue=default" },
    { name: "jobs-selected", path: "/.sys/job/jobs?state=discarded", act: tick },
    { name: "jobs-filters", path: "/.sys/job/jobs?text=page", act: (page) => page.click("summary") },
    { name: "jobs-confirm", path: "/.sys/job/jobs/confirm?action=cancel&state=available" },
    { name: "jobs-confirm-time", isVariation: true, path: "/.sys/job/jobs/confirm?action=reschedule&state=scheduled" },
    { name: "jobs-confirm-final", path: "/.sys/job/jobs/confirm?action=delete&state=discarded" },
    { name: "jobs-change", site: "large", path: "/.sys/job/jobs/confirm?action=reschedule&state=scheduled", act: changeInPart },
    { name: "notice", site: "large", path: "/.sys/job/queues", act: press("form[action*='/queues/default/'] button") },
    { name: "jobs-none", path: "/.sys/job/jobs?class=Nothing::OfThisName" },
    { name: "job-running", path: job("running") },
    { name: "job-scheduled", path: job("scheduled") },
    { name: "job-retryable", path: job("retryable") },
    { name: "job-discarded", path: job("discarded") },
    { name: "job-japanese", path: job("japanese") },
    { name: "job-hostile", path: job("hostile") },
    { name: "job-hostile-path", isVariation: true, path: job("hostile_path") },
    { name: "job-hostile-long", path: job("hostile_long") },
    { name: "job-new", path: "/.sys/job/jobs/new" },
    { name: "job-new-wrong", path: "/.sys/job/jobs/new", act: enqueueNonsense, status: 422 },
    { name: "reservations", path: "/.sys/job/reservations" },
    { name: "reservation", path: reservation("scheduled") },
    { name: "reservation-removal", isVariation: true, path: `${reservation("scheduled")}/delete` },
    { name: "discarded", path: "/.sys/job/discarded" },
    { name: "discarded-confirm", path: "/.sys/job/discarded", act: press("td .row a") },
    { name: "own-reservations", path: "/.u/job/reservations", user: "own" },
    { name: "own-reservation", isVariation: true, path: `/.u/job/reservations/${encodeURIComponent(jobs.japanese)}`, user: "own" },
    { name: "own-logs", path: "/.u/job/logs", user: "own" },
    { name: "own-job", isVariation: true, path: `/.u/job/jobs/${encodeURIComponent(jobs.discarded)}`, user: "own" },
    { name: "logs", path: "/.sys/job/logs" },
    { name: "logs-narrowed", path: "/.sys/job/logs?state=failed&class=ActionMailer%3A%3AMailDeliveryJob" },
    { name: "logs-day", path: `/.sys/job/${dayOf(new Date())}/logs` },
    { name: "log", path: attempt("discarded") },
    { name: "log-running", isVariation: true, path: attempt("running") },
    { name: "log-hostile", path: attempt("hostile") },
    { name: "log-hostile-attribute", isVariation: true, path: attempt("hostile_attribute") },
    { name: "log-hostile-path", isVariation: true, path: attempt("hostile_path") },
    { name: "log-hostile-long", path: attempt("hostile_long") },
    { name: "logs-export", path: "/.sys/job/logs/download_all" },
    { name: "logs-removal", path: "/.sys/job/logs/batch_destroy" },
    { name: "logs-removal-chosen", path: "/.sys/job/logs/batch_destroy?item%5Bsave_term%5D=" },
    { name: "tasks", path: "/.sys/job/tasks" },
    { name: "task", path: task("cms:generate_pages") },
    { name: "task-ended", path: task("gws:notice_deletion") },
    { name: "task-removal", path: `${task("gws:notice_deletion")}/delete` },
    { name: "task-removal-many", path: "/.sys/job/tasks?confirm=delete&ids%5B%5D=cms:import_files&ids%5B%5D=cms:generate_pages" },
    { name: "task-service", isVariation: true, path: task("job:service") },
    { name: "services", path: "/.sys/job/services" },
    { name: "services-stop", path: "/.sys/job/services", act: press("a[href$='/stop']") },
    { name: "queues", path: "/.sys/job/queues" },
    { name: "audit", path: "/.sys/job/audit" },
    { name: "audit-change", path: "/.sys/job/audit", act: press("td.main a") },
    { name: "fault-not-found", path: "/.sys/job/nothing-is-here", status: 404 },
    { name: "fault-forbidden", path: "/.sys/job/logs/batch_destroy", user: "viewer", status: 403 },
    { name: "fault-stranger", isVariation: true, path: "/nothing-is-here", status: 404, user: null },
    { name: "viewer-services", isVariation: true, path: "/.sys/job/services", user: "viewer" },
    { name: "viewer-job", isVariation: true, path: job("discarded"), user: "viewer" },
    { name: "read-only-status", isVariation: true, path: "/.sys/job/status", site: "read_only" },
    { name: "read-only-job", isVariation: true, path: job("retryable"), site: "read_only" },
    { name: "read-only-queues", isVariation: true, path: "/.sys/job/queues", site: "read_only" },
    { name: "well-status", path: "/.sys/job/status", site: "well" },
    { name: "well-jobs", isVariation: true, path: "/.sys/job/jobs", site: "well" },
  ].map((screen) => ({ site: "busy", ...screen }));
  const still = ["status", "jobs", "reservations", "discarded", "logs", "tasks", "services", "queues", "audit"].map((name) =>
    ({ name: `still-${name}`, path: `/.sys/job/${name}`, site: "still", isVariation: name !== "status" }));
  return [...busy, ...still, ...["sidekiq", "resque", "delayed_job"].flatMap((site) => foreignScreens(site, foreign[site]))].map((screen) => ({ user: "admin", status: 200, ...screen }));
}

/** The console over stores of others: what their store cannot do is not there, and what they do not know is not made up. */
function foreignScreens(site, jobs) {
  const pages = [
    "status", "jobs", "jobs?state=available", "jobs?state=scheduled", "reservations", "discarded", "tasks", "services", "queues", "audit",
    "jobs/confirm?action=retry&state=discarded", "jobs/new",
  ].map((path) => ({ name: path.replaceAll(/[^a-z]+/g, "-"), path: `/.sys/job/${path}` }));
  const details = Object.entries(jobs).map(([name, id]) =>
    ({ name: `job-${name.replaceAll("_", "-")}`, path: `/.sys/job/jobs/${encodeURIComponent(id)}` }));
  const own = { name: "own-reservations", path: "/.u/job/reservations", user: "own" };
  return [...pages, ...details, own].map((screen) => ({ ...screen, name: `${site.replace("_", "-")}-${screen.name}`, site, isVariation: true }));
}
