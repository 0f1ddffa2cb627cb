//! The worker processes: started, killed, frozen, thawed, and what their journals say.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use egret_core::JobId;
use rustix::process::{Pid, Signal, kill_process};

use super::journal::{Event, Reader};
use super::ledger::Ledger;
use super::plan::Plan;
use super::worker::{FOLDER_VARIABLE, JOURNAL_VARIABLE, LEASE_VARIABLE, STOP_FILE};

/// All workers of a run. They end with it.
#[derive(Debug)]
pub(super) struct Fleet {
    folder: PathBuf,
    /// The path of the test that is the entry of workers.
    entry: String,
    lease: Duration,
    slots: Vec<Slot>,
    n_started: usize,
}

/// A place for one worker.
#[derive(Debug)]
enum Slot {
    Up(Worker),
    /// Its worker was killed; another one comes at the moment.
    Down {
        until: Instant,
    },
}

#[derive(Debug)]
pub(super) struct Worker {
    child: Child,
    journal: Reader,
    /// The job that runs, as far as the journal has been read.
    running: Option<JobId>,
    is_ready: bool,
    frozen_until: Option<Instant>,
}

impl Fleet {
    /// Starts the workers. `entry` is the path of the entry test, with its crate.
    pub(super) fn start(plan: &Plan, folder: &Path, entry: &str) -> Self {
        let entry = entry.split_once("::").map_or(entry, |(_, path)| path).to_owned();
        let now = Instant::now();
        let slots = (0..plan.n_workers).map(|_| Slot::Down { until: now }).collect();
        let mut fleet = Self { folder: folder.to_owned(), entry, lease: plan.timing.lease, slots, n_started: 0 };
        fleet.tend(&mut Ledger::default());
        fleet
    }

    /// Reads the journals, starts workers anew and thaws frozen ones whose time has come.
    ///
    /// # Panics
    /// When a worker has ended by itself.
    pub(super) fn tend(&mut self, ledger: &mut Ledger) {
        let now = Instant::now();
        for place in 0..self.slots.len() {
            match &mut self.slots[place] {
                Slot::Down { until } if *until <= now => self.slots[place] = Slot::Up(self.spawn()),
                Slot::Down { .. } => {}
                Slot::Up(worker) => {
                    worker.read(ledger);
                    worker.thaw_in_time(now);
                    if let Some(status) = worker.child.try_wait().expect("a child can be asked for its state") {
                        panic!("a worker ended by itself: {status}\n{}", self.complaints());
                    }
                }
            }
        }
    }

    /// Places of workers that are ready and not frozen.
    pub(super) fn healthy(&self) -> Vec<usize> {
        let healthy = self.slots.iter().enumerate().filter(|(_, slot)| match slot {
            Slot::Up(worker) => worker.is_ready && worker.frozen_until.is_none(),
            Slot::Down { .. } => false,
        });
        healthy.map(|(place, _)| place).collect()
    }

    /// The job that runs in a place, as far as its journal has been read.
    pub(super) fn running(&mut self, place: usize, ledger: &mut Ledger) -> Option<JobId> {
        let worker = self.worker(place);
        worker.read(ledger);
        worker.running.clone()
    }

    /// Kills the worker of a place and tells which job it hit.
    pub(super) fn kill(&mut self, place: usize, absence: Duration, ledger: &mut Ledger) -> Option<JobId> {
        let worker = self.worker(place);
        worker.child.kill().expect("a child can be killed");
        worker.child.wait().expect("a killed child ends");
        worker.read(ledger);
        let hit = worker.running.take();
        self.slots[place] = Slot::Down { until: Instant::now() + absence };
        hit
    }

    /// Freezes the worker of a place for a while and tells which job it hit.
    pub(super) fn freeze(&mut self, place: usize, duration: Duration, ledger: &mut Ledger) -> Option<JobId> {
        let worker = self.worker(place);
        worker.signal(Signal::STOP);
        worker.await_stop();
        worker.read(ledger);
        worker.frozen_until = Some(Instant::now() + duration);
        worker.running.clone()
    }

