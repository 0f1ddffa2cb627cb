//! L: a service of ours as one of Sidekiq's processes.

use std::time::Duration;

use egret_core::{GivenOrder, Leave, Left, ProcessIdentity, ServiceInfo, ServiceOrder, Timing};

use crate::support::store::{Store, completed, eventually, failed, info, json};

#[tokio::test]
async fn l1_the_record_has_all_that_pages_of_any_version_read() {
    let mut store = Store::open_with(|options| {
        options.tag = "demo-app".to_owned();
        options.labels = vec!["blue".to_owned()];
    })
    .await;
    store.service().await;
    let identity = store.identity();
    let process = ProcessIdentity::current();
    let parts: Vec<&str> = identity.split(':').collect();
    assert_eq!(parts[..2], [process.host.as_str(), &process.pid.to_string()]);
    assert!(parts[2].len() == 12 && parts[2].bytes().all(|byte| byte.is_ascii_hexdigit()), "{identity}");
    let record: std::collections::HashMap<String, String> = store.run(&["HGETALL", &identity]);
    let mut fields: Vec<&str> = record.keys().map(String::as_str).collect();
    fields.sort_unstable();
    assert_eq!(fields, ["beat", "busy", "concurrency", "info", "quiet", "rss", "rtt_us"]);
    assert_eq!(
        (record["concurrency"].as_str(), record["busy"].as_str(), record["quiet"].as_str()),
        ("7", "0", "false")
    );
    let info = json(&record["info"]);
    let mut keys: Vec<&String> = info.as_object().unwrap().keys().collect();
    keys.sort();
    let expected = [
        "capsules",
        "concurrency",
        "embedded",
        "hostname",
        "identity",
        "labels",
        "pid",
        "queues",
        "started_at",
        "tag",
        "version",
        "weights",
    ];
    assert_eq!(keys, expected);
    assert_eq!((info["identity"].as_str(), info["tag"].as_str()), (Some(identity.as_str()), Some("demo-app")));
    assert_eq!((&info["queues"], &info["labels"]), (&json(r#"["high","default","low"]"#), &json(r#"["blue"]"#)));
    assert!(info["started_at"].is_f64() && info["pid"].is_u64());
    let kept: i64 = store.run(&["PTTL", &identity]);
    assert!((50_000..=60_000).contains(&kept), "{kept}");
}

#[tokio::test]
async fn l5_a20_signals_of_sidekiq_are_orders_one_a_beat() {
    let mut store = Store::open().await;
    let service = store.service().await;
    let key = format!("{}-signals", store.identity());
    for signal in ["TSTP", "HUH", "TERM"] {
        store.run::<u64>(&["LPUSH", &key, signal]);
    }
    let order = async |store: &Store| store.beat(service).await.order;
    let quiet = Some(GivenOrder { number: 1, order: ServiceOrder::Quiet });
    assert_eq!(order(&store).await, quiet);
    assert_eq!(order(&store).await, quiet, "an unknown one is ignored");
    let stop = Some(GivenOrder { number: 2, order: ServiceOrder::Stop });
    assert_eq!(order(&store).await, stop);
    assert_eq!(order(&store).await, stop);
}

#[tokio::test]
async fn l3_a_quiet_service_says_so() {
    let mut store = Store::open().await;
    let service = store.service().await;
    let beat =
        egret_core::Beat { phase: egret_core::ServicePhase::Quiet, resident_bytes: 50 << 20, ..Default::default() };
    store.backend.beat(service, beat).await.unwrap();
    let identity = store.identity();
    assert_eq!(store.run::<String>(&["HGET", &identity, "quiet"]), "true");
    assert_eq!(store.run::<String>(&["HGET", &identity, "rss"]), "51200", "in kilobytes");
}

#[tokio::test]
async fn l6_who_leaves_gives_back_unchanged_and_is_gone() {
    let mut store = Store::open().await;
    let service = store.service().await;
    let payload = r#"{"class":"SleepJob","args":[120],"jid":"x","x":1.50}"#;
    store.run::<u64>(&["LPUSH", "queue:default", payload]);
    store.claim_one(service).await;
    store.beat(service).await;
    let identity = store.identity();
    assert_eq!(store.backend.leave(service, Leave::Always).await.unwrap(), Left::Gone);
    assert_eq!(store.list("queue:default"), [payload]);
    assert_eq!(
        store.run::<u64>(&["EXISTS", "processes", &format!("{identity}:work"), &format!("{identity}:workers")]),
        0
    );
    assert_eq!(store.run::<u64>(&["EXISTS", &identity]), 1, "the record ends by its time");
}

#[tokio::test]
async fn l9_a_dead_process_vanishes_with_its_rescue_and_its_job_comes_back() {
    let mut store = Store::open().await;
    // A process that has ended: its id is given to nobody else meanwhile.
    let mut child = std::process::Command::new("true").spawn().unwrap();
    let process = ProcessIdentity { pid: child.id(), ..ProcessIdentity::current() };
    child.wait().unwrap();
    let dead = store.backend.register(ServiceInfo { process, ..info(&["default"]) }).await.unwrap();
    let payload = r#"{"class":"SleepJob","args":[120],"jid":"x"}"#;
    store.run::<u64>(&["LPUSH", "queue:default", payload]);
    store.claim(dead, 1).await;
    let report = store.backend.rescue().await.unwrap();
    assert_eq!((report.dead_services, report.n_released, report.n_interrupted), (vec![dead], 1, 0));
    assert_eq!(store.list("queue:default"), [payload]);
    assert_eq!(store.run::<u64>(&["SCARD", "processes"]), 0);
}

#[tokio::test]
async fn l9_a_mark_of_a_started_job_is_told_soon_without_a_beat() {
    let mut store = Store::open().await;
    let service = store.service().await;
    store.run::<u64>(&["LPUSH", "queue:default", r#"{"class":"KillerJob","args":[],"jid":"x"}"#]);
    store.claim_one(service).await;
    let running = format!("egret:sidekiq:running:{service}");
    eventually("the mark reaches the server", async || (store.run::<u64>(&["HLEN", &running]) == 1).then_some(()))
        .await;
    let observer = store.another(Timing::with_lease(Duration::from_millis(200))).await;
    let report = eventually("the service is taken for dead", async || {
        Some(observer.rescue().await.unwrap()).filter(|report| !report.dead_services.is_empty())
    })
    .await;
    assert_eq!(report.n_interrupted, 1);
    let value = json(&store.list("queue:default")[0]);
    assert_eq!(value["egret_deaths"].as_array().map(Vec::len), Some(1), "{value}");
}

#[tokio::test]
async fn m_figures_of_classes_are_written_with_the_beat() {
    let mut store = Store::open().await;
    let service = store.service().await;
    for outcome in [completed(), completed(), failed()] {
        store.run::<u64>(&["LPUSH", "queue:default", r#"{"class":"App::FooJob","args":[],"jid":"x","retry":true}"#]);
        let claimed = store.claim_one(service).await;
        store.finish(&claimed, outcome).await;
    }
    store.beat(service).await;
    let keys: Vec<String> = store.run(&["KEYS", "j|*"]);
    assert_eq!(keys.len(), 3, "of the minute, of ten minutes, and as versions before 8 call it: {keys:?}");
    for key in keys {
        let figures: std::collections::HashMap<String, u64> = store.run(&["HGETALL", &key]);
        assert_eq!((figures["App::FooJob|p"], figures["App::FooJob|f"]), (3, 1), "{key}");
    }
    let histograms: Vec<String> = store.run(&["KEYS", "h|App::FooJob-*"]);
    let counted: Vec<u64> = store.run(&["BITFIELD", &histograms[0], "GET", "u16", "#0"]);
    assert_eq!(counted, [2], "runs that went well, in less than 20 ms");
}

#[tokio::test]
async fn a_paused_queue_is_left_alone_whoever_has_paused_it() {
    let mut store = Store::open().await;
    let service = store.service().await;
    store.run::<u64>(&["LPUSH", "queue:default", r#"{"class":"A","args":[]}"#]);
    store.run::<u64>(&["SADD", "paused", "default"]);
    assert_eq!(store.claim(service, 1).await.len(), 0, "by Sidekiq Pro");
    store.backend.resume("default").await.unwrap();
    assert_eq!(store.claim(service, 1).await.len(), 1);
    store.backend.pause("low").await.unwrap();
    assert_eq!(store.run::<Vec<String>>(&["SMEMBERS", "paused"]), ["low"]);
}

#[tokio::test]
async fn l10_z6_processes_of_ruby_that_have_died_are_pruned_once_a_minute() {
    let mut store = Store::open().await;
    store.service().await;
    let own = store.identity();
    store.run::<u64>(&["SADD", "processes", "dead:1:0123456789ab"]);
    store.run::<u64>(&["SADD", "processes", "alive:2:0123456789ab"]);
    store.run::<u64>(&["HSET", "alive:2:0123456789ab", "info", "{}"]);
    store.backend.rescue().await.unwrap();
    let mut left: Vec<String> = store.run(&["SMEMBERS", "processes"]);
    left.sort();
    let mut expected = vec!["alive:2:0123456789ab".to_owned(), own];
    expected.sort();
    assert_eq!(left, expected);
    store.run::<u64>(&["SADD", "processes", "dead:1:0123456789ab"]);
    let another = store.another(Timing::default()).await;
    another.rescue().await.unwrap();
    assert_eq!(store.run::<u64>(&["SCARD", "processes"]), 3, "the lock holds for a minute");
}

#[tokio::test]
async fn a18_a19_a20_processes_of_ruby_are_shown_with_what_they_run_and_take_orders() {
    let mut store = Store::open().await;
    let ours = store.service().await;
    let identity = "app-1.example.com:3942:6b67cd00af5e";
    let info = r#"{"hostname":"app-1.example.com","started_at":1795458343.2806015,"pid":3942,"tag":"demo-app","concurrency":3,"queues":["high","default"],"labels":["blue"],"identity":"app-1.example.com:3942:6b67cd00af5e"}"#;
    let beat = egret_core::Timestamp::now().as_second().to_string() + ".5";
    store.run::<u64>(&["SADD", "processes", identity]);
    store.run::<u64>(&[
        "HSET",
        identity,
        "info",
        info,
        "concurrency",
        "4",
        "busy",
        "1",
        "beat",
        &beat,
        "quiet",
        "false",
        "rss",
        "28104",
    ]);
    let work = r#"{"queue":"high","payload":"{\"class\":\"SleepJob\",\"args\":[13],\"jid\":\"e30beedb3f7bd14775d13d6d\"}","run_at":1795458349}"#;
    store.run::<u64>(&["HSET", &format!("{identity}:work"), "2bi", work]);
    let services = store.backend.services().await.unwrap();
    assert_eq!(services.len(), 2);
    let ruby = services.iter().find(|service| service.id != ours).unwrap();
    assert_eq!((ruby.process.host.as_str(), ruby.process.pid, ruby.concurrency), ("app-1.example.com", 3942, 4));
    assert_eq!(
        (ruby.queues.as_slice(), ruby.n_running, ruby.is_alive),
        (["high".to_owned(), "default".to_owned()].as_slice(), 1, true)
    );
    assert_eq!(ruby.resident_bytes, 28_104 * 1024);
    let running = egret_core::JobFilter::all().state(egret_core::JobState::Running);
    let listed = store.backend.inspect(&running, &egret_core::Page::first(5)).await.unwrap().items;
    assert_eq!((listed.len(), listed[0].class.as_str(), listed[0].claimed_by), (1, "SleepJob", Some(ruby.id)));
    store.backend.order(ruby.id, ServiceOrder::Quiet).await.unwrap();
    store.backend.order(ruby.id, ServiceOrder::Stop).await.unwrap();
    let error = store.backend.order(ruby.id, ServiceOrder::Resume).await.unwrap_err();
    assert_eq!(error.kind(), egret_core::ErrorKind::Conflict);
    assert_eq!(store.list(&format!("{identity}-signals")), ["TERM", "TSTP"], "it takes them from the right");
    assert_eq!(store.backend.rescue().await.unwrap().dead_services, [], "they are not ours to bury");
}
