//! When services came and went, and when each queue was last polled.

use egret_core::{Leave, Presence, ServiceInfo, Timestamp};

use crate::world::{World, from_queues, service_info};

pub(crate) async fn knows_nobody_in_an_empty_store(world: World) {
    assert_eq!(presence(&world).await, Presence::default());
}

pub(crate) async fn remembers_when_the_first_service_came(world: World) {
    let before = world.now().await;
    world.service().await;
    let changed_at = changed_at(&world, "job:service").await.expect("a name that registered is known");
    assert!(changed_at >= before && changed_at <= world.now().await, "{changed_at}");
    assert_eq!(presence(&world).await.queues, [], "whoever lives tells by itself what it polls");
}

pub(crate) async fn moves_with_each_coming_and_going(world: World) {
    let first = world.service().await;
    let mut last = changed_at(&world, "job:service").await;
    for step in 0..2 {
        world.reach(world.in_future(std::time::Duration::from_millis(2)).await).await;
        match step {
            0 => drop(world.service().await),
            _ => drop(world.store.leave(first, Leave::Always).await.expect("a service can always leave")),
        }
        let moved = changed_at(&world, "job:service").await;
        assert!(moved > last, "step {step}: {moved:?} after {last:?}");
        last = moved;
    }
}

pub(crate) async fn does_not_move_with_beats(world: World) {
    let service = world.service().await;
    let before = changed_at(&world, "job:service").await;
    world.reach(world.in_future(std::time::Duration::from_millis(2)).await).await;
    world.beat(service, &[]).await;
    assert_eq!(changed_at(&world, "job:service").await, before);
}

pub(crate) async fn keeps_names_apart(world: World) {
    world.register(ServiceInfo { name: "mail:service".to_owned(), ..service_info() }).await;
    assert!(changed_at(&world, "mail:service").await.is_some());
    assert_eq!(changed_at(&world, "job:service").await, None);
}

pub(crate) async fn remembers_the_queues_of_who_left(world: World) {
    let info = ServiceInfo { selection: from_queues(&["mail", "report*"]), ..service_info() };
    let service = world.register(info).await;
    world.store.leave(service, Leave::Always).await.expect("a service can always leave");
    let left_at = changed_at(&world, "job:service").await.expect("the name is known");
    let queues = presence(&world).await.queues;
    let queues: Vec<_> = queues.iter().map(|queue| (queue.pattern.as_str(), queue.polled_at)).collect();
    assert_eq!(queues, [("mail", left_at), ("report*", left_at)]);
}

pub(crate) async fn counts_the_dead_until_their_last_sign(world: World) {
    let service = world.service().await;
    world.beat(service, &[]).await;
    let services = world.store.services().await.expect("services are listed");
    let last_sign = services.iter().find(|record| record.id == service).expect("it is listed").beat_at;
    world.bury(service).await;
    assert_eq!(changed_at(&world, "job:service").await, Some(last_sign), "not the moment of its rescue");
    let queues = presence(&world).await.queues;
    assert_eq!(queues.iter().map(|queue| queue.polled_at).collect::<Vec<_>>(), [last_sign]);
}

async fn presence(world: &World) -> Presence {
    world.store.presence().await.expect("the presence is answered")
}

async fn changed_at(world: &World, name: &str) -> Option<Timestamp> {
    presence(world).await.names.into_iter().find(|presence| presence.name == name).map(|presence| presence.changed_at)
}
