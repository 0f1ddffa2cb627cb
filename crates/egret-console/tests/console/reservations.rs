//! Run reservations of the system, and those of a user (SHIRASAGI 1.21.0, `spec/features/job/{sys,sns}/*_spec.rb`).

use axum::http::StatusCode;
use egret::language::Language;
use egret_console::access::Role;
use egret_core::{JobState, Page, Timestamp};

use crate::site::Site;
use crate::stock::{Hand, enqueue, find, job, job_of};

const SYSTEM: &str = "/.sys/job/reservations";
const OWN: &str = "/.u/job/reservations";
const DELETE: (&str, &str) = ("_method", "delete");

#[tokio::test]
async fn r1_what_is_in_the_list_has_a_page_and_can_be_deleted_alone_or_together() {
    let site = Site::new().await;
    let [first, second, third] = [
        enqueue(&site.app, job("Cms::CheckLinksJob", "[]")).await,
        enqueue(&site.app, job("B", "[]")).await,
        enqueue(&site.app, job("C", "[]")).await,
    ];
    let mut operator = site.user(Role::Operator).await;
    operator.get(SYSTEM).await.shows("Cms::CheckLinksJob");
    let page = operator.get(&format!("{SYSTEM}/{first}")).await;
    page.shows("Cms::CheckLinksJob");
    page.shows(&format!("{SYSTEM}/{first}/delete"));
    operator.get(&format!("{SYSTEM}/{first}/delete")).await.shows("id=\"item-form\"");
    let reply = operator.post(&format!("{SYSTEM}/{first}"), &[DELETE]).await;
    assert_eq!((reply.status, reply.location()), (StatusCode::FOUND, SYSTEM));
    operator.get(SYSTEM).await.shows("Deleted.");
    let ids = [("ids[]", second.as_str()), ("ids[]", third.as_str()), DELETE];
    assert_eq!(operator.post(SYSTEM, &ids).await.status, StatusCode::FOUND);
    operator.get(SYSTEM).await.hides("type=\"checkbox\"");
    for id in [first, second, third] {
        assert_eq!(find(&site.app, &id).await.state, JobState::Cancelled);
    }
}

#[tokio::test]
async fn r2_reservations_of_both_areas_show_label_state_and_time() {
    let site = Site::new().await;
    let mut data = job_of("own", "Export");
    data.scheduled_at = Some("2031-01-31T00:00:00Z".parse::<Timestamp>().unwrap());
    let id = enqueue(&site.app, data).await;
    let mut operator = site.user(Role::Operator).await;
    let mut own = site.user(Role::Own).await;
    for (visitor, area) in [(&mut operator, SYSTEM), (&mut own, OWN)] {
        for path in [area.to_owned(), format!("{area}/{id}")] {
            let page = visitor.get(&path).await;
            assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.text);
            page.shows("Export");
            page.shows("scheduled");
            page.shows("datetime=\"2031-01-31T00:00:00Z\"");
        }
    }
    let mut own = own.speaking(Language::Japanese);
    own.get(OWN).await.shows("実行予約日時");
    assert_eq!(own.post(&format!("{OWN}/{id}"), &[DELETE]).await.location(), OWN);
    own.get(OWN).await.shows("削除しました。");
    assert_eq!(find(&site.app, &id).await.state, JobState::Cancelled);
    let traces = site.console.trail().list(Some("own"), &Page::first(9)).await.unwrap().items;
    assert_eq!((traces[0].action.as_str(), traces[0].target.as_str()), ("reservations.delete", id.as_str()));
    assert_eq!((&traces[0].before["state"], &traces[0].after["state"]), (&"scheduled".into(), &"cancelled".into()));
}

#[tokio::test]
async fn r3_only_own_reservations_are_listed_by_time_and_the_first_row_deletes_the_earliest() {
    let site = Site::new().await;
    let at = |year: &str| Some(format!("{year}-01-01T00:00:00Z").parse::<Timestamp>().unwrap());
    let mut ids = Vec::new();
    for (user, class, year) in [("own", "Later", "2032"), ("own", "Sooner", "2031"), ("other", "Foreign", "2030")] {
        let mut data = job_of(user, class);
        data.scheduled_at = at(year);
        ids.push(enqueue(&site.app, data).await);
    }
    let mut own = site.user(Role::Own).await;
    let page = own.get(OWN).await;
    page.hides("Foreign");
    let (sooner, later) = (page.text.find("Sooner").unwrap(), page.text.find("Later").unwrap());
    assert!(sooner < later, "{}", page.text);
    let first = page.field("ids[]");
    assert_eq!(own.post(OWN, &[("ids[]", &first), DELETE]).await.status, StatusCode::FOUND);
    let states = [&ids[0], &ids[1], &ids[2]].map(|id| find(&site.app, id));
    let states = futures_util::future::join_all(states).await.into_iter().map(|job| job.state);
    assert!(states.eq([JobState::Scheduled, JobState::Cancelled, JobState::Scheduled]));
}

