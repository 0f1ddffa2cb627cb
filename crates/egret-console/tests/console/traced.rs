//! Every change that the console can make leaves a trace with what was there before and what is there now: walked by the
//! table of routes, so that a new route without one is found.

use std::future::Future as _;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use egret::config::{Config, StoreUrl};
use egret::language::Language;
use egret::tasks::{RunningTask, Task};
use egret::{App, Context, Job};
use egret_console::access::Role;
use egret_console::audit::Trace;
use egret_console::{ConsoleOptions, RouteRight};
use egret_core::memory::{MemoryOptions, MemoryRows};
use egret_core::{JobData, JobState, ManualClock, Page, ProcessIdentity, ServiceId};

use crate::site::{Site, Visitor};
use crate::stock::{enqueue, find, job, job_of};
use crate::work::{BEGIN, claim, ended_process, register};

/// Coming and going changes nothing that the trail is about. The first login has a test of its own, which sees its trace.
const UNTRACED: [&str; 3] = ["/.mypage/login", "/.mypage/logout", "/.mypage/first_login"];

/// What a trace has to tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tells {
    /// How it was, and how it is.
    Both,
    /// Something was made: only how it is.
    OnlyAfter,
    /// Something is gone: only how it was.
    OnlyBefore,
}

/// A change to be made.
struct Deed {
    path: String,
    form: Vec<(&'static str, String)>,
    by: Role,
    action: &'static str,
    tells: Tells,
}

/// A job of this class can be made from the form.
#[derive(Job)]
#[job(class = "Traced::AJob")]
struct AJob;

impl AJob {
    async fn perform(self, _context: &Context) -> egret::Result {
        Ok(())
    }
}

/// A site with a service, whose clock is moved by hand.
struct Stage {
    site: Site,
    clock: Arc<ManualClock>,
    service: ServiceId,
}

impl Stage {
    async fn new() -> Self {
        let clock = Arc::new(ManualClock::at(BEGIN.parse().unwrap()));
        let store = MemoryRows::new(MemoryOptions { clock: clock.clone(), ..MemoryOptions::default() });
        let builder = App::builder().config(Config::default()).backend(Arc::new(store)).register::<AJob>();
        let site = Site::of(builder, ConsoleOptions::default()).await;
        let service = register(&site.app, "job:service", ProcessIdentity::current()).await;
        Self { site, clock, service }
    }

    async fn task(&self, name: &str) {
        let body = async |_: RunningTask| Ok::<_, egret::Error>(());
        Task::named(&self.site.app, name).run(body).await.unwrap();
    }

