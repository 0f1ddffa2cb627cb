//! Coming in and going out.

use axum::http::StatusCode;
use egret_console::access::Role;

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
async fn an_access_token_opens_one_session_and_leaves_the_address() {
    let site = Site::new().await;
    let now = site.app.backend().now().await.unwrap();
    let token = site.console.tokens().create("viewer", now).await.unwrap();
    let address = format!("/.sys/job/status.json?access_token={token}");
    for headers in [&[("purpose", "prefetch")][..], &[("sec-purpose", "prefetch;prerender")]] {
        let reply = site.visitor().send("GET", &address, headers, None).await;
        assert_eq!((reply.status, reply.text.as_str()), (StatusCode::UNAUTHORIZED, "\"error\""));
    }
    assert_eq!(site.visitor().send("HEAD", &address, &[], None).await.status, StatusCode::UNAUTHORIZED);
    let mut visitor = site.visitor();
    let reply = visitor.get(&address).await;
    assert_eq!((reply.status, reply.location()), (StatusCode::FOUND, "/.sys/job/status.json"));
    assert_eq!(reply.headers["cache-control"], "no-store");
    assert_eq!(reply.headers["referrer-policy"], "no-referrer");
    assert_eq!(visitor.get("/.sys/job/status.json").await.status, StatusCode::OK);
    let again = site.visitor().get(&address).await;
    assert_eq!((again.status, again.text.as_str()), (StatusCode::UNAUTHORIZED, "\"error\""));
}

#[tokio::test]
async fn nobody_is_led_to_another_host() {
    let site = Site::new().await;
    let reply = site.visitor().get("/.sys/job/preferences?lang=ja&back=%2F%2Fevil.example%2F").await;
    assert_eq!((reply.status, reply.location()), (StatusCode::FOUND, "/.sys/job/status"));
}
