//! What holds beside Ruby's own workers, on every database and in both directions.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use egret_core::{ErrorReport, JobData, Timestamp};
use egret_delayed_job::handler::{self, MethodCall, StructJob};
use egret_delayed_job::table::{End, LockName, NewRow, Reservation, Row, Settings};
use egret_delayed_job::yaml::Limits;
use serde_json::value::RawValue;
use serde_json::{Value as Json, json};
use tempfile::TempDir;

use crate::databases::Database;

const HOUR: Duration = Duration::from_secs(3600);

/// Who makes the table.
#[derive(Clone, Copy)]
pub(crate) enum Maker<'a> {
    /// We do.
    Us,
    /// Ruby does, when it is given the address of the database.
    Ruby(&'a dyn Fn(&str)),
}

/// Makes a database, perhaps with files in the folder, and tells the address by which Ruby opens it.
pub(crate) type Make = fn(&Path, Maker<'_>) -> (Box<dyn Database>, String);

/// A database that we and Ruby open.
struct Shared {
    folder: TempDir,
    database: Box<dyn Database>,
    url: String,
}

impl Shared {
    /// With the table that we make.
    fn ours(make: Make) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (database, url) = make(folder.path(), Maker::Us);
        Self { folder, database, url }
    }

    /// With the table that Ruby makes.
    fn rubys(make: Make) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let migrate = |url: &str| assert_eq!(output(peer(folder.path(), url, "migrate")), [] as [Json; 0]);
        let (database, url) = make(folder.path(), Maker::Ruby(&migrate));
        Self { folder, database, url }
    }

    /// What Ruby's program says, a value a line.
    fn ruby(&self, verb: &str) -> Vec<Json> {
        output(self.peer(verb))
    }

    fn peer(&self, verb: &str) -> Command {
        peer(self.folder.path(), &self.url, verb)
    }

    fn insert(&self, handler: String) -> i64 {
        let now = Timestamp::now();
        self.database.insert(&NewRow { priority: 0, handler, run_at: now, queue: None }, now).unwrap()
    }

    fn reserve(&self, name: &LockName) -> Option<Row> {
        self.database.reserve(&Reservation::new(name.clone(), Timestamp::now(), &Settings::default())).unwrap()
    }

    fn end(&self, row: &Row, name: &LockName, end: &End) {
        assert!(self.database.end(row.id, name, end, Timestamp::now()).unwrap());
    }

    fn find(&self, id: i64) -> Option<Row> {
        self.database.find(id).unwrap()
    }

    fn set(&self, id: i64, assignment: &str) {
        self.database.set(id, assignment);
    }
}

fn peer(folder: &Path, url: &str, verb: &str) -> Command {
    let script: PathBuf = [env!("CARGO_MANIFEST_DIR"), "tests/samples/dj_peer.rb"].iter().collect();
    let mut command = Command::new("ruby");
    command.arg("-Ku").arg(script).args(verb.split(' ')).current_dir(folder);
    command.env("DATABASE_URL", url).env("LC_ALL", "C.UTF-8");
    command
}

