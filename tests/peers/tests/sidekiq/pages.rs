//! Sidekiq's own web page over what we write.

use egret_scenarios::patience::{holds, wait_for};
use serde_json::json;

use crate::place;

#[test]
fn l11_w2_the_busy_page_shows_our_process_and_its_buttons_direct_it() {
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
    let egret = place.egret();
    let [retry, dead] = ["retry", "dead"].map(|set| {
        wait_for("the entry", || companion.set(set).first().cloned().ok_or_else(|| format!("none in {set}")))
    });
    // Nobody runs the retry while the pages are looked at.
    drop(egret);
    for (entry, list, mark) in [(retry, "/retries", "again"), (dead, "/morgue", "never")] {
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
fn w1_every_page_answers_over_what_we_write() {
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

#[test]
fn w1_pages_beyond_the_end_and_odd_numbers_are_safe() {
    let place = place();
    let companion = place.companion();
    let page = companion.page();
    let _egret = place.egret();
    place.enqueue_native("FailTimes", &json!([9, "n"]), &json!({"retry": 0}));
    wait_for("a dead job", || companion.set("dead").first().map(drop).ok_or_else(|| "none".to_owned()));
    for path in
        ["/morgue?page=99", "/morgue?count=-1", "/retries?page=99&count=-5", "/queues/default?page=77", "/busy?page=9"]
    {
        page.get(path);
    }
}

#[test]
fn w2_quiet_and_stop_of_all_reach_every_process_of_ours() {
    let place = place();
    let companion = place.companion();
    let page = companion.page();
    let mut ours = [place.egret(), place.egret()];
    wait_for("both processes", || {
        let processes = companion.look("processes");
        holds(processes.as_array().unwrap().len() == 2, || processes.to_string())
    });
    page.post("/busy", &[("quiet", "1")]);
    wait_for("two quiet processes", || {
        let processes = companion.look("processes");
        holds(processes.as_array().unwrap().iter().all(|process| process["quiet"] == "true"), || processes.to_string())
    });
    page.post("/busy", &[("stop", "1")]);
    for process in &mut ours {
        process.wait_for_success();
    }
}

#[test]
fn w3_jobs_and_queues_of_ours_are_deleted_by_the_page() {
    let place = place();
    let companion = place.companion();
    let page = companion.page();
    for number in 0..3 {
        place.enqueue_native("Echo", &json!([number, "<鷺>", null]), &json!({}));
    }
    let payload: String = place.database.ask(&["LINDEX", "queue:default", "1"]);
    page.press("/queues/default", "/queues/default/delete", &[("key_val", &payload)]);
    let left: Vec<String> = place.database.ask(&["LRANGE", "queue:default", "0", "-1"]);
    assert!(left.len() == 2 && !left.contains(&payload), "{left:?}");
    page.press("/queues/default", "/queues/default", &[("delete", "1")]);
    assert_eq!(place.database.ask::<usize>(&["LLEN", "queue:default"]), 0);
    assert_eq!(place.database.ask::<usize>(&["SISMEMBER", "queues", "default"]), 0);
    assert_eq!(page.status(&["/queues/no%20queue%3F"]), 404);
}

#[test]
fn w4_entries_of_ours_are_moved_by_the_page_one_or_many() {
    let place = place();
    let companion = place.companion();
    let page = companion.page();
    let egret = place.egret();
    for mark in ["a", "b"] {
        place.enqueue_native("FailTimes", &json!([9, mark]), &json!({}));
        place.enqueue_native("FailTimes", &json!([9, format!("dead {mark}")]), &json!({"retry": 0}));
    }
    wait_for("all failures", || {
        let stats = companion.look("stats");
        holds(stats["dead"] == 2 && stats["retries"] == 2, || stats.to_string())
    });
    drop(egret);
    for _ in 0..2 {
        place.application.run(["enqueue-for", "sidekiq", "Echo", "[1,2,3]", "--in", "3600000"]);
    }
    let keys = |set: &str| -> Vec<String> {
        let entries = companion.set(set);
        entries.iter().map(|entry| format!("{}-{}", entry["score"], entry["item"]["jid"].as_str().unwrap())).collect()
    };
    let retries = keys("retry");
    page.post("/retries", &[("key[]", &retries[0]), ("key[]", &retries[1]), ("retry", "1")]);
    assert_eq!((companion.set("retry").len(), place.database.ask::<usize>(&["LLEN", "queue:default"])), (0, 2));
    let dead = keys("dead");
    page.press("/morgue", &format!("/morgue/{}", dead[0]), &[("retry", "1")]);
    page.press("/morgue", &format!("/morgue/{}", dead[1]), &[("delete", "1")]);
    assert_eq!((companion.set("dead").len(), place.database.ask::<usize>(&["LLEN", "queue:default"])), (0, 3));
    let scheduled = keys("schedule");
    page.press("/scheduled", &format!("/scheduled/{}", scheduled[0]), &[("add_to_queue", "1")]);
    page.post("/scheduled", &[("key[]", &scheduled[1]), ("delete", "1")]);
    assert_eq!((companion.set("schedule").len(), place.database.ask::<usize>(&["LLEN", "queue:default"])), (0, 4));
    let left: Vec<String> = place.database.ask(&["LRANGE", "queue:default", "0", "-1"]);
    let counts: Vec<Option<i64>> = left
        .iter()
        .map(|job| serde_json::from_str::<serde_json::Value>(job).unwrap()["retry_count"].as_i64())
        .collect();
    assert_eq!(counts, [None, Some(-1), Some(-1), Some(-1)], "a retry takes the failure back");
    let _egret = place.egret();
    place.database.wait_for_told(1, "done", "Echo");
    place.database.wait_for_told(4 + 3, "failed", "FailTimes");
}

#[test]
fn a14_a15_w4_retries_of_ours_that_the_page_kills_are_given_up_for_us_too() {
    let place = place();
    let companion = place.companion();
    let page = companion.page();
    let egret = place.egret();
    for mark in ["one", "two", "three"] {
        place.enqueue_native("FailTimes", &json!([1, mark]), &json!({}));
    }
    wait_for("all failures", || {
        let stats = companion.look("stats");
        holds(stats["retries"] == 3, || stats.to_string())
    });
    drop(egret);
    let entry = &companion.set("retry")[0];
    let key = format!("{}-{}", entry["score"], entry["item"]["jid"].as_str().unwrap());
    page.post("/retries", &[("key[]", &key), ("kill", "1")]);
    assert_eq!((companion.set("retry").len(), companion.set("dead").len()), (2, 1));
    page.press("/retries", "/retries/all/kill", &[]);
    assert_eq!((companion.set("retry").len(), companion.set("dead").len()), (0, 3));
    place.application.run(["jobs", "retry", "--state", "discarded", "--yes"]);
    assert_eq!(companion.set("dead").len(), 0);
    let _egret = place.egret();
    place.database.wait_for_told(3, "done", "FailTimes");
}

#[test]
fn w5_what_is_no_job_is_shown_and_breaks_no_page() {
    let place = place();
    let companion = place.companion();
    let page = companion.page();
    let _egret = place.egret();
    let odd = [r#"{"class":"<script>alert(1)</script>","#, "[1,2]", "<b>no json</b>"];
    for payload in odd {
        place.database.ask::<()>(&["LPUSH", "queue:default", payload]);
    }
    wait_for("all of them parked", || {
        let parked: usize = place.database.ask(&["ZCARD", "dead"]);
        holds(parked == odd.len(), || parked.to_string())
    });
    let parked: Vec<String> = place.database.ask(&["ZRANGE", "dead", "0", "-1"]);
    assert!(odd.iter().all(|payload| parked.iter().any(|parked| parked == payload)), "{parked:?}");
    // A list where a job should be is more than Ruby's page of 6.4 can show; those that are no JSON it shows.
    place.database.ask::<()>(&["ZREM", "dead", "[1,2]"]);
    let morgue = page.get("/morgue");
    assert!(morgue.contains("&lt;b&gt;no json") && !morgue.contains("<b>no json"), "{morgue}");
    assert!(!morgue.contains("<script>alert"), "{morgue}");
}

#[test]
fn w6_figures_are_there_for_programs() {
    let place = place();
    let companion = place.companion();
    let page = companion.page();
    let _egret = place.egret();
    place.enqueue_native("Echo", &json!([1, 2, 3]), &json!({}));
    place.application.run(["enqueue-for", "sidekiq", "OnlyRuby", "[1]", "--queue", "other"]);
    let stats = wait_for("the figures of a run", || {
        let stats: serde_json::Value = serde_json::from_str(&page.get("/stats")).unwrap();
        if stats["sidekiq"]["processed"] == 1 { Ok(stats) } else { Err(stats.to_string()) }
    });
    for key in
        ["processed", "failed", "busy", "processes", "enqueued", "scheduled", "retries", "dead", "default_latency"]
    {
        assert!(stats["sidekiq"][key].is_number(), "{key} in {stats}");
    }
    assert_eq!((&stats["sidekiq"]["processes"], &stats["sidekiq"]["enqueued"]), (&json!(1), &json!(1)));
    let queues: serde_json::Value = serde_json::from_str(&page.get("/stats/queues")).unwrap();
    assert_eq!(queues["other"], 1, "{queues}");
    assert_eq!(page.status(&["--head", "/"]), 200);
}

#[test]
fn w7_a_form_without_the_word_of_its_page_is_refused() {
    let place = place();
    let companion = place.companion();
    let page = companion.page();
    let egret = place.egret();
    wait_for("the process", || {
        let processes = companion.look("processes");
        holds(processes.as_array().unwrap().len() == 1, || processes.to_string())
    });
    assert_eq!(page.status(&["--data", "stop=1", "/busy"]), 403);
    let signals: Vec<String> = place.database.ask(&["KEYS", "*-signals"]);
    assert_eq!(signals, Vec::<String>::new(), "process {} was asked nothing", egret.pid());
}
