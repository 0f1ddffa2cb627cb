//! `egret config`, `egret check`, and the sections of `egret run`.

use std::os::unix::fs::PermissionsExt as _;

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::application::{Application, wait_for_file};

fn setting(application: &Application, key: &str) -> Value {
    let shown = application.json(["config", "--json"]);
    let values = shown["values"].as_array().unwrap();
    values.iter().find(|value| value["key"] == key).unwrap_or_else(|| panic!("no `{key}` in {shown}")).clone()
}

#[test]
fn shows_what_holds_and_where_it_comes_from() {
    let application = Application::with_config("default:\n  mode: service\nurl: 'postgres://app:secret@db/jobs'\n");
    let file = application.path("config/job.yml").display().to_string();
    assert_eq!(
        setting(&application, "default.mode"),
        json!({"key": "default.mode", "value": "service", "origin": {"layer": "file", "path": file, "line": 2}})
    );
    assert_eq!(setting(&application, "default.linger")["origin"], json!({"layer": "variable", "name": "EGRET_LINGER"}));
    assert_eq!(setting(&application, "default.polling.interval")["value"], json!(5));
    assert_eq!(setting(&application, "url")["value"], "postgres://app:***@db/jobs");
    let text = application.succeed(["config", "--set"]);
    let keys: Vec<&str> = text.lines().skip(1).filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(keys, ["default.mode", "default.linger", "url"], "{text}");
    assert!(!text.contains("secret"), "{text}");
    assert_eq!(application.egret(["config", "--section", "mial"]).status, 1);
}

#[test]
fn the_adapter_is_the_one_that_the_status_shows() {
    for url in ["sqlite:var/egret.db", "memory:"] {
        let application = Application::with_config(&format!("default: {{mode: service}}\nurl: '{url}'\n"));
        let file = application.path("config/job.yml").display().to_string();
        let shown = setting(&application, "queue_adapter");
        assert_eq!(shown["value"], application.json(["status", "--json"])["active_job"]["queue_adapter"], "{url}");
        assert_eq!(shown["origin"], json!({"layer": "file", "path": file, "line": 2}), "it goes with the URL");
    }
}

#[test]
fn writes_a_first_file_and_never_over_another_one() {
    let application = Application::new();
    let path = application.path("config/job.yml");
    assert_eq!(application.succeed(["config", "--init"]), format!("{}\n", path.display()));
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.starts_with("# Settings") && text.contains("polling:"), "{text}");
    assert_eq!(application.succeed(["check"]), "ok\n");

    std::fs::write(&path, "mode: {broken").unwrap();
    let ended = application.egret(["config", "--init"]);
    assert_eq!(ended.status, 1);
    assert!(ended.stderr.contains("is there already"), "{}", ended.stderr);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "mode: {broken");
}

#[test]
fn a_check_reports_everything_and_makes_nothing() {
    let application = Application::with_config("default:\n  mode: sevrice\n  concurrency: 010\nkeep_log: 5\n");
    let ended = application.egret(["check"]);
    assert_eq!(ended.status, 1);
    let text = ended.text();
    for words in ["job.yml:2: invalid value `sevrice`", "job.yml:3: invalid value `010`", "unknown option `keep_log`"] {
        assert!(text.contains(words), "{text}");
    }
    assert!(text.contains("warning:") && text.contains("Ruby reads `010` as the number 8"), "{text}");
    assert!(text.contains("hint: did you mean `keep_logs`?"), "{text}");
    let ended = application.egret(["check", "--json"]);
    let account: Value = serde_json::from_str(&ended.text()).unwrap();
    assert_eq!((ended.status, &account["is_ok"]), (1, &json!(false)));
    assert_eq!(account["findings"][0]["line"], json!(2));
    assert!(!application.path("var").exists(), "a check makes nothing");
}

/// In the language that was asked for, else in that of the configuration itself, as far as that can be read.
#[test]
fn what_is_wrong_is_said_in_japanese() {
    let application = Application::with_config(
        "locale: ja\ndefault:\n  mode: sevrice\n  concurrency: 010\n  polling: {interval: soon}\nkeep_log: 5\nlinger: 2s\n",
    );
    let plain = |arguments: &[&str]| {
        let mut command = application.command(arguments);
        ["LANG", "LC_ALL", "LC_MESSAGES"].iter().for_each(|name| _ = command.env_remove(name));
        application.run(command)
    };
    let japanese = [
        "job.yml:3: `default.mode` の値 `sevrice` は正しくありません。`on_demand` か `service` のいずれかを",
        "対処: `service` ではありませんか?",
        "job.yml:4: `default.concurrency` の値 `010` は正しくありません。1 以上の整数を",
        "job.yml:5: `default.polling.interval` の値 `soon` は正しくありません。0 より長い秒数、または `10s`",
        "job.yml:6: `keep_log` という項目はありません",
        "対処: `linger` はセクションの項目です。`default` などのセクションの中に移してください",
    ];
    let checked = plain(&["check"]);
    assert_eq!(checked.status, 1);
    let refused = plain(&["status"]);
    assert_eq!(refused.status, 1);
    assert!(refused.stderr.contains("設定に 5 件の誤りがあります"), "{}", refused.stderr);
    for words in japanese {
        assert!(checked.text().contains(words) && refused.stderr.contains(words), "{words}: {}", checked.text());
    }
    assert!(checked.text().contains("注意: ") && checked.text().contains("Ruby は `010` を 数値 8 として"));
    let english = plain(&["check", "--lang", "en"]).text();
    assert!(english.contains("error: ") && english.contains("expected `on_demand` or `service`"), "{english}");
    let account: Value = serde_json::from_str(&plain(&["check", "--json"]).text()).unwrap();
    let message = account["findings"][0]["message"].as_str().unwrap();
    assert!(message.starts_with("invalid value `sevrice`"), "programs read the same everywhere: {account}");
}

