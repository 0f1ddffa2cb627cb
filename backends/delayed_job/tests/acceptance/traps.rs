//! Case 36, and what else lies in wait on a table that Ruby's workers share.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use egret_core::{
    Applied, Beat, Change, ClassSelection, ErrorKind, ErrorReport, JobData, JobFilter, JobId, JobState, Leave, Outcome,
    Page, Target, Timestamp,
};

use super::raw::Raw;
use super::world::{EMPTY_JOB, World, claim, claim_of, eventually, finish, literal, moment, register, seconds, shown};
use crate::claimers::take_every_row_once;
use crate::support::Database;

const HOURS: i64 = 3600;

/// Ruby's worker dies when `last_error` cannot be saved, and so does every other that takes the row.
pub(crate) async fn a36_no_error_text_stops_a_worker(database: Database) {
    let mut world = World::new(database).await;
    let long = "長".repeat(100_000);
    for text in ["a\0b", "\u{fffd}\u{fffe}\u{1b}[31m", "😀 日本\r\n\t", "\\ ' \" ; -- % _ ?", &long] {
        world.raw.run("DELETE FROM delayed_jobs").await;
        world.insert(&[]).await;
        let service = world.service().await;
        let job = world.claim_one(service).await;
        world.fail(&job, ErrorReport { backtrace: vec!["\0:1".into()], ..ErrorReport::new("Op\0ps", text) }).await;
        let [attempts, locked_by, error] = world.columns(["attempts", "locked_by", "last_error"]).await;
        assert_eq!((attempts.as_deref(), locked_by), (Some("1"), None), "{text:.20}");
        let error = error.unwrap();
        assert!(!error.contains('\0') && error.len() < 65_536, "{error:.20}");
        let begin: String = text.replace('\0', "\u{2400}").chars().take(5).collect();
        assert!(error.starts_with(&begin), "{error:.20}");
    }
}

/// Broken YAML without a word of Ruby's kills each of Ruby's workers in turn.
pub(crate) async fn a36_no_handler_stops_a_worker(database: Database) {
    let mut world = World::new(database).await;
    let bomb = format!("--- !ruby/struct:A\na: &a [1]\nb: [{}]\n", vec!["*a"; 120_000].join(","));
    let deep = format!("--- {}\n", "[".repeat(5_000));
    for handler in
        ["{bad", "", "\t", "--- !ruby/object:%00 {}\n", "--- *a\n", "--- &a\n- *a\n", "---\n...\n", &bomb, &deep]
    {
        world.insert(&[("handler", &literal(handler)), ("priority", "-5")]).await;
    }
    let all = "SELECT handler, attempts, failed_at, last_error FROM delayed_jobs ORDER BY id";
    let before = world.raw.rows(all).await;
    world.enqueue(JobData::new("Known")).await;
    let service = world.service().await;
    let claimed = claim_of(&world.store, service, &["*"], ClassSelection::only(["Known"]), 5).await;
    assert_eq!(claimed.len(), 1);
    assert_eq!(world.raw.rows(all).await[..before.len()], before);
    let listing = world.store.inspect(&JobFilter::all(), &Page::first(20)).await.unwrap();
    assert_eq!(listing.items.len(), before.len() + 1, "each is shown");
}

pub(crate) async fn no_row_without_a_time_is_taken_and_a_person_can_run_it(database: Database) {
    let mut world = World::new(database).await;
    world.insert(&[("run_at", "NULL"), ("created_at", "NULL"), ("updated_at", "NULL")]).await;
    assert_eq!(world.reserved(&["*"]).await, [] as [u64; 0]);
    let job = world.only_job().await;
    assert_eq!((job.state, job.due_at), (JobState::Scheduled, Timestamp::MAX));
    let service = world.service().await;
    let selection = super::world::selection(&["*"], ClassSelection::All);
    assert_eq!(world.store.due(&selection).await.unwrap(), None, "nobody waits for it");
    let report = world.store.change(Target::Ids(vec![job.id]), Change::RunNow).await.unwrap();
    assert_eq!(report.changed.len(), 1);
    world.claim_one(service).await;
}

