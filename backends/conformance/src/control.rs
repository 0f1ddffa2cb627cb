//! What is kept beside jobs: users, sessions, tokens.

use std::sync::Arc;
use std::time::Duration;

use egret_core::{ControlQuery, ControlStore, Cursor, ErrorKind, Page, PutControl, PutWhen, StoredControl};

use crate::world::World;

/// Simultaneous takers of one record.
const TAKERS: usize = 50;

fn control(world: &World) -> Arc<dyn ControlStore> {
    Arc::clone(&world.store).control().expect("the capability says that there is one")
}

async fn put(store: &dyn ControlStore, put: PutControl) -> StoredControl {
    store.put(put).await.expect("a record can be kept")
}

async fn keys(store: &dyn ControlStore, query: &ControlQuery, limit: usize) -> Vec<String> {
    let mut page = Page::first(limit);
    let mut keys = Vec::new();
    loop {
        let listing = store.list(query, &page).await.expect("records can be listed");
        assert!(listing.items.len() <= limit);
        keys.extend(listing.items.into_iter().map(|record| record.key));
        match listing.next {
            Some(next) => page.after = Some(next),
            None => return keys,
        }
    }
}

pub(crate) async fn keeps_a_record_for_every_handle(world: World) {
    let store = control(&world);
    assert_eq!(store.get("user", "sys").await.expect("a look is answered"), None);
    let record = PutControl::new("user", "sys", r#"{"role":"admin"}"#).owned_by("sys");
    assert_eq!(put(&*store, record).await, StoredControl::Stored(1));
    let other = control(&world.another_handle().await);
    let found = other.get("user", "sys").await.expect("a look is answered").expect("it is kept");
    assert_eq!((found.kind.as_str(), found.key.as_str(), found.version), ("user", "sys", 1));
    assert_eq!((found.owner.as_deref(), found.body.as_str()), (Some("sys"), r#"{"role":"admin"}"#));
    assert_eq!(found.expires_at, None);
    assert_eq!(other.get("session", "sys").await.expect("a look is answered"), None, "kinds are apart");
}

pub(crate) async fn stores_only_on_its_condition(world: World) {
    let store = control(&world);
    let record = |body: &str, when| PutControl::new("user", "sys", body).when(when);
    assert_eq!(put(&*store, record("a", PutWhen::Version(1))).await, StoredControl::Conflict);
    assert_eq!(put(&*store, record("b", PutWhen::Absent)).await, StoredControl::Stored(1));
    assert_eq!(put(&*store, record("c", PutWhen::Absent)).await, StoredControl::Conflict);
    assert_eq!(put(&*store, record("d", PutWhen::Version(1))).await, StoredControl::Stored(2));
    assert_eq!(put(&*store, record("e", PutWhen::Version(1))).await, StoredControl::Conflict);
    assert_eq!(put(&*store, record("f", PutWhen::Always)).await, StoredControl::Stored(3));
    let found = store.get("user", "sys").await.expect("a look is answered").expect("it is kept");
    assert_eq!((found.body.as_str(), found.version), ("f", 3));
}

pub(crate) async fn gives_a_taken_record_to_one_of_many(world: World) {
    put(&*control(&world), PutControl::new("token", "t", "once")).await;
    let mut takers = tokio::task::JoinSet::new();
    for number in 0..TAKERS {
        let world = if number % 10 == 0 { world.another_handle().await } else { world.clone() };
        takers.spawn(async move { control(&world).take("token", "t").await.expect("a take is answered") });
    }
    let taken: Vec<String> = takers.join_all().await.into_iter().flatten().map(|record| record.body).collect();
    assert_eq!(taken, ["once"]);
    assert_eq!(control(&world).get("token", "t").await.expect("a look is answered"), None);
}

pub(crate) async fn forgets_a_record_when_its_time_has_come(world: World) {
    let store = control(&world);
    let later = world.in_future(Duration::from_secs(3600)).await;
    let session = |key: &str| PutControl::new("session", key, "s").owned_by("sys");
    put(&*store, session("kept")).await;
    for key in ["looked-at", "taken"] {
        put(&*store, session(key).expiring_at(later)).await;
    }
    let query = ControlQuery::of_kind("session").owned_by("sys");
    assert_eq!(keys(&*store, &query, 10).await, ["kept", "looked-at", "taken"]);
    let expires_at = world.in_future(Duration::from_millis(50)).await;
    for key in ["looked-at", "taken"] {
        put(&*store, session(key).expiring_at(expires_at)).await;
    }
    world.reach(expires_at).await;
    assert_eq!(store.get("session", "looked-at").await.expect("a look is answered"), None);
    assert_eq!(store.take("session", "taken").await.expect("a take is answered"), None);
    assert_eq!(keys(&*store, &query, 10).await, ["kept"]);
    let anew = PutControl::new("session", "looked-at", "s").when(PutWhen::Absent).expiring_at(expires_at);
    assert_eq!(put(&*store, anew).await, StoredControl::Stored(1), "what has expired is absent");
    assert_eq!(store.prune().await.expect("records can be forgotten"), 1);
    assert_eq!(keys(&*store, &query, 10).await, ["kept"]);
}

pub(crate) async fn lists_records_by_key_and_owner_in_pages(world: World) {
    let store = control(&world);
    for (key, owner) in [("1", "a"), ("2", "b"), ("3", "a"), ("4", "b"), ("5", "a")] {
        put(&*store, PutControl::new("audit", key, "x").owned_by(owner)).await;
    }
    put(&*store, PutControl::new("audit-log", "0", "another kind")).await;
    put(&*store, PutControl::new("auditor", "6", "another kind")).await;
    let all = ControlQuery::of_kind("audit");
    let of_a = all.clone().owned_by("a");
    for limit in [1, 2, 3, 10] {
        assert_eq!(keys(&*store, &all, limit).await, ["1", "2", "3", "4", "5"]);
        assert_eq!(keys(&*store, &all.clone().descending(), limit).await, ["5", "4", "3", "2", "1"]);
        assert_eq!(keys(&*store, &of_a, limit).await, ["1", "3", "5"]);
        assert_eq!(keys(&*store, &of_a.clone().descending(), limit).await, ["5", "3", "1"]);
    }
    assert!(keys(&*store, &all.owned_by("nobody"), 10).await.is_empty());
}

pub(crate) async fn refuses_a_cursor_of_another_listing(world: World) {
    let page = Page { limit: 1, after: Some(Cursor("job:1".to_owned())) };
    let error = control(&world).list(&ControlQuery::of_kind("user"), &page).await.expect_err("it is none of ours");
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}
