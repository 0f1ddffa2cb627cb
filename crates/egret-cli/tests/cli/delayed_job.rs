//! Commands on Delayed Job's table.

use crate::application::Application;

/// On a database that is not there yet, with a program that jobs may run: who wrote a row is never known.
fn application() -> Application {
    let shell = std::fs::canonicalize("/bin/sh").unwrap();
    Application::with_config(&format!(
        "url: delayed-job+sqlite:app.sqlite3\nexec:\n  allow: [/bin/sh, /usr/bin/sh, {}]\ndelayed_job:\n  destroy_failed_jobs: false\n",
        shell.display()
    ))
}

/// Enqueues a program that may run, and answers the job's id.
fn exec(application: &Application, script: &str) -> String {
    application.succeed(["exec", "--", "/bin/sh", "-c", script]).trim().to_owned()
}

#[test]
fn makes_its_tables_on_demand_only() {
    let application = application();
    let ended = application.egret(["jobs", "list"]);
    assert_ne!(ended.status, 0);
    assert_ne!(application.egret(["migrate", "--check"]).status, 0);
    assert!(!application.path("app.sqlite3").exists(), "looking makes nothing");
    let migrated = application.json(["migrate", "--json"]);
    assert_eq!((&migrated["from"], &migrated["to"]), (&0.into(), &2.into()));
    assert_eq!(application.egret(["migrate", "--check"]).status, 0);
    let check = application.egret(["check"]);
    assert_eq!((check.status, check.text().trim()), (0, "ok"), "{}", check.stderr);
}

#[test]
fn says_what_upstreams_table_alone_cannot_do() {
    let application = application();
    application.succeed(["migrate"]);
    let connection = rusqlite::Connection::open(application.path("app.sqlite3")).unwrap();
    connection
        .execute_batch(
            "DROP TABLE egret_delayed_services; DROP TABLE egret_delayed_claims; DROP TABLE egret_delayed_names",
        )
        .unwrap();
    let check = application.egret(["check"]);
    assert_eq!(check.status, 0, "{}", check.stderr);
    assert!(check.text().contains("max_run_time"), "{}", check.text());
    assert_eq!(application.egret(["check", "--strict"]).status, 1);
    let id = exec(&application, "true");
    assert_eq!(application.egret(["run", "--until-empty"]).status, 0);
    assert_ne!(application.egret(["jobs", "show", &id]).status, 0, "it is done, and gone");
    let refused = application.egret(["queues", "pause", "default"]);
    assert_ne!(refused.status, 0, "no other process would learn of it");
}

#[test]
fn warns_of_locks_that_are_over_too_early() {
    let n_warnings = |settings: &str| {
        let check = application_with(settings).egret(["check"]);
        assert_eq!(check.status, 0, "{}", check.stderr);
        let text = check.text();
        (text.matches("warning:").count(), text.contains("`max_run_time: 4s`"))
    };
    assert_eq!(n_warnings("max_run_time: 4s"), (1, true));
    assert_eq!(n_warnings("max_run_time: 34s"), (0, false));
}

#[test]
fn works_the_rows_off() {
    let application = application();
    application.succeed(["migrate"]);
    let good = exec(&application, "echo done > result");
    let bad = exec(&application, "exit 7");
    let later = application.succeed(["enqueue", "A", "--in", "1h"]);
    let unknown = application.succeed(["enqueue", "Unknown::Job", "1"]);
    assert_eq!(application.egret(["jobs:workoff"]).status, 0);
    assert_eq!(std::fs::read_to_string(application.path("result")).unwrap(), "done\n");
    assert_ne!(application.egret(["jobs", "show", &good]).status, 0, "it is done, and gone");
    let failed = application.job(&bad);
    assert_eq!(failed["attempt"], 1, "{failed}");
    assert_eq!(application.state(later.trim()), "scheduled");
    let left = application.job(unknown.trim());
    assert_eq!((&left["state"], &left["attempt"]), (&"available".into(), &0.into()), "left to Ruby: {left}");
    let why = application.succeed(["jobs", "why", unknown.trim()]);
    assert!(why.contains("no service is alive") && why.contains("Workers of other programs"), "{why}");
    let status = application.json(["status", "--json"]);
    assert!(status.to_string().contains("delayed_job"), "{status}");
}

