//! Access tokens in URLs and headers, as SHIRASAGI's cases S7 and X1 want them (1.21.0, `app/models/ss/access_token.rb`,
//! `app/controllers/concerns/ss/auth_filter.rb`).

use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use egret::App;
use egret::config::{Config, StoreUrl};
use egret_console::ConsoleOptions;
use egret_console::access::{Role, Scope};
use egret_core::Timestamp;
use tower::ServiceExt as _;

use crate::site::{Reply, Site};

async fn now(site: &Site) -> Timestamp {
    site.app.backend().now().await.unwrap()
}

async fn token(site: &Site, role: Role) -> String {
    site.console.tokens().create(role.as_str(), now(site).await).await.unwrap()
}

fn is_refused(reply: &Reply) -> bool {
    reply.status == StatusCode::UNAUTHORIZED && reply.text == "\"error\""
}

#[tokio::test]
async fn a_token_opens_one_session_and_leaves_the_address() {
    let site = Site::new().await;
    let address = format!("/.sys/job/status.json?access_token={}", token(&site, Role::Viewer).await);
    for headers in
        [&[("purpose", "prefetch")][..], &[("sec-purpose", "prefetch;prerender")], &[("purpose", "Prefetch")]]
    {
        assert!(is_refused(&site.visitor().send("GET", &address, headers, None).await), "{headers:?}");
    }
    for method in ["HEAD", "POST", "DELETE"] {
        let reply = site.visitor().send(method, &address, &[], None).await;
        assert!(
            [StatusCode::UNAUTHORIZED, StatusCode::METHOD_NOT_ALLOWED].contains(&reply.status),
            "{method}: {reply:?}"
        );
    }
    let mut visitor = site.visitor();
    let reply = visitor.get(&address).await;
    assert_eq!((reply.status, reply.location()), (StatusCode::FOUND, "/.sys/job/status.json"));
    assert_eq!(reply.headers["cache-control"], "no-store");
    assert_eq!(reply.headers["referrer-policy"], "no-referrer");
    let cookie = reply.headers["set-cookie"].to_str().unwrap().to_owned();
    let id = cookie.strip_prefix("_ss_session=").unwrap().split(';').next().unwrap();
    assert!(id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'), "{cookie}");
    assert!(
        cookie.contains("; HttpOnly") && cookie.contains("; SameSite=Lax") && !cookie.contains("Secure"),
        "{cookie}"
    );
    let page = visitor.get("/.sys/job/status.json").await;
    assert!(page.status == StatusCode::OK && page.text.starts_with(r#"{"status":"ok","#), "{page:?}");
    assert!(is_refused(&site.visitor().get(&address).await), "used twice");
}

#[tokio::test]
async fn what_is_no_token_lets_nobody_in_and_goes_nowhere() {
    let site = Site::new().await;
    let old = now(&site).await - Duration::from_secs(300);
    let expired = site.console.tokens().create("viewer", old).await.unwrap();
    for token in [expired.as_str(), "x", "", "%00", "'%20OR%201=1", &"a".repeat(5_000)] {
        let reply = site.visitor().get(&format!("/.sys/job/status.json?access_token={token}")).await;
        assert!(is_refused(&reply), "{token}: {reply:?}");
    }
    let reply = site.visitor().get("/.sys/job/status?a=1&access_token=secret").await;
    assert_eq!(
        (reply.status, reply.location()),
        (StatusCode::FOUND, "/.mypage/login?ref=%2F.sys%2Fjob%2Fstatus%3Fa%3D1")
    );
    let mut viewer = site.user(Role::Viewer).await;
    assert_eq!(
        viewer.get("/.sys/job/status.json?access_token=x").await.status,
        StatusCode::OK,
        "the session still counts"
    );
    viewer.get("/.sys/job/status?access_token=secret").await.hides("secret");
}

#[tokio::test]
async fn the_right_of_the_user_is_asked_after_the_redirect() {
    let site = Site::new().await;
    let mut visitor = site.visitor();
    let reply = visitor.get(&format!("/.sys/job/status.json?access_token={}", token(&site, Role::Own).await)).await;
    // He is in, and may not.
    assert_eq!(reply.status, StatusCode::FOUND);
    let reply = visitor.get(reply.location()).await;
    assert_eq!(
        (reply.status, reply.text.as_str()),
        (StatusCode::FORBIDDEN, r#"{"status":"runtime_error","error":"403"}"#)
    );
}

#[tokio::test]
async fn a_token_wins_over_the_session_that_there_is() {
    let site = Site::new().await;
    let mut visitor = site.user(Role::Own).await;
    let former = visitor.cookie("_ss_session").unwrap().to_owned();
    let reply = visitor.get(&format!("/.sys/job/status?access_token={}", token(&site, Role::Viewer).await)).await;
    assert_eq!(reply.status, StatusCode::FOUND);
    assert_ne!(visitor.cookie("_ss_session").unwrap(), former);
    visitor.get("/.sys/job/status").await.shows("<span class=\"viewer\">viewer</span>");
    let cookie = format!("_ss_session={former}");
    let reply = site.visitor().send("GET", "/.sys/job/status", &[("cookie", &cookie)], None).await;
    assert_eq!(reply.status, StatusCode::FOUND, "the former session has ended");
}

#[tokio::test]
async fn a_token_of_a_removed_user_is_none() {
    let site = Site::new().await;
    let once = token(&site, Role::Viewer).await;
    let bearer =
        site.console.tokens().create_long_lived("viewer", &[Scope::StatusRead], now(&site).await).await.unwrap();
    let mut viewer = site.user(Role::Viewer).await;
    site.console.users().remove("viewer").await.unwrap();
    site.console.users().add("viewer", Role::Admin, None).await.unwrap();
    assert!(is_refused(&site.visitor().get(&format!("/.sys/job/status.json?access_token={once}")).await));
    let headers = [("authorization", &*format!("Bearer {bearer}"))];
    assert!(is_refused(&site.visitor().send("GET", "/.sys/job/status.json", &headers, None).await));
    assert!(is_refused(&viewer.get("/.sys/job/status.json").await));
}

#[tokio::test]
async fn x1_the_token_goes_from_the_address_and_everything_else_stays() {
    let site = Site::new().await;
    for (query, expected) in [
        // However it is spelt, and however often it comes: nothing of it is left.
        ("?a=1&access%5Ftoken=T", "?a=1"),
        ("?access_token=T&a=1&access_token=T", "?a=1"),
        ("?access_token=T", ""),
        ("?access_token=T&key1=value1&key2=value2", "?key1=value1&key2=value2"),
        ("?key1=value1&key2=value2&access_token=T", "?key1=value1&key2=value2"),
        ("?key1=value1&access_token=T&key2=value2", "?key1=value1&key2=value2"),
    ] {
        let query = query.replace("=T", &format!("={}", token(&site, Role::Viewer).await));
        let reply = site.visitor().get(&format!("/.sys/job/status{query}")).await;
        assert_eq!((reply.status, reply.location()), (StatusCode::FOUND, &*format!("/.sys/job/status{expected}")));
    }
}

/// Fifty at once: exactly one gets a session.
async fn only_one_of_fifty(site: &Site) {
    let address = format!("/.sys/job/status.json?access_token={}", token(site, Role::Viewer).await);
    let uses = (0..50).map(|_| {
        let request = Request::builder().uri(&address).body(Body::empty()).unwrap();
        tokio::spawn(site.router.clone().oneshot(request))
    });
    let uses: Vec<_> = uses.collect();
    let mut sessions = 0;
    for used in uses {
        let response = used.await.unwrap().unwrap();
        match response.status() {
            StatusCode::FOUND if response.headers().contains_key(header::SET_COOKIE) => sessions += 1,
            status => assert_eq!(status, StatusCode::UNAUTHORIZED),
        }
    }
    assert_eq!(sessions, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_fifty_simultaneous_uses_one_gets_a_session() {
    only_one_of_fifty(&Site::new().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_fifty_simultaneous_uses_one_gets_a_session_from_the_embedded_store() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = Config::default();
    config.root = folder.path().to_owned();
    config.url = StoreUrl::new("sqlite:egret.db").unwrap();
    let builder = App::builder().config(config).start_nothing();
    only_one_of_fifty(&Site::of(builder, ConsoleOptions::default()).await).await;
}

#[tokio::test]
async fn a_long_lived_token_is_good_for_its_scope_until_it_is_revoked() {
    let site = Site::new().await;
    let tokens = site.console.tokens();
    let bearer = tokens.create_long_lived("viewer", &[Scope::StatusRead], now(&site).await).await.unwrap();
    for scheme in ["Bearer", "bearer", "Token"] {
        let headers = [("authorization", &*format!("{scheme} {bearer}"))];
        let reply = site.visitor().send("GET", "/.sys/job/status.json", &headers, None).await;
        assert_eq!(reply.status, StatusCode::OK, "{scheme}");
        assert!(!reply.headers.contains_key("set-cookie"), "no session comes of it");
        let reply = site.visitor().send("GET", "/metrics", &headers, None).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN);
    }
    let id = tokens.long_lived().await.unwrap().remove(0).id;
    assert!(tokens.revoke(&id).await.unwrap().is_some());
    let headers = [("authorization", &*format!("Bearer {bearer}"))];
    assert!(is_refused(&site.visitor().send("GET", "/.sys/job/status.json", &headers, None).await));
}

#[tokio::test]
async fn what_is_kept_of_tokens_and_sessions_opens_nothing() {
    let site = Site::new().await;
    let once = token(&site, Role::Viewer).await;
    let visitor = site.user(Role::Viewer).await;
    let session = visitor.cookie("_ss_session").unwrap();
    let control = site.app.control_store().await.unwrap();
    for (kind, secret) in [("access_token", once.as_str()), ("session", session)] {
        let listing =
            control.list(&egret_core::ControlQuery::of_kind(kind), &egret_core::Page::first(100)).await.unwrap();
        assert!(!listing.items.is_empty());
        let kept = format!("{:?}", listing.items);
        assert!(!kept.contains(secret), "{kind}");
        for record in listing.items {
            let address = format!("/.sys/job/status.json?access_token={}", record.key);
            assert!(is_refused(&site.visitor().get(&address).await));
        }
    }
}
