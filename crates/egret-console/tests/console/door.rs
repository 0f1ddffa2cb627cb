//! Coming in and going out.

use axum::http::StatusCode;
use egret_console::access::Role;
use egret_console::{ConsoleOptions, Writing};

use crate::site::{PASSWORD, Site};

#[tokio::test]
async fn whoever_is_not_in_is_sent_to_the_login_page_and_back() {
    let site = Site::new().await;
    let mut visitor = site.visitor();
    let reply = visitor.get("/.sys/job/status?a=1").await;
    assert_eq!(
        (reply.status, reply.location()),
        (StatusCode::FOUND, "/.mypage/login?ref=%2F.sys%2Fjob%2Fstatus%3Fa%3D1")
    );
    let page = visitor.get(reply.location()).await;
    let (token, back) = (page.field("authenticity_token"), page.field("ref"));
    let form =
        [("authenticity_token", &*token), ("ref", &*back), ("item[uid]", "viewer"), ("item[password]", PASSWORD)];
    let reply = visitor.send("POST", "/.mypage/login", &[], Some(&form)).await;
    assert_eq!((reply.status, reply.location()), (StatusCode::FOUND, "/.sys/job/status?a=1"));
    assert_eq!(visitor.get("/.sys/job/status").await.status, StatusCode::OK);
    let script = [("x-requested-with", "XMLHttpRequest")];
    let reply = site.visitor().send("GET", "/.sys/job/status", &script, None).await;
    assert_eq!((reply.status, reply.text.as_str()), (StatusCode::OK, ""));
    assert_eq!(reply.headers["ajaxredirect"], "true");
}

#[tokio::test]
async fn a_login_begins_a_session_under_a_new_id_and_a_logout_ends_it() {
    let site = Site::new().await;
    let mut visitor = site.user(Role::Viewer).await;
    let first = visitor.cookie("_ss_session").unwrap().to_owned();
    assert!(first.len() == 32 && first.bytes().all(|byte| byte.is_ascii_hexdigit()));
    visitor.log_in("viewer", PASSWORD).await;
    let second = visitor.cookie("_ss_session").unwrap().to_owned();
    assert_ne!(first, second);
    let with = |id: &str| [("cookie", format!("_ss_session={id}"))];
    for (id, expected) in [(&first, StatusCode::FOUND), (&second, StatusCode::OK)] {
        let cookie = with(id);
        let headers = cookie.each_ref().map(|(name, value)| (*name, value.as_str()));
        assert_eq!(site.visitor().send("GET", "/.sys/job/status", &headers, None).await.status, expected);
    }
    assert_eq!(visitor.post("/.mypage/logout", &[]).await.status, StatusCode::FOUND);
    let cookie = with(&second);
    let headers = cookie.each_ref().map(|(name, value)| (*name, value.as_str()));
    assert_eq!(site.visitor().send("GET", "/.sys/job/status", &headers, None).await.status, StatusCode::FOUND);
}

#[tokio::test]
async fn a_wrong_password_and_a_foreign_form_let_nobody_in() {
    let site = Site::new().await;
    let mut visitor = site.visitor();
    for (name, password) in [("viewer", "correct horses"), ("nobody", PASSWORD), ("", "")] {
        let reply = visitor.log_in(name, password).await;
        assert_eq!(reply.status, StatusCode::OK);
        reply.shows("You could not be logged in.");
    }
    let form = [("authenticity_token", "0"), ("item[uid]", "viewer"), ("item[password]", PASSWORD)];
    visitor.send("POST", "/.mypage/login", &[], Some(&form)).await.shows("The form was too old.");
    assert_eq!(visitor.cookie("_ss_session"), None);
}

#[tokio::test]
async fn cookies_are_for_encrypted_ways_only_behind_a_proxy_that_is_trusted() {
    let mut options = ConsoleOptions::default();
    options.trusted_proxies = vec!["10.0.0.1".parse().unwrap()];
    let site = Site::with(|app| app, options).await;
    for (peer, scheme, is_secure) in
        [("10.0.0.1", "https", true), ("10.0.0.1", "http", false), ("10.0.0.2", "https", false)]
    {
        let mut visitor = site.visitor().from(peer);
        let headers = [("x-forwarded-proto", scheme), ("x-forwarded-for", "192.0.2.1")];
        let page = visitor.send("GET", "/.mypage/login", &headers, None).await;
        let token = page.field("authenticity_token");
        let form = [("authenticity_token", &*token), ("item[uid]", "viewer"), ("item[password]", PASSWORD)];
        let reply = visitor.send("POST", "/.mypage/login", &headers, Some(&form)).await;
        let cookie = reply.headers["set-cookie"].to_str().unwrap();
        assert!(cookie.starts_with("_ss_session=") && cookie.contains("; HttpOnly"), "{cookie}");
        assert_eq!(cookie.ends_with("; Secure"), is_secure, "{peer} {scheme}: {cookie}");
    }
}