#[test]
fn counts_and_clears_as_the_rake_tasks_do() {
    let application = application();
    application.succeed(["migrate"]);
    application.succeed(["enqueue", "A", "--in", "1h"]);
    assert_eq!(application.egret(["jobs:check"]).status, 0, "it is young");
    let late = application.egret(["jobs:check", "0"]);
    assert_eq!(late.status, 1);
    assert!(late.stderr.contains("older than 0 seconds"), "{}", late.stderr);
    let cleared = application.json(["jobs:clear", "--json"]);
    assert_eq!(cleared["n_removed"], 1);
    assert_eq!(application.egret(["jobs:check", "0"]).status, 0);
}

#[test]
fn follows_the_variables_of_rubys_tasks() {
    let application = application();
    application.succeed(["migrate"]);
    for queue in ["mail", "other"] {
        application.succeed(["exec", "--queue", queue, "--", "/bin/sh", "-c", &format!("echo {queue} >> result")]);
    }
    let mut command = application.command(["jobs:workoff"]);
    command.env("QUEUES", "mail,later").env("QUEUE", "other");
    assert_eq!(application.run(command).status, 0);
    assert_eq!(std::fs::read_to_string(application.path("result")).unwrap(), "mail\n");
    let mut command = application.command(["jobs:workoff"]);
    command.env("QUEUE", "*").env("MIN_PRIORITY", "5");
    assert_eq!(application.run(command).status, 0);
    assert_eq!(std::fs::read_to_string(application.path("result")).unwrap(), "mail\n", "0 is below 5");
    let mut command = application.command(["jobs:workoff"]);
    command.env("MIN_PRIORITY", "low");
    assert_ne!(application.run(command).status, 0);
}

/// As [`application`], with more below `delayed_job`.
fn application_with(settings: &str) -> Application {
    let shell = std::fs::canonicalize("/bin/sh").unwrap();
    let shell = shell.display();
    let application = Application::with_config(&format!(
        "url: delayed-job+sqlite:app.sqlite3\nexec:\n  allow: [/bin/sh, /usr/bin/sh, {shell}]\ndelayed_job: {{{settings}}}\n"
    ));
    application.succeed(["migrate"]);
    application
}

#[test]
fn a_program_runs_for_the_longest_run_at_most() {
    let application = application_with("max_run_time: 1s");
    let id = exec(&application, "sleep 3600");
    assert_eq!(application.egret(["jobs:workoff"]).status, 0);
    let failed = application.job(&id);
    assert_eq!((&failed["attempt"], &failed["state"]), (&1.into(), &"retryable".into()), "{failed}");
    assert!(failed.to_string().contains("TimedOut"), "{failed}");
}

#[test]
fn classes_have_attributes_of_their_own() {
    let application =
        application_with("job_attributes: {'Egret::Command': {max_attempts: 1, destroy_failed_jobs: false}}");
    let id = exec(&application, "exit 7");
    assert_eq!(application.egret(["jobs:workoff"]).status, 0);
    assert_eq!(application.state(&id), "discarded", "given up at once, and kept");
}

#[test]
fn nothing_is_stored_where_jobs_do_not_wait() {
    let application = application_with("delay_jobs: false");
    let refused = application.egret(["enqueue", "Unknown::Job", "1"]);
    assert_ne!(refused.status, 0);
    assert!(refused.stderr.contains("`Unknown::Job` is to be performed at once"), "{}", refused.stderr);
    let count = rusqlite::Connection::open(application.path("app.sqlite3")).unwrap();
    let n_rows: i64 = count.query_row("SELECT count(*) FROM delayed_jobs", [], |row| row.get(0)).unwrap();
    assert_eq!(n_rows, 0);
}
