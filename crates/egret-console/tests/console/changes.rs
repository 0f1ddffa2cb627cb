//! Changes of one job, of a selection, of all that match.

use std::time::Duration;

use axum::http::StatusCode;
use egret::language::Language;
use egret_console::access::Role;
use egret_console::{ConsoleOptions, Writing};
use egret_core::{JobFilter, JobId, JobState, Page};

use crate::site::Site;
use crate::stock::{Hand, enqueue, find, job, job_of};

async fn states(site: &Site, ids: &[JobId]) -> Vec<JobState> {
    let mut states = Vec::new();
    for id in ids {
        states.push(find(&site.app, id).await.state);
    }
    states
}

async fn discarded(site: &Site, n_jobs: usize) -> Vec<JobId> {
    let hand = Hand::new(&site.app).await;
    let mut ids = Vec::new();
    for _ in 0..n_jobs {
        ids.push(hand.discard(job("A", "[1]"), "E", "boom").await);
    }
    ids
}

#[tokio::test]
async fn all_that_match_are_counted_and_shown_before_they_are_changed() {
    let site = Site::new().await;
    let ids = discarded(&site, 7).await;
    let other = enqueue(&site.app, job("B", "[]")).await;
    let mut operator = site.user(Role::Operator).await;
    let list = operator.get("/.sys/job/jobs?state=discarded").await;
    list.shows("All 7 that match:");
    list.shows("/.sys/job/jobs/confirm?state=discarded&#38;action=retry");
    list.hides("action=cancel");
    let page = operator.get("/.sys/job/jobs/confirm?state=discarded&action=retry").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    page.shows("Run 7 jobs again?");
    page.shows("… and 2 more");
    assert_eq!(page.text.matches("<a href=\"/.sys/job/jobs/0").count(), 5, "five of them: {}", page.text);
    assert_eq!(states(&site, &ids).await, [JobState::Discarded; 7]);
    let reply = operator.post("/.sys/job/jobs/change", &[("change", &page.field("change"))]).await;
    assert_eq!((reply.status, reply.location()), (StatusCode::FOUND, "/.sys/job/jobs?state=discarded"));
    operator.get(reply.location()).await.shows("7 jobs run again.");
    assert_eq!(states(&site, &ids).await, [JobState::Available; 7]);
    assert_eq!(find(&site.app, &other).await.attempt, 0);
    let traces = site.console.trail().list(None, &Page::first(9)).await.unwrap().items;
    assert_eq!((traces[0].action.as_str(), traces[0].user.as_str()), ("jobs.retry", "operator"));
    assert_eq!(traces[0].after["n_changed"], 7);
}

#[tokio::test]
async fn a_selection_is_changed_and_nothing_else() {
    let site = Site::new().await;
    let ids = discarded(&site, 3).await;
    let mut operator = site.user(Role::Operator).await;
    let query = format!("selection=1&state=discarded&action=delete&ids%5B%5D={}&ids%5B%5D=none", ids[1]);
    let page = operator.get(&format!("/.sys/job/jobs/confirm?{query}")).await;
    page.shows("Delete 1 job?");
    page.shows("This cannot be undone.");
    page.hides("class=\"primary\"");
    let reply = operator.post("/.sys/job/jobs/change", &[("change", &page.field("change"))]).await;
    operator.get(reply.location()).await.shows("1 job is deleted.");
    assert!(site.app.backend().find(&ids[1]).await.unwrap().is_none());
    let left = site.app.backend().count(&JobFilter::all()).await.unwrap();
    assert_eq!(left, 2);
    let page = operator.get("/.sys/job/jobs/confirm?selection=1&action=delete").await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    page.shows("Nothing was selected.");
    let page = operator.speaking(Language::Japanese).get("/.sys/job/jobs/confirm?action=delete").await;
    page.shows("2 件のジョブを削除しますか？");
}

