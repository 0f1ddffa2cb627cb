//! Payloads: what must survive a store, and what becomes of bytes that are no job.

use egret_core::{Applied, ErrorReport, Finish, JobData, JobFilter, JobState, Outcome, Payload, UNREADABLE};
use serde_json::{Value, json};

use crate::json_meaning::meaning;
use crate::world::{World, at_once, everything, job, payload};

/// A payload with everything that Active Job 8.1 writes (`activejob/lib/active_job/core.rb`), keys of others, numbers that
/// no machine integer holds and text of all kinds.
const RICH: &str = r#"{"job_class":"Gws::ReportJob","job_id":"5f9c1d1e-8f1f-4bb0-9a43-6d0dcf7e2d55","provider_job_id":null,
"queue_name":"default","priority":null,"arguments":[170141183460469231731687303715884105728,-9223372036854775809,0.1,
{"_aj_globalid":"gid://app/User/1"},{"a":1,"_aj_symbol_keys":["a"]},"白鷺 \u0000 \" \\ \ud83e\udda2"],"executions":2,
"exception_executions":{"[RuntimeError]":2},"locale":"ja","timezone":"Tokyo","enqueued_at":"2021-11-02T08:24:05.770000000Z",
"scheduled_at":null,"continuation":{"completed":["a"],"current":["b",18446744073709551616]},
"serialized_bindings":[{"site_id":"1","user_id":"5","_aj_symbol_keys":[]}],"x_unknown":[1.50,null,{"z":1,"a":2}]}"#;

pub(crate) async fn survives_whole_with_unknown_keys_and_big_integers(world: World) {
    let data: JobData = serde_json::from_str(RICH).expect("the sample is a payload");
    let expected = serde_json::to_string(&data).expect("a payload is JSON");
    let id = world.enqueue(data).await;
    let service = world.service().await;
    let claimed = world.claim_one(service).await;
    assert_eq!(claimed.id, id);
    assert_same(&world, payload(&claimed), &expected);
    world.release(&claimed).await;
    let record = world.known(&id).await;
    let shown = record.payload.job().expect("the payload can be read");
    assert_same(&world, shown, &expected);
}

/// The payload is what was stored: to the byte, or in its meaning where a store keeps no more.
fn assert_same(world: &World, data: &JobData, expected: &str) {
    let text = serde_json::to_string(data).expect("a payload is JSON");
    match world.subject.keeps_json_text() {
        true => assert_eq!(text, expected),
        false => assert_eq!(meaning(&text), meaning(expected)),
    }
}

pub(crate) async fn survives_a_failed_attempt_whole(world: World) {
    let data: JobData = serde_json::from_str(RICH).expect("the sample is a payload");
    let id = world.enqueue(data).await;
    let service = world.service().await;
    let claimed = world.claim_one(service).await;
    let mut next = payload(&claimed).clone();
    next.executions += 1;
    next.set_extra("resumptions", serde_json::value::to_raw_value(&1).expect("a number is JSON"));
    let expected = serde_json::to_string(&next).expect("a payload is JSON");
    let outcome = Outcome::Reenqueue { data: Box::new(next), at: None, error: None };
    assert_eq!(world.finish(claimed.token, outcome).await, Applied::Done);
    let again = world.claim_one(service).await;
    assert_eq!(again.id, id);
    assert_same(&world, payload(&again), &expected);
}

pub(crate) async fn adds_no_keys_that_were_absent(world: World) {
    let data: JobData = serde_json::from_str(r#"{"job_class":"A","job_id":"17","queue_name":"default"}"#)
        .expect("the sample is a payload");
    world.enqueue(data.clone()).await;
    let service = world.service().await;
    let claimed = world.claim_one(service).await;
    let value: Value = serde_json::to_value(payload(&claimed)).expect("a payload is JSON");
    assert_eq!(value, serde_json::to_value(&data).expect("a payload is JSON"));
    assert_eq!(claimed.id.as_str(), "17", "an id is any text");
}

pub(crate) async fn puts_a_job_without_a_queue_into_the_default_one(world: World) {
    let mut data = job();
    data.queue_name = None;
    let id = world.enqueue(data).await;
    assert_eq!(world.known(&id).await.queue, "default");
    let service = world.service().await;
    let claimed = world.claim_one(service).await;
    assert_eq!((&claimed.id, claimed.queue.as_str()), (&id, "default"));
    assert_eq!(payload(&claimed).queue_name, None, "the null of the wire stays a null");
}

pub(crate) async fn carries_long_arguments_and_names(world: World) {
    let mut data = job();
    let long = "長".repeat(300_000);
    data.arguments = serde_json::value::to_raw_value(&json!([long])).expect("text is JSON");
    data.queue_name = Some("名前 with spaces, \"quotes\" and 'more' %_?".to_owned());
    let expected = data.arguments.get().to_owned();
    let id = world.enqueue(data).await;
    let service = world.service().await;
    let claimed = world.claim_from(service, &everything(), 1).await.remove(0);
    assert_eq!(claimed.id, id);
    assert_eq!(payload(&claimed).arguments.get(), expected);
    assert_eq!(claimed.queue, "名前 with spaces, \"quotes\" and 'more' %_?");
    world.complete(&claimed).await;
}

pub(crate) async fn gives_an_unreadable_payload_as_it_is(world: World) {
    for bytes in [&b"\xff\x00not json"[..], br#"{"job_class":7}"#, b"", b"[]"] {
        let id = world.enqueue(job()).await;
        world.subject.overwrite_payload(&id, bytes).await;
        let service = world.service().await;
        let claimed = world.claim_one(service).await;
        let Payload::Unreadable(unreadable) = &claimed.payload else { panic!("{claimed:?} can be read") };
        assert_eq!(unreadable.bytes, bytes);
        assert!(!unreadable.reason.is_empty());
        let error = ErrorReport::new(UNREADABLE, unreadable.reason.clone());
        let finish = Finish::new(claimed.token, Outcome::Discarded { error }, None, world.now().await);
        assert_eq!(world.finish_with(finish).await, Applied::Done);
        assert_eq!(world.claim_ids(service, 1).await, []);
    }
    let parked = world.listing(&JobFilter::all().state(JobState::Discarded)).await;
    assert_eq!(parked.len(), 4, "set aside and visible");
    assert!(parked.iter().all(|record| matches!(record.payload, Payload::Unreadable(_))));
    assert!(parked.iter().all(|record| record.error.as_ref().is_some_and(|error| error.class == UNREADABLE)));
}

pub(crate) async fn goes_on_behind_an_unreadable_payload(world: World) {
    let broken = world.enqueue(job()).await;
    let sound = world.ask(at_once(vec![job(), job()])).await;
    assert_eq!(sound.outcomes.len(), 2);
    world.subject.overwrite_payload(&broken, b"broken").await;
    let service = world.service().await;
    let claimed = world.claim(service, 10).await;
    assert_eq!(claimed.len(), 3);
    world.release(&claimed[0]).await;
    for job in &claimed[1..] {
        world.complete(job).await;
    }
    let again = world.claim_one(service).await;
    assert!(matches!(again.payload, Payload::Unreadable(_)), "a release keeps the bytes");
}
