//! A console below a prefix of an application that knows its users itself.

use async_trait::async_trait;
use axum::Router;
use axum::http::StatusCode;
use axum::http::request::Parts;
use egret_console::Console;
use egret_console::access::{Authenticate, HostViewer, Role};

use crate::site::{PASSWORD, Site};

/// The application's own login, as a proxy with single sign-on would do it.
#[derive(Debug)]
struct Sso;

#[async_trait]
impl Authenticate for Sso {
    async fn authenticate(&self, request: &Parts) -> Option<HostViewer> {
        let name = request.headers.get("x-user")?.to_str().ok()?.to_owned();
        let role = if name == "boss" { Role::Admin } else { Role::Own };
        Some(HostViewer { name, role })
    }
}

const PREFIX: &str = "/ops/jobs";

async fn mounted() -> Site {
    let site = Site::new().await;
    let console = Console::builder(site.app.clone()).authenticate(Sso).build().await.unwrap();
    let router = Router::new().route("/", axum::routing::get(|| async { "home" })).nest(PREFIX, console.router());
    Site { router, console, ..site }
}

fn below(path: &str) -> String {
    format!("{PREFIX}{path}")
}

#[tokio::test]
async fn links_forms_redirects_and_cookies_work_below_a_prefix() {
    let site = mounted().await;
    let mut visitor = site.visitor();
    let reply = visitor.get(&below("/.sys/job/status?a=1")).await;
    let login = below("/.mypage/login?ref=%2Fops%2Fjobs%2F.sys%2Fjob%2Fstatus%3Fa%3D1");
    assert_eq!((reply.status, reply.location()), (StatusCode::FOUND, &*login));
    let page = visitor.get(&login).await;
    page.shows(&format!("action=\"{PREFIX}/.mypage/login\""));
    let (token, back) = (page.field("authenticity_token"), page.field("ref"));
    let form =
        [("authenticity_token", &*token), ("ref", &*back), ("item[uid]", "viewer"), ("item[password]", PASSWORD)];
    let reply = visitor.send("POST", &below("/.mypage/login"), &[], Some(&form)).await;
    assert_eq!((reply.status, reply.location()), (StatusCode::FOUND, &*below("/.sys/job/status?a=1")));
    let page = visitor.get(&below("/.sys/job/status")).await;
    assert_eq!(page.status, StatusCode::OK);
    for attribute in ["href=\"/", "src=\"/", "action=\"/", "data-live=\"/"] {
        for rest in page.text.split(attribute).skip(1) {
            assert!(rest.starts_with(&PREFIX[1..]), "{attribute}{}", &rest[..60]);
        }
    }
    let style =
        page.text.split("href=\"").find(|rest| rest.contains("egret.css\"")).unwrap().split('"').next().unwrap();
    assert_eq!(visitor.get(style).await.status, StatusCode::OK);
    let token = page.field("authenticity_token");
    let reply = visitor.send("POST", &below("/.mypage/logout"), &[], Some(&[("authenticity_token", &token)])).await;
    assert_eq!((reply.status, reply.location()), (StatusCode::FOUND, &*below("/.mypage/login")));
    assert_eq!(visitor.get("/").await.text, "home");
    assert_eq!(visitor.get(PREFIX).await.location(), below("/.sys/job/status"));
    assert_eq!(visitor.get("/.sys/job/status").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_token_leaves_the_address_below_a_prefix() {
    let site = mounted().await;
    let now = site.app.backend().now().await.unwrap();
    let token = site.console.tokens().create("viewer", now).await.unwrap();
    let mut visitor = site.visitor();
    let reply = visitor.get(&below(&format!("/.sys/job/status.json?access_token={token}&a=1"))).await;
    assert_eq!((reply.status, reply.location()), (StatusCode::FOUND, &*below("/.sys/job/status.json?a=1")));
    assert_eq!(visitor.get(&below("/.sys/job/status.json")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn whom_the_application_knows_is_in_without_a_session_of_ours() {
    let site = mounted().await;
    let boss = [("x-user", "boss")];
    let mut visitor = site.visitor();
    let page = visitor.send("GET", &below("/.sys/job/audit"), &boss, None).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(visitor.cookie("_ss_session"), None);
    let someone = [("x-user", "someone")];
    let reply = visitor.send("GET", &below("/.sys/job/status"), &someone, None).await;
    assert_eq!(reply.status, StatusCode::FORBIDDEN);
    // Other people's forms are not his.
    let (of_boss, of_someone) = (page.field("authenticity_token"), reply.field("authenticity_token"));
    assert_ne!(of_boss, of_someone);
    for (token, expected) in [(of_someone, StatusCode::UNPROCESSABLE_ENTITY), (of_boss, StatusCode::FOUND)] {
        let form = [("authenticity_token", &*token)];
        assert_eq!(visitor.send("POST", &below("/.mypage/logout"), &boss, Some(&form)).await.status, expected);
    }
}
