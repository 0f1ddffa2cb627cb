//! How often somebody may try.

use axum::http::StatusCode;
use egret_console::access::Role;

use crate::site::{PASSWORD, Site};

fn seconds(reply: &crate::site::Reply) -> u64 {
    reply.headers["retry-after"].to_str().unwrap().parse().unwrap()
}

/// So often nobody tries who means well, even where one more try is let through now and then while others are judged.
const MANY: usize = 200;

#[tokio::test]
async fn a_guesser_of_one_password_is_told_to_wait_and_others_are_not() {
    let site = Site::new().await;
    let mut n_tries = 0;
    let reply = loop {
        let mut guesser = site.visitor().from(&format!("192.0.2.{n_tries}"));
        n_tries += 1;
        assert!(n_tries < MANY, "nobody is told to wait");
        if guesser.log_in("viewer", "wrong").await.status == StatusCode::TOO_MANY_REQUESTS {
            // Also whoever knows the password, wherever he is.
            let mut visitor = site.visitor().from("198.51.100.1");
            let reply = visitor.log_in("viewer", PASSWORD).await;
            if reply.status != StatusCode::FOUND {
                assert_eq!(visitor.cookie("_ss_session"), None);
                break reply;
            }
        }
    };
    assert!(n_tries > 10, "{n_tries}");
    assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS, "{}", reply.text);
    assert!((1..=30).contains(&seconds(&reply)));
    reply.shows("Too many attempts.");
    let mut visitor = site.visitor().from("198.51.100.1");
    assert_eq!(visitor.log_in("operator", PASSWORD).await.status, StatusCode::FOUND);
}

#[tokio::test]
async fn an_address_that_tries_many_names_is_told_to_wait_and_others_are_not() {
    let site = Site::new().await;
    let (mut guesser, mut neighbour) = (site.visitor().from("2001:db8::1"), site.visitor().from("2001:db8::ffff"));
    let mut n_tries = 0;
    loop {
        n_tries += 1;
        assert!(n_tries < MANY, "nobody is told to wait");
        let is_refused =
            guesser.log_in(&format!("nobody{n_tries}"), "wrong").await.status == StatusCode::TOO_MANY_REQUESTS;
        // The same network.
        if is_refused && neighbour.log_in("viewer", PASSWORD).await.status == StatusCode::TOO_MANY_REQUESTS {
            break;
        }
    }
    assert!(n_tries > 30, "{n_tries}");
    let mut other = site.visitor().from("2001:db8:0:1::1");
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
    for (in_address, in_header) in [("?access_token=wrong", None), ("", Some(("authorization", "Bearer wrong")))] {
        let mut n_tries = 0;
        let refused = loop {
            n_tries += 1;
            assert!(n_tries < MANY, "nobody is told to wait");
            let path = format!("/.sys/job/status.json{in_address}");
            let reply = guesser.send("GET", &path, in_header.as_slice(), None).await;
            if reply.status == StatusCode::TOO_MANY_REQUESTS {
                break reply;
            }
            assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
        };
        assert!(seconds(&refused) >= 1);
    }
    let now = site.app.backend().now().await.unwrap();
    let good = site.console.tokens().create(Role::Viewer.as_str(), now).await.unwrap();
    let reply = guesser.get(&format!("/.sys/job/status.json?access_token={good}")).await;
    assert_eq!(reply.status, StatusCode::FOUND);
}
