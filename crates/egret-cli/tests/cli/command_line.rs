//! Mistakes on the command line, and where things are written.

use crate::application::Application;

#[test]
fn suggests_what_was_meant() {
    let application = Application::in_service_mode();
    for (arguments, meant) in [
        (&["exce", "--", "true"][..], "'exec'"),
        (&["exec", "--prioritty", "1", "--", "true"], "'--priority'"),
        (&["jobs", "lits"], "'list'"),
        (&["jobs", "list", "--state", "compelted"], "'completed'"),
        (&["run", "--mode", "on_demnd"], "'on_demand'"),
        (&["exec", "--timeuot", "1s", "--", "true"], "'--timeout'"),
    ] {
        let ended = application.egret(arguments);
        assert_eq!((ended.status, ended.text().as_str()), (2, ""), "{arguments:?}");
        assert!(ended.stderr.contains("similar") && ended.stderr.contains(meant), "{arguments:?}: {}", ended.stderr);
    }
}

#[test]
fn reports_a_configuration_that_is_wrong_with_place_and_suggestion() {
    let application = Application::with_config("default:\n  mdoe: service\n");
    let ended = application.egret(["status"]);
    assert_eq!((ended.status, ended.text().as_str()), (1, ""));
    for words in ["error: ", "config/job.yml:2", "`default.mdoe`", "did you mean `mode`?"] {
        assert!(ended.stderr.contains(words), "{}", ended.stderr);
    }
}

#[test]
fn a_store_that_cannot_be_used_is_an_error_without_data() {
    let application = Application::in_service_mode();
    for (url, words) in [("nonsense", "expected a URL"), ("postgres://db/jobs", "unknown scheme `postgres`")] {
        let ended = application.egret(["jobs", "list", "--url", url]);
        assert_eq!((ended.status, ended.text().as_str()), (1, ""), "{url}");
        assert!(ended.stderr.starts_with("error: ") && ended.stderr.contains(words), "{url}: {}", ended.stderr);
    }
    let mut command = application.command(["jobs", "list"]);
    command.env("EGRET_URL", "nonsense");
    assert_eq!(application.run(command).status, 1);
    let ended = application.egret(["exec", "--wait", "--url", "sqlite:/proc/no/such.db", "--", "true"]);
    assert_eq!(ended.status, 125, "{}", ended.stderr);
}

#[test]
fn the_options_choose_store_and_folder() {
    let application = Application::in_service_mode();
    let other = tempfile::tempdir().unwrap();
    let folder = other.path().to_str().unwrap();
    let id = application.succeed(["enqueue", "A", "--root", folder, "--url", "sqlite:jobs.db", "--in", "1h"]);
    assert!(other.path().join("jobs.db").exists());
    assert_eq!(application.egret(["jobs", "show", id.trim()]).status, 1, "it is in the other store");
    application.succeed(["jobs", "cancel", id.trim(), "--root", folder, "--url", "sqlite:jobs.db"]);
}

#[test]
fn help_is_data_and_documents_the_statuses() {
    let application = Application::new();
    let help = application.succeed(["--help"]);
    assert!(help.contains("Exit status:") && help.contains("EGRET_URL"), "{help}");
    assert!(application.succeed(["exec", "--help"]).contains("128 and the number of the signal"));
    assert!(application.succeed(["--version"]).starts_with("egret "));
    let ended = application.egret::<&str>([]);
    assert_eq!((ended.status, ended.text().as_str()), (2, ""), "without a command there is no data");
}