#[test]
fn what_a_check_finds_is_said_in_japanese() {
    let application = Application::in_service_mode();
    assert_eq!(application.succeed(["check", "--lang", "ja"]), "問題はありません\n");
    application.succeed(["enqueue", "A"]);
    std::fs::set_permissions(application.path("var"), std::fs::Permissions::from_mode(0o777)).unwrap();
    let ended = application.egret(["check", "--lang", "ja"]);
    assert!(
        ended.text().contains("には誰でも書き込めます") && ended.text().contains("`chmod o-w "),
        "{}",
        ended.text()
    );
    assert!(ended.stderr.contains("フォルダ ") && ended.stderr.contains("環境 production"), "{}", ended.stderr);
    let ended = application.egret(["run", "config=mial", "--lang", "ja"]);
    assert!(ended.stderr.contains("セクション `mial` はありません"), "{}", ended.stderr);
    let ended = application.egret(["config", "--init", "--lang", "ja"]);
    assert!(ended.stderr.contains("はすでにあるため、変更しません"), "{}", ended.stderr);
}

#[test]
fn a_check_looks_at_the_store_without_changing_it() {
    let application = Application::in_service_mode();
    application.succeed(["enqueue", "A"]);
    let files = || {
        let mut files: Vec<(String, Vec<u8>)> = Vec::new();
        for entry in std::fs::read_dir(application.path("var")).unwrap().flatten() {
            if entry.file_type().unwrap().is_file() {
                files.push((entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap()));
            }
        }
        files.sort();
        files
    };
    let before = files();
    assert_eq!(application.succeed(["check"]), "ok\n");
    assert!(files() == before, "the files of the store have changed");

    std::fs::write(
        application.path("var/egret.db"),
        "this is no database, but long enough to be looked at as one".repeat(20),
    )
    .unwrap();
    let ended = application.egret(["check"]);
    assert_eq!(ended.status, 1);
    // What has its folder has been a store.
    let text = ended.text();
    assert!(text.contains("holds pages that cannot be") && text.contains("`egret store check`"), "{text}");
    std::fs::remove_dir_all(application.path("var/egret.db.d")).unwrap();
    let ended = application.egret(["check"]);
    assert!(ended.text().contains("is not a SQLite database"), "{}", ended.text());
}

#[test]
fn a_check_warns_of_a_folder_that_is_open_to_all() {
    let application = Application::in_service_mode();
    application.succeed(["enqueue", "A"]);
    std::fs::set_permissions(application.path("var"), std::fs::Permissions::from_mode(0o777)).unwrap();
    let ended = application.egret(["check"]);
    assert!(ended.text().contains("anybody may write to the folder"), "{}", ended.text());
    assert_eq!((ended.status, application.egret(["check", "--strict"]).status), (0, 1));
}

#[test]
fn c2_a_service_runs_the_section_that_config_names_and_refuses_an_unknown_one() {
    let application =
        Application::with_config("default: {mode: service}\nmail: {mode: service, polling: {queues: [mailers]}}\n");
    let ended = application.egret(["run", "config=mial"]);
    assert_eq!(ended.status, 1);
    assert!(
        ended.stderr.contains("unknown section `mial`") && ended.stderr.contains("did you mean `mail`?"),
        "{}",
        ended.stderr
    );
    assert_eq!(application.egret(["run", "config="]).status, 1);

    let service = application.start(["job:run", "config=mail"]);
    service.wait_until_said("service started");
    let alive = application.services_alive();
    assert_eq!((&alive[0]["name"], &alive[0]["queues"]), (&json!("job:service:mail"), &json!(["mailers"])));
    assert_eq!(application.json(["status", "--json"])["job"]["mode"], "service");
    service.signal(Signal::TERM);
    assert_eq!(service.ended().status, 0);
}

