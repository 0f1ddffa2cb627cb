//! How many services an enqueue starts: on demand one, else none.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use egret_core::JobState;
use egret_scenarios::application::Application;
use egret_scenarios::patience::{holds, wait_at_most, wait_for};
use egret_scenarios::processes;
use egret_scenarios::scale::{report, soak_or};
use egret_scenarios::store::Store;

use crate::{SERVICE_MODE, application};

/// Far more than a process of ours needs, and far less than a leak of a few thousand jobs would show.
const MOST_RESIDENT_BYTES: u64 = 128 << 20;

/// The most that was ever seen.
#[derive(Debug, Default)]
struct Watch {
    most_living_services: usize,
    most_service_processes: usize,
    most_bytes: BTreeMap<&'static str, u64>,
}

impl Watch {
    fn look(&mut self, application: &Application, store: &Store) {
        self.most_living_services = self.most_living_services.max(store.living_services().len());
        let processes = application.processes();
        let n_services = processes.iter().filter(|process| process.is_service()).count();
        self.most_service_processes = self.most_service_processes.max(n_services);
        for process in processes {
            let kind = if process.is_service() { "a service" } else { "an enqueuer" };
            let most = self.most_bytes.entry(kind).or_default();
            *most = (*most).max(processes::resident_bytes(process.pid).unwrap_or(0));
        }
    }
}

#[test]
fn many_enqueuers_start_one_service_and_every_job_runs_once() {
    let (n_enqueuers, n_each) = soak_or((100, 100), (10, 50));
    let n_jobs = n_enqueuers * n_each;
    let application = application("default:\n  linger: 500ms\n");
    let (ledger, store) = (application.ledger(), application.store());
    let file = application.path("ledger");

    let arguments = ["enqueue-many".to_owned(), n_each.to_string(), file];
    let mut enqueuers: Vec<_> = (0..n_enqueuers).map(|_| application.spawn(&arguments)).collect();
    let mut watch = Watch::default();
    wait_at_most(Duration::from_secs(soak_or(900, 120)), "every enqueuer and every job", || {
        watch.look(&application, &store);
        let n_left = enqueuers.iter_mut().filter_map(|enqueuer| enqueuer.runs().then_some(())).count();
        let n_done = ledger.count("done");
        holds(n_left == 0 && n_done >= n_jobs, || format!("{n_left} enqueuers, {n_done} of {n_jobs} jobs done"))
    });
    enqueuers.iter_mut().for_each(|enqueuer| enqueuer.wait_for_success());
    application.wait_for_no_service();
    report("many_enqueuers", format_args!("{watch:?}"));

    let runs = ledger.counts_by_job("done");
    assert_eq!(runs.len(), n_jobs, "jobs that ran");
    assert!(runs.values().all(|n_runs| *n_runs == 1), "a job ran more than once");
    assert_eq!(store.counts().of_state(JobState::Completed), n_jobs as u64);
    assert_eq!(store.counts().live(), 0);
    assert_eq!(watch.most_living_services, 1, "services of one name that lived at once");
    // One that has left may still be ending while the next one begins.
    assert!((1..=2).contains(&watch.most_service_processes), "{watch:?}");
    assert!(watch.most_bytes.values().all(|bytes| *bytes < MOST_RESIDENT_BYTES), "{watch:?}");
}

#[test]
fn in_service_mode_nothing_starts_a_service() {
    let application = application(SERVICE_MODE);
    let (ledger, store) = (application.ledger(), application.store());
    let job = application.enqueue_append();
    application.run(["status"]);
    let shown = application.show(&job);
    assert_eq!(shown["state"], "available");
    assert!(shown["why"]["sentence"].as_str().unwrap().contains("the mode is `service`"), "{shown}");
    application.run(["jobs", "retry", &application_failed(&application, &store)]);
    assert_eq!(application.processes(), [], "processes that were started");
    assert_eq!(store.start_status().pending, None);
    assert!(ledger.entries().is_empty());

    // The operator starts one, and the job runs.
    let _service = application.start_service();
    ledger.wait_for("done", &job);
}

/// A job that ended as cancelled, to be revived.
fn application_failed(application: &Application, store: &Store) -> String {
    let job = application.enqueue_append();
    application.run(["jobs", "cancel", &job]);
    store.wait_for_state(&job, JobState::Cancelled);
    job
}

#[test]
fn the_log_of_a_running_service_begins_anew_when_it_has_grown_large_or_is_moved_away() {
    let application = application("default:\n  linger: 60s\n");
    let ledger = application.ledger();
    ledger.wait_for("done", &application.enqueue_append());
    let log = application.root().join("var/log/egret-service.log");
    let [kept, moved] = ["log.1", "elsewhere"].map(|ending| log.with_extension(ending));
    // Beyond 16 MiB, and where lines follow.
    std::fs::OpenOptions::new().write(true).open(&log).unwrap().set_len(17 << 20).unwrap();
    wait_for("the large log to be moved away", || holds(kept.exists() && log.exists(), String::new));
    assert!(kept.metadata().unwrap().len() >= 17 << 20);
    assert_that_a_job_is_logged(&application);

    std::fs::rename(&log, &moved).unwrap();
    wait_for("a log in the place of the one that was moved", || holds(log.exists(), String::new));
    assert_that_a_job_is_logged(&application);
    assert_eq!(ledger.entries().iter().map(|entry| entry.pid).collect::<BTreeSet<_>>().len(), 1, "one service ran all");
}

fn assert_that_a_job_is_logged(application: &Application) {
    let job = application.enqueue_append();
    wait_for("the job in the new log", || {
        let log = application.service_log();
        holds(log.contains("Performed") && log.contains(&job), || log)
    });
}
