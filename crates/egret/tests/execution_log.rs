//! What a run writes: to the store, to files, without harm to anybody.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use egret::execution_log::{
    ExecutionLog, ExecutionLogLayer, Follow, FollowLines, LogFile, LogFolder, LogLimits, LogOutbox, OutputRecorder,
    parse_line,
};
use egret_core::{ClaimToken, JobId, LogLine, LogSource, ServiceId};
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;
use tracing_subscriber::layer::SubscriberExt as _;

/// Far more than anything here takes.
const PATIENCE: Duration = Duration::from_secs(60);

struct Bench {
    root: tempfile::TempDir,
    outbox: Arc<LogOutbox>,
    folder: LogFolder,
    job: JobId,
}

impl Bench {
    fn new() -> Self {
        Self::with(LogLimits::default())
    }

    fn with(limits: LogLimits) -> Self {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("logs");
        Self {
            outbox: LogOutbox::new(Some(path.clone()), limits),
            folder: LogFolder::new(path),
            job: JobId::generate(),
            root,
        }
    }

    fn open(&self, attempt: u32) -> Arc<ExecutionLog> {
        let token = ClaimToken { service: ServiceId::generate(), record: 1, claim: u64::from(attempt) };
        self.outbox.open(&self.job, attempt, token, Timestamp::now())
    }

    fn path(&self, attempt: u32, file: LogFile) -> std::path::PathBuf {
        self.folder.file(&self.job, attempt, file).unwrap()
    }

    fn lines(&self, attempt: u32) -> Vec<LogLine> {
        let text = std::fs::read(self.path(attempt, LogFile::Text)).unwrap();
        text.split_inclusive(|byte| *byte == b'\n').map(|line| parse_line(line).expect("a line of a log")).collect()
    }
}

fn texts(lines: &[LogLine]) -> Vec<&str> {
    lines.iter().map(|line| line.text.as_str()).collect()
}

fn mode(path: impl AsRef<Path>) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

#[tokio::test]
async fn the_first_lines_go_to_the_store_and_all_to_the_file() {
    let bench = Bench::with(LogLimits { head_lines: 3, ..LogLimits::default() });
    let log = bench.open(1);
    for number in 0..5 {
        log.line(LogSource::Info, &format!("line {number}"));
    }
    log.flush().await;
    assert_eq!(texts(&log.close()), ["line 0", "line 1", "line 2"]);
    assert_eq!(texts(&bench.lines(1)), ["line 0", "line 1", "line 2", "line 3", "line 4"]);
}

#[tokio::test]
async fn a_run_without_a_line_leaves_nothing() {
    let bench = Bench::new();
    let log = bench.open(1);
    log.flush().await;
    assert!(log.close().is_empty());
    assert!(!bench.root.path().join("logs").exists());
}

#[tokio::test]
async fn what_a_job_wrote_is_in_its_file_when_it_has_ended() {
    let bench = Bench::new();
    let log = bench.open(1);
    Arc::clone(&log).scope(async { ExecutionLog::current().unwrap().line(LogSource::Info, "last") }).await;
    assert_eq!(texts(&bench.lines(1)), ["last"]);
    assert_eq!(bench.folder.cap_remark(&bench.job, 1).unwrap(), None);
}

#[tokio::test]
async fn the_outbox_tells_of_lines_while_the_run_lasts() {
    let bench = Bench::new();
    let log = bench.open(1);
    log.line(LogSource::Warn, "one");
    tokio::time::timeout(PATIENCE, bench.outbox.changed()).await.expect("the outbox tells of a first line");
    let changed = bench.outbox.take_changed();
    assert_eq!(changed.len(), 1);
    let note = changed[0].note().expect("a line waits");
    assert_eq!(note.token, log.token());
    assert_eq!(texts(&note.log_lines), ["one"]);
    assert!(changed[0].note().is_none());

    log.put_back(note.log_lines);
    log.line(LogSource::Warn, "two");
    tokio::time::timeout(PATIENCE, bench.outbox.changed()).await.expect("the outbox tells of a second line");
    assert_eq!(texts(&log.close()), ["one", "two"]);
    log.line(LogSource::Warn, "too late");
    assert!(bench.outbox.take_changed().iter().all(|log| log.note().is_none()));
}

