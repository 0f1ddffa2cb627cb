//! What other sites make browsers send.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use egret_console::access::{Need, Role};

use crate::matrix::filled;
use crate::site::Site;

#[tokio::test]
async fn no_change_is_made_without_the_token_of_the_session() {
    let site = Site::new().await;
    let mut admin = site.user(Role::Admin).await;
    let (right, wrong) = (admin.token().await, site.user(Role::Admin).await.token().await);
    assert_ne!(right, wrong);
    let changing = site.console.matrix().iter().filter(|route| route.method != Method::GET && route.need != Need::Open);
    let changing: Vec<_> = changing.collect();
    assert!(!changing.is_empty());
    for route in changing {
        for (token, headers) in [
            (None, &[][..]),
            (Some(""), &[]),
            (Some("0"), &[]),
            (Some(&*wrong), &[]),
            (Some(&*right), &[("sec-fetch-site", "cross-site")]),
            (Some(&*right), &[("sec-fetch-site", "same-site")]),
            (Some(&*right), &[("origin", "https://evil.example"), ("host", "console.example")]),
        ] {
            let mut form = vec![("_method", "delete")];
            form.extend(token.map(|token| ("authenticity_token", token)));
            let reply = admin.send(route.method.as_str(), &filled(route.path), headers, Some(&form)).await;
            let what = format!("{} {} with {token:?} and {headers:?}: {reply:?}", route.method, route.path);
            assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{what}");
        }
    }
    assert_eq!(admin.get("/.sys/job/status").await.status, StatusCode::OK, "the session lasts on");
    let trail = site.console.trail().list(None, &egret_core::Page::first(1)).await.unwrap();
    assert!(trail.items.is_empty(), "{trail:?}");
}

#[tokio::test]
async fn the_token_also_counts_as_a_header() {
    let site = Site::new().await;
    let mut viewer = site.user(Role::Viewer).await;
    let token = viewer.token().await;
    let reply = viewer.send("POST", "/.mypage/logout", &[("x-csrf-token", &token)], Some(&[])).await;
    assert_eq!(reply.status, StatusCode::FOUND);
}

#[tokio::test]
async fn only_forms_are_read_and_only_as_large_as_forms_are() {
    const FORM: &str = "application/x-www-form-urlencoded";
    let site = Site::new().await;
    let mut operator = site.user(Role::Operator).await;
    let token = format!("authenticity_token={}", operator.token().await);
    let filled = |n_bytes: usize| format!("{token}&filler={}", "x".repeat(n_bytes));
    for (kind, body, expected) in [
        (FORM, filled(1_000_000), StatusCode::FOUND),
        (FORM, filled(1 << 20), StatusCode::PAYLOAD_TOO_LARGE),
        ("application/json", token.clone(), StatusCode::UNSUPPORTED_MEDIA_TYPE),
        ("text/plain", token.clone(), StatusCode::UNSUPPORTED_MEDIA_TYPE),
        ("multipart/form-data; boundary=x", token.clone(), StatusCode::UNSUPPORTED_MEDIA_TYPE),
    ] {
        let request = Request::post("/.sys/job/queues/default/pause").header("cookie", operator.cookies());
        let request = request.header("content-type", kind).body(Body::from(body)).unwrap();
        assert_eq!(operator.ask(request).await.status(), expected, "{kind}");
    }
}
