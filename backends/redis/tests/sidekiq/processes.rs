//! L: a service of ours as one of Sidekiq's processes.

use std::time::{Duration, Instant};

use egret_core::{GivenOrder, Leave, Left, ProcessIdentity, ServiceInfo, ServiceOrder, Timing};

use crate::support::gate::Gate;
use crate::support::store::{Store, completed, eventually, failed, info, json, open};

#[tokio::test]
async fn l1_the_record_has_all_that_pages_of_any_version_read() {
    let mut store = Store::open_with(|options| {
        options.tag = "demo-app".to_owned();
        options.labels = vec!["blue".to_owned()];
    })
    .await;
    let began = Instant::now();
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
    let kept = Duration::from_millis(kept.try_into().expect("it ends by itself"));
    let minute = Duration::from_secs(60);
    assert!(kept <= minute && kept + began.elapsed() >= minute, "{kept:?}");
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
async fn l6_a_beat_that_comes_after_the_leave_of_its_service_shows_nobody() {
    let mut store = Store::open().await;
    let gate = Gate::before(store.database.address());
    let slow = open(&store.database.url_at(gate.address()), |_| {}).await;
    let service = slow.register(info(&["default"])).await.unwrap();
    let identity = store.identity();
    // What shows a process is the last that a beat sends.
    gate.close_to("processes");
    let beat = tokio::spawn(async move { slow.beat(service, egret_core::Beat::default()).await });
    eventually("the beat is on its way", async || gate.has_stopped().then_some(())).await;
    assert_eq!(store.backend.leave(service, Leave::Always).await.unwrap(), Left::Gone);
    gate.open();
    beat.await.unwrap().expect("a beat is answered");
    assert_eq!(store.run::<u64>(&["EXISTS", "processes", &format!("{identity}:work")]), 0);
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
async fn l6_l9_a_process_vanishes_in_the_step_in_which_it_goes_whatever_becomes_of_who_says_so() {
    let mut store = Store::open().await;
    for leaves in [true, false] {
        let mut child = std::process::Command::new("true").spawn().unwrap();
        let process = ProcessIdentity { pid: child.id(), ..ProcessIdentity::current() };
        child.wait().unwrap();
        let gone = store.backend.register(ServiceInfo { process, ..info(&["default"]) }).await.unwrap();
        let identity = store.identity();
        store.run::<u64>(&["LPUSH", "queue:default", r#"{"class":"SleepJob","args":[120],"jid":"x"}"#]);
        store.claim_one(gone).await;
        store.beat(gone).await;
        let work = [format!("{identity}:work"), format!("{identity}:workers")];
        assert_eq!(store.run::<u64>(&["EXISTS", "processes", &work[0], &work[1]]), 3);
        let gate = Gate::before(store.database.address());
        let other = open(&store.database.url_at(gate.address()), |_| {}).await;
        // Whoever says that it has gone comes no further than to that step.
        gate.close_to("MULTI");
        let told = tokio::spawn(async move {
            match leaves {
                true => other.leave(gone, Leave::Always).await.map(drop),
                false => other.rescue().await.map(drop),
            }
        });
        eventually("the step is done", async || gate.has_stopped().then_some(())).await;
        assert_eq!(store.run::<u64>(&["EXISTS", "processes", &work[0], &work[1]]), 0, "it leaves: {leaves}");
        assert_eq!(store.run::<u64>(&["LLEN", "queue:default"]), 1, "and its job is back");
        gate.open();
        told.await.unwrap().unwrap();
        store.run::<u64>(&["DEL", "queue:default"]);
    }
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

#[tokio::test]
async fn a22_work_is_read_in_either_form_and_found_by_its_id() {
    let mut store = Store::open().await;
    let identity = "app-2:7:0123456789ab";
    store.run::<u64>(&["SADD", "processes", identity]);
    store.run::<u64>(&["HSET", identity, "info", r#"{"hostname":"app-2","pid":7,"started_at":1795458343.5}"#]);
    let key = format!("{identity}:work");
    let as_text = r#"{"queue":"high","payload":"{\"class\":\"A\",\"args\":[],\"jid\":\"later\"}","run_at":1795458349}"#;
    let as_object = r#"{"queue":"low","payload":{"class":"B","args":[1],"jid":"earlier"},"run_at":1795458340}"#;
    store.run::<u64>(&["HSET", &key, "t1", as_text, "t2", as_object]);
    for (jid, class, queue, run_at) in [("later", "A", "high", 1_795_458_349), ("earlier", "B", "low", 1_795_458_340)] {
        let found = store.backend.find(&egret_core::JobId::from(jid)).await.unwrap().unwrap();
        assert_eq!(
            (found.state, found.class.as_str(), found.queue.as_str()),
            (egret_core::JobState::Running, class, queue)
        );
        assert_eq!(found.started_at.unwrap().as_second(), run_at);
    }
}

#[tokio::test]
async fn a21_what_all_processes_have_is_the_sum_of_what_each_shows() {
    let mut store = Store::open().await;
    store.service().await;
    for (number, fields) in [("1", ["4", "2", "1000"]), ("2", ["6", "1", "500"])] {
        let identity = format!("app-{number}:7:0123456789a{number}");
        store.run::<u64>(&["SADD", "processes", &identity]);
        let [concurrency, busy, rss] = fields;
        store.run::<u64>(&["HSET", &identity, "info", "{}", "concurrency", concurrency, "busy", busy, "rss", rss]);
    }
    let services = store.backend.services().await.unwrap();
    let sum = |of: fn(&egret_core::ServiceRecord) -> u64| services.iter().map(of).sum::<u64>();
    assert_eq!(sum(|service| u64::from(service.concurrency)), 7 + 4 + 6);
    assert_eq!(sum(|service| u64::from(service.n_running)), 3);
    assert_eq!(sum(|service| service.resident_bytes), 1_500 * 1_024);
    assert_eq!(store.run::<u64>(&["EXISTS", "dear-leader"]), 0, "nobody of ours leads, and none says so");
}

#[tokio::test]
async fn l2_a_record_that_has_vanished_is_there_again_with_the_next_beat() {
    let mut store = Store::open().await;
    let service = store.service().await;
    let identity = store.identity();
    store.run::<u64>(&["DEL", &identity, "processes"]);
    store.beat(service).await;
    assert_eq!(store.identity(), identity);
    let fields: std::collections::HashMap<String, String> = store.run(&["HGETALL", &identity]);
    assert_eq!(fields.len(), 7, "{fields:?}");
}

#[tokio::test]
async fn l4_quiet_twice_is_one_state_and_a_stop_is_taken_back_by_nothing() {
    let mut store = Store::open().await;
    let service = store.service().await;
    let key = format!("{}-signals", store.identity());
    let mut orders = Vec::new();
    for signal in ["TSTP", "TSTP", "TERM", "TSTP"] {
        store.run::<u64>(&["LPUSH", &key, signal]);
        orders.push(store.beat(service).await.order.unwrap().order);
    }
    assert_eq!(orders, [ServiceOrder::Quiet, ServiceOrder::Quiet, ServiceOrder::Stop, ServiceOrder::Stop]);
}

#[tokio::test]
async fn l13_the_record_has_the_threads_of_all_that_the_service_runs() {
    let mut store = Store::open().await;
    let service = store.service().await;
    let more = ServiceInfo { concurrency: 11, ..info(&["default", "serial"]) };
    store.backend.present(service, more).await.unwrap();
    store.beat(service).await;
    let identity = store.identity();
    assert_eq!(store.run::<String>(&["HGET", &identity, "concurrency"]), "11");
    let shown = json(&store.run::<String>(&["HGET", &identity, "info"]));
    assert_eq!((&shown["concurrency"], &shown["capsules"]["default"]["concurrency"]), (&11.into(), &11.into()));
    assert_eq!(shown["queues"], json(r#"["default","serial"]"#));
}

#[tokio::test]
async fn l14_weights_of_queues_are_shown_as_such() {
    let mut store = Store::open().await;
    let weights = vec![("foo".to_owned(), 0), ("baz".to_owned(), 3)];
    let queues = egret_core::QueueOrder::Weighted(weights);
    let selection = egret_core::Selection { queues, classes: egret_core::ClassSelection::All };
    let weighted = ServiceInfo { selection: std::sync::Arc::new(selection), ..info(&[]) };
    store.backend.register(weighted).await.unwrap();
    let identity = store.identity();
    let shown = json(&store.run::<String>(&["HGET", &identity, "info"]));
    assert_eq!(shown["weights"], json(r#"[{"foo":0,"baz":3}]"#));
    assert_eq!(
        (&shown["capsules"]["default"]["mode"], &shown["queues"]),
        (&"weighted".into(), &json(r#"["foo","baz"]"#))
    );
}

#[tokio::test]
async fn m4_a_run_that_goes_on_later_counts_as_one_that_went_well() {
    let mut store = Store::open().await;
    let service = store.service().await;
    store.run::<u64>(&["LPUSH", "queue:default", r#"{"class":"IterJob","args":[],"jid":"x","retry":true}"#]);
    let claimed = store.claim_one(service).await;
    let now = egret_core::Timestamp::now();
    let outcome = egret_core::Outcome::Snoozed { until: now };
    let began = now - Duration::from_secs(2);
    let finish = egret_core::Finish::new(claimed.token, outcome, Some(began), now);
    assert_eq!(store.backend.finish(vec![finish]).await.unwrap(), [egret_core::Applied::Done]);
    store.beat(service).await;
    for key in store.run::<Vec<String>>(&["KEYS", "j|*"]) {
        let figures: std::collections::HashMap<String, u64> = store.run(&["HGETALL", &key]);
        assert_eq!((figures["IterJob|p"], figures.get("IterJob|f")), (1, None), "{key}");
        assert!(figures["IterJob|ms"] >= 2_000, "{figures:?}");
    }
}

/// Names the database for a process that is to die.
const DEATH_VARIABLE: &str = "EGRET_TEST_DEATH";

/// The process that dies; as a test it does nothing.
#[tokio::test]
async fn death_entry() {
    let Ok(url) = std::env::var(DEATH_VARIABLE) else { return };
    let backend = crate::support::store::open(&url, |_| {}).await;
    let service = backend.register(info(&["default"])).await.unwrap();
    let selection = std::sync::Arc::new(egret_core::Selection::strict(["default"]));
    let request = egret_core::ClaimRequest { service, selection, limit: 2, max_interrupted: 2 };
    let claimed = backend.claim(request).await.unwrap();
    backend.mark_started(claimed[0].token);
    std::process::abort();
}

#[tokio::test]
async fn l9_a_job_that_kills_its_process_at_once_is_counted_against_and_its_neighbour_is_not() {
    let mut store = Store::open().await;
    for jid in ["killer", "neighbour"] {
        store.run::<u64>(&["LPUSH", "queue:default", &format!(r#"{{"class":"KillerJob","args":[],"jid":"{jid}"}}"#)]);
    }
    for death in 1..=3 {
        let mut process = std::process::Command::new(std::env::current_exe().unwrap());
        process.args(["--exact", "processes::death_entry"]).env(DEATH_VARIABLE, store.database.url());
        process.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
        assert!(!process.status().unwrap().success());
        let report = store.backend.rescue().await.unwrap();
        assert_eq!((report.dead_services.len(), report.n_released), (1, if death < 3 { 2 } else { 1 }));
        assert_eq!((report.n_interrupted, report.quarantined.len()), if death < 3 { (1, 0) } else { (0, 1) });
    }
    let (dead, _) = store.sorted("dead").remove(0);
    assert_eq!(json(&dead)["jid"], "killer");
    assert_eq!(store.list("queue:default"), [r#"{"class":"KillerJob","args":[],"jid":"neighbour"}"#]);
}