#[tokio::test]
async fn files_are_private() {
    let bench = Bench::new();
    let log = bench.open(1);
    log.line(LogSource::Info, "secret");
    let mut stdout = OutputRecorder::new(Arc::clone(&log), LogSource::Stdout);
    stdout.write(b"secret").await;
    stdout.finish().await;
    assert_eq!(mode(bench.root.path().join("logs")), 0o700);
    assert_eq!(mode(bench.folder.job(&bench.job).unwrap()), 0o700);
    assert_eq!(mode(bench.path(1, LogFile::Text)), 0o600);
    assert_eq!(mode(bench.path(1, LogFile::Stdout)), 0o600);
}

#[tokio::test]
async fn an_attempt_keeps_what_a_released_run_of_it_wrote_and_what_other_attempts_wrote() {
    let bench = Bench::new();
    for (attempt, text) in [(1, "first"), (1, "again"), (2, "second")] {
        let log = bench.open(attempt);
        log.line(LogSource::Info, text);
        log.flush().await;
    }
    assert_eq!(texts(&bench.lines(1)), ["first", "again"]);
    assert_eq!(texts(&bench.lines(2)), ["second"]);
}

#[tokio::test]
async fn output_is_kept_byte_for_byte_and_as_lines() {
    let bench = Bench::new();
    let log = bench.open(1);
    let bytes: Vec<u8> = (0..=255).cycle().take(70_000).collect();
    let mut stdout = OutputRecorder::new(Arc::clone(&log), LogSource::Stdout);
    for chunk in bytes.chunks(777) {
        stdout.write(chunk).await;
    }
    stdout.finish().await;
    let mut stderr = OutputRecorder::new(Arc::clone(&log), LogSource::Stderr);
    stderr.write(b"a\nb \xff\nno end").await;
    stderr.finish().await;
    assert_eq!(std::fs::read(bench.path(1, LogFile::Stdout)).unwrap(), bytes);
    assert_eq!(std::fs::read(bench.path(1, LogFile::Stderr)).unwrap(), b"a\nb \xff\nno end");
    let stderr: Vec<LogLine> = bench.lines(1).into_iter().filter(|line| line.source == LogSource::Stderr).collect();
    assert_eq!(texts(&stderr), ["a", "b \u{fffd}", "no end"]);
}

#[tokio::test]
async fn past_the_cap_one_line_says_so_and_the_rest_is_dropped() {
    const CAP: u64 = 1 << 20;
    let bench = Bench::with(LogLimits { attempt_bytes: CAP, ..LogLimits::default() });
    let log = bench.open(1);
    let mut stdout = OutputRecorder::new(Arc::clone(&log), LogSource::Stdout);
    for _ in 0..100_000 {
        log.line(LogSource::Info, "a flood of lines that nobody wants to read");
        stdout.write(b"a flood of bytes\n").await;
    }
    stdout.finish().await;
    assert!(log.is_full());
    let lines = bench.lines(1);
    let remarks = lines.iter().filter(|line| line.text.starts_with("nothing more of this attempt is kept")).count();
    assert_eq!(remarks, 1);
    let remark = bench.folder.cap_remark(&bench.job, 1).unwrap();
    assert_eq!(remark.as_deref(), lines.last().map(|line| line.text.as_str()));
    assert_eq!(bench.folder.cap_remark(&bench.job, 2).unwrap(), None);
    assert!(lines.last().unwrap().text.starts_with("nothing more"));
    let size = |file| std::fs::metadata(bench.path(1, file)).unwrap().len();
    let total = size(LogFile::Text) + size(LogFile::Stdout);
    assert!((CAP..CAP + 4096).contains(&total), "{total}");
    assert!(texts(&log.close()).last().unwrap().starts_with("nothing more"));

    // The next run of the attempt finds the cap reached.
    let log = bench.open(1);
    for _ in 0..10 {
        log.line(LogSource::Info, "more");
        log.flush().await;
    }
    assert!(log.is_full());
    assert_eq!(bench.lines(1).len(), lines.len());
}

