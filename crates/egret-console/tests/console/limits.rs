//! How often somebody may try.

use axum::http::StatusCode;
use egret_console::access::Role;

use crate::site::{PASSWORD, Site};

fn seconds(reply: &crate::site::Reply) -> u64 {
    reply.headers["retry-after"].to_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_guesser_of_one_password_is_told_to_wait_and_others_are_not() {
    let site = Site::new().await;
    for n in 0..10 {
        let mut visitor = site.visitor().from(&format!("192.0.2.{n}"));
        assert_eq!(visitor.log_in("viewer", "wrong").await.status, StatusCode::OK);
    }
    let mut visitor = site.visitor().from("198.51.100.1");
    let reply = visitor.log_in("viewer", PASSWORD).await;
    assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS, "{}", reply.text);
    assert!((1..=30).contains(&seconds(&reply)));
    reply.shows("Too many attempts.");
    assert_eq!(visitor.cookie("_ss_session"), None);
    assert_eq!(visitor.log_in("operator", PASSWORD).await.status, StatusCode::FOUND);
}

#[tokio::test]
async fn an_address_that_tries_many_names_is_told_to_wait_and_others_are_not() {
    let site = Site::new().await;
    let mut guesser = site.visitor().from("2001:db8::1");
    for n in 0..30 {
        assert_eq!(guesser.log_in(&format!("nobody{n}"), "wrong").await.status, StatusCode::OK);
    }
    let mut neighbour = site.visitor().from("2001:db8::ffff");
    assert_eq!(neighbour.log_in("viewer", PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS, "the same network");
    let mut other = site.visitor().from("2001:db8:0:1::1");
    assert_eq!(other.log_in("viewer", PASSWORD).await.status, StatusCode::FOUND);
}

#[tokio::test]
async fn whoever_is_told_to_wait_by_his_address_shuts_nobody_else_out() {
    let site = Site::new().await;
    let mut guesser = site.visitor().from("192.0.2.1");
    for n in 0..30 {
        guesser.log_in(&format!("nobody{n}"), "wrong").await;
    }
    for _ in 0..20 {
        assert_eq!(guesser.log_in("viewer", "wrong").await.status, StatusCode::TOO_MANY_REQUESTS);
    }
    let mut other = site.visitor().from("198.51.100.1");
    assert_eq!(other.log_in("viewer", PASSWORD).await.status, StatusCode::FOUND);
}

#[tokio::test]
async fn logins_that_succeed_do_not_count() {
    let site = Site::new().await;
    for _ in 0..40 {
        let mut visitor = site.visitor().from("192.0.2.1");
        assert_eq!(visitor.log_in("viewer", PASSWORD).await.status, StatusCode::FOUND);
    }
}

#[tokio::test]
async fn wrong_tokens_are_limited_and_good_ones_are_not() {
    let site = Site::new().await;
    let mut guesser = site.visitor().from("192.0.2.1");
    let mut refused = None;
    for n in 0..200 {
        let reply = guesser.get(&format!("/.sys/job/status.json?access_token=wrong{n}")).await;
        if reply.status == StatusCode::TOO_MANY_REQUESTS {
            refused = Some(reply);
            break;
        }
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
    }
    assert!(seconds(&refused.expect("nobody tries two hundred times")) >= 1);
    let headers = [("authorization", "Bearer wrong")];
    let reply = guesser.send("GET", "/.sys/job/status.json", &headers, None).await;
    assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS);
    let now = site.app.backend().now().await.unwrap();
    let good = site.console.tokens().create(Role::Viewer.as_str(), now).await.unwrap();
    let reply = guesser.get(&format!("/.sys/job/status.json?access_token={good}")).await;
    assert_eq!(reply.status, StatusCode::FOUND);
}