#[test]
fn help_is_said_in_the_language_of_whoever_asks() {
    let application = Application::new();
    let plain = |arguments: &[&str], language: Option<&str>| {
        let mut command = application.command(arguments);
        ["LC_ALL", "LC_MESSAGES"].iter().for_each(|name| _ = command.env_remove(name));
        command.env("LANG", language.unwrap_or_default());
        let ended = application.run(command);
        assert_eq!(ended.status, 0, "{arguments:?}: {}", ended.stderr);
        ended.text()
    };
    let english = plain(&["--help"], Some("en_US.UTF-8"));
    assert!(english.contains("Usage: egret") && !english.contains("使い方"), "{english}");
    for (arguments, language) in
        [(&["--help"][..], Some("ja_JP.UTF-8")), (&["--help", "--lang", "ja"], None), (&["--lang=ja", "-h"], Some("C"))]
    {
        let japanese = plain(arguments, language);
        for words in
            ["使い方: egret", "コマンド:", "ジョブの一覧、表示、変更", "ウェブコンソール", "[環境変数: EGRET_URL]"]
        {
            assert!(japanese.contains(words), "{arguments:?}: `{words}` in {japanese}");
        }
        for words in ["Usage", "Options", "Commands", "Print", "default:", "possible values"] {
            assert!(!japanese.contains(words), "{arguments:?}: `{words}` in {japanese}");
        }
    }
    let of_run = plain(&["run", "--help"], Some("ja_JP.UTF-8"));
    for words in ["使い方: egret run", "- service: 停止を指示されるまで", "引数:", "オプション:"] {
        assert!(of_run.contains(words), "`{words}` in {of_run}");
    }
    let of_install = plain(&["help", "systemd", "install"], Some("ja_JP.UTF-8"));
    assert!(of_install.contains("[既定: /etc/systemd/system]"), "{of_install}");
    assert_eq!(plain(&["jobs", "why", "--help"], Some("ja_JP.UTF-8")).matches("答えが分かった").count(), 1);
    // What the configuration says counts where the process was asked for no language.
    let configured = Application::with_config("locale: ja\n");
    let mut command = configured.command(["status", "--help"]);
    ["LC_ALL", "LC_MESSAGES", "LANG"].iter().for_each(|name| _ = command.env_remove(name));
    assert!(configured.run(command).text().contains("使い方: egret status"));
    // Whoever types no command at all gets the same.
    let mut command = application.command(["jobs"]);
    command.env("EGRET_LANG", "ja");
    let ended = application.run(command);
    assert!(ended.status == 2 && ended.stderr.contains("使い方: egret jobs"), "{}", ended.stderr);
}

#[test]
fn what_is_wrong_with_a_command_line_is_said_in_the_language_of_whoever_typed_it() {
    let application = Application::in_service_mode();
    let refused = |words: &str, language: &str| {
        let mut command = application.command(words.split(' '));
        command.env("EGRET_LANG", language);
        let ended = application.run(command);
        assert_eq!((ended.status, ended.text().as_str()), (2, ""), "{words}: {}", ended.stderr);
        ended.stderr
    };
    for (words, expected) in [
        (
            "jobs list --stat",
            &["引数 `--stat` は使えません", "`--state` のことでしょうか", "使い方: egret jobs list"][..],
        ),
        ("jbos list", &["コマンド `jbos` はありません", "`jobs` のことでしょうか"]),
        ("jobs list --state", &["`--state <STATE>` には値が必要です", "running"]),
        (
            "jobs list --state runing",
            &["`--state <STATE>` の値 `runing` は正しくありません", "`running` のことでしょうか"],
        ),
        ("jobs list --limit many", &["`--limit <N>` の値 `many` は正しくありません: "]),
        ("jobs show", &["必要な引数がありません: <ID>"]),
        ("jobs cancel 1 --all", &["`", "` と同時に指定できません"]),
        ("status --json --json", &["`--json` は一度しか指定できません"]),
    ] {
        let japanese = refused(words, "ja");
        assert!(japanese.starts_with("誤り: "), "{words}: {japanese}");
        for expected in expected {
            assert!(japanese.contains(expected), "{words}: `{expected}` in {japanese}");
        }
        for english in ["error", "unexpected", "Usage", "tip:", "For more"] {
            assert!(!japanese.contains(english), "{words}: `{english}` in {japanese}");
        }
        let english = refused(words, "en");
        assert!(english.starts_with("error: ") && !english.contains("誤り"), "{words}: {english}");
    }
}

#[test]
fn refusals_are_said_in_the_language_of_whoever_asked() {
    let application = Application::in_service_mode();
    application.succeed(["migrate"]);
    let refused = |arguments: &[&str]| {
        let mut command = application.command(arguments);
        command.env("EGRET_LANG", "ja");
        let ended = application.run(command);
        assert_ne!(ended.status, 0, "{arguments:?}");
        ended.stderr
    };
    assert_eq!(refused(&["jobs", "show", "7"]), "誤り: ジョブ `7` はありません\n");
    let words = refused(&["enqueue", "A", "hello"]);
    assert!(words.contains("誤り: 1 番目の引数 `hello`") && words.contains("  対処: 文字列には"), "{words}");
    let words = refused(&["services", "stop", "job:mial"]);
    assert!(words.contains("サービス `job:mial` はありません") && words.contains("一覧を表示"), "{words}");
    // By the configuration alone.
    let configured = Application::with_config("locale: ja\ndefault:\n  mode: service\n");
    configured.succeed(["migrate"]);
    let mut command = configured.command(["jobs", "show", "7"]);
    ["LC_ALL", "LC_MESSAGES", "LANG"].iter().for_each(|name| _ = command.env_remove(name));
    assert_eq!(configured.run(command).stderr, "誤り: ジョブ `7` はありません\n");
}
