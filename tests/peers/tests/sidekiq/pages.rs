//! Sidekiq's own web page over what we write.

use egret_scenarios::patience::wait_for;
use serde_json::json;

use crate::place;

#[test]
fn the_busy_page_shows_our_process_and_its_buttons_direct_it() {
    let place = place().with_variable("EGRET_SIDEKIQ_TAG", "marsh");
    let companion = place.companion();
    let page = companion.page();
    let mut egret = place.egret();
    let jid = companion.ask("push", json!({"item": {"class": "Hold", "args": ["鷺の<mark>"]}}));
    place.database.wait_for_told(1, "begin", "Hold");
    let busy = wait_for("the job on the page", || {
        let busy = page.get("/busy");
        if busy.contains(jid.as_str().unwrap()) { Ok(busy) } else { Err(busy) }
    });
    for expected in [&format!(":{}", egret.pid()), "marsh", "default, mailers", "Hold", "鷺の&lt;mark&gt;"] {
        assert!(busy.contains(expected), "no `{expected}` in {busy}");
    }
    let processes = companion.look("processes");
    let identity = processes[0]["identity"].as_str().unwrap();
    page.post("/busy", &[("identity", identity), ("quiet", "1")]);
    egret.wait_for_words("ordered by an operator");
    wait_for("the mark of a quiet process", || {
        let busy = page.get("/busy");
        if busy.contains("label-danger") { Ok(()) } else { Err(busy) }
    });
    place.database.open_gate();
    page.post("/busy", &[("identity", identity), ("stop", "1")]);
    egret.wait_for_success();
}

#[test]
fn the_pages_of_retries_and_dead_jobs_show_ours_with_their_backtraces() {
    let place = place().with_variable("RUST_BACKTRACE", 1);
    let companion = place.companion();
    let page = companion.page();
    let options = json!({"backtrace": 20, "tags": ["reed"]});
    place.enqueue_native("FailTimes", &json!([9, "again"]), &options);
    place.enqueue_native("FailTimes", &json!([9, "never"]), &json!({"backtrace": true, "retry": 0}));
    let _egret = place.egret();
    for (set, list, mark) in [("retry", "/retries", "again"), ("dead", "/morgue", "never")] {
        let entry =
            wait_for("the entry", || companion.set(set).first().cloned().ok_or_else(|| format!("none in {set}")));
        let html = page.get(list);
        assert!(html.contains("FailTimes") && html.contains(&format!("run 1 of {mark} fails: 鷺")), "{html}");
        let lines = entry["backtrace"].as_array().unwrap_or_else(|| panic!("no backtrace in {entry}"));
        assert!(!lines.is_empty() && lines.iter().any(|line| line.as_str().unwrap().contains("peer")), "{lines:?}");
        let jid = entry["item"]["jid"].as_str().unwrap();
        let detail = page.get(&format!("{list}/{}-{jid}", entry["score"]));
        assert!(detail.contains("FailTimes") && detail.contains(jid), "{detail}");
        assert!(detail.contains(lines[0].as_str().unwrap().split('<').next().unwrap().trim()), "{detail}");
    }
}

#[test]
fn every_page_answers_over_what_we_write() {
    let place = place();
    let companion = place.companion();
    let page = companion.page();
    let _egret = place.egret();
    place.enqueue_native("FailTimes", &json!([9, "m"]), &json!({}));
    place.enqueue_native("FailTimes", &json!([9, "n"]), &json!({"retry": 0}));
    place.database.wait_for_told(2, "failed", "FailTimes");
    place.application.run(["enqueue-for", "active-job", "Greet", "greet", "--queue", "other"]);
    place.application.run(["enqueue-for", "active-job", "Greet", "greet", "--in", "3600000"]);
    place.application.run(["enqueue-for", "sidekiq", "Echo", "[1,2,3]", "--in", "3600000"]);
    wait_for("both failures", || {
        let stats = companion.look("stats");
        if stats["dead"] == 1 && stats["retries"] == 1 { Ok(()) } else { Err(stats.to_string()) }
    });
    for path in ["/", "/busy", "/queues", "/queues/other", "/retries", "/scheduled", "/morgue", "/stats"] {
        page.get(path);
    }
    assert!(page.get("/queues/other").contains("Greet"));
    let scheduled = page.get("/scheduled");
    assert!(scheduled.contains("Greet") && scheduled.contains("Echo"), "{scheduled}");
    let stats: serde_json::Value = serde_json::from_str(&page.get("/stats")).unwrap();
    assert_eq!((&stats["sidekiq"]["scheduled"], &stats["sidekiq"]["dead"]), (&json!(2), &json!(1)), "{stats}");
}
