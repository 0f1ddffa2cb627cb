//! `egret bench`: that every row is measured, not how fast anything is.

use serde_json::Value;

use crate::application::Application;

/// So little that a row takes moments.
const LITTLE: [&str; 3] = ["bench", "--scale", "0.001"];

fn figures(application: &Application, arguments: &[&str]) -> Vec<Value> {
    let report = application.json(LITTLE.iter().chain(&["--json", "--folder", "."]).chain(arguments));
    assert!(report["n_processors"].as_u64().is_some_and(|n| n >= 1), "{report}");
    report["figures"].as_array().unwrap().clone()
}

fn named<'f>(figures: &'f [Value], beginning: &str) -> &'f Value {
    let is_named = |figure: &&Value| figure["name"].as_str().unwrap().starts_with(beginning);
    figures.iter().find(is_named).unwrap_or_else(|| panic!("no figure `{beginning}` in {figures:?}"))
}

#[test]
fn the_bench_holds_throughput_against_the_raw_limit() {
    let application = Application::new();
    let mut all = figures(&application, &["--durability", "normal", "--only", "enqueue"]);
    all.extend(figures(&application, &["--durability", "normal", "--only", "drain"]));
    for row in [
        "enqueue, 1 producer",
        "enqueue, 32 producers",
        "enqueue, 64 producers",
        "enqueue in bulk of 1000",
        "drain, 1 service",
        "drain, 2 services",
    ] {
        let figure = named(&all, row);
        let number = |name: &str| figure[name].as_f64().unwrap_or_else(|| panic!("no `{name}` in {figure}"));
        assert!(number("value") > 0.0 && number("cpu_microseconds") > 0.0, "{figure}");
        assert!((number("ratio") - number("value") / number("raw_limit")).abs() < 1e-9, "{figure}");
        assert_eq!((figure["unit"].as_str(), figure["durability"].as_str()), (Some("jobs/s"), Some("normal")));
        assert!(figure["raw_limit_name"].as_str().unwrap().contains("a commit"), "{figure}");
    }
    let bulk = named(&all, "enqueue in bulk");
    assert_eq!(bulk["jobs_a_commit"].as_f64(), Some(1000.0));
}

#[test]
fn the_bench_measures_latency_a_backlog_and_idleness() {
    let application = Application::new();
    let pickup = figures(&application, &["--only", "pickup, another process"]);
    let durabilities: Vec<_> = pickup.iter().map(|figure| figure["durability"].as_str().unwrap()).collect();
    assert_eq!(durabilities, ["full", "normal"], "both, unless one is asked for");
    assert!(pickup.iter().all(|figure| figure["p99"].as_f64() >= figure["value"].as_f64()), "{pickup:?}");
    let backlog = figures(&application, &["--only", "backlog"]);
    assert!(named(&backlog, "backlog of 1000")["value"].as_f64().unwrap() > 0.0);
    assert!(named(&backlog, "backlog: peak memory")["value"].as_f64().unwrap() > 1.0);
    let idle = figures(&application, &["--only", "idle"]);
    let megabytes = |name| named(&idle, name)["value"].as_f64().unwrap();
    let (resident, own) =
        (megabytes("idle service, resident memory"), megabytes("idle service, memory without program files"));
    assert!(own > 0.1 && own < resident, "{own} of {resident}");
    let cold_start = figures(&application, &["--only", "cold start"]);
    assert!(named(&cold_start, "cold start")["raw_limit"].as_f64().unwrap() > 0.0);
    let left: Vec<_> = std::fs::read_dir(application.root()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().starts_with("egret-bench")), "{left:?}");
}

#[test]
fn the_table_speaks_japanese_and_the_names_for_programs_stay() {
    let application = Application::new();
    for only in ["drain", "pickup", "idle", "cold start"] {
        let arguments = ["--durability", "normal", "--only", only];
        let figures = figures(&application, &arguments);
        let table = |language: &str| {
            let mut command = application.command(LITTLE.iter().chain(&["--folder", "."]).chain(&arguments));
            command.env("EGRET_LANG", language);
            application.run(command).text()
        };
        let (english, japanese) = (table("en"), table("ja"));
        assert!(japanese.contains("限界の内容") && english.contains("WHAT THE LIMIT IS"), "{japanese}\n{english}");
        for figure in &figures {
            let name = figure["name"].as_str().unwrap();
            assert!(english.contains(name), "no `{name}` in {english}");
            assert!(!japanese.contains(name), "`{name}` is not translated: {japanese}");
            let limit = figure["raw_limit_name"].as_str().unwrap_or("inserts");
            assert!(!japanese.contains(limit), "`{limit}` is not translated: {japanese}");
        }
    }
}

#[test]
fn the_bench_refuses_rows_that_it_does_not_have() {
    let application = Application::new();
    let ended = application.egret(["bench", "--only", "teleport"]);
    assert_ne!(ended.status, 0);
    assert!(ended.stderr.contains("`teleport`") && ended.stderr.contains("`drain`"), "{}", ended.stderr);
    let ended = application.egret(["bench", "--scale", "0"]);
    assert!(ended.stderr.contains("`0` is no scale"), "{}", ended.stderr);
}
