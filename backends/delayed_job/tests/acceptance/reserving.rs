//! Cases 8 to 14: who may take a row.

use std::sync::Arc;

use egret_core::{Backend, Beat, JobData, Leave, Timestamp};
use jiff::tz::TimeZone;

use super::world::{World, claim, literal, moment, register, seconds, shown};
use crate::support::Database;

const HOURS: i64 = 3600;

pub(crate) async fn a08_only_what_is_due_and_free_is_reserved(database: Database) {
    let mut world = World::new(database).await;
    let now = Timestamp::now();
    let at = |difference: i64| moment(now + seconds(difference));
    let stranger = literal("host:elsewhere pid:1");
    let failed = at(-5);
    world.insert(&[("failed_at", &failed)]).await;
    world.insert(&[("run_at", &at(HOURS))]).await;
    world.insert(&[("locked_at", &at(-HOURS)), ("locked_by", &stranger)]).await;
    world.insert(&[("locked_at", &at(-4 * HOURS + 60)), ("locked_by", &stranger)]).await;
    world.insert(&[("run_at", "NULL")]).await;
    assert_eq!(world.reserved(&["*"]).await, [] as [u64; 0]);
    let past = world.insert(&[("run_at", &at(-10 * HOURS))]).await;
    let expired = world.insert(&[("locked_at", &at(-4 * HOURS - 60)), ("locked_by", &stranger)]).await;
    // A name without a time is no lock, as in Ruby.
    let unlocked = world.insert(&[("locked_by", &stranger)]).await;
    assert_eq!(world.reserved(&["*"]).await, [past, expired, unlocked].map(|row| u64::try_from(row).unwrap()));
}

pub(crate) async fn a09_priorities_come_in_order_and_within_both_bounds(database: Database) {
    let mut world = World::new(database).await;
    let run_at = moment(Timestamp::now() - seconds(60));
    for priority in ["5", "-3", "7", "0", "100", "4", "6", "-3", "2", "1"] {
        world.insert(&[("priority", priority), ("run_at", &run_at)]).await;
    }
    let all = world.raw.rows("SELECT id FROM delayed_jobs ORDER BY priority, id").await;
    let all: Vec<u64> = all.iter().map(|row| row[0].as_deref().unwrap().parse().unwrap()).collect();
    let within = |min, max| {
        move |options: &mut egret_delayed_job::DelayedJobOptions| {
            (options.settings.min_priority, options.settings.max_priority) = (min, max);
        }
    };
    for (min, max, expected) in [(Some(5), None, &all[6..]), (None, Some(5), &all[..7]), (Some(4), Some(6), &all[5..8])]
    {
        let store = world.another(within(min, max)).await;
        let service = register(&store, &["*"]).await;
        let claimed = claim(&store, service, &["*"], 100).await;
        let rows: Vec<u64> = claimed.iter().map(|job| job.token.record).collect();
        assert_eq!(rows, expected, "{min:?} to {max:?}");
        assert_eq!(store.due(&everything()).await.unwrap(), None, "what is left to others is awaited by nobody");
        store.leave(service, Leave::Always).await.unwrap();
    }
    assert_eq!(world.reserved(&["*"]).await, all);
    let [soon, later] = [60, HOURS].map(|wait| Timestamp::from_second(Timestamp::now().as_second() + wait).unwrap());
    world.insert(&[("priority", "0"), ("run_at", &moment(soon))]).await;
    world.insert(&[("priority", "9"), ("run_at", &moment(later))]).await;
    let store = world.another(within(Some(9), Some(9))).await;
    assert_eq!(store.due(&everything()).await.unwrap(), Some(later));
    assert_eq!(world.store.due(&everything()).await.unwrap(), Some(soon));
}

fn everything() -> egret_core::Selection {
    super::world::selection(&["*"], egret_core::ClassSelection::All)
}

pub(crate) async fn a10_only_rows_of_the_queues_are_reserved_and_without_a_list_all(database: Database) {
    let mut world = World::new(database).await;
    let mut rows = Vec::new();
    for queue in ["NULL", "'one'", "'two'", "'ONE'", "'日本'"] {
        rows.push(u64::try_from(world.insert(&[("queue", queue)]).await).unwrap());
    }
    assert_eq!(world.reserved(&["one"]).await, [rows[1]], "neither the unnamed one nor another case of letters");
    assert_eq!(world.reserved(&["日本", "two"]).await, [rows[4], rows[2]]);
    assert_eq!(world.reserved(&["absent"]).await, [] as [u64; 0]);
    let mut rest = world.reserved(&["*"]).await;
    rest.sort_unstable();
    assert_eq!(rest, [rows[0], rows[3]]);
}

pub(crate) async fn a11_who_leaves_frees_the_own_locks_and_no_others(database: Database) {
    let mut world = World::new(database).await;
    for _ in 0..2 {
        world.insert(&[]).await;
    }
    let now = moment(Timestamp::now());
    let rubys = world.insert(&[("locked_at", &now), ("locked_by", "'host:elsewhere pid:1'")]).await;
    let (one, other) = (world.service().await, world.service().await);
    let of_one = claim(&world.store, one, &["*"], 1).await[0].token.record;
    let of_other = claim(&world.store, other, &["*"], 1).await[0].token.record;
    world.store.leave(one, Leave::Always).await.unwrap();
    let locked = world.raw.rows("SELECT id FROM delayed_jobs WHERE locked_by IS NOT NULL ORDER BY id").await;
    let locked: Vec<u64> = locked.iter().map(|row| row[0].as_deref().unwrap().parse().unwrap()).collect();
    assert_eq!(locked, [of_other, u64::try_from(rubys).unwrap()]);
    let free = world.raw.rows("SELECT id, locked_at, attempts FROM delayed_jobs WHERE locked_by IS NULL").await;
    assert_eq!(free, [[Some(of_one.to_string()), None, Some("0".to_owned())]], "as it was before");
}