#[test]
fn c2_a_path_that_exists_is_the_section() {
    let application =
        Application::with_config("default: {mode: service}\nmail: {mode: service}\nconfig: {mode: service}\n");
    std::fs::write(application.path("mail"), "mode: service\nname: from-the-file\npolling: {queues: [low]}\n").unwrap();
    let service = application.start(["run", "config=mail"]);
    service.wait_until_said("service started");
    assert_eq!(application.services_alive()[0]["name"], "from-the-file");
    service.signal(Signal::TERM);
    assert_eq!(service.ended().status, 0);
    // A folder is no such path: a section may be called like one.
    let service = application.start(["run", "config=config"]);
    service.wait_until_said("service started");
    assert_eq!(application.services_alive()[0]["name"], "job:service:config");
    service.signal(Signal::TERM);
    assert_eq!(service.ended().status, 0);
}

#[test]
fn c2_config_and_check_take_the_section_as_run_does() {
    let application =
        Application::with_config("default: {mode: service}\nmail: {mode: service, polling: {queues: [mailers]}}\n");
    std::fs::write(application.path("low.yml"), "mode: service\nname: from-the-file\npolling: {queues: [low]}\n")
        .unwrap();
    let named = |arguments: &[&str]| {
        let shown = application.json(["config", "--json"].iter().chain(arguments));
        let values = shown["values"].as_array().unwrap();
        let name = values.iter().find(|value| value["key"].as_str().unwrap().ends_with(".name"));
        (name.unwrap()["value"].as_str().unwrap().to_owned(), values.len())
    };
    let (name, n_values) = named(&["config=mail"]);
    assert_eq!((name.as_str(), named(&["--section", "mail"])), ("job:service:mail", (name.clone(), n_values)));
    assert!(n_values < named(&[]).1, "only the section");
    assert_eq!(named(&["config=low.yml"]).0, "from-the-file");
    assert_eq!(application.json(["config", "RAILS_ENV=test", "--json"])["environment"], "test");
    for arguments in [&["config=mail"][..], &["--section", "mail"], &["config=low.yml"], &[]] {
        assert_eq!(application.succeed(["check"].iter().chain(arguments)), "ok\n", "{arguments:?}");
    }
    for command in ["config", "check", "run"] {
        for section in ["config=mial", "--section=mial"] {
            let ended = application.egret([command, section]);
            let said = ended.text() + &ended.stderr;
            assert_eq!(ended.status, 1, "{command}: {said}");
            assert!(said.contains("unknown section `mial`") && said.contains("did you mean `mail`?"), "{said}");
        }
        let ended = application.egret([command, "confg=mail"]);
        assert!(ended.status == 2 && ended.stderr.contains("did you mean `config`?"), "{command}: {}", ended.stderr);
        let ended = application.egret([command, "config=mail", "--section", "default"]);
        assert!(ended.status == 2 && ended.stderr.contains("contradict"), "{command}: {}", ended.stderr);
    }
    std::fs::write(application.path("low.yml"), "mode: service\npolling: {queues: [low], interval: soon}\n").unwrap();
    let ended = application.egret(["check", "config=low.yml"]);
    assert!(ended.status == 1 && ended.text().contains("low.yml:2"), "{}", ended.text());
}

#[test]
fn a_full_queue_and_a_busy_user_refuse_a_job_with_the_remedy() {
    let application = Application::with_config("default: {mode: service}\npool: {low: {max_size: 1}}\n");
    application.succeed(["enqueue", "A", "--queue", "low"]);
    let ended = application.egret(["enqueue", "A", "--queue", "low"]);
    assert_eq!(ended.status, 1);
    assert!(
        ended.stderr.contains("the queue `low` is full") && ended.stderr.contains("pool.low.max_size"),
        "{}",
        ended.stderr
    );
    let ended = application.egret(["exec", "--lang", "ja", "--queue", "low", "--", "true"]);
    assert_eq!(ended.status, 1, "programs count too");
    assert!(
        ended.stderr.contains("キュー `low` は上限の 1 件") && ended.stderr.contains("`pool.low.max_size`"),
        "{}",
        ended.stderr
    );

    let id = application.succeed(["enqueue", "A", "--bind", "user_id=5", "--bind", "site_id=1"]);
    assert_eq!(
        application.job(id.trim())["payload"]["serialized_bindings"],
        json!([{"user_id": "5", "site_id": "1", "_aj_symbol_keys": []}])
    );
    let ended = application.egret(["enqueue", "A", "--bind", "user_id=5"]);
    assert!(ended.status == 1 && ended.stderr.contains("size_limit_per_user"), "{}", ended.stderr);
    assert!(ended.stderr.starts_with("error: the user `5`"), "said once: {}", ended.stderr);
    let ended = application.egret(["enqueue", "A", "--bind", "user_id=5", "--lang", "ja"]);
    assert!(
        ended.stderr.contains("ユーザー `5`") && ended.stderr.contains("`size_limit_per_user`"),
        "{}",
        ended.stderr
    );
    application.succeed(["enqueue", "A", "--bind", "user_id=6"]);
    assert_eq!(application.egret(["enqueue", "A", "--bind", "user_id"]).status, 2);
}

#[test]
fn a_program_that_is_bound_runs() {
    let application = Application::new();
    application.succeed(["exec", "--bind", "user_id=5", "--", "touch", "result"]);
    wait_for_file(&application.path("result"));
}