pub(crate) async fn names_of_locks_are_never_equal(database: Database) {
    let mut world = World::new(database).await;
    for _ in 0..6 {
        world.insert(&[]).await;
    }
    // In containers, hosts and pids are often the same.
    let (one, other) = (world.service().await, world.service().await);
    for service in [one, other, one, other] {
        assert_eq!(claim(&world.store, service, &["*"], 1).await.len(), 1);
    }
    world.store.leave(one, Leave::Always).await.unwrap();
    let again = world.service().await;
    assert_eq!(claim(&world.store, again, &["*"], 2).await.len(), 2);
    let names = world.raw.rows("SELECT locked_by FROM delayed_jobs WHERE locked_by IS NOT NULL").await;
    let distinct: BTreeSet<&str> = names.iter().map(|row| row[0].as_deref().unwrap()).collect();
    assert_eq!(distinct.len(), 3, "one a claim: {names:?}");
    for name in distinct {
        assert!(name.starts_with("host:") && name.contains(&format!(" pid:{}", std::process::id())), "{name}");
    }
}

pub(crate) async fn a_lock_under_the_name_that_rubys_worker_here_would_have_is_respected(database: Database) {
    let mut world = World::new(database).await;
    let process = egret_core::ProcessIdentity::current();
    let name = literal(&format!("host:{} pid:{}", process.host, process.pid));
    let now = moment(Timestamp::now());
    world.insert(&[("locked_at", &now), ("locked_by", &name), ("queue", "'mail'")]).await;
    assert_eq!(world.reserved(&["*"]).await, [] as [u64; 0]);
    let shown = world.store.services().await.unwrap();
    let ruby = shown.iter().find(|service| service.name == "delayed_job").expect("who holds it is shown");
    assert_eq!((ruby.process.pid, ruby.n_running), (process.pid, 1));
    assert_eq!(ruby.queues, ["mail"], "where it is seen to take jobs from");
    let refused = world.store.change(Target::Ids(vec![world.only_job().await.id]), Change::Delete).await.unwrap();
    assert_eq!(refused.refused.len(), 1, "what Ruby runs is Ruby's");
}

/// Ruby leaves the lock of a row that it gives up, until its worker ends.
pub(crate) async fn kept_failures_hold_no_lock_and_those_of_ruby_do_not_count(database: Database) {
    let mut world = World::with(database, |options| options.settings.destroy_failed_jobs = false).await;
    let now = moment(Timestamp::now());
    let locked = [("failed_at", now.as_str()), ("locked_at", &now), ("locked_by", "'host:elsewhere pid:1'")];
    world.insert(&locked).await;
    let job = world.only_job().await;
    assert_eq!((job.state, job.claimed_by), (JobState::Discarded, None));
    let report = world.store.change(Target::Ids(vec![job.id]), Change::Retry).await.unwrap();
    assert_eq!(report.changed.len(), 1, "it can be revived");
    let service = world.service().await;
    let job = world.claim_one(service).await;
    let error = ErrorReport::new("Oops", "no");
    assert_eq!(finish(&world.store, &job, Outcome::Discarded { error }).await, Applied::Done);
    let [failed_at, locked_at, locked_by] = world.columns(["failed_at", "locked_at", "locked_by"]).await;
    assert_eq!((failed_at.is_some(), locked_at, locked_by), (true, None, None));
}

