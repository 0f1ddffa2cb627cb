//! Services: how they become known, what a beat tells and answers, and orders of operators.

use egret_core::{
    Beat, ClassSelection, ErrorKind, GivenOrder, Leave, Left, Orders, ProcessIdentity, ServiceId, ServiceInfo,
    ServiceMode, ServiceOrder, ServicePhase, ServiceRecord,
};

use crate::world::{World, from_queues, job, only_classes, service_info};

pub(crate) async fn is_listed_as_it_registered(world: World) {
    let info = ServiceInfo {
        name: "mail:service".to_owned(),
        mode: ServiceMode::OnDemand,
        selection: from_queues(&["mail", "report*"]),
        concurrency: 3,
        ..service_info()
    };
    let id = world.register(info).await;
    let record = listed(&world, id).await.expect("a service that registered is listed");
    assert_eq!((record.name.as_str(), record.mode, record.concurrency), ("mail:service", ServiceMode::OnDemand, 3));
    assert_eq!(record.process, ProcessIdentity::current());
    assert_eq!(record.queues, ["mail", "report*"]);
    assert_eq!((record.phase, record.n_running, record.is_alive), (ServicePhase::Running, 0, true));
}

pub(crate) async fn presents_itself_anew(world: World) {
    let id = world.service().await;
    let before = listed(&world, id).await.expect("a service that registered is listed");
    let info = ServiceInfo { selection: from_queues(&["mail"]), concurrency: 17, ..service_info() };
    world.store.present(id, info).await.expect("a registered service may present itself anew");
    let after = listed(&world, id).await.expect("the service is listed");
    assert_eq!((after.concurrency, after.queues.as_slice()), (17, ["mail".to_owned()].as_slice()));
    assert_eq!((after.name, after.started_at, after.is_alive), (before.name, before.started_at, true));
}

pub(crate) async fn must_be_registered_to_present_itself(world: World) {
    let refused = world.store.present(ServiceId::generate(), service_info()).await;
    assert_eq!(refused.map_err(|error| error.kind()), Err(ErrorKind::NotFound));
}

pub(crate) async fn has_a_name_of_its_own_for_each_life(world: World) {
    let first = world.service().await;
    let second = world.service().await;
    assert_ne!(first, second, "services may share a name, never a nonce");
    assert!(listed(&world, first).await.is_some() && listed(&world, second).await.is_some());
}

pub(crate) async fn is_seen_by_another_handle(world: World) {
    let id = world.service().await;
    let other = world.another_handle().await;
    assert!(listed(&other, id).await.is_some_and(|record| record.is_alive));
}

pub(crate) async fn shows_what_it_told_with_its_beat(world: World) {
    world.enqueue_many(2).await;
    let id = world.service().await;
    let claimed = world.claim(id, 2).await;
    world.start(&claimed[0]).await;
    let started = listed(&world, id).await.expect("the service is listed");
    let beat = Beat {
        running: vec![claimed[0].token],
        resident_bytes: 50_000_000,
        n_finished: 17,
        phase: ServicePhase::Quiet,
    };
    let orders = world.store.beat(id, beat).await.expect("a beat is answered");
    assert_eq!(orders, Orders::default(), "nobody asked for anything");
    let record = listed(&world, id).await.expect("the service is listed");
    assert_eq!((record.resident_bytes, record.n_finished), (50_000_000, 17));
    assert_eq!((record.phase, record.n_running, record.n_claimed), (ServicePhase::Quiet, 1, 2));
    assert!(record.beat_at >= started.beat_at && record.beat_at >= record.started_at, "{record:?}");
}

pub(crate) async fn shows_the_classes_that_it_told(world: World) {
    let some = world.register(ServiceInfo { selection: only_classes(&["B", "A"]), ..service_info() }).await;
    let all = world.service().await;
    let classes = async |id| listed(&world, id).await.expect("the service is listed").classes;
    assert_eq!(classes(some).await, ClassSelection::only(["A", "B"]));
    assert_eq!(classes(all).await, ClassSelection::All);
}

pub(crate) async fn learns_of_orders_with_its_next_beat(world: World) {
    let (ordered, other) = (world.service().await, world.service().await);
    let operator = world.another_handle().await;
    for (number, order) in [(1, ServiceOrder::Quiet), (2, ServiceOrder::Resume), (3, ServiceOrder::Stop)] {
        operator.store.order(ordered, order).await.expect("an order is taken");
        let given = Some(GivenOrder { number, order });
        assert_eq!(world.beat(ordered, &[]).await.order, given);
        assert_eq!(world.beat(ordered, &[]).await.order, given, "an order stands until the next");
        assert_eq!(world.beat(other, &[]).await.order, None);
    }
}

pub(crate) async fn numbers_the_same_order_anew(world: World) {
    let id = world.service().await;
    for number in 1..=3 {
        world.store.order(id, ServiceOrder::Quiet).await.expect("an order is taken");
        assert_eq!(world.beat(id, &[]).await.order, Some(GivenOrder { number, order: ServiceOrder::Quiet }));
    }
}

