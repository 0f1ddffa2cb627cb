//! `egret systemd`: units that systemd takes without a word, and their installation.

use std::ffi::OsString;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::application::{Application, Ended};

/// Units of an application, written into a folder of their own below it.
fn install(application: &Application, arguments: &[&str]) -> Ended {
    let folder = application.path("units");
    std::fs::create_dir_all(&folder).unwrap();
    let mut words: Vec<OsString> = ["systemd", "install", "--user", "egret", "--directory"].map(Into::into).to_vec();
    words.push(folder.into());
    words.extend(arguments.iter().map(Into::into));
    application.egret(words)
}

fn print(application: &Application, arguments: &[&str]) -> String {
    application.succeed(["systemd", "print", "--user", "egret"].iter().chain(arguments))
}

fn unit(application: &Application, name: &str) -> String {
    std::fs::read_to_string(application.path("units").join(name)).unwrap()
}

fn value<'a>(unit: &'a str, key: &str) -> Option<&'a str> {
    unit.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='))
}

/// Has systemd check every unit in the folder; it has nothing to say about a sound one.
fn assert_that_systemd_is_content(folder: &Path) {
    let mut units: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    units.sort();
    assert!(!units.is_empty());
    let checked = match Command::new("systemd-analyze").arg("verify").args(&units).output() {
        Ok(checked) => checked,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return,
        Err(error) => panic!("{error}"),
    };
    let said = [checked.stdout, checked.stderr].concat();
    assert_eq!(String::from_utf8_lossy(&said), "", "{units:?}");
    assert!(checked.status.success());
}

#[test]
fn systemd_has_nothing_to_say_about_any_unit() {
    let sections = "default:\n  mode: service\n  max_memory: 512M\nmail:\n  name: job:mail\n  mode: service\n";
    for url in ["", "url: postgres://db/jobs\n", "url: mongodb://db/jobs\n", "url: sidekiq+redis://db/0\n"] {
        for arguments in [&[][..], &["--instances", "3"], &["--section", "mail"], &["--on-demand"]] {
            let application = Application::with_config(&format!("{sections}{url}"));
            assert_eq!(install(&application, arguments).status, 0);
            assert_that_systemd_is_content(&application.path("units"));
        }
    }
}

