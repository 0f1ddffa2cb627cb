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
    let reply = site.visitor().get("/.sys/job/preferences?lang=ja&back=%2F%2Fevil.example%2F").await;
    assert_eq!((reply.status, reply.location()), (StatusCode::FOUND, "/.sys/job/status"));
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