fn output(mut command: Command) -> Vec<Json> {
    let output = command.output().expect("ruby is installed; scripts/needs does it");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Expands to a test for each case.
macro_rules! ruby_cases {
    ($make:expr) => {
        $crate::ruby::ruby_cases! { $make,
            takes_what_ruby_enqueued
            ruby_runs_what_we_enqueued
            each_side_respects_the_others_locks
            ruby_goes_on_counting_our_failures_and_we_its
            a_renewed_lock_keeps_ruby_away
            no_job_runs_on_both_sides
        }
    };
    ($make:expr, $($case:ident)*) => {
        $(
            #[test]
            fn $case() {
                $crate::ruby::$case($make);
            }
        )*
    };
}
pub(crate) use ruby_cases;

fn name(claim: u64) -> LockName {
    LockName::of_claim(&egret_core::ProcessIdentity::current(), egret_core::ServiceId::generate(), claim)
}

fn decode(row: &Row) -> JobData {
    handler::decode(&row.handler, row.id, Limits::default()).unwrap()
}

fn raw(json: &Json) -> Box<RawValue> {
    serde_json::value::to_raw_value(json).unwrap()
}

fn activejob(arguments: &Json) -> String {
    let mut data = JobData::new("EchoJob");
    data.arguments = raw(arguments);
    handler::encode(&data, Limits::default()).unwrap()
}

pub(crate) fn takes_what_ruby_enqueued(make: Make) {
    let shared = Shared::rubys(make);
    assert_eq!(shared.ruby("enqueue"), [json!({ "rows": 6 })]);
    let mut taken = Vec::new();
    while let Some(row) = shared.reserve(&name(taken.len() as u64)) {
        let data = decode(&row);
        let arguments: Json = serde_json::from_str(data.arguments.get()).unwrap();
        taken.push((data.job_class, row.queue, row.priority, arguments));
    }
    let of = |class: &str, queue: Option<&str>, priority: i64, arguments: Json| {
        (class.to_owned(), queue.map(str::to_owned), priority, arguments)
    };
    let symbol = json!({ "_aj_serialized": "ActiveJob::Serializers::SymbolSerializer", "value": "sym" });
    let hash = json!({ "a": [1, { "b": "日本", "_aj_symbol_keys": ["b"] }], "_aj_symbol_keys": [] });
    let expected = [
        of("Peer.call", None, 0, json!([1, "two", null, 2.5, symbol, hash])),
        of(
            "EchoObject",
            Some("other"),
            0,
            json!([{ "x": { "k": "v", "_aj_symbol_keys": [] }, "_aj_ruby2_keywords": ["x"] }]),
        ),
        of(
            "EchoJob",
            Some("default"),
            0,
            json!([1, "x", { "s": 1, "_aj_symbol_keys": [] }, { "key": "kw", "_aj_ruby2_keywords": ["key"] }]),
        ),
        of("FailStruct", None, 0, json!([{ "message": "失敗", "_aj_ruby2_keywords": ["message"] }])),
        of(
            "EchoStruct",
            None,
            5,
            json!([{ "text": "line1\nline2: 日本 😀", "list": ["yes", "1e3", null], "_aj_ruby2_keywords": ["text", "list"] }]),
        ),
    ];
    assert_eq!(taken, expected, "the job of the next hour is left");
}

pub(crate) fn ruby_runs_what_we_enqueued(make: Make) {
    let shared = Shared::ours(make);
    let odd = json!([
        "yes",
        "1e3",
        "12:30",
        "0o17",
        "2026-01-02",
        ":sym",
        "a: b",
        "- x",
        " lead",
        "trail ",
        "",
        "~",
        "<<",
        "y",
        "日本語",
        "改行\n二行目",
        "x\n",
        "\n\n\n",
        "😀",
        "a\u{2028}b\nc",
        "nul\u{0}",
        "esc\u{1b}[0m",
        "\u{feff}bom",
        "\r\n",
        "\t",
        "word ".repeat(40),
        1,
        -1,
        0.1,
        1e100,
        1e-7,
        1e15,
        123456789012345678_i64,
        null,
        true,
        [],
        [[1, []]]
    ]);
    shared.insert(activejob(&odd));
    let keywords = json!([{ "key": "日本", "n": null, "_aj_ruby2_keywords": ["key", "n"] }]);
    shared.insert(activejob(&keywords));
    let arguments = raw(&json!([1, "1e3", { "a": 1, "b": "x", "_aj_symbol_keys": ["a"] }]));
    shared.insert(MethodCall { class: "Peer".into(), method: "call".into(), arguments }.to_yaml().unwrap());
    let members = raw(&json!({ "text": "二行\nで", "list": ["no", { "k": [] }] }));
    shared.insert(StructJob { class: "EchoStruct".into(), members }.to_yaml().unwrap());
    let ran = shared.ruby("workoff");
    assert_eq!(
        ran,
        [
            json!({ "activejob": [odd, {}, 1] }),
            json!({ "activejob": [[], { "key": "日本", "n": null }, 1] }),
            json!({ "class_method": [[1, "1e3", { "a": 1, "b": "x" }], {}] }),
            json!({ "struct": { "text": "二行\nで", "list": ["no", { "k": [] }] } }),
        ]
    );
    assert_eq!(shared.reserve(&name(1)), None, "each ran and went");
}

pub(crate) fn each_side_respects_the_others_locks(make: Make) {
    let shared = Shared::ours(make);
    let id = shared.insert(activejob(&json!(["once"])));
    let mine = name(1);
    let row = shared.reserve(&mine).unwrap();
    assert_eq!(shared.ruby("workoff"), [] as [Json; 0], "Ruby leaves a row that we hold");
    assert_eq!(shared.find(id), Some(row.clone()));
    // As after `kill -9`: the lock is there, and nobody renews it.
    shared.set(id, "locked_at = '2026-01-02 03:04:05'");
    assert_eq!(shared.ruby("workoff"), [json!({ "activejob": [["once"], {}, 1] })]);
    let ended = shared.database.end(id, &mine, &End::Remove, Timestamp::now()).unwrap();
    assert!(!ended, "who lost the row is told so");

    let members = raw(&json!({ "seconds": 2 }));
    let slow = shared.insert(StructJob { class: "SlowStruct".into(), members }.to_yaml().unwrap());
    let mut worker = shared.peer("workoff");
    let mut worker = worker.env("NAME", "host:ruby pid:1").stdout(Stdio::piped()).spawn().unwrap();
    let deadline = Instant::now() + Duration::from_secs(60);
    let held = loop {
        let row = shared.find(slow).expect("it runs for two seconds");
        match row.locked_by.as_deref() {
            Some(_) => break row,
            None => assert!(Instant::now() < deadline, "Ruby's worker takes the row: {row:?}"),
        }
    };
    assert_eq!(held.locked_by.as_deref(), Some("host:ruby pid:1"));
    assert_eq!(shared.reserve(&name(2)), None, "we leave a row that Ruby holds");
    let mut said = String::new();
    BufReader::new(worker.stdout.take().unwrap()).read_line(&mut said).unwrap();
    assert!(worker.wait().unwrap().success());
    assert_eq!(serde_json::from_str::<Json>(&said).unwrap(), json!({ "slow": 2 }));
    assert_eq!(shared.find(slow), None);
}

pub(crate) fn ruby_goes_on_counting_our_failures_and_we_its(make: Make) {
    let shared = Shared::ours(make);
    let members = raw(&json!({ "message": "失敗" }));
    let id = shared.insert(StructJob { class: "FailStruct".into(), members }.to_yaml().unwrap());
    let mine = name(1);
    let row = shared.reserve(&mine).unwrap();
    let error = ErrorReport::new("RuntimeError", "ours");
    shared.end(
        &row,
        &mine,
        &End::of_failure(Settings::default().rules_of("A"), row.attempts, &error, Timestamp::now()),
    );
    shared.set(id, "run_at = created_at");
    let before = Timestamp::now();
    shared.ruby("workoff");
    let row = shared.find(id).unwrap();
    assert_eq!((row.attempts, row.locked_by.as_deref(), row.failed_at), (2, None, None));
    assert!(row.last_error.unwrap().starts_with("失敗\n"));
    // The second failure waits for 2⁴ + 5 seconds.
    assert!(row.run_at.unwrap() >= before + Duration::from_secs(20), "{:?} after {before}", row.run_at);
    shared.set(id, "run_at = created_at");
    let row = shared.reserve(&mine).unwrap();
    let now = Timestamp::now();
    let end = End::of_failure(Settings::default().rules_of("A"), row.attempts, &error, now);
    assert!(matches!(end, End::Retry { run_at, .. } if run_at == now + Duration::from_secs(86)), "{end:?}");
}

pub(crate) fn a_renewed_lock_keeps_ruby_away(make: Make) {
    let shared = Shared::ours(make);
    let id = shared.insert(activejob(&json!(["long"])));
    let mine = name(1);
    shared.reserve(&mine).unwrap();
    shared.set(id, "locked_at = '2026-01-02 03:04:05'");
    assert!(shared.database.renew(id, &mine, Timestamp::now()).unwrap());
    assert_eq!(shared.ruby("workoff"), [] as [Json; 0]);
    assert!(shared.find(id).unwrap().locked_at.unwrap() > Timestamp::now() - HOUR);
}

pub(crate) fn no_job_runs_on_both_sides(make: Make) {
    let shared = Shared::ours(make);
    let n_jobs = 300;
    for number in 0..n_jobs {
        shared.insert(activejob(&json!([number])));
    }
    let ruby: Vec<_> = (0..2)
        .map(|worker| {
            let mut command = shared.peer("workoff");
            command.env("NAME", format!("host:ruby pid:{worker}"));
            std::thread::spawn(move || output(command))
        })
        .collect();
    let deadline = Instant::now() + Duration::from_secs(60);
    while shared.database.n_free() == n_jobs {
        assert!(Instant::now() < deadline, "Ruby's workers begin");
    }
    let number = |arguments: &Json| arguments[0].as_i64().unwrap();
    let mut ours = Vec::new();
    let mut claim = 0;
    loop {
        claim += 1;
        let mine = name(claim);
        let Some(row) = shared.reserve(&mine) else { break };
        ours.push(number(&serde_json::from_str(decode(&row).arguments.get()).unwrap()));
        shared.end(&row, &mine, &End::Remove);
    }
    let said = ruby.into_iter().flat_map(|worker| worker.join().unwrap());
    let theirs: Vec<i64> = said.map(|line| number(&line["activejob"][0])).collect();
    let all: BTreeSet<i64> = ours.iter().chain(&theirs).copied().collect();
    assert_eq!(ours.len() + theirs.len(), n_jobs as usize, "each job ran once: {ours:?} {theirs:?}");
    assert_eq!(all.len(), n_jobs as usize);
    assert!(!ours.is_empty() && !theirs.is_empty(), "both sides worked: {} and {}", ours.len(), theirs.len());
}