pub(crate) async fn a_class_that_vanished_waits_until_it_is_known_again(database: Database) {
    let mut world = World::new(database).await;
    let a_while_ago = || moment(Timestamp::now() - seconds(60));
    world.insert(&[("attempts", "2"), ("run_at", &a_while_ago())]).await;
    let service = world.service().await;
    let mut delays = Vec::new();
    for _ in 0..3 {
        // For longer than a worker of Ruby's that waits for work would have left it.
        let due_at = moment(Timestamp::now() - Duration::from_secs(10));
        world.raw.run(&format!("UPDATE delayed_jobs SET run_at = {due_at}")).await;
        let before = Timestamp::now();
        assert!(claim_of(&world.store, service, &["*"], ClassSelection::only(["Other"]), 5).await.is_empty());
        let [run_at, attempts, locked_by] = world.columns(["run_at", "attempts", "locked_by"]).await;
        assert_eq!((attempts.as_deref(), locked_by), (Some("2"), None));
        delays.push(shown(run_at.as_deref()).duration_since(before).as_secs());
    }
    let now = moment(Timestamp::now());
    world.raw.run(&format!("UPDATE delayed_jobs SET run_at = {now}")).await;
    assert!((4..60).contains(&delays[0]) && delays[0] < delays[1] && delays[1] < delays[2], "{delays:?}");
    let known = claim_of(&world.store, service, &["*"], ClassSelection::only(["EmptyJob"]), 5).await;
    assert_eq!(known.len(), 1, "after the deploy that brings it back");
}

pub(crate) async fn rows_of_rubys_classes_are_not_moved_while_its_workers_work(database: Database) {
    let mut world = World::new(database).await;
    world.insert(&[]).await;
    let held = world.insert(&[]).await;
    let service = world.service().await;
    let [due_at, now] = [Duration::from_secs(10), Duration::ZERO].map(|ago| moment(Timestamp::now() - ago));
    world.raw.run(&format!("UPDATE delayed_jobs SET run_at = {due_at}")).await;
    let lock = format!("UPDATE delayed_jobs SET locked_at = {now}, locked_by = 'host:ruby pid:1' WHERE id = {held}");
    world.raw.run(&lock).await;
    let before = world.raw.rows("SELECT * FROM delayed_jobs ORDER BY id").await;
    for _ in 0..2 {
        assert!(claim_of(&world.store, service, &["*"], ClassSelection::only(["Other"]), 5).await.is_empty());
    }
    assert_eq!(world.raw.rows("SELECT * FROM delayed_jobs ORDER BY id").await, before);
    assert_eq!(claim_of(&world.store, service, &["*"], ClassSelection::All, 5).await.len(), 1, "who knows it takes it");
}

pub(crate) async fn who_lost_the_lock_while_running_changes_nothing_and_is_told(database: Database) {
    let mut world = World::new(database).await;
    world.insert(&[]).await;
    let service = world.service().await;
    let job = world.claim_one(service).await;
    world.store.mark_started(job.token);
    let now = moment(Timestamp::now());
    // The lock had expired by the clock of another host, whose worker took the row over.
    world.raw.run(&format!("UPDATE delayed_jobs SET locked_at = {now}, locked_by = 'host:elsewhere pid:1'")).await;
    let all = "SELECT * FROM delayed_jobs";
    let before = world.raw.rows(all).await;
    let beat = Beat { running: vec![job.token], ..Beat::default() };
    assert_eq!(world.store.beat(service, beat).await.unwrap().lost, [job.token]);
    let error = ErrorReport::new("Oops", "late");
    for outcome in [
        Outcome::Completed { value: None },
        Outcome::Failed { error: error.clone() },
        Outcome::Discarded { error },
        Outcome::Snoozed { until: Timestamp::now() },
    ] {
        assert_eq!(finish(&world.store, &job, outcome).await, Applied::Stale);
    }
    let release = egret_core::Release::unstarted(job.token);
    assert_eq!(world.store.release(vec![release]).await.unwrap(), [Applied::Stale]);
    world.store.leave(service, Leave::Always).await.unwrap();
    assert_eq!(world.raw.rows(all).await, before);
}