/// The strategy of upstream that reads some rows ahead and tries each has no counterpart: a claim locks what it takes in the
/// step that finds it, however many that are.
pub(crate) async fn a12_a_claim_locks_no_row_that_it_does_not_take(database: Database) {
    let mut world = World::new(database).await;
    for _ in 0..20 {
        world.insert(&[]).await;
    }
    let service = world.service().await;
    for n_claimed in [1, 3] {
        let before = n_locked(&mut world).await;
        assert_eq!(claim(&world.store, service, &["*"], n_claimed).await.len(), n_claimed);
        assert_eq!(n_locked(&mut world).await, before + n_claimed);
    }
}

async fn n_locked(world: &mut World) -> usize {
    let count = "SELECT count(*) FROM delayed_jobs WHERE locked_at IS NOT NULL";
    world.raw.value(count).await.unwrap().parse().unwrap()
}

/// Ruby's worker ends after the tenth error in a row; ours waits and goes on.
pub(crate) async fn a13_a_claim_that_fails_ten_times_works_again_when_the_table_is_back(database: Database) {
    let mut world = World::new(database).await;
    world.insert(&[]).await;
    let service = world.service().await;
    world.raw.run("ALTER TABLE delayed_jobs RENAME TO away").await;
    let selection = Arc::new(egret_core::Selection::strict(["*"]));
    for _ in 0..11 {
        let request = egret_core::ClaimRequest { service, selection: selection.clone(), limit: 1, max_interrupted: 1 };
        let error = world.store.claim(request).await.unwrap_err();
        assert!(error.to_string().contains("database"), "{error}");
    }
    world.raw.run("ALTER TABLE away RENAME TO delayed_jobs").await;
    assert_eq!(claim(&world.store, service, &["*"], 5).await.len(), 1);
    assert!(!world.store.beat(service, Beat::default()).await.unwrap().unknown);
}

pub(crate) async fn a14_the_applications_prefix_is_before_every_table(database: Database) {
    let mut world = World::new(database).await;
    let mut options = egret_delayed_job::DelayedJobOptions::parse(world.database.url()).unwrap();
    options.table_prefix = "acme_".to_owned();
    let missing = egret_delayed_job::DelayedJob::open(options.clone()).await.unwrap_err();
    assert!(missing.to_string().contains("`acme_delayed_jobs`"), "{missing}");
    egret_delayed_job::DelayedJob::migrate(&options).await.unwrap();
    let store: Arc<dyn Backend> = egret_delayed_job::DelayedJob::open(options.clone()).await.unwrap();
    let jobs = vec![egret_core::NewJob::new(JobData::new("A"), egret_core::Origin::Application)];
    store.enqueue(egret_core::EnqueueRequest { jobs, start: None }).await.unwrap();
    assert_eq!(world.n_rows().await, 0);
    assert_eq!(world.raw.value("SELECT count(*) FROM acme_delayed_jobs").await.as_deref(), Some("1"));
    let service = register(&store, &["*"]).await;
    assert_eq!(claim(&store, service, &["*"], 5).await.len(), 1);
    assert_eq!(world.raw.value("SELECT count(*) FROM acme_egret_delayed_claims").await.as_deref(), Some("1"));
    for prefix in ["x\"; DROP TABLE delayed_jobs; --", "a?b", "schema."] {
        options.table_prefix = prefix.to_owned();
        let error = egret_delayed_job::DelayedJob::open(options.clone()).await.unwrap_err();
        assert_eq!(error.kind(), egret_core::ErrorKind::InvalidInput, "{prefix}: {error}");
    }
}

/// As `ActiveRecord.default_timezone = :local` has it in Tokyo.
pub(crate) async fn a14_times_are_what_clocks_in_the_applications_zone_show(database: Database) {
    let mut world =
        World::with(database, |options| options.settings.time_zone = TimeZone::get("Asia/Tokyo").unwrap()).await;
    let at: Timestamp = "2031-02-03T04:05:06.789Z".parse().unwrap();
    let mut data = JobData::new("A");
    data.scheduled_at = Some(at);
    world.enqueue(data).await;
    let [run_at, created_at] = world.columns(["run_at", "created_at"]).await;
    assert_eq!(shown(run_at.as_deref()), at + seconds(9 * HOURS));
    assert!(shown(created_at.as_deref()) > Timestamp::now() + seconds(8 * HOURS));
    assert_eq!(world.only_job().await.due_at, at);
    assert_eq!(world.store.due(&everything()).await.unwrap(), Some(at));
    world.raw.run("DELETE FROM delayed_jobs").await;
    let in_tokyo = |difference| moment(Timestamp::now() + seconds(9 * HOURS + difference));
    world.insert(&[("run_at", &in_tokyo(60))]).await;
    let due = world.insert(&[("run_at", &in_tokyo(-60))]).await;
    assert_eq!(world.reserved(&["*"]).await, [u64::try_from(due).unwrap()], "by a clock in Tokyo");
    let locked_at = world.raw.value("SELECT max(locked_at) FROM delayed_jobs").await;
    assert!(shown(locked_at.as_deref()) > Timestamp::now() + seconds(8 * HOURS));
}
