//! `egret logs` without a job: what has run, as a table, as JSON and as CSV.

use serde_json::Value;

use crate::application::{Application, Ended};

/// Three jobs have run: one well, one badly, one of another queue.
fn after_three_runs() -> (Application, [String; 3]) {
    let application = Application::in_service_mode();
    let good = application.exec("echo 'one, \"two\"'; echo three");
    let bad = application.exec("exit 3");
    let mail = application.succeed(["exec", "--queue", "mailers", "--", "true"]).trim().to_owned();
    application.succeed(["run", "--until-empty"]);
    (application, [good, bad, mail])
}

fn egret(application: &Application, language: &str, arguments: &[&str]) -> Ended {
    let mut command = application.command(arguments);
    command.env("EGRET_LANG", language);
    let ended = application.run(command);
    assert_eq!(ended.status, 0, "{}", ended.stderr);
    ended
}

fn ids(listing: &Value) -> Vec<&str> {
    listing["items"].as_array().unwrap().iter().map(|item| item["job_id"].as_str().unwrap()).collect()
}

#[test]
fn lists_attempts_latest_first_with_what_tells_them_apart() {
    let (application, [good, bad, mail]) = after_three_runs();
    let text = egret(&application, "en", &["logs"]).text();
    let rows: Vec<&str> = text.lines().skip(1).collect();
    assert_eq!(rows.len(), 3, "{text}");
    let row = rows.iter().find(|row| row.contains(&bad)).unwrap();
    assert!(row.starts_with(r#"Egret::Command({"argv" => ["sh", "-c", "exit 3"], "dir" => "#), "{row}");
    assert!(row.contains(" failed ") && row.contains(" @ "), "{row}");
    let japanese = egret(&application, "ja", &["logs"]).text();
    assert!(japanese.contains("失敗") && japanese.matches("完了").count() == 2, "{japanese}");

    let listing: Value = serde_json::from_str(&egret(&application, "en", &["logs", "--json"]).text()).unwrap();
    let closed: Vec<&str> =
        listing["items"].as_array().unwrap().iter().map(|i| i["closed_at"].as_str().unwrap()).collect();
    assert!(closed.is_sorted_by(|one, other| one >= other), "{closed:?}");
    for id in [&good, &bad, &mail] {
        assert!(ids(&listing).contains(&id.as_str()));
    }
}

#[test]
fn filters_by_state_queue_class_and_day_and_goes_on_page_by_page() {
    let (application, [good, bad, mail]) = after_three_runs();
    let listed = |arguments: &[&str]| {
        let arguments = [&["logs", "--json"], arguments].concat();
        let listing: Value = serde_json::from_str(&egret(&application, "en", &arguments).text()).unwrap();
        listing
    };
    assert_eq!(ids(&listed(&["--state", "failed"])), [&bad]);
    assert_eq!(ids(&listed(&["--queue", "mailers"])), [&mail]);
    assert_eq!(ids(&listed(&["--class", "Nobody"])), Vec::<&str>::new());
    assert_eq!(ids(&listed(&["--class", "Egret::Command", "--state", "completed", "--queue", "default"])), [&good]);
    assert_eq!(ids(&listed(&["--since", "1h"])).len(), 3);
    assert_eq!(ids(&listed(&["--day", "2001-01-01"])), Vec::<&str>::new());
    // Around midnight the runs are of two days.
    let days = ids(&listed(&["--day", "today"])).len() + ids(&listed(&["--day", "yesterday"])).len();
    assert_eq!(days, 3);
    let first = listed(&["--limit", "2"]);
    let next = first["next"].as_str().unwrap();
    let rest = listed(&["--limit", "2", "--after", next]);
    assert_eq!((ids(&first).len(), ids(&rest).len()), (2, 1));
    assert!(!ids(&first).contains(&ids(&rest)[0]) && rest["next"] == Value::Null);
    let refused = application.egret(["logs", "--day", "tomorow"]);
    assert_eq!(refused.status, 2);
    assert!(refused.stderr.contains("invalid day `tomorow`"), "{}", refused.stderr);
    assert!(application.egret(["logs", "--state", "faild"]).stderr.contains("failed"));
}

/// The fields of each record, by RFC 4180.
fn records(text: &str) -> Vec<Vec<String>> {
    let mut records = vec![vec![String::new()]];
    let mut is_quoted = false;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let record = records.last_mut().unwrap();
        match letter {
            '"' if is_quoted && letters.peek() == Some(&'"') => {
                record.last_mut().unwrap().push(letters.next().unwrap())
            }
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => record.push(String::new()),
            '\n' if !is_quoted => records.push(vec![String::new()]),
            letter => record.last_mut().unwrap().push(letter),
        }
    }
    assert_eq!(records.pop(), Some(vec![String::new()]), "the table ends with a line end");
    records
}

#[test]
fn exports_a_row_for_each_attempt_with_its_lines() {
    let (application, _) = after_three_runs();
    for arguments in [&["logs", "--csv"][..], &["logs", "export"], &["logs", "export", "--since", "1d"]] {
        let text = egret(&application, "en", arguments).text();
        assert!(text.starts_with("ClassName,Started,Closed,State,Args,Logs\n"), "{text}");
        let records = records(&text);
        assert_eq!(records.len(), 4, "{text}");
        assert!(records.iter().all(|record| record.len() == 6), "{records:?}");
        let rows = &records[1..];
        let row = rows.iter().find(|row| row[4].contains("three")).unwrap();
        assert_eq!((row[0].as_str(), row[3].as_str()), ("Egret::Command", "completed"));
        assert!(row[1].len() == "2026-11-23 20:09".len() && row[2].len() == row[1].len(), "{row:?}");
        let lines: Vec<&str> = row[5].lines().map(|line| line.splitn(3, ' ').nth(2).unwrap()).collect();
        assert_eq!(lines, ["stdout one, \"two\"", "stdout three"]);
        assert!(rows.is_sorted_by(|one, other| one[2] <= other[2]), "in the order of their ends");
    }
    let failed = egret(&application, "ja", &["logs", "export", "--state", "failed"]).text();
    assert_eq!(records(&failed)[1][3], "失敗");
}

#[test]
fn exports_running_attempts_first_and_in_the_letters_of_spreadsheets() {
    let (application, _) = after_three_runs();
    let running = application.exec("touch begun; while [ ! -e go ]; do sleep 0.02; done");
    let service = application.start(["run"]);
    crate::application::wait_for_file(&application.path("begun"));
    application.wait_for_state(&running, "running");
    let bytes = egret(&application, "ja", &["logs", "--csv", "--encoding", "cp932"]).stdout;
    // 実行中 in Windows-31J.
    let label = [0x8e, 0xc0, 0x8d, 0x73, 0x92, 0x86];
    let second_line = bytes.split(|byte| *byte == b'\n').nth(1).unwrap();
    assert!(second_line.windows(label.len()).any(|window| window == label), "{second_line:?}");
    let text = egret(&application, "en", &["logs", "--csv"]).text();
    let first = &records(&text)[1];
    assert_eq!((first[2].as_str(), first[3].as_str()), ("", "running"));
    std::fs::write(application.path("go"), "").unwrap();
    application.wait_for_state(&running, "completed");
    service.signal(rustix::process::Signal::TERM);
    assert_eq!(service.ended().status, 0);
}

#[test]
fn a_reader_that_goes_away_ends_the_export_quietly() {
    let (application, _) = after_three_runs();
    application.exec("true");
    let mut command = application.command(["logs", "export"]);
    let (ours, theirs) = std::os::unix::net::UnixStream::pair().unwrap();
    drop(ours);
    let file = std::fs::File::from(std::os::fd::OwnedFd::from(theirs));
    let output = command.stdout(file).output().unwrap();
    assert_eq!(output.status.code(), Some(141), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

/// SHIRASAGI's cases L2 and W4: what is deleted takes its files along, and the young stays.
#[test]
fn l2_deletes_what_ended_longer_ago_with_its_files() {
    let (application, [good, bad, _]) = after_three_runs();
    let folder = application.path("var/egret.db.d");
    let has_files = |id: &str| walk(&folder).iter().any(|path| path.contains(id));
    assert!(has_files(&good));
    let refused = application.egret(["logs", "prune", "--older-than", "0s"]);
    assert_eq!(refused.status, 2);
    assert!(refused.stderr.contains("`--yes` agrees"), "{}", refused.stderr);
    let nothing = application.json(["logs", "prune", "--older-than", "1d", "--yes", "--json"]);
    assert_eq!((&nothing["n_matching"], &nothing["n_changed"]), (&0.into(), &0.into()));
    assert!(has_files(&good));
    let waiting = application.succeed(["enqueue", "A", "--in", "1h"]);
    let shown = egret(&application, "en", &["logs", "prune", "--older-than", "0s", "--dry-run"]);
    assert_eq!(shown.text(), "");
    assert!(shown.stderr.contains("3 jobs match: completed 2, discarded 1"), "{}", shown.stderr);
    assert!(shown.stderr.contains(&good) && shown.stderr.contains("Nothing was changed."), "{}", shown.stderr);
    let planned = application.json(["logs", "prune", "--older-than", "0s", "--dry-run", "--json"]);
    assert_eq!((&planned["n_matching"], planned["samples"].as_array().unwrap().len()), (&3.into(), 3));
    assert!(has_files(&good));
    let text = egret(&application, "ja", &["logs", "prune", "--older-than", "0s", "--yes"]).text();
    assert!(text.contains("3 件"), "{text}");
    assert!(!has_files(&good));
    assert_eq!(application.egret(["jobs", "show", &bad]).status, 1);
    assert_eq!(application.state(waiting.trim()), "scheduled", "what has not ended stays");
    assert_eq!(application.succeed(["logs"]), "");
}

/// Every path below a folder.
fn walk(folder: &std::path::Path) -> Vec<String> {
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        paths.push(path.display().to_string());
        if path.is_dir() {
            paths.extend(walk(&path));
        }
    }
    paths
}