pub(crate) async fn a_running_row_keeps_a_young_lock(database: Database) {
    let mut world = World::new(database).await;
    world.insert(&[]).await;
    world.insert(&[]).await;
    let service = world.service().await;
    let jobs = claim(&world.store, service, &["*"], 2).await;
    let running: Vec<_> = jobs.iter().map(|job| job.token).collect();
    let ages = [HOURS - 600, HOURS + 600];
    for (token, age) in running.iter().zip(ages) {
        let at = moment(Timestamp::now() - seconds(age));
        world.raw.run(&format!("UPDATE delayed_jobs SET locked_at = {at} WHERE id = {}", token.record)).await;
    }
    let beat = Beat { running: running.clone(), ..Beat::default() };
    assert!(world.store.beat(service, beat).await.unwrap().lost.is_empty());
    let mut young = Vec::new();
    for token in &running {
        let locked_at = format!("SELECT locked_at FROM delayed_jobs WHERE id = {}", token.record);
        let locked_at = shown(world.raw.value(&locked_at).await.as_deref());
        young.push(Timestamp::now().duration_since(locked_at) < seconds(300));
    }
    assert_eq!(young, [false, true], "after a quarter of the longest run, not before");
}

pub(crate) async fn clocks_that_differ_lose_no_row_and_take_none_twice(database: Database) {
    let mut world = World::new(database).await;
    let ahead = moment(Timestamp::now() + seconds(600));
    // Locked by a host whose clock is ahead; stored by one.
    world.insert(&[("locked_at", &ahead), ("locked_by", "'host:elsewhere pid:1'")]).await;
    world.insert(&[("created_at", &ahead), ("updated_at", &ahead)]).await;
    let service = world.service().await;
    let job = world.claim_one(service).await;
    assert!(claim(&world.store, service, &["*"], 5).await.is_empty(), "a lock from the future counts");
    // Our own lock as a host sees it whose clock is behind ours.
    world.raw.run(&format!("UPDATE delayed_jobs SET locked_at = {ahead} WHERE id = {}", job.token.record)).await;
    let beat = Beat { running: vec![job.token], ..Beat::default() };
    assert!(world.store.beat(service, beat).await.unwrap().lost.is_empty());
    assert_eq!(finish(&world.store, &job, Outcome::Completed { value: None }).await, Applied::Done);
    assert_eq!(world.n_rows().await, 1);
}

/// Another program locks two rows in the order that is not ours.
pub(crate) async fn a_deadlock_is_waited_out(database: Database) {
    let mut world = World::new(database).await;
    if world.raw.is_sqlite() {
        return a_writer_is_waited_for(world).await;
    }
    let (one, other) = (world.insert(&[]).await, world.insert(&[]).await);
    let ids: Vec<JobId> = [one, other].iter().map(|row| JobId::new(format!("delayed_job-{row}"))).collect();
    // Whoever else waits on the server has other tests to do.
    let n_waiting = match world.raw.is_mysql() {
        true => "SELECT count(*) FROM information_schema.innodb_trx JOIN information_schema.processlist ON id = trx_mysql_thread_id \
                 WHERE trx_state = 'LOCK WAIT' AND db = DATABASE()"
            .to_owned(),
        false => {
            // Whoever waits first shall find the circle.
            world.raw.run("SET deadlock_timeout = '60s'").await;
            let holder = world.raw.value("SELECT pg_backend_pid()").await.unwrap();
            format!("SELECT count(*) FROM pg_stat_activity WHERE {holder} = ANY(pg_blocking_pids(pid))")
        }
    };
    world.raw.run("BEGIN").await;
    // The more a transaction has changed, the less is it MySQL's victim.
    world.raw.run(&format!("UPDATE delayed_jobs SET queue = 'x', attempts = 1 WHERE id = {other}")).await;
    let store = Arc::clone(&world.store);
    let change = tokio::spawn(async move { store.change(Target::Ids(ids), Change::Reschedule(Timestamp::MAX)).await });
    let mut watch = Raw::connect(world.database.url()).await;
    eventually("the change waits for the row", async || {
        // MariaDB shows the transactions of a moment ago for as long as somebody asks again within 100 ms.
        tokio::time::sleep(std::time::Duration::from_millis(150)).await;
        (watch.value(&n_waiting).await.as_deref() != Some("0")).then_some(())
    })
    .await;
    world.raw.run(&format!("UPDATE delayed_jobs SET queue = 'x' WHERE id = {one}")).await;
    world.raw.run("COMMIT").await;
    let report = change.await.unwrap().unwrap();
    assert_eq!(report.changed.len(), 2, "taken back by the database, and done again");
}