#[tokio::test]
async fn without_a_folder_only_the_store_gets_lines() {
    let outbox = LogOutbox::new(None, LogLimits { head_lines: 2, ..LogLimits::default() });
    let token = ClaimToken { service: ServiceId::generate(), record: 1, claim: 1 };
    let log = outbox.open(&JobId::generate(), 1, token, Timestamp::now());
    for text in ["one", "two", "three"] {
        log.line(LogSource::Info, text);
    }
    log.flush().await;
    assert!(log.is_full());
    assert_eq!(texts(&log.close()), ["one", "two"]);
}

#[tokio::test]
async fn a_log_that_cannot_be_written_is_told_and_disturbs_nobody() {
    let bench = Bench::new();
    std::fs::write(bench.root.path().join("logs"), "a file where the folder should be").unwrap();
    let log = bench.open(1);
    log.line(LogSource::Info, "one");
    log.flush().await;
    for _ in 0..100_000 {
        log.line(LogSource::Info, "a line longer than most of them, so that many of them are many bytes");
    }
    log.flush().await;
    let lines = log.close();
    assert_eq!(lines[0].text, "one");
    assert!(lines[1].text.starts_with("failed to write the log"), "{}", lines[1].text);
    assert_eq!(lines.iter().filter(|line| line.text.starts_with("failed")).count(), 1);
}

#[tokio::test]
async fn a_link_in_the_place_of_a_log_is_not_followed() {
    let bench = Bench::new();
    let target = bench.root.path().join("precious");
    std::fs::write(&target, "precious").unwrap();
    std::fs::create_dir_all(bench.folder.job(&bench.job).unwrap()).unwrap();
    symlink(&target, bench.path(1, LogFile::Text)).unwrap();
    let log = bench.open(1);
    log.line(LogSource::Info, "one");
    log.flush().await;
    assert_eq!(std::fs::read_to_string(&target).unwrap(), "precious");
    assert!(log.close().iter().any(|line| line.text.starts_with("failed to write the log")));
}

/// A named pipe without a reader is a disk that hangs: the writer's thread cannot even open it.
#[tokio::test]
async fn a_disk_that_hangs_costs_lines_and_not_the_job() {
    let bench = Bench::new();
    let path = bench.path(1, LogFile::Text);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    rustix::fs::mknodat(
        rustix::fs::CWD,
        &path,
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR,
        0,
    )
    .unwrap();
    let log = bench.open(1);
    let text = "x".repeat(1000);
    for _ in 0..20_000 {
        log.line(LogSource::Info, &text);
    }
    // All were taken although none could be written; now somebody reads.
    let reader = std::thread::spawn(move || {
        let mut n_lines = 0_u64;
        let deadline = Instant::now() + PATIENCE;
        // The writer opens the pipe anew for each batch.
        while Instant::now() < deadline {
            let text = std::fs::read(&path).unwrap();
            for line in text.split_inclusive(|byte| *byte == b'\n') {
                let text = parse_line(line).unwrap().text;
                match text.split_once(" lines dropped") {
                    Some((dropped, _)) => return n_lines + dropped.parse::<u64>().unwrap(),
                    None => n_lines += 1,
                }
            }
        }
        panic!("no line told of dropped ones; {n_lines} lines came");
    });
    let n_lines = tokio::task::spawn_blocking(|| reader.join().unwrap()).await.unwrap();
    assert_eq!(n_lines, 20_000);
}

#[tokio::test]
async fn removes_the_files_of_a_job_after_what_was_written_before() {
    let bench = Bench::new();
    let log = bench.open(1);
    log.line(LogSource::Info, "one");
    bench.outbox.remove(&bench.job);
    bench.outbox.flush(PATIENCE).await;
    assert!(!bench.folder.job(&bench.job).unwrap().exists());
    assert!(bench.root.path().join("logs").exists());
}

