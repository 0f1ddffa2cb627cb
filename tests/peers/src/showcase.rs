//! Sidekiq's web page over our service, for the tests in a browser: the program `peers-showcase`.
//!
//! It says where the page is and which process of ours works, and obeys the words on its input: `open-gate` lets the job
//! that runs end. The end of its input ends it, with everything that it started.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a program of tests")]

use std::io::BufRead as _;

use egret_peers::place::Place;
use egret_scenarios::patience::{holds, wait_for};
use serde_json::json;

fn main() {
    let program = std::env::current_exe().unwrap().with_file_name("peer-app");
    let place = Place::of_sidekiq(program.to_str().unwrap())
        .with_variable("EGRET_SIDEKIQ_TAG", "沼")
        .with_variable("EGRET_SIDEKIQ_LABELS", "rust")
        .with_variable("RUST_BACKTRACE", 1);
    let companion = place.companion();
    let _ruby = place.sidekiq_with(&["-q", "elsewhere", "-c", "2", "-g", "marsh"]);
    let mut egret = place.egret();
    place.enqueue_native("Hold", &json!(["白鷺"]), &json!({"tags": ["reed"]}));
    place.enqueue_native("FailTimes", &json!([9, "again"]), &json!({"backtrace": 30, "tags": ["reed"]}));
    place.enqueue_native("FailTimes", &json!([9, "never"]), &json!({"backtrace": 30, "retry": 0}));
    place.application.run(["enqueue-for", "active-job", "Greet", "greet", "--queue", "other"]);
    wait_for("what the pages are to show", || {
        let stats = companion.look("stats");
        holds(stats["retries"] == 1 && stats["dead"] == 1 && stats["busy"] == 1, || stats.to_string())
    });
    // It stays for as long as anybody looks at it.
    let retry = companion.set("retry")[0]["item"]["jid"].clone();
    companion.ask("due", json!({"name": "retry", "jid": retry, "seconds": 3_600}));
    println!("{}", json!({"page": companion.page().site(), "pid": egret.pid()}));
    for line in std::io::stdin().lock().lines() {
        let answer = match line.unwrap().as_str() {
            "open-gate" => {
                place.database.open_gate();
                json!({"done": true})
            }
            "runs" => json!({"runs": egret.runs()}),
            other => panic!("unknown order `{other}`"),
        };
        println!("{answer}");
    }
}