/// In SQLite one writes at a time, so that there are no circles.
async fn a_writer_is_waited_for(mut world: World) {
    let row = world.insert(&[]).await;
    let writer = rusqlite::Connection::open(world.database.url().strip_prefix("sqlite:").unwrap()).unwrap();
    writer.execute_batch("BEGIN IMMEDIATE; UPDATE delayed_jobs SET queue = 'x'").unwrap();
    let ids = vec![JobId::new(format!("delayed_job-{row}"))];
    let store = Arc::clone(&world.store);
    let mut change =
        tokio::spawn(async move { store.change(Target::Ids(ids), Change::Reschedule(Timestamp::now())).await });
    assert!(tokio::time::timeout(std::time::Duration::from_millis(200), &mut change).await.is_err(), "it waits");
    writer.execute_batch("COMMIT").unwrap();
    assert_eq!(change.await.unwrap().unwrap().changed.len(), 1);
}

/// As Delayed Job 2 made it, and nobody upgraded it.
pub(crate) async fn a_table_without_queues_works(database: Database) {
    let mut world = World::new(database).await;
    world.raw.run("ALTER TABLE delayed_jobs DROP COLUMN queue").await;
    let store = world.another(|_| {}).await;
    let row = world.insert(&[]).await;
    let enqueue = async |queue: &str| {
        let mut data = JobData::new("A");
        data.queue_name = Some(queue.to_owned());
        let jobs = vec![egret_core::NewJob::new(data, egret_core::Origin::Application)];
        store.enqueue(egret_core::EnqueueRequest { jobs, start: None }).await
    };
    enqueue("default").await.unwrap();
    let error = enqueue("mailers").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert!(error.to_string().contains("no column `queue`"), "{error}");
    let service = register(&store, &["*"]).await;
    assert!(claim(&store, service, &["mailers"], 5).await.is_empty());
    let claimed = claim(&store, service, &["*"], 5).await;
    assert_eq!(claimed.iter().map(|job| job.queue.as_str()).collect::<Vec<_>>(), ["(unnamed)"; 2]);
    assert_eq!(claimed[0].token.record, u64::try_from(row).unwrap());
    for job in &claimed {
        assert_eq!(finish(&store, job, Outcome::Completed { value: None }).await, Applied::Done);
    }
    assert_eq!(world.n_rows().await, 0);
}

pub(crate) async fn times_that_are_none_stop_no_other_row(database: Database) {
    let mut world = World::new(database).await;
    let odd = match &world.raw {
        Raw::Sqlite(_) => ["'0000-00-00 00:00:00'", "'soon'", "5"],
        Raw::Postgres(_) => ["'infinity'", "'-infinity'", "'0044-03-15 12:00:00 BC'"],
        Raw::Mysql(_) => {
            world.raw.run("SET SESSION sql_mode = ''").await;
            ["'0000-00-00 00:00:00'", "'2026-00-10 00:00:00'", "'9999-12-31 23:59:59'"]
        }
    };
    for at in odd {
        world.insert(&[("run_at", at), ("created_at", at)]).await;
        world.insert(&[("locked_at", at), ("locked_by", "'host:elsewhere pid:1'")]).await;
        world.insert(&[("failed_at", at)]).await;
    }
    let sound = world.insert(&[]).await;
    let rows = world.reserved(&["*"]).await;
    assert!(rows.contains(&u64::try_from(sound).unwrap()), "{rows:?}");
    let listing = world.store.inspect(&JobFilter::all(), &Page::first(100)).await.unwrap();
    assert!(listing.items.iter().any(|job| job.id == JobId::new(format!("delayed_job-{sound}"))));
    world.store.counts().await.unwrap();
    world.store.backlog().await.unwrap();
}