    /// Lays out what the route needs to change something; `None` for a route that is not known here.
    async fn prepare(&self, route: &RouteRight, operator: &mut Visitor<'_>) -> Option<Deed> {
        let app = &self.site.app;
        let deed = |path: &str, action, tells| Deed {
            path: path.to_owned(),
            form: Vec::new(),
            by: Role::Operator,
            action,
            tells,
        };
        let remove = |deed: Deed| Deed { form: [deed.form, vec![("_method", "delete".to_owned())]].concat(), ..deed };
        Some(match route.path {
            "/.sys/job/jobs" => {
                let form = vec![("class", "Traced::AJob".to_owned())];
                Deed { form, ..deed(route.path, "jobs.create", Tells::OnlyAfter) }
            }
            "/.sys/job/jobs/change" => {
                enqueue(app, job("A", "[]")).await;
                let page = operator.get("/.sys/job/jobs/confirm?action=cancel").await;
                let form = vec![("change", page.field("change"))];
                Deed { form, ..deed(route.path, "jobs.cancel", Tells::Both) }
            }
            "/.sys/job/jobs/{id}/change" => {
                let id = enqueue(app, job("A", "[]")).await;
                let form = vec![("action", "reschedule".to_owned()), ("at", "2h".to_owned())];
                Deed { form, ..deed(&format!("/.sys/job/jobs/{id}/change"), "jobs.reschedule", Tells::Both) }
            }
            "/.sys/job/reservations" | "/.u/job/reservations" => {
                let ids = [enqueue(app, job_of("own", "A")).await, enqueue(app, job_of("own", "B")).await];
                let form = ids.map(|id| ("ids[]", id.to_string())).to_vec();
                let by = if route.path.starts_with("/.u/") { Role::Own } else { Role::Operator };
                remove(Deed { form, by, ..deed(route.path, "reservations.delete", Tells::Both) })
            }
            "/.sys/job/reservations/{id}" | "/.u/job/reservations/{id}" => {
                let id = enqueue(app, job_of("own", "A")).await;
                let by = if route.path.starts_with("/.u/") { Role::Own } else { Role::Operator };
                let path = route.path.replace("{id}", id.as_str());
                remove(Deed { by, ..deed(&path, "reservations.delete", Tells::Both) })
            }
            "/.sys/job/logs/batch_destroy" => {
                enqueue(app, job("A", "[]")).await;
                let claimed = claim(app, self.service).await;
                let now = app.backend().now().await.unwrap();
                let outcome = egret_core::Outcome::Completed { value: None };
                let finish = egret_core::Finish::new(claimed.token, outcome, Some(now), now);
                app.backend().finish(vec![finish]).await.unwrap();
                self.clock.advance(Duration::from_secs(1));
                let form = vec![("item[save_term]", String::new())];
                Deed { form, ..deed(route.path, "logs.delete", Tells::Both) }
            }
            // Nothing is changed; who took how much out of the house is told nevertheless.
            "/.sys/job/logs/download_all" | "/.u/job/logs/download_all" => {
                let form = vec![("item[save_term]", "1.month".to_owned())];
                let by = if route.path.starts_with("/.u/") { Role::Own } else { Role::Operator };
                Deed { form, by, ..deed(route.path, "logs.download_all", Tells::OnlyAfter) }
            }
            "/.sys/job/queues/{name}/pause" => deed("/.sys/job/queues/default/pause", "queues.pause", Tells::Both),
            "/.sys/job/queues/{name}/resume" => {
                app.backend().pause("default").await.unwrap();
                deed("/.sys/job/queues/default/resume", "queues.resume", Tells::Both)
            }
            "/.sys/job/services/rescue" => {
                let dead = register(app, "job:service", ended_process()).await;
                enqueue(app, job("A", "[]")).await;
                claim(app, dead).await;
                self.clock.advance(Duration::from_secs(120));
                app.backend().beat(self.service, egret_core::Beat::default()).await.unwrap();
                deed(route.path, "services.rescue", Tells::Both)
            }
            "/.sys/job/services/start" => deed(route.path, "services.start", Tells::Both),
            "/.sys/job/services/{id}/stop" => self.order(&deed, "stop", "services.stop"),
            "/.sys/job/services/{id}/quiet" => self.order(&deed, "quiet", "services.quiet"),
            "/.sys/job/services/{id}/resume" => self.order(&deed, "resume", "services.resume"),
            "/.sys/job/tasks" => {
                self.task("a:task").await;
                let form = vec![("ids[]", "a:task".to_owned())];
                remove(Deed { form, ..deed(route.path, "tasks.delete", Tells::OnlyBefore) })
            }
            "/.sys/job/tasks/{id}" => {
                self.task("a:task").await;
                remove(deed("/.sys/job/tasks/a:task", "tasks.delete", Tells::OnlyBefore))
            }
            "/.sys/job/tasks/{id}/interrupt" => {
                let task = Task::named(app, "held:task").start().await.unwrap();
                // It is held as long as the process lives.
                std::mem::forget(task);
                deed("/.sys/job/tasks/held:task/interrupt", "tasks.interrupt", Tells::Both)
            }
            "/.sys/job/tasks/{id}/reset_state" | "/.sys/job/tasks/{id}/reset_state.json" => {
                self.task("a:task").await;
                deed(&route.path.replace("{id}", "a:task"), "tasks.reset", Tells::Both)
            }
            _ => return None,
        })
    }

