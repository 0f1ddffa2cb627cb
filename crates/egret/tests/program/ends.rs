//! How programs end.

use std::time::Duration;

use egret::program::{ProcessEnd, ProgramError, ProgramResult, run};
use rustix::process::Signal;

use crate::bench::{Bench, MODES, block_on, runs, shell, signal, wait_for, wait_for_number};

/// Members of the group that a script leaves in `leader` and `member`: the shell, and a process below another shell.
const FAMILY: &str = "(sh -c 'echo $$ > member; exec sleep 600') & echo $$ > leader; wait";
const DEAF_FAMILY: &str = "trap '' TERM; (sh -c 'echo $$ > member; exec sleep 600') & echo $$ > leader; \
                           while :; do wait; done";

fn ended(error: &ProgramError) -> Option<ProgramResult> {
    ProgramResult::of_report(&error.report())
}

pub(crate) fn the_status_and_the_last_words_are_told() {
    for mode in MODES {
        for status in [0, 1, 3, 200, 255] {
            let bench = Bench::new(mode);
            let result = bench.script(&format!("echo first >&2; echo 'last words' >&2; echo; exit {status}"));
            let Err(error) = result else {
                assert_eq!(status, 0, "{mode:?}");
                continue;
            };
            assert_eq!(ended(&error), Some(ProgramResult::Ended(ProcessEnd::Exited(status))), "{mode:?}");
            assert_eq!(error.to_string(), format!("exit status {status} of `sh`: last words"));
            assert_eq!(error.report().class, "Egret::Command::ExitStatus");
        }
    }
}

pub(crate) fn a_signal_from_outside_is_told() {
    for mode in MODES {
        for (name, number) in [("SEGV", 11), ("KILL", 9), ("TERM", 15), ("USR1", 10)] {
            let bench = Bench::new(mode);
            let error = bench.script(&format!("echo words >&2; kill -{name} $$")).unwrap_err();
            assert_eq!(ended(&error), Some(ProgramResult::Ended(ProcessEnd::Signaled(number))), "{mode:?} {name}");
            assert_eq!(error.report().class, "Egret::Command::Signal");
            assert!(error.to_string().ends_with("ended `sh`: words"), "{error}");
        }
    }
}

pub(crate) fn a_timeout_ends_the_whole_group() {
    for mode in MODES {
        let family = timed_out(FAMILY, || Bench::new(mode));
        assert!(!family.into_iter().any(runs), "{mode:?}: a member outlived the run");
    }
}

pub(crate) fn members_that_do_not_listen_are_killed() {
    for mode in MODES {
        let family = timed_out(DEAF_FAMILY, || {
            let mut bench = Bench::new(mode);
            bench.environment.grace = Duration::from_millis(200);
            bench
        });
        assert!(!family.into_iter().any(runs), "{mode:?}: a member outlived the run");
    }
}

/// Runs the script until its timeout, and answers its members. The timeout is one in which all of them have begun, which takes a
/// busy machine longer.
fn timed_out(script: &str, bench: impl Fn() -> Bench) -> [u32; 2] {
    for seconds in [1, 4, 16] {
        let bench = bench();
        let mut program = shell(script);
        program.timeout = Some(Duration::from_secs(seconds));
        let error = bench.run(&program).unwrap_err();
        assert_eq!(ended(&error), Some(ProgramResult::TimedOut), "{error}");
        let family = ["leader", "member"].map(|name| bench.read(name).trim().parse().ok());
        if let [Some(leader), Some(member)] = family {
            return [leader, member];
        }
    }
    panic!("the members never begin");
}

pub(crate) fn a_cancelled_job_ends_the_whole_group_whatever_its_status() {
    for mode in MODES {
        for script in [FAMILY.to_owned(), format!("trap 'exit 0' TERM; {FAMILY}")] {
            let bench = Bench::new(mode);
            let (leader, member) = (bench.root().join("leader"), bench.root().join("member"));
            let cancellation = bench.environment.cancellation.clone();
            let canceller = std::thread::spawn(move || {
                let family = [wait_for_number(&leader), wait_for_number(&member)];
                assert!(family.into_iter().all(runs));
                cancellation.cancel();
                family
            });
            let error = bench.script(&script).unwrap_err();
            assert!(matches!(error, ProgramError::Cancelled { .. }), "{mode:?}: {error}");
            assert!(!canceller.join().unwrap().into_iter().any(runs), "{mode:?}: a member outlived the run");
        }
    }
}

pub(crate) fn members_that_outlive_the_leader_are_ended() {
    for mode in MODES {
        let bench = Bench::new(mode);
        let script = "sh -c 'echo $$ > member; exec sleep 600' & until [ -s member ]; do sleep 0.01; done; echo done";
        bench.script(script).unwrap();
        assert!(!runs(bench.wait_for_number("member")), "{mode:?}");
    }
}

pub(crate) fn a_dropped_run_leaves_nothing() {
    for mode in MODES {
        let bench = Bench::new(mode);
        let family = block_on(async {
            let program = shell(DEAF_FAMILY).to_json();
            let root = bench.root().to_owned();
            let begun = tokio::task::spawn_blocking(move || {
                [wait_for_number(&root.join("leader")), wait_for_number(&root.join("member"))]
            });
            tokio::select! {
                result = run(&program, &bench.environment) => panic!("{mode:?}: ended by itself: {result:?}"),
                family = begun => family.unwrap(),
            }
        });
        wait_for("the end of all members", || (!family.into_iter().any(runs)).then_some(()));
    }
}

pub(crate) fn a_signal_to_all_while_the_service_stops_is_no_failure() {
    for mode in MODES {
        for script in ["kill -TERM $$", "kill -QUIT $$", "exit 143", "kill -USR1 $$"] {
            let bench = Bench::new(mode);
            bench.environment.stopping.cancel();
            let error = bench.script(script).unwrap_err();
            assert!(matches!(error, ProgramError::EndedWithService { .. }), "{mode:?} {script}: {error}");
        }
        // What it did by itself stands.
        for (script, result) in [("exit 0", None), ("exit 3", Some(ProcessEnd::Exited(3)))] {
            let bench = Bench::new(mode);
            bench.environment.stopping.cancel();
            let result_seen = bench.script(script).err().and_then(|error| ended(&error));
            assert_eq!(result_seen, result.map(ProgramResult::Ended), "{mode:?} {script}");
        }
    }
}

/// Whoever sends a signal to all processes of a service reaches the program first, now and then.
pub(crate) fn a_service_may_learn_of_its_stop_after_the_program_died() {
    for mode in MODES {
        let bench = Bench::new(mode);
        let leader = bench.root().join("leader");
        let stopping = bench.environment.stopping.clone();
        let stopper = std::thread::spawn(move || {
            let leader = wait_for_number(&leader);
            signal(leader, Signal::TERM);
            wait_for("the end of the program", || (!runs(leader)).then_some(()));
            stopping.cancel();
        });
        let error = bench.script("echo $$ > leader; exec sleep 600").unwrap_err();
        assert!(matches!(error, ProgramError::EndedWithService { .. }), "{mode:?}: {error}");
        stopper.join().unwrap();
    }
}