#[tokio::test]
async fn nobody_is_led_to_another_host() {
    let site = Site::new().await;
    let mut operator = site.user(Role::Operator).await;
    for elsewhere in
        ["//evil.example/", "/\\evil.example/", "https://evil.example/", "/\n/evil.example/", "javascript:a"]
    {
        let query = serde_urlencoded::to_string([("lang", "ja"), ("back", elsewhere)]).unwrap();
        let reply = site.visitor().get(&format!("/.sys/job/preferences?{query}")).await;
        assert_eq!((reply.status, reply.location()), (StatusCode::FOUND, "/.sys/job/status"), "{elsewhere}");
        let mut visitor = site.visitor();
        let token = visitor.get("/.mypage/login").await.field("authenticity_token");
        let who = [("item[uid]", "viewer"), ("item[password]", PASSWORD)];
        let form = [&[("authenticity_token", &*token), ("ref", elsewhere)], &who[..]].concat();
        let reply = visitor.send("POST", "/.mypage/login", &[], Some(&form)).await;
        assert_eq!((reply.status, reply.location()), (StatusCode::FOUND, "/.sys/job/status"), "{elsewhere}");
        let reply = operator.post("/.sys/job/queues/default/pause", &[("back", elsewhere)]).await;
        assert_eq!((reply.status, reply.location()), (StatusCode::FOUND, "/.sys/job/queues"), "{elsewhere}");
        let reply = operator.post("/.sys/job/jobs/change", &[("change", "gone"), ("asks", elsewhere)]).await;
        assert_eq!((reply.status, reply.location()), (StatusCode::FOUND, "/.sys/job/jobs"), "{elsewhere}");
    }
}

#[tokio::test]
async fn every_answer_tells_the_browser_to_keep_nothing_and_to_run_nothing_of_others() {
    const HEADERS: [(&str, &str); 6] = [
        ("cache-control", "no-store"),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ];
    let site = Site::new().await;
    let mut admin = site.user(Role::Admin).await;
    let mut replies = vec![site.visitor().get("/.sys/job/status.json").await, site.visitor().get("/nothing").await];
    for path in ["/", "/healthz", "/metrics", "/.mypage/login", "/.sys/job/status", "/.sys/job/status.json", "/nothing"]
    {
        replies.push(admin.get(path).await);
    }
    replies.push(admin.post("/.sys/job/logs/download_all", &[("item[save_term]", "")]).await);
    replies.push(admin.send("POST", "/.sys/job/jobs", &[], Some(&[])).await);
    for reply in replies {
        for (name, value) in HEADERS {
            assert_eq!(reply.headers.get(name).map(|value| value.to_str().unwrap()), Some(value), "{reply:?}");
        }
        let policy = reply.headers["content-security-policy"].to_str().unwrap();
        let parts: Vec<&str> = policy.split("; ").collect();
        for part in ["default-src 'none'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"] {
            assert!(parts.contains(&part), "{policy}");
        }
        let is_own = |part: &&str| part.ends_with(" 'self'") || part.ends_with(" 'none'");
        assert!(parts.iter().all(is_own), "nothing inline, nothing from elsewhere: {policy}");
    }
}

#[tokio::test]
async fn whoever_goes_out_needs_no_right_to_change_anything() {
    let mut options = ConsoleOptions::default();
    options.writing = Writing::ReadOnly;
    let site = Site::with(|app| app, options).await;
    let mut viewer = site.user(Role::Viewer).await;
    let reply = viewer.post("/.mypage/logout", &[]).await;
    assert_eq!((reply.status, reply.location()), (StatusCode::FOUND, "/.mypage/login"));
    assert_eq!(viewer.cookie("_ss_session"), None);
}

#[tokio::test]
async fn broken_cookies_and_paths_change_nothing() {
    let site = Site::new().await;
    let id = "0".repeat(32);
    for cookies in
        ["_ss_session", "_ss_session=", "_ss_session=%00;;=;a", "_ss_session=../../x", &format!("_ss_session={id}")]
    {
        let reply = site.visitor().send("GET", "/.sys/job/status", &[("cookie", cookies)], None).await;
        assert_eq!(reply.status, StatusCode::FOUND, "{cookies}");
    }
    for path in [
        "/.sys/job/../../etc/passwd",
        "/.sys/job/%2e%2e/%2e%2e/etc/passwd",
        "/.sys/job/assets/x/../../a",
        "//evil.example/",
    ] {
        let reply = site.user(Role::Admin).await.get(path).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn nobody_puts_words_into_the_mouth_of_the_console() {
    let site = Site::new().await;
    for (notice, is_said) in
        [("notice-queue-paused", true), ("fault-forbidden", false), ("notice-nothing", false), ("Call+0900", false)]
    {
        let cookie = format!("egret_notice={notice}");
        let page = site.visitor().send("GET", "/.mypage/login", &[("cookie", &cookie)], None).await;
        assert_eq!(page.text.contains("id=\"notice\""), is_said, "{notice}: {}", page.text);
    }
}