    fn order(&self, deed: &impl Fn(&str, &'static str, Tells) -> Deed, order: &str, action: &'static str) -> Deed {
        deed(&format!("/.sys/job/services/{}/{order}", self.service), action, Tells::Both)
    }

    async fn traces(&self) -> Vec<Trace> {
        self.site.console.trail().list(None, &Page::first(50)).await.unwrap().items
    }
}

#[tokio::test]
async fn every_route_that_changes_something_tells_who_what_before_and_after() {
    let routes: Vec<RouteRight> = Site::new().await.console.matrix().to_vec();
    let changing = routes.iter().filter(|route| route.method != Method::GET && !UNTRACED.contains(&route.path));
    let mut n_changing = 0;
    for route in changing {
        let what = format!("{} {}", route.method, route.path);
        let stage = Stage::new().await;
        let mut operator = stage.site.user(Role::Operator).await;
        let deed = stage.prepare(route, &mut operator).await.unwrap_or_else(|| panic!("nobody knows how to do {what}"));
        assert_eq!(stage.traces().await, [], "{what}: nothing is changed by asking");
        make(&stage, route, &deed, &mut operator).await;
        let traces = stage.traces().await;
        let [trace] = traces.as_slice() else { panic!("{what} left {traces:?}") };
        assert_eq!((trace.action.as_str(), trace.user.as_str()), (deed.action, deed.by.as_str()), "{what}");
        assert_eq!(trace.address, "192.0.2.7", "{what}");
        assert!(!trace.target.is_empty() && trace.at == stage.site.app.backend().now().await.unwrap(), "{trace:?}");
        let is_told = [&trace.before, &trace.after].map(|side| side.as_object().is_some_and(|side| !side.is_empty()));
        let expected = match deed.tells {
            Tells::Both => [true, true],
            Tells::OnlyAfter => [false, true],
            Tells::OnlyBefore => [true, false],
        };
        assert_eq!(is_told, expected, "{what}: {trace:?}");
        assert_ne!(trace.before, trace.after, "{what}");
        is_read(&stage, trace).await;
        n_changing += 1;
    }
    assert!(n_changing >= 25, "only {n_changing} routes change something");
}

async fn make<'a>(stage: &'a Stage, route: &RouteRight, deed: &Deed, operator: &mut Visitor<'a>) {
    // As who asked for it, where a page was asked before.
    let mut own;
    let visitor = match deed.by {
        Role::Own => {
            own = stage.site.user(Role::Own).await;
            &mut own
        }
        _ => operator,
    };
    visitor.move_to("192.0.2.7");
    let page = if deed.by == Role::Own { "/.u/job/reservations" } else { "/.sys/job/status" };
    let token = visitor.get(page).await.field("authenticity_token");
    let fields = deed.form.iter().map(|(name, value)| (*name, value.as_str()));
    let form: Vec<(&str, &str)> = std::iter::once(("authenticity_token", token.as_str())).chain(fields).collect();
    let reply = visitor.send(route.method.as_str(), &deed.path, &[], Some(&form)).await;
    let is_done = [StatusCode::OK, StatusCode::FOUND, StatusCode::CREATED].contains(&reply.status);
    assert!(is_done, "{} {}: {reply:?}", route.method, deed.path);
}

/// The page says it in words, in both languages, and names no field by its key.
async fn is_read(stage: &Stage, trace: &Trace) {
    let mut admin = stage.site.user(Role::Admin).await;
    for language in Language::ALL {
        admin = admin.speaking(language);
        for path in ["/.sys/job/audit".to_owned(), format!("/.sys/job/audit/{}", trace.id)] {
            let page = admin.get(&path).await;
            assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.text);
            let (shown, _) = page.text.split_once("<details").unwrap_or((&page.text, ""));
            assert!(!shown.contains(&format!("\">{}</a>", trace.action)), "{} has no words", trace.action);
            assert!(shown.contains("<dl class=\"changes\">"), "{trace:?} shows nothing");
            let sides = [&trace.before, &trace.after].into_iter().filter_map(|side| side.as_object());
            for key in sides.flat_map(|side| side.keys()) {
                assert!(!shown.contains(&format!("<dt>{key}</dt>")), "the field `{key}` has no words");
            }
        }
    }
}