#[tokio::test]
async fn r4_nobody_deletes_what_is_not_his_in_any_form() {
    let site = Site::new().await;
    let own_id = enqueue(&site.app, job_of("own", "Mine")).await;
    let foreign = enqueue(&site.app, job_of("other", "Foreign")).await;
    let nobodys = enqueue(&site.app, job("Nobodys", "[]")).await;
    let mut own = site.user(Role::Own).await;
    for id in [foreign.as_str(), nobodys.as_str(), "none"] {
        for path in [
            format!("{OWN}/{id}"),
            format!("{OWN}/{id}/delete"),
            format!("/.u/job/jobs/{id}"),
            format!("/.u/job/jobs/{id}/live"),
            format!("/.u/job/apis/statuses/{id}.json"),
            format!("/.u/job/apis/statuses/{id}.1.json"),
        ] {
            assert_eq!(own.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        assert_eq!(own.post(&format!("{OWN}/{id}"), &[DELETE]).await.status, StatusCode::NOT_FOUND);
        assert_eq!(own.post(OWN, &[("ids[]", id), DELETE]).await.status, StatusCode::NOT_FOUND);
        assert_eq!(own.post(OWN, &[("ids", id), DELETE]).await.status, StatusCode::NOT_FOUND);
    }
    let listed = format!("{foreign},{nobodys}");
    assert_eq!(own.post(OWN, &[("ids", &listed), DELETE]).await.status, StatusCode::NOT_FOUND);
    // Beside one that is his: that one goes, the others stay, and nothing tells that they are there.
    let mixed = [("ids[]", foreign.as_str()), ("ids[]", own_id.as_str()), ("ids[]", nobodys.as_str()), DELETE];
    assert_eq!(own.post(OWN, &mixed).await.status, StatusCode::FOUND);
    own.get(OWN).await.shows("Deleted.");
    assert_eq!(find(&site.app, &own_id).await.state, JobState::Cancelled);
    for id in [&foreign, &nobodys] {
        assert_eq!(find(&site.app, id).await.state, JobState::Available);
    }
    // The pages of the system are not his at all.
    for path in [SYSTEM, "/.sys/job/jobs", "/.sys/job/discarded", "/.sys/job/jobs/confirm?action=cancel"] {
        assert_eq!(own.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    let form = [("ids[]", foreign.as_str()), DELETE];
    assert_eq!(own.post(SYSTEM, &form).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn nothing_selected_and_nothing_found_are_bad_requests() {
    let site = Site::new().await;
    let mut operator = site.user(Role::Operator).await;
    for (form, said) in [
        (&[DELETE][..], "Nothing was selected."),
        (&[("ids[]", ""), DELETE], "Nothing was selected."),
        (&[("ids[]", "none"), DELETE], "None of what was selected is there any more."),
    ] {
        let reply = operator.post(SYSTEM, form).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST);
        reply.shows(said);
    }
    let mut own = site.user(Role::Own).await;
    assert_eq!(own.post(OWN, &[DELETE]).await.status, StatusCode::BAD_REQUEST);
    let mine = enqueue(&site.app, job_of("own", "Mine")).await;
    for path in [OWN.to_owned(), format!("{OWN}/{mine}")] {
        let reply = own.post(&path, &[("ids[]", mine.as_str())]).await;
        assert_eq!(reply.status, StatusCode::METHOD_NOT_ALLOWED, "a form that does not say that it removes: {path}");
    }
    assert_eq!(find(&site.app, &mine).await.state, JobState::Available);
    own.post(OWN, &[("ids[]", mine.as_str()), DELETE]).await;
    assert_eq!(operator.get(&format!("{SYSTEM}/none")).await.status, StatusCode::NOT_FOUND);
    operator.get(SYSTEM).await.shows("Nothing is reserved");
    own.get(OWN).await.shows("You have no jobs that wait or run.");
    let mut own = own.speaking(Language::Japanese);
    own.get(OWN).await.shows("あなたのジョブはありません。");
}

#[tokio::test]
async fn a_running_job_is_asked_to_stop() {
    let site = Site::new().await;
    let hand = Hand::new(&site.app).await;
    let claimed = hand.claim(job_of("own", "Long")).await;
    hand.begin(&claimed, &[]).await;
    let mut own = site.user(Role::Own).await;
    own.get(&format!("{OWN}/{}/delete", claimed.id)).await.shows("It runs: it is asked to stop.");
    own.post(OWN, &[("ids[]", claimed.id.as_str()), DELETE]).await;
    own.get(OWN).await.shows("1 job that runs was asked to stop.");
    assert_eq!(find(&site.app, &claimed.id).await.state, JobState::Running);
}