#[tokio::test]
async fn a_confirmation_is_good_once_and_for_one_person() {
    let site = Site::new().await;
    let ids = discarded(&site, 1).await;
    let mut operator = site.user(Role::Operator).await;
    let page = operator.get("/.sys/job/jobs/confirm?action=retry").await;
    let (key, asks) = (page.field("change"), page.field("asks").replace("&#38;", "&"));
    let form = [("change", key.as_str()), ("asks", asks.as_str())];
    let mut admin = site.user(Role::Admin).await;
    let reply = admin.post("/.sys/job/jobs/change", &form).await;
    assert_eq!(reply.location(), "/.sys/job/jobs/confirm?action=retry", "asked anew, in words of his own");
    assert_eq!(states(&site, &ids).await, [JobState::Discarded]);
    operator.post("/.sys/job/jobs/change", &form).await;
    assert_eq!(states(&site, &ids).await, [JobState::Available]);
    let reply = operator.post("/.sys/job/jobs/change", &form).await;
    operator.get(reply.location()).await.shows("No job is left for this.");
    let elsewhere = [("change", key.as_str()), ("asks", "//evil.example/")];
    assert_eq!(operator.post("/.sys/job/jobs/change", &elsewhere).await.location(), "/.sys/job/jobs");
    let mut viewer = site.user(Role::Viewer).await;
    assert_eq!(viewer.get("/.sys/job/jobs/confirm?action=retry").await.status, StatusCode::FORBIDDEN);
    assert_eq!(viewer.post("/.sys/job/jobs/change", &form).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_large_change_goes_on_page_by_page() {
    let mut options = ConsoleOptions::default();
    options.change_time = Duration::ZERO;
    let site = Site::with(|app| app, options).await;
    for _ in 0..450 {
        enqueue(&site.app, job("A", "[]")).await;
    }
    let mut operator = site.user(Role::Operator).await;
    let mut page = operator.get("/.sys/job/jobs/confirm?action=cancel&class=A").await;
    page.shows("Cancel 450 jobs?");
    for n_done in [200, 400] {
        page = operator.post("/.sys/job/jobs/change", &[("change", &page.field("change"))]).await;
        assert_eq!(page.status, StatusCode::OK);
        page.shows(&format!("{n_done} done"));
        let n_cancelled = site.app.backend().count(&JobFilter::all().state(JobState::Cancelled)).await.unwrap();
        assert_eq!(n_cancelled, n_done);
    }
    let reply = operator.post("/.sys/job/jobs/change", &[("change", &page.field("change"))]).await;
    assert_eq!(reply.location(), "/.sys/job/jobs?class=A");
    operator.get(reply.location()).await.shows("450 jobs are cancelled.");
}

#[tokio::test]
async fn a_job_is_changed_from_its_page() {
    let site = Site::new().await;
    let [id] = <[JobId; 1]>::try_from(discarded(&site, 1).await).unwrap();
    let mut operator = site.user(Role::Operator).await;
    let path = format!("/.sys/job/jobs/{id}");
    let change = format!("{path}/change");
    let page = operator.get(&path).await;
    page.shows("value=\"retry\"");
    page.hides("value=\"cancel\"");
    let reply = operator.post(&change, &[("action", "retry")]).await;
    assert_eq!((reply.status, reply.location()), (StatusCode::FOUND, path.as_str()));
    let page = operator.get(&path).await;
    page.shows("1 job runs again.");
    page.shows("value=\"reschedule\"");
    let bad = operator.post(&change, &[("action", "reschedule"), ("at", "soon")]).await;
    assert_eq!(bad.status, StatusCode::BAD_REQUEST);
    operator.post(&change, &[("action", "reschedule"), ("at", "2h")]).await;
    assert_eq!(find(&site.app, &id).await.state, JobState::Scheduled);
    operator.post(&change, &[("action", "run-now")]).await;
    assert_eq!(find(&site.app, &id).await.state, JobState::Available);
    operator.post(&change, &[("action", "cancel")]).await;
    assert_eq!(find(&site.app, &id).await.state, JobState::Cancelled);
    operator.post(&change, &[("action", "cancel")]).await;
    operator.get(&path).await.shows("1 could not, or had moved on.");
    assert_eq!(operator.post(&change, &[("action", "explode")]).await.status, StatusCode::BAD_REQUEST);
    let reply = operator.post(&change, &[("action", "delete")]).await;
    assert_eq!(reply.location(), "/.sys/job/jobs");
    assert!(site.app.backend().find(&id).await.unwrap().is_none());
    let traces = site.console.trail().list(None, &Page::first(9)).await.unwrap().items;
    let actions: Vec<&str> = traces.iter().rev().map(|trace| trace.action.as_str()).collect();
    let expected = ["jobs.retry", "jobs.reschedule", "jobs.run_now", "jobs.cancel", "jobs.delete"];
    assert_eq!(actions, expected);
}

#[tokio::test]
async fn a_time_that_is_none_is_asked_again_beside_its_field() {
    let site = Site::new().await;
    let id = enqueue(&site.app, job("A", "[]")).await;
    let mut operator = site.user(Role::Operator).await;
    let page = operator.get("/.sys/job/jobs/confirm?action=reschedule").await;
    page.shows("Give 1 job another time?");
    let page = operator.post("/.sys/job/jobs/change", &[("change", &page.field("change")), ("at", "<soon>")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.shows("This is no time.");
    page.shows("value=\"&#60;soon&#62;\"");
    operator.post("/.sys/job/jobs/change", &[("change", &page.field("change")), ("at", "3h")]).await;
    assert_eq!(find(&site.app, &id).await.state, JobState::Scheduled);
}

#[tokio::test]
async fn a_console_that_only_reads_offers_and_makes_no_change() {
    let mut options = ConsoleOptions::default();
    options.writing = Writing::ReadOnly;
    let site = Site::with(|app| app, options).await;
    let ids = discarded(&site, 1).await;
    enqueue(&site.app, job_of("admin", "A")).await;
    let mut admin = site.user(Role::Admin).await;
    let pages = ["/.sys/job/jobs", "/.sys/job/discarded", "/.sys/job/reservations", "/.u/job/reservations"];
    for path in pages.map(str::to_owned).into_iter().chain([format!("/.sys/job/jobs/{}", ids[0])]) {
        let page = admin.get(&path).await;
        for form in ["type=\"checkbox\"", "confirm?", "name=\"action\"", "jobs/new"] {
            page.hides(form);
        }
    }
    let path = format!("/.sys/job/jobs/{}/change", ids[0]);
    assert_eq!(admin.post(&path, &[("action", "retry")]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(states(&site, &ids).await, [JobState::Discarded]);
}

/// For each change: its name, the state of jobs that it is made of, the question for three of them, what is said then, and the
/// state in which it leaves them; none if they are gone.
const CHANGES: [(&str, JobState, &str, &str, Option<JobState>); 5] = [
    ("retry", JobState::Discarded, "Run 3 jobs again?", "3 jobs run again.", Some(JobState::Available)),
    ("run-now", JobState::Scheduled, "Run 3 jobs now?", "3 jobs run now.", Some(JobState::Available)),
    (
        "reschedule",
        JobState::Available,
        "Give 3 jobs another time?",
        "3 jobs have another time.",
        Some(JobState::Scheduled),
    ),
    ("cancel", JobState::Available, "Cancel 3 jobs?", "3 jobs are cancelled.", Some(JobState::Cancelled)),
    ("delete", JobState::Discarded, "Delete 3 jobs?", "3 jobs are deleted.", None),
];

async fn made(site: &Site, state: JobState, n_jobs: usize) -> Vec<JobId> {
    if state == JobState::Discarded {
        return discarded(site, n_jobs).await;
    }
    let mut ids = Vec::new();
    for _ in 0..n_jobs {
        let mut data = job("A", "[1]");
        data.scheduled_at = (state == JobState::Scheduled).then(|| "2999-01-01T00:00:00Z".parse().unwrap());
        ids.push(enqueue(&site.app, data).await);
    }
    ids
}

async fn stand(site: &Site, ids: &[JobId], expected: Option<JobState>) {
    for id in ids {
        let state = site.app.backend().find(id).await.unwrap().map(|job| job.state);
        assert_eq!(state, expected, "`{id}`");
    }
}

#[tokio::test]
async fn every_change_is_made_of_all_that_match_after_their_number_and_samples() {
    for (action, state, question, notice, after) in CHANGES {
        let site = Site::new().await;
        let ids = made(&site, state, 3).await;
        let mut other = job("B", "[]");
        other.scheduled_at = (state == JobState::Scheduled).then(|| "2999-01-01T00:00:00Z".parse().unwrap());
        let other = enqueue(&site.app, other).await;
        let before = find(&site.app, &other).await.state;
        let mut operator = site.user(Role::Operator).await;
        let list = format!("/.sys/job/jobs?state={state}&class=A");
        operator
            .get(&list)
            .await
            .shows(&format!("/.sys/job/jobs/confirm?state={state}&#38;class=A&#38;action={action}"));
        let page = operator.get(&format!("/.sys/job/jobs/confirm?state={state}&class=A&action={action}")).await;
        page.shows(question);
        ids.iter().for_each(|id| page.shows(&format!("/.sys/job/jobs/{id}\"")));
        page.hides(other.as_str());
        stand(&site, &ids, Some(state)).await;
        let form = [("change", &*page.field("change")), ("at", "3h")];
        let reply = operator.post("/.sys/job/jobs/change", &form).await;
        assert_eq!((reply.status, reply.location()), (StatusCode::FOUND, list.as_str()), "{action}: {}", reply.text);
        operator.get(&list).await.shows(notice);
        stand(&site, &ids, after).await;
        stand(&site, &[other], Some(before)).await;
    }
}

#[tokio::test]
async fn every_change_is_made_of_a_selection_and_of_nothing_else() {
    for (action, state, question, notice, after) in CHANGES {
        let site = Site::new().await;
        let ids = made(&site, state, 4).await;
        let mut operator = site.user(Role::Operator).await;
        let chosen: String = ids[..3].iter().map(|id| format!("&ids%5B%5D={id}")).collect();
        let page = operator.get(&format!("/.sys/job/jobs/confirm?selection=1&action={action}{chosen}")).await;
        page.shows(question);
        page.hides(ids[3].as_str());
        let form = [("change", &*page.field("change")), ("at", "3h")];
        let reply = operator.post("/.sys/job/jobs/change", &form).await;
        operator.get(reply.location()).await.shows(notice);
        stand(&site, &ids[..3], after).await;
        stand(&site, &ids[3..], Some(state)).await;
    }
}

#[tokio::test]
async fn every_change_is_made_of_the_job_of_a_page() {
    for (action, state, _, _, after) in CHANGES {
        let site = Site::new().await;
        let ids = made(&site, state, 2).await;
        let mut operator = site.user(Role::Operator).await;
        let page = operator.get(&format!("/.sys/job/jobs/{}", ids[0])).await;
        // What nobody can bring back is asked again, on the page of the confirmation.
        let offered = if action == "delete" { "action=delete" } else { &format!("value=\"{action}\"") };
        page.shows(offered);
        let form = [("action", action), ("at", "3h")];
        let reply = operator.post(&format!("/.sys/job/jobs/{}/change", ids[0]), &form).await;
        assert_eq!(reply.status, StatusCode::FOUND, "{action}: {}", reply.text);
        stand(&site, &ids[..1], after).await;
        stand(&site, &ids[1..], Some(state)).await;
    }
}