    /// Tells all workers to stop and waits until they have.
    ///
    /// # Panics
    /// When one does not end well.
    pub(super) fn stop(mut self, ledger: &mut Ledger) {
        File::create(self.folder.join(STOP_FILE)).expect("the folder of the store can be written");
        let deadline = Instant::now() + Duration::from_secs(30);
        for slot in std::mem::take(&mut self.slots) {
            let Slot::Up(mut worker) = slot else { continue };
            worker.thaw();
            let status = loop {
                match worker.child.try_wait().expect("a child can be asked for its state") {
                    Some(status) => break status,
                    None if Instant::now() > deadline => panic!("a worker does not stop\n{}", self.complaints()),
                    None => std::thread::sleep(Duration::from_millis(5)),
                }
            };
            worker.read(ledger);
            assert!(status.success(), "a worker ended badly: {status}\n{}", self.complaints());
        }
    }

    fn worker(&mut self, place: usize) -> &mut Worker {
        match &mut self.slots[place] {
            Slot::Up(worker) => worker,
            Slot::Down { .. } => panic!("the worker of place {place} is down"),
        }
    }

    fn spawn(&mut self) -> Worker {
        self.n_started += 1;
        let journal = self.folder.join(format!("worker-{}.journal", self.n_started));
        let complaints = File::options().create(true).append(true).open(self.complaints_file());
        let child = Command::new(std::env::current_exe().expect("a test knows its own binary"))
            .args([&self.entry, "--exact", "--nocapture", "--test-threads=1"])
            .env(FOLDER_VARIABLE, &self.folder)
            .env(JOURNAL_VARIABLE, &journal)
            .env(LEASE_VARIABLE, self.lease.as_millis().to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(complaints.expect("the folder of the store can be written"))
            .spawn()
            .expect("the test binary can be executed again");
        Worker { child, journal: Reader::new(journal), running: None, is_ready: false, frozen_until: None }
    }

    fn complaints_file(&self) -> PathBuf {
        self.folder.join("workers.log")
    }

    /// What the workers wrote to standard error.
    fn complaints(&self) -> String {
        std::fs::read_to_string(self.complaints_file()).unwrap_or_default()
    }
}

impl Worker {
    fn read(&mut self, ledger: &mut Ledger) {
        for event in self.journal.read() {
            match &event {
                Event::Registered => self.is_ready = true,
                Event::Started(id) => self.running = Some(id.clone()),
                Event::Ended(_) => self.running = None,
                Event::Finished(_) | Event::Stale(_) => {}
            }
            ledger.enter(event);
        }
    }

    fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw).expect("a child has a process id");
        kill_process(pid, signal).expect("a child can be given signals");
    }

    /// Waits until every thread of the process has stopped, so that the journal stands still.
    fn await_stop(&self) {
        let tasks = PathBuf::from(format!("/proc/{}/task", self.child.id()));
        while !all_stopped(&tasks) {
            std::thread::yield_now();
        }
    }

    fn thaw_in_time(&mut self, now: Instant) {
        if self.frozen_until.is_some_and(|until| until <= now) {
            self.thaw();
        }
    }

    fn thaw(&mut self) {
        if self.frozen_until.take().is_some() {
            self.signal(Signal::CONT);
        }
    }
}

fn all_stopped(tasks: &Path) -> bool {
    let tasks = std::fs::read_dir(tasks).expect("the threads of a child are listed");
    tasks.flatten().all(|task| {
        let stat = std::fs::read_to_string(task.path().join("stat")).unwrap_or_default();
        // The state follows the name in parentheses, which may itself contain some.
        stat.rfind(')').is_none_or(|end| stat[end + 1..].trim_start().starts_with(['T', 't', 'Z', 'X']))
    })
}

impl Drop for Worker {
    fn drop(&mut self) {
        // Does nothing to a worker that has ended; one that is left behind by a failure must not stay.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
