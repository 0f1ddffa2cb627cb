//! The list of jobs and a job's page.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use egret::language::Language;
use egret::{Context, Job};
use egret_console::ConsoleOptions;
use egret_console::access::Role;
use egret_core::{EnqueueRequest, JobData, JobState, NewJob, Origin, Outcome};
use futures_util::StreamExt as _;

use crate::site::Site;
use crate::stock::{Hand, enqueue, find, job, job_of};

#[tokio::test]
async fn an_empty_list_teaches_in_both_languages() {
    let site = Site::new().await;
    let mut viewer = site.user(Role::Viewer).await;
    let page = viewer.get("/.sys/job/jobs").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    page.shows_command("egret enqueue SendInvoice");
    page.hides("/.sys/job/jobs/new");
    viewer.get("/.sys/job/jobs?queue=x").await.shows("No job matches.");
    let mut viewer = viewer.speaking(Language::Japanese);
    viewer.get("/.sys/job/jobs").await.shows("ジョブはまだありません。");
    viewer.get("/.sys/job/jobs?queue=x").await.shows("該当するジョブはありません。");
}

#[tokio::test]
async fn the_filter_is_the_address_and_each_part_can_be_removed() {
    let site = Site::new().await;
    let hand = Hand::new(&site.app).await;
    hand.discard(job("SendInvoice", r#"[{"invoice_id":7}]"#), "TimeoutError", "the printer is on fire").await;
    let mut mail = job("SendMail", "[]");
    let bindings = serde_json::value::to_raw_value(&[serde_json::json!({ "user_id": "5", "site_id": "3" })]).unwrap();
    mail.set_extra("serialized_bindings", bindings);
    mail.queue_name = Some("mailers".to_owned());
    enqueue(&site.app, mail).await;
    let mut viewer = site.user(Role::Viewer).await;
    let all = viewer.get("/.sys/job/jobs").await;
    all.shows("SendInvoice");
    all.shows("SendMail");
    all.shows("the printer is on fire");
    all.shows("{&#34;invoice_id&#34; =&#62; 7}");
    all.hides("type=\"checkbox\"");
    for (query, shown) in [
        ("state=discarded", "SendInvoice"),
        ("state=scheduled&state=available", "SendMail"),
        ("queue=mailers", "SendMail"),
        ("class=SendInvoice", "SendInvoice"),
        ("user=5", "SendMail"),
        ("site=3", "SendMail"),
        ("site=3&user=5&queue=mailers&class=SendMail&state=available&since=1h&before=2999-01-01&text=mail", "SendMail"),
        ("since=1h&text=PRINTER", "SendInvoice"),
        ("text=sendmail&before=2999-01-01", "SendMail"),
    ] {
        let page = viewer.get(&format!("/.sys/job/jobs?{query}")).await;
        let hidden = if shown == "SendMail" { "SendInvoice</a>" } else { "SendMail</a>" };
        page.shows(&format!("{shown}</a>"));
        page.hides(hidden);
    }
    let page = viewer.get("/.sys/job/jobs?queue=mailers&user=5&after=").await;
    page.shows("href=\"/.sys/job/jobs?user=5\"");
    page.shows("href=\"/.sys/job/jobs?queue=mailers\"");
    viewer.get("/.sys/job/jobs?before=1d").await.shows("No job matches.");
    let long = format!("class={}", "A".repeat(501));
    for query in ["state=dead", "since=soon", "before=%3Cb%3E", &long] {
        let page = viewer.get(&format!("/.sys/job/jobs?{query}")).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{query}");
    }
}

#[tokio::test]
async fn a_long_list_goes_on_by_cursor_and_leads_back_to_its_beginning() {
    let site = Site::new().await;
    for _ in 0..51 {
        enqueue(&site.app, job("A", "[]")).await;
    }
    let mut viewer = site.user(Role::Viewer).await;
    let rows = |text: &str| text.matches("<tr id=\"job-").count();
    let first = viewer.get("/.sys/job/jobs?class=A").await;
    assert_eq!(rows(&first.text), 50);
    assert!(first.text.len() < 100_000, "{} bytes", first.text.len());
    first.hides("First page");
    let place = first.text.find("rel=\"next\"").unwrap();
    let href = first.text[..place].rsplit("href=\"").next().unwrap().split('"').next().unwrap().replace("&#38;", "&");
    let second = viewer.get(&href).await;
    assert_eq!((second.status, rows(&second.text)), (StatusCode::OK, 1), "{href}");
    second.shows("First page");
    second.hides("rel=\"next\"");
}

#[tokio::test]
async fn a_jobs_page_says_why_it_waits_and_shows_what_it_did() {
    let site = Site::new().await;
    let waiting = enqueue(&site.app, job("SendInvoice", "[7]")).await;
    let mut viewer = site.user(Role::Viewer).await;
    let page = viewer.get(&format!("/.sys/job/jobs/{waiting}")).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    page.shows("class=\"sentence\"");
    page.shows("What helps, or shows more:");
    page.hides("authenticity_token\" value=\"\"");
    site.app.backend().change(egret_core::Target::Ids(vec![waiting]), egret_core::Change::Cancel).await.unwrap();

    let hand = Hand::new(&site.app).await;
    let id = hand.discard(job("SendInvoice", "[7]"), "TimeoutError", "the printer is on fire").await;
    let page = viewer.get(&format!("/.sys/job/jobs/{id}")).await;
    for text in [
        "It failed and is not tried again",
        "TimeoutError",
        "the printer is on fire",
        "app/jobs/a.rb:1",
        "<svg",
        "Attempt 1",
    ] {
        page.shows(text);
    }
    page.shows("&#34;job_class&#34;: &#34;SendInvoice&#34;");
    page.hides(" style=");
    let page = viewer.speaking(Language::Japanese).get(&format!("/.sys/job/jobs/{id}")).await;
    page.shows("失敗しました。自動では再実行されません。");
    page.shows("1 回目");
}

#[tokio::test]
async fn lines_of_a_running_attempt_come_as_they_are_written() {
    let site = Site::new().await;
    let hand = Hand::new(&site.app).await;
    let claimed = hand.claim(job("Import", "[]")).await;
    hand.begin(&claimed, &["row 1 <b>", "row 2"]).await;
    let mut viewer = site.user(Role::Viewer).await;
    let path = format!("/.sys/job/jobs/{}", claimed.id);
    let page = viewer.get(&path).await;
    page.shows("row 1 &#60;b&#62;");
    page.shows("max=\"7\" value=\"3\"");
    page.shows(&format!("data-follow=\"{path}/live?attempt=1&#38;after=2\""));
    hand.begin(&claimed, &["row 3"]).await;
    hand.end(&claimed, Outcome::Completed { value: None }).await;
    let events = viewer.get(&format!("{path}/live?attempt=1&after=2")).await;
    assert_eq!(events.headers["content-type"], "text/event-stream; charset=utf-8");
    events.shows("event: lines\nid: 3\ndata: [\"");
    events.shows("row 3");
    events.hides("row 2");
    assert!(events.text.ends_with("event: end\ndata:\n\n"), "{}", events.text);
    let again = viewer.send("GET", &format!("{path}/live?attempt=1&after=0"), &[("last-event-id", "3")], None).await;
    assert_eq!(again.text, "event: end\ndata:\n\n");
    viewer.get(&path).await.hides("data-follow");
    assert_eq!(viewer.get(&format!("{path}/live?attempt=x")).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn lines_come_no_longer_than_the_session_lasts() {
    let site = Site::new().await;
    let hand = Hand::new(&site.app).await;
    let claimed = hand.claim(job("Import", "[]")).await;
    hand.begin(&claimed, &["row 1"]).await;
    let viewer = site.user(Role::Viewer).await;
    let request = Request::get(format!("/.sys/job/jobs/{}/live", claimed.id)).header("cookie", viewer.cookies());
    let mut events = viewer.ask(request.body(Body::empty()).unwrap()).await.into_body().into_data_stream();
    let first = events.next().await.unwrap().unwrap();
    assert!(String::from_utf8_lossy(&first).contains("row 1"));
    site.console.users().set_password("viewer", Some("battery staple")).await.unwrap();
    hand.begin(&claimed, &["row 2"]).await;
    assert!(events.next().await.is_none(), "the attempt goes on, and whoever is out does not see it");
}

/// A job whose arguments nobody is to see.
#[derive(Debug, serde::Deserialize, Job)]
#[job(class = "Secret", log_arguments = false)]
struct Secret {
    #[allow(dead_code, reason = "it is never run")]
    password: String,
}

impl Secret {
    async fn perform(self, _context: &Context) -> egret::Result {
        Ok(())
    }
}

#[tokio::test]
async fn what_a_class_hides_and_what_programs_have_in_their_environment_is_on_no_page() {
    let site = Site::with(|app| app.register::<Secret>(), ConsoleOptions::default()).await;
    let program = r#"[{"argv":["/bin/true"],"env":{"PASSWORD":"hunter2"}}]"#;
    let ids = [
        enqueue(&site.app, job("Secret", r#"[{"password":"hunter2"}]"#)).await,
        enqueue(&site.app, job("Egret::Command", program)).await,
    ];
    let mut admin = site.user(Role::Admin).await;
    let mut paths = ["jobs", "jobs/confirm?action=cancel", "reservations"].map(str::to_owned).to_vec();
    paths.extend(ids.iter().flat_map(|id| ["jobs", "reservations"].map(|pages| format!("{pages}/{id}"))));
    for path in paths {
        let page = admin.get(&format!("/.sys/job/{path}")).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        page.hides("hunter2");
    }
}

#[tokio::test]
async fn an_unknown_job_is_not_found() {
    let site = Site::new().await;
    let mut operator = site.user(Role::Operator).await;
    for path in
        ["/.sys/job/jobs/none", "/.sys/job/jobs/none/live", "/.sys/job/jobs/..%2F..%2Fetc", "/.sys/job/jobs/%00"]
    {
        assert_eq!(operator.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let reply = operator.post("/.sys/job/jobs/none/change", &[("action", "retry")]).await;
    assert_eq!(reply.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_strangers_wrote_shows_as_text_everywhere() {
    const EVIL: &str = "</pre><script>alert(1)</script>\"'";
    let site = Site::new().await;
    let hand = Hand::new(&site.app).await;
    let mut data = job_of("own", EVIL);
    data.queue_name = Some(EVIL.to_owned());
    data.arguments = serde_json::value::to_raw_value(&[EVIL]).unwrap();
    data.job_id = egret_core::JobId::from(EVIL);
    let id = hand.discard(data, EVIL, EVIL).await;
    let mut waiting = job_of("own", EVIL);
    waiting.arguments = serde_json::value::to_raw_value(&[EVIL]).unwrap();
    let waiting = enqueue(&site.app, waiting).await;
    assert_eq!(find(&site.app, &id).await.state, JobState::Discarded);
    let mut admin = site.user(Role::Admin).await;
    let path = "%3C%2Fpre%3E%3Cscript%3Ealert%281%29%3C%2Fscript%3E%22%27";
    let mut pages = vec![
        "/.sys/job/jobs".to_owned(),
        format!("/.sys/job/jobs?queue={path}&class={path}&text={path}&user={path}"),
        format!("/.sys/job/jobs/{path}"),
        format!("/.sys/job/jobs/{waiting}"),
        "/.sys/job/jobs/confirm?action=retry&state=discarded".to_owned(),
        format!("/.sys/job/jobs/new?class={path}"),
        "/.sys/job/discarded".to_owned(),
        "/.sys/job/reservations".to_owned(),
        format!("/.sys/job/reservations/{waiting}"),
        format!("/.sys/job/reservations/{waiting}/delete"),
    ];
    let check = |page: &crate::site::Reply, path: &str| {
        assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.text);
        page.hides("<script>alert");
        page.hides("\"'\"");
    };
    for path in pages.drain(..) {
        check(&admin.get(&path).await, &path);
    }
    let mut own = site.user(Role::Own).await;
    for path in ["/.u/job/logs".to_owned(), "/.u/job/reservations".to_owned(), format!("/.u/job/jobs/{path}")] {
        check(&own.get(&path).await, &path);
    }
    let bad = admin.get(&format!("/.sys/job/jobs?state={path}")).await;
    assert_eq!(bad.status, StatusCode::BAD_REQUEST);
    bad.hides("<script>alert");
}

#[tokio::test]
async fn a_text_is_looked_for_in_the_newest_ten_thousand_and_the_pages_say_so() {
    let site = Site::new().await;
    let oldest = job("Needle", "[\"oldest\"]");
    let others = (0..9_999).map(|_| job("Hay", "[]"));
    let jobs: Vec<JobData> = std::iter::once(oldest).chain(others).collect();
    let store = async |jobs: Vec<JobData>| {
        let jobs = jobs.into_iter().map(|data| NewJob::new(data, Origin::Application)).collect();
        site.app.backend().enqueue(EnqueueRequest { jobs, start: None }).await.unwrap();
    };
    store(jobs).await;
    let mut operator = site.user(Role::Operator).await;
    let pages = ["/.sys/job/jobs?text=needle", "/.sys/job/jobs/confirm?action=cancel&text=needle"];
    for path in pages {
        let page = operator.get(path).await;
        page.shows("Needle</a>");
        page.hides("The text was looked for");
    }
    store(vec![job("Hay", "[]")]).await;
    for path in pages {
        let page = operator.get(path).await;
        page.hides("Needle</a>");
        page.shows("The text was looked for in the newest 10,000 jobs that match the rest; there are older ones.");
    }
    // Among those that match the rest it is still one of the newest.
    operator.get("/.sys/job/jobs?text=oldest&class=Needle").await.shows("Needle</a>");
}
