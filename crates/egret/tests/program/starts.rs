//! How programs begin, or why not.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;

use egret::execution_log::LogFile;
use egret::program::{ProgramError, ProgramResult, run};
use egret_core::Origin;

use crate::bench::{Bench, MODES, arguments, block_on, shell};

pub(crate) fn variables_and_folder_reach_the_program() {
    for mode in MODES {
        let bench = Bench::new(mode);
        std::fs::create_dir(bench.root().join("sub")).unwrap();
        let mut program =
            shell("echo \"$GREETING|$EMPTY|${EMPTY+set}|$EGRET_JOB_ID|$EGRET_ATTEMPT|${PATH:+path}\"; pwd -P");
        program.env = vec![("GREETING".into(), "grüß gott $x\n'\"".into()), ("EMPTY".into(), String::new())];
        program.dir = Some("sub".into());
        bench.run(&program).unwrap();
        let folder = bench.root().canonicalize().unwrap().join("sub");
        let expected = format!("grüß gott $x\n'\"||set|{}|1|path\n{}\n", bench.job, folder.display());
        assert_eq!(String::from_utf8(bench.raw(LogFile::Stdout)).unwrap(), expected, "{mode:?}");
    }
}

pub(crate) fn there_is_nothing_to_read() {
    for mode in MODES {
        let bench = Bench::new(mode);
        bench.script("cat; readlink /proc/self/fd/0").unwrap();
        assert_eq!(bench.raw(LogFile::Stdout), b"/dev/null\n", "{mode:?}");
    }
}

pub(crate) fn what_cannot_be_started_is_named() {
    for mode in MODES {
        let bench = Bench::new(mode);
        let script = bench.root().join("script");
        std::fs::write(&script, "#!/nonexistent/interpreter\n").unwrap();
        let path = script.to_str().unwrap();
        for (argv0, permissions, words, result) in [
            (
                "no-such-program-anywhere",
                0o600,
                "there is no program `no-such-program-anywhere`",
                ProgramResult::NotFound,
            ),
            ("./none", 0o600, "there is no program `./none`", ProgramResult::NotFound),
            (path, 0o600, "cannot be executed", ProgramResult::NotExecutable),
            (path, 0o700, "its interpreter is missing", ProgramResult::NotExecutable),
            ("./script", 0o700, "its interpreter is missing", ProgramResult::NotExecutable),
        ] {
            std::fs::set_permissions(&script, Permissions::from_mode(permissions)).unwrap();
            let error = bench.run(&arguments(&[argv0])).unwrap_err();
            assert!(error.to_string().contains(words), "{mode:?}: {error}");
            assert!(error.to_string().contains(&format!("`{argv0}`")), "{mode:?}: {error}");
            assert_eq!(ProgramResult::of_report(&error.report()), Some(result));
            assert!(!error.is_final());
        }
        // Found by name, in a `PATH` of the job's own.
        let mut program = arguments(&["script"]);
        program.env = vec![("PATH".into(), bench.root().display().to_string())];
        let error = bench.run(&program).unwrap_err();
        assert!(error.to_string().contains("its interpreter is missing"), "{mode:?}: {error}");
        program.argv = vec!["no-such-program-anywhere".into()];
        assert!(matches!(bench.run(&program).unwrap_err(), ProgramError::NotFound(_)), "{mode:?}");

        let mut program = arguments(&["ls"]);
        program.dir = Some("nowhere".into());
        let error = bench.run(&program).unwrap_err();
        assert!(error.to_string().contains("/nowhere` is not a folder"), "{mode:?}: {error}");
    }
}

pub(crate) fn wrong_arguments_are_named_and_nothing_runs() {
    for mode in MODES {
        let bench = Bench::new(mode);
        let error = block_on(run(r#"[{"argv":["touch","ran"],"timeout":"soon"}]"#, &bench.environment)).unwrap_err();
        assert!(matches!(&error, ProgramError::Arguments(why) if why.contains("`timeout`")), "{error}");
        assert!(error.is_final());
        assert!(!bench.root().join("ran").exists());
    }
}

pub(crate) fn what_may_not_run_does_not() {
    for mode in MODES {
        let mut bench = Bench::new(mode);
        bench.environment.origin = Origin::Console;
        let error = bench.run(&arguments(&["touch", "ran"])).unwrap_err();
        assert!(error.to_string().contains("exec.allow"), "{error}");
        assert_eq!(error.report().class, "Egret::Command::NotAllowed");
        assert!(error.is_final());

        bench.environment.origin = Origin::CommandLine;
        let store = bench.environment.store_file.clone().unwrap();
        std::fs::set_permissions(&store, Permissions::from_mode(0o660)).unwrap();
        let error = bench.run(&arguments(&["touch", "ran"])).unwrap_err();
        assert!(error.to_string().contains("chmod g-w"), "{error}");
        assert!(!bench.root().join("ran").exists());
    }
}

pub(crate) fn a_listed_path_is_executed_and_never_searched() {
    for mode in MODES {
        let mut bench = Bench::new(mode);
        let listed = bench.root().join("tool");
        std::fs::write(&listed, "#!/bin/sh\necho \"$0 $1\"\n").unwrap();
        std::fs::set_permissions(&listed, Permissions::from_mode(0o700)).unwrap();
        bench.environment.policy.allow = Some(vec![listed.clone()]);
        bench.environment.origin = Origin::Console;
        bench.run(&arguments(&[listed.to_str().unwrap(), "ran"])).unwrap();
        assert_eq!(bench.raw(LogFile::Stdout), format!("{} ran\n", listed.display()).as_bytes(), "{mode:?}");
        for other in ["tool", "./tool", "sh"] {
            let error = bench.run(&arguments(&[other])).unwrap_err();
            assert!(matches!(error, ProgramError::NotAllowed(_)), "{mode:?}: {error}");
        }
    }
}