#[test]
fn what_waits_is_written_when_the_service_ends() {
    let bench = Bench::new();
    bench.open(1).line(LogSource::Info, "one");
    let Bench { root, outbox, folder, job } = bench;
    drop(outbox);
    let path = folder.file(&job, 1, LogFile::Text).unwrap();
    let deadline = Instant::now() + PATIENCE;
    while !std::fs::read_to_string(&path).is_ok_and(|text| text.ends_with("info one\n")) {
        assert!(Instant::now() < deadline, "the line was not written");
        std::thread::yield_now();
    }
    drop(root);
}

/// Events of a task reach the log of its job, also from tasks and threads that carry a span of the job; events of
/// others do not.
#[test]
fn events_find_the_log_of_their_job() {
    let bench = Bench::new();
    let logs = [bench.open(1), bench.open(2)];
    let subscriber = tracing_subscriber::registry().with(ExecutionLogLayer);
    tracing::subscriber::with_default(subscriber, || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            tracing::info!("outside of every job");
            let jobs = logs.iter().map(|log| {
                let number = log.attempt();
                Arc::clone(log).scope(async move {
                    tracing::info!(number, name = "heron", "begins");
                    tokio::task::yield_now().await;
                    let span = tracing::info_span!("part");
                    let part = async move { tracing::warn!("in a task of {number}") }.instrument(span.clone());
                    tokio::spawn(part).await.unwrap();
                    tokio::spawn(async move { tracing::error!("in a task of nobody") }).await.unwrap();
                    span.in_scope(|| tracing::debug!(flag = true));
                })
            });
            futures_util::future::join_all(jobs).await;
        });
    });
    for log in &logs {
        let number = log.attempt();
        let lines = log.close();
        assert_eq!(
            texts(&lines),
            [
                format!("begins number={number} name=\"heron\""),
                format!("in a task of {number}"),
                "flag=true".to_owned(),
            ]
        );
        let sources: Vec<_> = lines.iter().map(|line| line.source).collect();
        assert_eq!(sources, [LogSource::Info, LogSource::Warn, LogSource::Debug]);
    }
}

#[tokio::test]
async fn follows_files_while_they_grow_and_to_their_end() {
    let bench = Bench::new();
    let mut bytes = Follow::new(bench.path(1, LogFile::Stdout));
    let mut lines = FollowLines::new(bench.path(1, LogFile::Text));
    let ended = CancellationToken::new();
    assert!(bytes.read().await.unwrap().is_empty());

    let log = bench.open(1);
    let mut stdout = OutputRecorder::new(Arc::clone(&log), LogSource::Stdout);
    stdout.write(b"one\ntwo").await;
    let chunk = tokio::time::timeout(PATIENCE, bytes.next(&ended)).await.unwrap().unwrap();
    assert_eq!(chunk.as_deref(), Some(&b"one\ntwo"[..]));
    let read = tokio::time::timeout(PATIENCE, lines.next(&ended)).await.unwrap().unwrap().unwrap();
    assert_eq!(texts(&read), ["one"]);

    stdout.write(b" words\n").await;
    stdout.finish().await;
    ended.cancel();
    assert_eq!(bytes.next(&ended).await.unwrap().as_deref(), Some(&b" words\n"[..]));
    assert_eq!(bytes.next(&ended).await.unwrap(), None);
    assert_eq!(texts(&lines.next(&ended).await.unwrap().unwrap()), ["two words"]);
    assert_eq!(lines.next(&ended).await.unwrap(), None);
}

#[tokio::test]
async fn following_a_log_that_never_came_ends() {
    let bench = Bench::new();
    let ended = CancellationToken::new();
    ended.cancel();
    assert_eq!(Follow::new(bench.path(1, LogFile::Text)).next(&ended).await.unwrap(), None);
}