/// The keeper of a service looks again once a minute, the first time at once; so does each new service.
pub(crate) async fn a_handler_that_somebody_mended_is_taken(database: Database) {
    let mut world = World::new(database).await;
    world.insert(&[("handler", "'{bad'")]).await;
    world.insert(&[("handler", "'{worse'")]).await;
    let service = world.service().await;
    assert!(claim(&world.store, service, &["*"], 5).await.is_empty());
    let mend = |bad: &str| format!("UPDATE delayed_jobs SET handler = {} WHERE handler = '{bad}'", literal(EMPTY_JOB));
    world.raw.run(&mend("{bad")).await;
    assert!(claim(&world.store, service, &["*"], 5).await.is_empty(), "it is passed over by its number");
    world.store.rescue().await.unwrap();
    assert_eq!(claim(&world.store, service, &["*"], 5).await.len(), 1);
    world.raw.run(&mend("{worse")).await;
    assert_eq!(world.reserved(&["*"]).await.len(), 1, "by a service that is new");
}

/// A blob in SQLite, a column of bytes in MySQL. PostgreSQL holds none.
pub(crate) async fn bytes_that_are_no_text_are_left_as_they_are(database: Database) {
    let mut world = World::with(database, |options| options.settings.destroy_failed_jobs = false).await;
    let bytes = match &world.raw {
        Raw::Sqlite(_) => "CAST(X'2D2D2D20217275627920FF' AS TEXT)",
        Raw::Mysql(_) => {
            world.raw.run("ALTER TABLE delayed_jobs MODIFY handler longblob NOT NULL").await;
            "X'2D2D2D20217275627920FF'"
        }
        Raw::Postgres(_) => "'--- bytes'",
    };
    let failed_at = moment(Timestamp::now());
    world.insert(&[("handler", bytes), ("failed_at", &failed_at)]).await;
    let hex = match &world.raw {
        Raw::Postgres(_) => "SELECT encode(handler::bytea, 'hex') FROM delayed_jobs",
        _ => "SELECT HEX(handler) FROM delayed_jobs",
    };
    let before = world.raw.value(hex).await;
    let store = world.another(|_| {}).await;
    let id = world.only_job().await.id;
    let report = store.change(Target::Ids(vec![id]), Change::Retry).await.unwrap();
    assert_eq!(report.changed.len(), 1);
    assert_eq!(world.raw.value(hex).await, before, "revived, and not written anew");
    assert_eq!(world.reserved(&["*"]).await, [] as [u64; 0]);
}

pub(crate) async fn every_claim_of_many_claimers_is_of_another_row(database: Database) {
    let world = World::new(database).await;
    let mut jobs = Vec::new();
    for number in 0..200 {
        let mut data = JobData::new("A");
        (data.priority, data.queue_name) = (Some(number % 3), Some(format!("q{}", number % 2)));
        jobs.push(egret_core::NewJob::new(data, egret_core::Origin::Application));
    }
    world.store.enqueue(egret_core::EnqueueRequest { jobs, start: None }).await.unwrap();
    let mut claimers = Vec::new();
    for _ in 0..6 {
        let store = world.another(|_| {}).await;
        let service = register(&store, &["*"]).await;
        claimers.push((store, service));
    }
    take_every_row_once(claimers, 200).await;
}

pub(crate) async fn a_row_is_changed_by_hand_only_as_it_was_seen(database: Database) {
    let mut world = World::new(database).await;
    world.insert(&[]).await;
    let service = world.service().await;
    let job = world.claim_one(service).await;
    let waiting = Target::Filter(JobFilter::all().state(JobState::Available));
    let report = world.store.change(waiting, Change::Delete).await.unwrap();
    assert!(report.changed.is_empty(), "it is taken, though it has not begun: {report:?}");
    assert_eq!(world.n_rows().await, 1);
    let cancel = world.store.change(Target::Ids(vec![job.id.clone()]), Change::Cancel).await.unwrap();
    assert_eq!(cancel.asked, std::slice::from_ref(&job.id));
    let orders = world.store.beat(service, Beat { running: vec![job.token], ..Beat::default() }).await.unwrap();
    assert_eq!(orders.cancel, [job.id]);
    assert_eq!(world.n_rows().await, 1, "it goes when its run has ended");
}

