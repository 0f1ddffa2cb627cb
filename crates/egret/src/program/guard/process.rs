//! What the guard process does.

use std::ffi::OsString;
use std::io;
use std::os::fd::AsFd as _;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use rustix::process::{Pid, WaitOptions, WaitStatus, set_child_subreaper};
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::lock;
use super::protocol::{Line, Order, Report};
use crate::process::{Ending, ProcessEnd, ProcessGroup};
use crate::program::launch::Launch;

/// The first argument of a guard process. A program whose `main` sees it must hand the arguments after it to
/// [`guard_main`] and exit with its answer, before it does anything else.
pub const GUARD_ARGUMENT: &str = "__guard-program";

/// How long an idle guard sleeps at most; nothing depends on it.
const LONG: Duration = Duration::from_secs(3600);

/// The whole life of a guard process; `arguments` are those after [`GUARD_ARGUMENT`]: the file to lock, or nothing.
///
/// Never writes to standard output or error: they are the program's.
pub fn guard_main(arguments: &[OsString]) -> ExitCode {
    // Quick to start: no worker threads.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let guarded = runtime.and_then(|runtime| runtime.block_on(guard(arguments.first().map(Path::new)).boxed_local()));
    match guarded {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

async fn guard(lock_file: Option<&Path>) -> io::Result<()> {
    let _deaf = ignore_signals()?;
    let mut service = Line::<Report, Order>::new(socket()?);
    let _lock = match lock_file.map(lock::take).transpose() {
        Ok(lock) => lock,
        Err(reason) => return service.send(&Report::Refused(reason)).await,
    };
    service.send(&Report::Ready).await?;
    let Some(Order::Start { launch, grace }) = service.receive().await else { return Ok(()) };
    match Guarded::start(&launch, grace) {
        Ok(program) => program.guard(service).await,
        Err(error) => service.send(&Report::NotStarted(error.raw_os_error())).await,
    }
}

/// The socket that this process has as its standard input.
fn socket() -> io::Result<tokio::net::UnixStream> {
    let socket = std::os::unix::net::UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
    socket.set_nonblocking(true)?;
    tokio::net::UnixStream::from_std(socket)
}

/// Signals that would end this process do nothing while the result lives. A program that is started afterwards has their
/// usual meaning again: only handlers are set, and those do not survive the start of another program.
fn ignore_signals() -> io::Result<Vec<Signal>> {
    [
        SignalKind::terminate(),
        SignalKind::interrupt(),
        SignalKind::quit(),
        SignalKind::hangup(),
        SignalKind::user_defined1(),
        SignalKind::user_defined2(),
        SignalKind::alarm(),
    ]
    .into_iter()
    .map(signal)
    .collect()
}

/// A program and all that came of it.
struct Guarded {
    leader: Pid,
    ending: Ending,
    children: Signal,
    is_reaped: bool,
}

impl Guarded {
    fn start(launch: &Launch, grace: Duration) -> io::Result<Self> {
        // Orphans of the program become children of the guard instead of init's, so that they are reaped in time.
        set_child_subreaper(Some(rustix::process::getpid()))?;
        let children = signal(SignalKind::child())?;
        // Dropped unwaited: the guard reaps all its children itself.
        let leader = Pid::from_child(&launch.command().spawn()?);
        let group = ProcessGroup::of_leader(leader.as_raw_nonzero().get().unsigned_abs())
            .ok_or_else(|| io::Error::other("a program got the number of init"))?;
        Ok(Self { leader, ending: Ending::new(group, grace), children, is_reaped: false })
    }

    /// Watches the program until no member of its group is left.
    async fn guard(mut self, mut service: Line<Report, Order>) -> io::Result<()> {
        let pid = self.leader.as_raw_nonzero().get().unsigned_abs();
        let mut is_served = service.send(&Report::Started(pid)).await.is_ok();
        if !is_served {
            self.ending.kill();
        }
        loop {
            self.reap();
            if let Some(end) = self.ending.look() {
                // Nobody is there to hear it, if the service died meanwhile.
                return if is_served { service.send(&Report::Ended(end)).await } else { Ok(()) };
            }
            let look = self.ending.next_look().unwrap_or_else(|| Instant::now() + LONG);
            tokio::select! {
                _ = self.children.recv() => {}
                () = tokio::time::sleep_until(look.into()) => {}
                order = service.receive(), if is_served => match order {
                    Some(Order::Terminate) => self.ending.terminate(),
                    Some(Order::Start { .. }) => {}
                    None => {
                        is_served = false;
                        self.ending.kill();
                    }
                },
            }
        }
    }

    /// Reaps every child that ended: the program, and orphans of it.
    fn reap(&mut self) {
        while let Ok(Some((pid, status))) = rustix::process::wait(WaitOptions::NOHANG) {
            if pid == self.leader && !self.is_reaped {
                self.is_reaped = true;
                self.ending.leader_ended(end_of(status));
            }
        }
    }
}

fn end_of(status: WaitStatus) -> ProcessEnd {
    match (status.exit_status(), status.terminating_signal()) {
        (Some(status), _) => ProcessEnd::Exited(status),
        (None, signal) => ProcessEnd::Signaled(signal.unwrap_or(0)),
    }
}
