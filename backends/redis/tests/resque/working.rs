//! A service of ours as workers of Resque.

use egret_core::{ErrorReport, Finish, Outcome, Payload, Release, Timestamp};
use egret_redis::resque::ResqueOptions;
use serde_json::Value;

use crate::support::gate::Gate;
use crate::world::{World, completed, eventually, failed, info, native};

#[tokio::test]
async fn a09_a11_queues_are_emptied_by_priority_patterns_and_exclusions() {
    let world = World::open().await;
    for queue in ["z", "low", "critical", "high_1"] {
        world.enqueue(native(queue, "SomeJob", "[]")).await;
    }
    let service = world.service().await;
    let claimed = world.claim_from(service, &["critical", "*", "!lo*"], 10).await;
    let queues: Vec<&str> = claimed.iter().map(|job| job.queue.as_str()).collect();
    assert_eq!(queues, ["critical", "high_1", "z"]);
}

#[tokio::test]
async fn a13_a_claimed_job_is_shown_by_its_worker_until_it_ends() {
    let mut world = World::open().await;
    let element = r#"{"class":"SlowJob","args":[6,"鷺/"]}"#;
    world.enqueue(native("slow/b", "SlowJob", r#"[6,"鷺/"]"#)).await;
    let service = world.service().await;
    let workers = world.workers();
    let claimed = world.claim(service).await.unwrap();
    let working: Vec<String> = world.run(&["KEYS", "resque:worker:*:\\*"]);
    assert_eq!(working, [format!("resque:worker:{}", workers[0])]);
    let record: String = world.run(&["GET", &working[0]]);
    let run_at = serde_json::from_str::<Value>(&record).unwrap()["run_at"].as_str().unwrap().to_owned();
    assert_eq!(record, format!(r#"{{"queue":"slow/b","run_at":"{run_at}","payload":{element}}}"#));
    assert!(run_at.len() == 20 && run_at.ends_with('Z'), "{run_at}");
    let began = run_at.parse::<Timestamp>().unwrap();
    assert!(began.as_second().abs_diff(Timestamp::now().as_second()) < 600, "by the server's clock: {run_at}");
    world.end(&claimed, completed()).await;
    assert_eq!(world.run::<Vec<String>>(&["KEYS", "resque:worker:*:\\*"]), Vec::<String>::new());
}

#[tokio::test]
async fn scripts_write_the_time_as_everybody_does() {
    let mut world = World::open().await;
    let script = concat!(include_str!("../../src/store/scripts/seats.lua"), "return written(tonumber(ARGV[1]))");
    // Days around the ends of February and of years, and the last second of a day.
    for date in
        ["1970-01-01", "1999-12-31", "2000-02-29", "2000-03-01", "2026-11-28", "2028-02-29", "2100-02-28", "2100-03-01"]
    {
        for time in ["00:00:00", "07:08:09", "23:59:59"] {
            let moment = format!("{date}T{time}Z");
            let seconds = moment.parse::<Timestamp>().unwrap().as_second().to_string();
            assert_eq!(world.run::<String>(&["EVAL", script, "0", &seconds, ""]), moment);
        }
    }
}

#[tokio::test]
async fn a13_a_worker_that_becomes_free_takes_the_next_claim() {
    let mut world = World::open().await;
    for args in ["[1]", "[2]", "[3]"] {
        world.enqueue(native("default", "SomeJob", args)).await;
    }
    let service = world.service().await;
    let claimed = world.claim_from(service, &["*"], 3).await;
    let shown = |world: &mut World| -> Vec<String> {
        let keys: Vec<String> = world.run(&["KEYS", "resque:worker:*:\\*"]);
        let mut args: Vec<String> = keys
            .iter()
            .map(|key| {
                serde_json::from_str::<Value>(&world.run::<String>(&["GET", key])).unwrap()["payload"]["args"]
                    .to_string()
            })
            .collect();
        args.sort();
        args
    };
    assert_eq!(shown(&mut world), ["[1]", "[2]"], "two workers");
    world.end(&claimed[0], completed()).await;
    assert_eq!(shown(&mut world), ["[2]", "[3]"]);
    world.backend.release(vec![Release::unstarted(claimed[1].token)]).await.unwrap();
    assert_eq!(shown(&mut world), ["[3]"]);
    world.end(&claimed[2], completed()).await;
    assert!(shown(&mut world).is_empty());
    assert_eq!(
        world.list("resque:queue:default"),
        [r#"{"class":"SomeJob","args":[2]}"#],
        "unchanged, to be taken next"
    );
}

#[tokio::test]
async fn a14_jobs_are_counted_in_all_and_by_worker() {
    let mut world = World::open().await;
    for args in ["[1]", "[2]", "[3]"] {
        world.enqueue(native("default", "SomeJob", args)).await;
    }
    let service = world.service().await;
    let claimed = world.claim(service).await.unwrap();
    world.end(&claimed, completed()).await;
    world.fail_next(service, "x").await;
    world.fail_next(service, "y").await;
    let count = |world: &mut World, key: &str| -> Option<u64> { world.run(&["GET", key]) };
    assert_eq!(count(&mut world, "resque:stat:processed"), Some(3));
    assert_eq!(count(&mut world, "resque:stat:failed"), Some(2));
    let workers = world.workers();
    let of_workers = |world: &mut World, name: &str| -> u64 {
        workers.iter().map(|id| count(world, &format!("resque:stat:{name}:{id}")).unwrap_or(0)).sum()
    };
    assert_eq!((of_workers(&mut world, "processed"), of_workers(&mut world, "failed")), (3, 2));
    world.leave(service).await;
    assert_eq!((of_workers(&mut world, "processed"), of_workers(&mut world, "failed")), (0, 0));
    assert_eq!(count(&mut world, "resque:stat:processed"), Some(3));
}

#[tokio::test]
async fn a15_what_is_no_job_goes_to_the_failures_and_the_service_goes_on() {
    let mut world = World::open().await;
    for element in ["{bad", "[1,2]", "5", "\"str\"", "null", r#"{"class":null,"args":[1]}"#, r#"{"args":[]}"#] {
        let _: u64 = world.run(&["RPUSH", "resque:queue:default", element]);
    }
    let _: u64 = world.run(&["SADD", "resque:queues", "default"]);
    world.enqueue(native("default", "EchoJob", r#"["next"]"#)).await;
    let service = world.service().await;
    for _ in 0..7 {
        let claimed = world.claim(service).await.unwrap();
        let Payload::Unreadable(unreadable) = &claimed.payload else { panic!("{claimed:?}") };
        let error = ErrorReport::new(egret_core::UNREADABLE, unreadable.reason.clone());
        let finish = Finish::new(claimed.token, Outcome::Discarded { error }, None, Timestamp::now());
        world.backend.finish(vec![finish]).await.unwrap();
    }
    assert_eq!(world.claim(service).await.unwrap().payload.job().unwrap().job_class, "EchoJob");
    let records = world.list("resque:failed");
    let payloads: Vec<Value> =
        records.iter().map(|record| serde_json::from_str::<Value>(record).unwrap()["payload"].clone()).collect();
    assert_eq!(payloads[0], "{bad");
    assert_eq!(payloads[1], serde_json::json!([1, 2]));
    assert_eq!(payloads[5], serde_json::json!({"class": null, "args": [1]}));
    assert!(records.iter().all(|record| record.contains(r#""exception":"Egret::UnreadablePayload""#)), "{records:?}");
}

#[tokio::test]
async fn a17_workers_of_others_are_shown_also_with_colons_in_their_queues() {
    let mut world = World::open().await;
    let _: u64 = world.run(&["SADD", "resque:workers", "vm:12:mail:urgent,low", "foo:a"]);
    let record = r#"{"queue":"low","run_at":"2026-11-23T19:04:30Z","payload":{"class":"SlowJob","args":[6]}}"#;
    let _: () = world.run(&["SET", "resque:worker:vm:12:mail:urgent,low", record]);
    let services = world.backend.services().await.unwrap();
    assert_eq!(services.len(), 1, "an id of two parts is nobody's: {services:?}");
    assert_eq!(services[0].queues, ["mail:urgent", "low"]);
    assert_eq!((services[0].process.host.as_str(), services[0].process.pid, services[0].n_running), ("vm", 12, 1));
    assert_eq!(services[0].known_started_at(), None, "it does not say since when it is there");
    let _: () = world.run(&["SET", "resque:worker:vm:12:mail:urgent,low:started", "2026-11-24 03:13:16 +0900"]);
    let started_at = world.backend.services().await.unwrap()[0].known_started_at();
    assert_eq!(started_at, Some("2026-11-23T18:13:16Z".parse().unwrap()));
}

#[tokio::test]
async fn a22_one_text_pauses_all() {
    let mut world = World::open().await;
    world.enqueue(native("default", "SomeJob", "[]")).await;
    let service = world.service().await;
    for word in ["true", "TRUE", " True "] {
        let _: () = world.run(&["SET", "resque:pause-all-workers", word]);
        assert!(world.claim(service).await.is_none(), "{word}");
        assert!(world.backend.queues().await.unwrap()[0].paused_at.is_some(), "shown as paused");
        assert_eq!(world.backend.due(&info(&["*"]).selection).await.unwrap(), None, "nobody looks again and again");
    }
    let _: () = world.run(&["SET", "resque:pause-all-workers", "false"]);
    assert!(world.claim(service).await.is_some());
}

#[tokio::test]
async fn a27_workers_that_were_long_silent_go_and_their_jobs_fail() {
    let mut world = World::open().await;
    let record = r#"{"queue":"mail","run_at":"2026-11-20T00:00:00Z","payload":{"class":"EchoJob","args":[5]}}"#;
    let fresh = Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S+00:00").to_string();
    let _: u64 = world.run(&["SADD", "resque:workers", "otherhost:77:mail", "otherhost:78:mail", "otherhost:79:mail"]);
    let _: () = world.run(&["SET", "resque:worker:otherhost:77:mail", record]);
    for (id, at) in [
        ("otherhost:77:mail", "2026-11-20T00:00:00Z"),
        ("otherhost:78:mail", &fresh),
        ("ghost:1:x", "2026-11-20T00:00:00Z"),
    ] {
        let _: u64 = world.run(&["HSET", "resque:workers:heartbeat", id, at]);
    }
    let service = world.service().await;
    let failures = world.list("resque:failed");
    assert_eq!(failures.len(), 1);
    let tail = r#""payload":{"class":"EchoJob","args":[5]},"exception":"Resque::PruneDeadWorkerDirtyExit","error":"Worker otherhost:77:mail did not gracefully exit while processing EchoJob","backtrace":[],"worker":"otherhost:77:mail","queue":"mail"}"#;
    assert!(failures[0].ends_with(tail), "{failures:?}");
    world.leave(service).await;
    assert_eq!(world.workers(), ["otherhost:78:mail", "otherhost:79:mail"], "one is fresh, one never had a heartbeat");
    assert_eq!(world.run::<Vec<String>>(&["HKEYS", "resque:workers:heartbeat"]), ["otherhost:78:mail"]);
}

#[tokio::test]
async fn a28_nobody_prunes_while_another_does() {
    let mut world = World::open().await;
    let _: () = world.run(&["SET", "resque:pruning_dead_workers_in_progress", "vm:1:*"]);
    let _: u64 = world.run(&["HSET", "resque:workers:heartbeat", "ghost:1:x", "2026-11-20T00:00:00Z"]);
    world.service().await;
    let known: Option<String> = world.run(&["HGET", "resque:workers:heartbeat", "ghost:1:x"]);
    assert!(known.is_some());
}

#[tokio::test]
async fn a30_a43_workers_are_registered_under_another_host_and_beat_by_the_servers_clock() {
    let mut world = World::open().await;
    let service = world.backend.register(info(&["critical", "*", "!low"])).await.unwrap();
    let host = egret_core::ProcessIdentity::current().host;
    let workers = world.workers();
    assert_eq!(workers.len(), 2, "one for each job at once");
    for id in &workers {
        let parts: Vec<&str> = id.splitn(3, ':').collect();
        assert_eq!((parts[0], parts[2]), (format!("{host}-egret").as_str(), "critical,*"), "not of Ruby's host");
        assert!(parts[1].starts_with(&std::process::id().to_string()));
        let started: String = world.run(&["GET", &format!("resque:worker:{id}:started")]);
        assert_eq!(started.len(), "2026-11-24 03:13:16 +0900".len(), "{started}");
        let _: u64 = world.run(&["HSET", "resque:workers:heartbeat", id, "2020-01-01T00:00:00+00:00"]);
    }
    let (before, _): (i64, i64) = world.run(&["TIME"]);
    world.beat(service).await;
    let (after, _): (i64, i64) = world.run(&["TIME"]);
    for id in &workers {
        let heartbeat: String = world.run(&["HGET", "resque:workers:heartbeat", id]);
        let at: Timestamp = heartbeat.parse().unwrap();
        assert!(heartbeat.len() == 25 && (before..=after).contains(&at.as_second()), "{heartbeat}");
    }
}

#[tokio::test]
async fn a44_a_clean_exit_leaves_no_key_behind() {
    let mut world = World::open().await;
    world.enqueue(native("default", "SomeJob", "[]")).await;
    world.enqueue(native("default", "SomeJob", "[2]")).await;
    let service = world.service().await;
    let claimed = world.claim(service).await.unwrap();
    world.backend.mark_started(claimed.token);
    world.beat(service).await;
    world.end(&claimed, completed()).await;
    let claimed = world.claim(service).await.unwrap();
    world.end(&claimed, failed("x")).await;
    world.leave(service).await;
    let mut keys: Vec<String> = world.run(&["KEYS", "*"]);
    keys.sort();
    let (ours, theirs): (Vec<String>, Vec<String>) = keys.into_iter().partition(|key| key.contains("egret"));
    assert_eq!(theirs, ["resque:failed", "resque:queues", "resque:stat:failed", "resque:stat:processed"]);
    // When services were there is remembered for a while, for those who ask why a job waits.
    assert_eq!(ours, ["resque:egret:names", "resque:egret:polled"]);
    for key in ours {
        let seconds: i64 = world.run(&["TTL", &key]);
        assert!(seconds > 0, "{key} ends by itself");
    }
}

#[tokio::test]
async fn a44_a_beat_that_comes_after_the_leave_of_its_service_shows_nobody() {
    let mut world = World::open().await;
    let gate = Gate::before(world.database.address());
    let options = ResqueOptions::parse(&world.database.url_at(gate.address())).unwrap();
    let slow = egret_redis::resque::open(options).await.unwrap();
    let service = slow.register(info(&["*"])).await.unwrap();
    // What shows workers is the last that a beat sends.
    gate.close_to("workers:heartbeat");
    let beat = tokio::spawn(async move { slow.beat(service, egret_core::Beat::default()).await });
    eventually("the beat is on its way", async || gate.has_stopped().then_some(())).await;
    world.leave(service).await;
    gate.open();
    beat.await.unwrap().expect("a beat is answered");
    let mut left: Vec<String> = world.run(&["KEYS", "*"]);
    left.sort();
    assert_eq!(left, ["resque:egret:names", "resque:egret:polled"]);
}

#[tokio::test]
async fn a12_blanks_around_names_count_for_nothing_and_exclusions_alone_name_no_queue() {
    for entries in [vec!["!low".to_owned()], vec!["!a".to_owned(), "!b*".to_owned()]] {
        let error = egret_core::QueueOrder::of_entries(&entries).unwrap_err();
        assert!(!error.to_string().is_empty());
    }
    let world = World::open().await;
    world.enqueue(native("jobs", "SomeJob", "[]")).await;
    let service = world.service().await;
    assert_eq!(world.claim_from(service, &[], 5).await.len(), 0, "who names none gets nothing");
    assert_eq!(world.claim_from(service, &["jobs"], 5).await.len(), 1);
}

#[tokio::test]
async fn a16_failures_that_cannot_be_stored_are_told_again_and_nothing_is_lost() {
    let mut world = World::open().await;
    world.enqueue(native("jobs", "BoomJob", "[1]")).await;
    let service = world.service().await;
    let claimed = world.claim(service).await.unwrap();
    let _: () = world.run(&["SET", "resque:failed", "no list"]);
    let finish = || Finish::new(claimed.token, failed("boom"), Some(Timestamp::now()), Timestamp::now());
    let error = world.backend.finish(vec![finish()]).await.unwrap_err();
    assert_eq!(error.kind(), egret_core::ErrorKind::Corrupt, "{error:?}");
    assert_eq!(world.run::<Option<u64>>(&["GET", "resque:stat:failed"]), None);
    let _: u64 = world.run(&["DEL", "resque:failed"]);
    assert_eq!(world.backend.finish(vec![finish()]).await.unwrap(), [egret_core::Applied::Done]);
    assert_eq!(world.list("resque:failed").len(), 1);
    world.enqueue(native("jobs", "BoomJob", "[2]")).await;
    assert!(world.claim(service).await.is_some(), "and the service goes on");
}