/// More than go into one statement, of all forms; of two rows of one id the live one.
pub(crate) async fn many_ids_of_every_kind_are_found(database: Database) {
    let mut world = World::new(database).await;
    let mut jobs = Vec::new();
    for number in 0..230 {
        let mut data = JobData::new("A");
        if number == 7 {
            data.job_id = JobId::new("an id with: \"signs\" \\ 鷺");
        }
        jobs.push(egret_core::NewJob::new(data, egret_core::Origin::Application));
    }
    let mut ids: Vec<JobId> = jobs.iter().map(|job| job.data.job_id.clone()).collect();
    world.store.enqueue(egret_core::EnqueueRequest { jobs, start: None }).await.unwrap();
    // It names another in its arguments.
    let mut naming = JobData::new("A");
    naming.arguments = serde_json::value::RawValue::from_string(format!("[\"{}\"]", ids[3])).unwrap();
    let naming = world.enqueue(naming).await;
    ids.push(JobId::new(format!("delayed_job-{}", world.insert(&[]).await)));
    ids.push(JobId::new(format!("unreadable-{}", world.insert(&[("handler", "'{bad'")]).await)));
    let copied = "priority, attempts, handler, queue, run_at, created_at, updated_at";
    let copy = format!("INSERT INTO delayed_jobs ({copied}) SELECT {copied} FROM delayed_jobs WHERE id = 1");
    world.raw.run(&copy).await;
    world.raw.run(&format!("UPDATE delayed_jobs SET failed_at = {} WHERE id = 1", moment(Timestamp::now()))).await;
    let unknown = ["no-such-id", "delayed_job-9999999", "no such: id"].map(JobId::new);
    let all = ids.iter().chain(&unknown).cloned().collect();
    let at: Timestamp = "2031-02-03T04:05:06Z".parse().unwrap();
    let report = world.store.change(Target::Ids(all), Change::Reschedule(at)).await.unwrap();
    assert_eq!(report.changed, ids, "in the order in which they were named: {:?}", report.refused);
    assert_eq!(report.unknown, unknown);
    let n_moved = format!("SELECT count(*) FROM delayed_jobs WHERE run_at = {} AND failed_at IS NULL", moment(at));
    assert_eq!(world.raw.value(&n_moved).await, Some(ids.len().to_string()));
    assert_ne!(world.store.find(&naming).await.unwrap().unwrap().due_at, at, "named by nobody");
    for id in &ids {
        assert_eq!(world.store.find(id).await.unwrap().unwrap().due_at, at, "{id}");
    }
}

/// Bytes that are no UTF-8, as a lax session of Ruby's may have stored them. PostgreSQL stores none.
pub(crate) async fn an_error_of_rubys_that_is_no_text_stops_nobody(database: Database) {
    let mut world = World::new(database).await;
    let bytes = match &world.raw {
        Raw::Sqlite(_) => "CAST(X'6261FF6420E9B7BA' AS TEXT)",
        Raw::Mysql(_) => {
            world.raw.run("ALTER TABLE delayed_jobs MODIFY last_error longblob").await;
            "X'6261FF6420E9B7BA'"
        }
        Raw::Postgres(_) => "'ba\u{fffd}d 鷺'",
    };
    world.insert(&[("last_error", bytes), ("attempts", "1")]).await;
    let store = world.another(|_| {}).await;
    let listing = store.inspect(&JobFilter::all(), &Page::first(5)).await.unwrap();
    assert_eq!(listing.items[0].error.as_ref().unwrap().message, "ba\u{fffd}d 鷺");
    let service = register(&store, &["*"]).await;
    let job = claim(&store, service, &["*"], 1).await.pop().unwrap();
    let error = ErrorReport::new("Oops", "again");
    assert_eq!(finish(&store, &job, Outcome::Failed { error }).await, Applied::Done);
    let [attempts, last_error] = world.columns(["attempts", "last_error"]).await;
    assert_eq!((attempts.as_deref(), last_error.as_deref()), (Some("2"), Some("again")));
}