#[tokio::test]
async fn each_job_of_a_large_change_is_told_with_its_state_before_and_after() {
    let mut options = ConsoleOptions::default();
    options.change_time = Duration::ZERO;
    let site = Site::with(|app| app, options).await;
    let mut ids = Vec::new();
    for n in 0..450 {
        let mut data = JobData::new("A");
        // Every third one is to run later.
        data.scheduled_at = (n % 3 == 0).then(|| "2999-01-01T00:00:00Z".parse().unwrap());
        ids.push(enqueue(&site.app, data).await);
    }
    let service = register(&site.app, "job:service", ProcessIdentity::current()).await;
    let running = claim(&site.app, service).await;
    site.app.backend().mark_started(running.token);
    let mut operator = site.user(Role::Operator).await;
    let mut page = operator.get("/.sys/job/jobs/confirm?action=cancel&class=A").await;
    page.shows("Cancel 450 jobs?");
    for n_done in [200_u64, 400, 450] {
        page = operator.post("/.sys/job/jobs/change", &[("change", &page.field("change"))]).await;
        let traces = site.console.trail().list(None, &Page::first(9)).await.unwrap().items;
        let [trace] = traces.as_slice() else { panic!("one change leaves one trace, that grows: {traces:?}") };
        assert_eq!((trace.n_jobs, &trace.after["n_left"]), (n_done, &(450 - n_done).into()));
    }
    assert_eq!(page.status, StatusCode::FOUND);
    let trace = site.console.trail().list(None, &Page::first(9)).await.unwrap().items.remove(0);
    let (mut told, mut after) = (Vec::new(), None);
    loop {
        let page = site.console.trail().jobs(&trace.id, after).await.unwrap();
        assert!((1..=200).contains(&page.items.len()), "a piece is bounded");
        told.extend(page.items);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    use egret_core::JobState::{Available, Cancelled, Running, Scheduled};
    let count = |before, after| told.iter().filter(|job| (job.before, job.after) == (before, Some(after))).count();
    assert_eq!((count(Scheduled, Cancelled), count(Available, Cancelled), count(Running, Running)), (150, 299, 1));
    let mut names: Vec<_> = told.into_iter().map(|job| job.id).collect();
    names.sort();
    ids.sort();
    assert_eq!(names, ids, "each of them, once");

    let mut admin = site.user(Role::Admin).await;
    let list = admin.get("/.sys/job/audit").await;
    let entry = format!("/.sys/job/audit/{}", trace.id);
    list.shows(&entry);
    let (mut path, mut n_rows, mut n_pages) = (entry, 0, 0);
    while !path.is_empty() {
        let page = admin.get(&path).await;
        assert!(page.text.len() < 100_000, "{} bytes", page.text.len());
        n_rows += page.text.matches("<td class=\"main mono\"").count();
        n_pages += 1;
        let next = page.text.split("href=\"").find(|rest| rest.split('>').next().unwrap().contains("rel=\"next\""));
        path = next.map(|rest| rest.split('"').next().unwrap().replace("&#38;", "&")).unwrap_or_default();
    }
    assert_eq!((n_rows, n_pages), (450, 3));
    let entry = format!("/.sys/job/audit/{}", trace.id);
    let json = admin.send("GET", &entry, &[("accept", "application/json")], None).await;
    let json: serde_json::Value = serde_json::from_str(&json.text).unwrap();
    assert_eq!(
        (json["action"].as_str(), json["jobs"]["items"].as_array().map(Vec::len)),
        (Some("jobs.cancel"), Some(200))
    );
    assert_eq!(admin.get("/.sys/job/audit/none").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_change_is_told_also_when_its_client_has_left() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = Config::default();
    config.root = folder.path().to_owned();
    config.url = StoreUrl::new("sqlite:egret.db").unwrap();
    let site = Site::of(App::builder().config(config).start_nothing(), ConsoleOptions::default()).await;
    let id = enqueue(&site.app, job("A", "[]")).await;
    let mut operator = site.user(Role::Operator).await;
    let form = [("authenticity_token", operator.token().await), ("action", "cancel".to_owned())];
    let request = Request::post(format!("/.sys/job/jobs/{id}/change")).header("cookie", operator.cookies());
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let request = request.body(Body::from(serde_urlencoded::to_string(form).unwrap())).unwrap();
    let mut answer = Box::pin(operator.ask(request));
    let end = Instant::now() + Duration::from_secs(60);
    // The answer is waited for until the job is changed, and no longer.
    while find(&site.app, &id).await.state != JobState::Cancelled {
        assert!(Instant::now() < end, "nothing was changed");
        let polled = std::future::poll_fn(|context| Poll::Ready(answer.as_mut().poll(context))).await;
        assert!(polled.is_pending(), "it was answered before anybody could leave");
    }
    drop(answer);
    while site.console.trail().list(None, &Page::first(1)).await.unwrap().items.is_empty() {
        assert!(Instant::now() < end, "the job was changed, and nobody knows by whom");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
