//! What programs write.

use egret::execution_log::{Follow, LogFile, LogLimits};
use egret::program::run;
use egret_core::LogSource;
use tokio_util::sync::CancellationToken;

use crate::bench::{Bench, MODES, PATIENCE, block_on, runs, shell, signal};

pub(crate) fn bytes_and_lines_are_kept_as_they_are() {
    for mode in MODES {
        let bench = Bench::new(mode);
        let script = "head -c 300000 /dev/urandom | tee copy; printf 'one\\ntwo\\377\\nend' >&2";
        bench.script(script).unwrap();
        let copy = std::fs::read(bench.root().join("copy")).unwrap();
        assert_eq!(copy.len(), 300_000);
        assert!(bench.raw(LogFile::Stdout) == copy, "{mode:?}: standard output differs");
        assert_eq!(bench.raw(LogFile::Stderr), b"one\ntwo\xff\nend");
        let lines = bench.lines();
        let errors: Vec<&str> =
            lines.iter().filter(|line| line.source == LogSource::Stderr).map(|line| line.text.as_str()).collect();
        assert_eq!(errors, ["one", "two\u{fffd}", "end"]);
        let head = bench.environment.log.close();
        assert!(head.iter().any(|line| line.source == LogSource::Stdout));
    }
}

pub(crate) fn a_flood_is_capped_and_the_program_goes_on() {
    const CAP: u64 = 1 << 20;
    for mode in MODES {
        let bench = Bench::with(mode, LogLimits { attempt_bytes: CAP, ..LogLimits::default() });
        let script = "yes | head -n 30000; yes | head -n 1000000 >&2; head -c 20000000 /dev/zero; echo done > done";
        bench.script(script).unwrap();
        assert_eq!(bench.read("done"), "done\n");
        let sizes = [LogFile::Text, LogFile::Stdout, LogFile::Stderr].map(|file| bench.raw(file).len() as u64);
        assert!(sizes.iter().sum::<u64>() < CAP + 300_000, "{mode:?}: {sizes:?}");
        assert!(sizes[0] < CAP / 4 + 100_000, "{mode:?}: lines take the room of bytes: {sizes:?}");
        let lines = bench.lines();
        assert_eq!(lines.iter().filter(|line| line.text.starts_with("further output")).count(), 1);
        let last = lines.last().unwrap();
        assert!(last.text.starts_with("nothing more of this attempt is kept"), "{}", last.text);
    }
}

pub(crate) fn output_can_be_followed_while_the_program_runs() {
    for mode in MODES {
        let bench = Bench::new(mode);
        let path = bench.logs.file(&bench.job, 1, LogFile::Stdout).unwrap();
        block_on(async {
            let arguments = shell("echo first; until [ -e go ]; do sleep 0.01; done; printf last").to_json();
            let ended = CancellationToken::new();
            let program = async {
                run(&arguments, &bench.environment).await.unwrap();
                ended.cancel();
            };
            let reader = async {
                let mut follow = Follow::new(path);
                assert_eq!(follow.next(&ended).await.unwrap().as_deref(), Some(&b"first\n"[..]));
                std::fs::write(bench.root().join("go"), "").unwrap();
                assert_eq!(follow.next(&ended).await.unwrap().as_deref(), Some(&b"last"[..]));
                assert_eq!(follow.next(&ended).await.unwrap(), None);
            };
            tokio::join!(program, reader);
        });
    }
}

/// A process that left the group keeps the pipes open for as long as it likes.
pub(crate) fn what_a_daemon_writes_later_is_not_waited_for() {
    for mode in MODES {
        let bench = Bench::new(mode);
        let begin = std::time::Instant::now();
        bench
            .script("setsid sh -c 'echo $$ > pid; exec sleep 600' & until [ -s pid ]; do sleep 0.01; done; echo done")
            .unwrap();
        assert!(begin.elapsed() < PATIENCE);
        assert_eq!(bench.raw(LogFile::Stdout), b"done\n");
        let daemon = bench.wait_for_number("pid");
        assert!(runs(daemon), "{mode:?}: a process that left the group is nobody's affair");
        signal(daemon, rustix::process::Signal::KILL);
    }
}
