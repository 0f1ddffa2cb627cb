//! The link that makes the first user.

use std::sync::Arc;

use axum::http::StatusCode;
use egret::App;
use egret::config::Config;
use egret_console::Console;
use egret_console::access::Role;
use egret_core::memory::MemoryRows;

use crate::site::{PASSWORD, Site};

/// A site without users.
async fn site() -> Site {
    let folder = tempfile::tempdir().unwrap();
    let mut config = Config::default();
    config.root = folder.path().to_owned();
    let store = Arc::new(MemoryRows::default());
    let app = App::builder().config(config).backend(store).start_nothing().build().await.unwrap();
    let console = Console::builder(app.clone()).build().await.unwrap();
    Site { app, router: console.router(), console }
}

fn form<'a>(key: &'a str, name: &'a str, password: &'a str, again: &'a str) -> [(&'static str, &'a str); 4] {
    [("key", key), ("item[uid]", name), ("item[password]", password), ("item[password_again]", again)]
}

#[tokio::test]
async fn the_link_makes_one_administrator_and_is_used_up() {
    let site = site().await;
    let link = site.console.first_login().await.unwrap().unwrap();
    let mut visitor = site.visitor();
    assert_eq!(visitor.send("HEAD", &link, &[], None).await.status, StatusCode::OK);
    let page = visitor.get(&link).await;
    assert_eq!(page.status, StatusCode::OK);
    let key = page.field("key");
    for (name, password, again, problem) in [
        ("<b>", PASSWORD, PASSWORD, "A name has"),
        ("sys", "short", "short", "8 to 1024 characters"),
        ("sys", PASSWORD, "correct horses", "The two passwords differ."),
    ] {
        let form = form(&key, name, password, again);
        let reply = visitor.send("POST", "/.mypage/first_login", &[], Some(&form)).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
        reply.shows(problem);
        reply.hides("<b>");
    }
    let good = form(&key, "sys", PASSWORD, PASSWORD);
    let reply = visitor.send("POST", "/.mypage/first_login", &[], Some(&good)).await;
    assert_eq!((reply.status, reply.location()), (StatusCode::FOUND, "/.sys/job/status"));
    visitor.get("/.sys/job/audit").await.shows("Added a user");
    let users = site.console.users().list().await.unwrap();
    assert!(users.len() == 1 && users[0].role == Role::Admin && users[0].name == "sys", "{users:?}");
    let second = form(&key, "second", PASSWORD, PASSWORD);
    assert_eq!(
        site.visitor().send("POST", "/.mypage/first_login", &[], Some(&second)).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(site.visitor().get(&link).await.status, StatusCode::NOT_FOUND);
    assert_eq!(site.console.first_login().await.unwrap(), None);
}

#[tokio::test]
async fn a_link_opens_nothing_once_there_is_a_user() {
    let site = site().await;
    let link = site.console.first_login().await.unwrap().unwrap();
    site.console.users().add("sys", Role::Own, None).await.unwrap();
    let reply = site.visitor().get(&link).await;
    assert_eq!(reply.status, StatusCode::NOT_FOUND);
    reply.shows("This link was used");
    for wrong in ["/.mypage/first_login", "/.mypage/first_login?key=", "/.mypage/first_login?key=0"] {
        assert_eq!(site.visitor().get(wrong).await.status, StatusCode::NOT_FOUND, "{wrong}");
    }
}
