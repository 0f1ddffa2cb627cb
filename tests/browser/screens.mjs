// Every screen of the console, with an address at which it shows something.

/** `site` is `busy` or `still`; `user` is the role of whom it is shown, none for nobody; `status` other than 200. */
export function screens({ jobs }) {
  const job = (name) => `/.sys/job/jobs/${encodeURIComponent(jobs[name])}`;
  const attempt = (name) => `/.sys/job/logs/${encodeURIComponent(`${jobs[name]}.1`)}`;
  const task = (name) => `/.sys/job/tasks/${encodeURIComponent(name)}`;
  const busy = [
    { name: "login", path: "/.mypage/login", user: null },
    { name: "status", path: "/.sys/job/status" },
    { name: "jobs", path: "/.sys/job/jobs" },
    { name: "jobs-narrowed", path: "/.sys/job/jobs?state=available&queue=default" },
    { name: "jobs-none", path: "/.sys/job/jobs?class=Nothing::OfThisName" },
    { name: "job-running", path: job("running") },
    { name: "job-scheduled", path: job("scheduled") },
    { name: "job-retryable", path: job("retryable") },
    { name: "job-discarded", path: job("discarded") },
    { name: "job-japanese", path: job("japanese") },
    { name: "job-hostile", path: job("hostile") },
    { name: "job-hostile-path", path: job("hostile_path") },
    { name: "job-hostile-long", path: job("hostile_long") },
    { name: "job-new", path: "/.sys/job/jobs/new" },
    { name: "reservations", path: "/.sys/job/reservations" },
    { name: "discarded", path: "/.sys/job/discarded" },
    { name: "own-reservations", path: "/.u/job/reservations", user: "own" },
    { name: "own-logs", path: "/.u/job/logs", user: "own" },
    { name: "logs", path: "/.sys/job/logs" },
    { name: "logs-narrowed", path: "/.sys/job/logs?state=failed&class=ActionMailer%3A%3AMailDeliveryJob" },
    { name: "log", path: attempt("discarded") },
    { name: "log-running", path: attempt("running") },
    { name: "log-hostile", path: attempt("hostile") },
    { name: "log-hostile-attribute", path: attempt("hostile_attribute") },
    { name: "log-hostile-path", path: attempt("hostile_path") },
    { name: "log-hostile-long", path: attempt("hostile_long") },
    { name: "logs-export", path: "/.sys/job/logs/download_all" },
    { name: "logs-removal", path: "/.sys/job/logs/batch_destroy" },
    { name: "tasks", path: "/.sys/job/tasks" },
    { name: "task", path: task("cms:generate_pages") },
    { name: "task-ended", path: task("gws:notice_deletion") },
    { name: "task-removal", path: `${task("gws:notice_deletion")}/delete` },
    { name: "task-service", path: task("job:service") },
    { name: "services", path: "/.sys/job/services" },
    { name: "queues", path: "/.sys/job/queues" },
    { name: "audit", path: "/.sys/job/audit" },
    { name: "fault-not-found", path: "/.sys/job/nothing-is-here", status: 404 },
    { name: "fault-forbidden", path: "/.sys/job/logs/batch_destroy", user: "viewer", status: 403 },
    { name: "viewer-services", path: "/.sys/job/services", user: "viewer" },
  ].map((screen) => ({ site: "busy", ...screen }));
  const still = ["status", "jobs", "reservations", "discarded", "logs", "tasks", "services", "queues"].map((name) =>
    ({ name: `still-${name}`, path: `/.sys/job/${name}`, site: "still" }));
  return [...busy, ...still].map((screen) => ({ user: "admin", status: 200, ...screen }));
}