pub(crate) async fn is_stopped_whatever_is_ordered_afterwards(world: World) {
    let id = world.service().await;
    world.store.order(id, ServiceOrder::Stop).await.expect("an order is taken");
    for order in [ServiceOrder::Resume, ServiceOrder::Quiet, ServiceOrder::Stop] {
        world.store.order(id, order).await.expect("an order is taken");
        assert_eq!(world.beat(id, &[]).await.order, Some(GivenOrder { number: 1, order: ServiceOrder::Stop }));
    }
}

pub(crate) async fn refuses_an_order_to_an_unknown_service(world: World) {
    let error = world.store.order(ServiceId::generate(), ServiceOrder::Stop).await.expect_err("nobody has that name");
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error:?}");
}

pub(crate) async fn is_told_that_it_is_unknown(world: World) {
    let orders = world.store.beat(ServiceId::generate(), Beat::default()).await.expect("a beat is answered");
    assert!(orders.unknown, "{orders:?}");
    let services = world.store.services().await.expect("services are listed");
    assert!(services.is_empty(), "a beat makes no service known: {services:?}");
}

pub(crate) async fn is_told_which_claims_it_lost(world: World) {
    world.enqueue_many(3).await;
    let (id, other) = (world.service().await, world.service().await);
    let claimed = world.claim(id, 3).await;
    world.release(&claimed[0]).await;
    assert_eq!(world.claim(other, 1).await.len(), 1);
    world.complete(&claimed[1]).await;
    let mut lost = world.beat(id, &[&claimed[0], &claimed[1], &claimed[2]]).await.lost;
    lost.sort_by_key(|token| token.claim);
    let mut expected = vec![claimed[0].token, claimed[1].token];
    expected.sort_by_key(|token| token.claim);
    assert_eq!(lost, expected, "the third claim is held");
}

pub(crate) async fn is_no_longer_listed_once_it_left(world: World) {
    let id = world.service().await;
    let left = world.store.leave(id, Leave::Always).await.expect("a service can always leave");
    assert_eq!(left, Left::Gone);
    assert!(listed(&world, id).await.is_none());
    assert!(world.beat(id, &[]).await.unknown);
    let again = world.store.leave(id, Leave::Always).await.expect("leaving twice is harmless");
    assert_eq!(again, Left::Gone);
}

pub(crate) async fn is_refused_above_the_cap_of_its_name(world: World) {
    let capped = |name: &str| ServiceInfo { name: name.to_owned(), max_services: Some(2), ..service_info() };
    let first = world.register(capped("capped")).await;
    world.register(capped("capped")).await;
    let other = world.another_handle().await;
    let error = other.store.register(capped("capped")).await.expect_err("two live already");
    assert_eq!(error.kind(), ErrorKind::Conflict, "{error:?}");
    world.register(capped("another")).await;
    world.register(ServiceInfo { name: "capped".to_owned(), ..service_info() }).await;
    world.store.leave(first, Leave::Always).await.expect("a service can always leave");
    let error = other.store.register(capped("capped")).await.expect_err("one that has no cap counts as well");
    assert_eq!(error.kind(), ErrorKind::Conflict, "{error:?}");
}

pub(crate) async fn is_capped_also_when_many_register_at_once(world: World) {
    let mut registrations = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let world = world.another_handle().await;
        registrations.spawn(async move {
            let info = ServiceInfo { max_services: Some(1), ..service_info() };
            // The handle stays open: with its last one, the service of a process could be taken for dead.
            (world.store.register(info).await.is_ok(), world)
        });
    }
    let registered = registrations.join_all().await;
    assert_eq!(registered.iter().filter(|(is_registered, _)| *is_registered).count(), 1);
}

pub(crate) async fn makes_room_under_the_cap_when_one_dies(world: World) {
    let capped = || ServiceInfo { max_services: Some(1), ..service_info() };
    let dead = world.register(capped()).await;
    world.bury(dead).await;
    world.register(capped()).await;
}

pub(crate) async fn is_shown_dead_before_its_rescue(world: World) {
    let id = world.service().await;
    let observer = world.observer().await;
    if let Some(clock) = world.subject.clock() {
        clock.advance(std::time::Duration::from_secs(5));
    }
    crate::wait_until::wait_until("a service that beats no more shows as dead", async || {
        let services = observer.services().await.expect("services are listed");
        let record = services.into_iter().find(|record| record.id == id).expect("the unrescued are listed");
        if record.is_alive { Err(record) } else { Ok(()) }
    })
    .await;
    world.enqueue(job()).await;
    assert!(!world.beat(id, &[]).await.unknown, "until its rescue it can come back");
    assert_eq!(world.claim(id, 1).await.len(), 1);
}

async fn listed(world: &World, id: ServiceId) -> Option<ServiceRecord> {
    let services = world.store.services().await.expect("services are listed");
    services.into_iter().find(|record| record.id == id)
}