/// Of the program's path, which is executed, and of the folder, into which it goes.
#[test]
fn systemd_finds_a_program_and_a_folder_with_odd_names() {
    let application = Application::in_service_mode();
    let odd = application.path(r#"my $app's "100%" \ folder"#);
    std::fs::create_dir_all(odd.join("units")).unwrap();
    let program = application.path("egret $x %i");
    copy_of_the_program(&program);
    let plain = application.command(["systemd", "install", "--user", "egret", "--on-demand", "--directory"]);
    let mut command = Command::new(&program);
    command.args(plain.get_args()).arg(odd.join("units")).current_dir(&odd);
    command.env("EGRET_ROOT", &odd).env_remove("EGRET_URL");
    let ended = application.run(command);
    assert_eq!(ended.status, 0, "{}", ended.stderr);
    let unit = std::fs::read_to_string(odd.join("units/egret-job.service")).unwrap();
    assert!(value(&unit, "WorkingDirectory").unwrap().ends_with(r#"/my $app's "100%%" \ folder"#), "{unit}");
    assert_that_systemd_is_content(&odd.join("units"));
}

fn copy_of_the_program(path: &Path) {
    std::fs::copy(env!("CARGO_BIN_EXE_egret"), path).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_program_that_systemd_would_not_run_is_refused_by_name() {
    let application = Application::in_service_mode();
    let program = application.path("egret's");
    copy_of_the_program(&program);
    let mut command = Command::new(&program);
    command.args(["systemd", "print", "--user", "egret"]).env("EGRET_ROOT", application.root());
    let ended = application.run(command);
    assert_eq!(ended.status, 1);
    assert!(ended.stderr.contains("/egret's`") && ended.stderr.contains("without quotes"), "{}", ended.stderr);
}

#[test]
fn a_unit_runs_the_program_itself_and_lets_jobs_finish() {
    let application = Application::with_config("default:\n  mode: service\n  shutdown_timeout: 2m\n");
    let unit = print(&application, &[]);
    let root = application.root();
    let is = |key: &str, expected: &str| assert_eq!(value(&unit, key), Some(expected), "{unit}");
    is("ExecStart", &format!("{} run --mode service", env!("CARGO_BIN_EXE_egret")));
    is("ExecReload", "/bin/kill -HUP $MAINPID");
    is("Type", "notify");
    is("NotifyAccess", "main");
    is("Restart", "always");
    is("KillMode", "mixed");
    is("TimeoutStopSec", "155");
    is("User", "egret");
    is("WorkingDirectory", root.to_str().unwrap());
    is("Environment", &format!("EGRET_ROOT={}", root.display()));
    is("After", "network.target");
    is("WantedBy", "multi-user.target");
    assert!(unit.contains("\nEnvironment=EGRET_ENV=production\n"), "{unit}");
    assert!(value(&unit, "WatchdogSec").is_some() && value(&unit, "ProtectSystem").is_some(), "{unit}");
    for absent in ["ExecStop", "MemoryMax", "NoNewPrivileges", "PrivateTmp"] {
        assert_eq!(value(&unit, absent), None, "{unit}");
    }
    assert!(!unit.contains("bash") && !unit.contains("sh -c"), "{unit}");
}

#[test]
fn a_unit_waits_for_the_store_and_bounds_the_memory() {
    let unit = print(
        &Application::with_config("default:\n  mode: service\n  max_memory: 1G\nurl: postgres://a:s3cr@db/jobs\n"),
        &["--instances", "4"],
    );
    assert_eq!(value(&unit, "After"), Some("network.target postgresql.service"));
    assert_eq!(value(&unit, "MemoryMax"), Some("2147483648"));
    assert!(unit.contains("All instances together: at most 8192 MiB."), "{unit}");
    assert!(!unit.contains("s3cr"), "the file says it, so the unit need not: {unit}");
}

#[test]
fn instances_are_one_template_and_as_many_units() {
    let application = Application::in_service_mode();
    let ended = install(&application, &["--instances", "3"]);
    assert_eq!(ended.status, 0, "{}", ended.stderr);
    assert!(value(&unit(&application, "egret-job@.service"), "Description").unwrap().contains("%i"));
    let commands = ended.text();
    let lines: Vec<&str> = commands.lines().map(|line| line.trim_start_matches("sudo ")).collect();
    let units = "egret-job@1.service egret-job@2.service egret-job@3.service";
    assert_eq!(
        lines,
        ["systemctl daemon-reload", &format!("systemctl enable {units}"), &format!("systemctl start {units}")]
    );
    // The plain unit beside it would be one more.
    let ended = install(&application, &[]);
    assert!(ended.stderr.contains("`egret-job@.service` is there as well"), "{}", ended.stderr);
}

#[test]
fn on_demand_a_timer_and_the_store_start_a_service_that_ends() {
    let application = Application::new();
    let ended = install(&application, &["--on-demand"]);
    assert_eq!(ended.status, 0, "{}", ended.stderr);
    let service = unit(&application, "egret-job.service");
    assert_eq!(value(&service, "Type"), Some("oneshot"));
    assert!(value(&service, "ExecStart").unwrap().ends_with(" run --mode on_demand"), "{service}");
    assert_eq!((value(&service, "Restart"), value(&service, "WantedBy")), (None, None));
    let path = unit(&application, "egret-job.path");
    let watched: Vec<PathBuf> =
        path.lines().filter_map(|line| line.strip_prefix("PathModified=")).map(PathBuf::from).collect();
    assert_eq!(watched.len(), 2, "the store and its log: {path}");
    // The file comes and goes with the processes that have the store open; systemd waits for it.
    let service = application.start(["run", "--mode", "service"]);
    service.wait_until_said("service started");
    application.succeed(["enqueue", "Unknown"]);
    assert!(watched.iter().all(|file| file.exists()), "an enqueue writes the files that are watched: {watched:?}");
    service.signal(rustix::process::Signal::TERM);
    assert_eq!(service.ended().status, 0);
    assert!(ended.text().contains("enable egret-job.timer egret-job.path"), "{}", ended.text());
}

#[test]
fn installs_again_over_its_own_files_and_leaves_others_alone() {
    let application = Application::in_service_mode();
    let outcome = |arguments: &[&str]| {
        let ended = install(&application, &[arguments, &["--json"]].concat());
        assert_eq!(ended.status, 0, "{}", ended.stderr);
        let value: Value = serde_json::from_str(&ended.text()).unwrap();
        value["files"][0]["outcome"].as_str().unwrap().to_owned()
    };
    assert_eq!([outcome(&[]), outcome(&[])], ["created", "unchanged"]);
    std::fs::write(application.path("config/job.yml"), "default:\n  mode: service\n  shutdown_timeout: 1h\n").unwrap();
    assert_eq!(outcome(&[]), "changed");
    std::fs::write(application.path("units/egret-job.service"), "[Service]\nExecStart=/bin/true\n").unwrap();
    let ended = install(&application, &[]);
    assert_eq!(ended.status, 1);
    assert!(
        ended.stderr.contains("was not written by this command") && ended.stderr.contains("--name"),
        "{}",
        ended.stderr
    );
    assert_eq!(unit(&application, "egret-job.service"), "[Service]\nExecStart=/bin/true\n");
}

#[test]
fn runs_as_the_owner_of_the_folder_but_not_as_root() {
    let application = Application::in_service_mode();
    let ended = application.egret(["systemd", "print"]);
    if rustix::process::geteuid().is_root() {
        assert_eq!(ended.status, 1);
        assert!(ended.stderr.contains("belongs to root") && ended.stderr.contains("--user"), "{}", ended.stderr);
    } else {
        let name = String::from_utf8(Command::new("id").arg("-un").output().unwrap().stdout).unwrap();
        assert_eq!(value(&ended.text(), "User"), Some(name.trim()));
    }
    assert!(!application.path("var").exists(), "no store was made");
}

#[test]
fn what_only_the_command_line_says_goes_into_the_unit_but_no_password() {
    let application = Application::in_service_mode();
    let unit = print(&application, &["--url", "sqlite:var/shop.db"]);
    assert!(unit.contains("\nEnvironment=EGRET_URL=sqlite:var/shop.db\n"), "{unit}");
    let ended = application.egret(["systemd", "print", "--user", "egret", "--url", "postgres://a:s3cr@db/x"]);
    assert_eq!(ended.status, 1);
    assert!(ended.stderr.contains("password") && !ended.stderr.contains("s3cr"), "{}", ended.stderr);
}

#[test]
fn what_became_of_units_and_why_not_is_said_in_japanese() {
    let application = Application::new();
    let said = |arguments: &[&str]| install(&application, &[&["--lang", "ja"][..], arguments].concat()).stderr;
    let first = said(&[]);
    for part in
        ["egret-job.service: 作成しました", "`default` は `mode: on_demand` です", "次のコマンドで有効になります"]
    {
        assert!(first.contains(part), "{part}: {first}");
    }
    assert!(said(&[]).contains("変更はありません"));
    assert!(said(&["--instances", "2"]).contains("`egret-job.service` もあります"));
    std::fs::write(application.path("units/egret-job.service"), "[Service]\nExecStart=/bin/true\n").unwrap();
    let refused = said(&[]);
    assert!(
        refused.contains("このコマンドが作成したものではない") && refused.contains("--name NAME で別の名前"),
        "{refused}"
    );
    let refused = said(&["--name", "a b"]);
    assert!(refused.contains("`a b` はユニットの名前にできません"), "{refused}");
    let refused = said(&["--url", "postgres://a:s3cr@db/x"]);
    assert!(refused.contains("パスワードがあり") && !refused.contains("s3cr"), "{refused}");
}

/// Installs with `--now`, where `systemctl` is a script of this test, or is not there.
fn install_now(application: &Application, systemctl: Option<&str>, arguments: &[&str]) -> Ended {
    let programs = application.path("programs");
    std::fs::create_dir_all(&programs).unwrap();
    std::fs::create_dir_all(application.path("units")).unwrap();
    if let Some(script) = systemctl {
        std::fs::write(programs.join("systemctl"), format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(programs.join("systemctl"), std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    let mut command = application.command(["systemd", "install", "--user", "egret", "--now", "--directory"]);
    command.arg(application.path("units")).args(arguments).env("PATH", &programs);
    application.run(command)
}

#[test]
fn now_it_calls_systemctl_as_it_would_say() {
    for (arguments, units) in [
        (&[][..], "egret-job.service"),
        (&["--instances", "2"], "egret-job@1.service egret-job@2.service"),
        (&["--on-demand"], "egret-job.timer egret-job.path"),
    ] {
        let application = Application::in_service_mode();
        let script = format!("echo \"$*\" >> '{}'; echo done", application.path("calls").display());
        let ended = install_now(&application, Some(&script), arguments);
        assert_eq!((ended.status, ended.text().as_str()), (0, ""), "what systemctl says is no data: {}", ended.stderr);
        let calls = std::fs::read_to_string(application.path("calls")).unwrap();
        assert_eq!(calls, format!("daemon-reload\nenable {units}\nstart {units}\n"));
        let shown = ended.stderr.replace("done\n", "");
        assert!(
            shown.ends_with(&calls.lines().map(|call| format!("systemctl {call}\n")).collect::<String>()),
            "{shown}"
        );
    }
}

#[test]
fn without_a_running_systemd_it_says_what_is_left_to_do() {
    let application = Application::in_service_mode();
    let ended = install_now(&application, None, &[]);
    assert_eq!(ended.status, 1);
    assert!(ended.stderr.contains("failed to run `systemctl daemon-reload`: No such file"), "{}", ended.stderr);
    let left = "`systemctl daemon-reload`, `systemctl enable egret-job.service`, `systemctl start egret-job.service`";
    assert!(ended.stderr.contains(left), "{}", ended.stderr);
    assert!(unit(&application, "egret-job.service").contains("ExecStart="), "it is written all the same");

    let script = "[ \"$1\" = daemon-reload ] && exit 0; echo 'Unit is masked.' >&2; exit 5";
    let ended = install_now(&application, Some(script), &[]);
    assert_eq!(ended.status, 1);
    for words in [
        "Unit is masked.",
        "`systemctl enable egret-job.service` ended with exit status: 5",
        "this is left to do: `systemctl enable egret-job.service`, `systemctl start egret-job.service`",
    ] {
        assert!(ended.stderr.contains(words), "{words}: {}", ended.stderr);
    }
    let mut command = application.command(["systemd", "install", "--user", "egret", "--directory"]);
    command.arg(application.path("nowhere"));
    let ended = application.run(command);
    assert!(ended.status == 1 && ended.stderr.contains("make the folder"), "{}", ended.stderr);
}
