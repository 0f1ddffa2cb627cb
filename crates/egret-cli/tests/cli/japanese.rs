//! Refusals in Japanese: everything but names, values and the words of the system.

use std::net::TcpListener;

use crate::application::Application;

/// What the program writes to standard error; it must not succeed.
fn refusal(application: &Application, arguments: &[&str]) -> String {
    let mut command = application.command(arguments);
    let output = command.env("EGRET_LANG", "ja").stdin(std::process::Stdio::null()).output().unwrap();
    assert!(!output.status.success(), "{arguments:?}");
    String::from_utf8(output.stderr).unwrap()
}

/// Two words of English in a row, outside of what is quoted.
fn english(text: &str) -> Option<String> {
    let outside: Vec<&str> = text.split('`').step_by(2).collect();
    let is_word = |word: &&str| word.len() > 1 && word.chars().all(|letter| letter.is_ascii_lowercase());
    outside.iter().find_map(|part| {
        let words: Vec<&str> = part.split([' ', '\n']).collect();
        words.windows(2).find(|pair| pair.iter().all(is_word)).map(|pair| pair.join(" "))
    })
}

fn assert_japanese(application: &Application, arguments: &[&str], words: &str) {
    let told = refusal(application, arguments);
    assert!(told.contains(words), "{arguments:?}: {told}");
    assert_eq!(english(&told), None, "{arguments:?}: {told}");
}

#[test]
fn what_a_store_refuses_is_said_in_japanese() {
    let application = Application::in_service_mode();
    application.succeed(["enqueue", "A"]);
    let backup = application.path("backup.db").display().to_string();
    application.succeed(["store", "backup", &backup]);
    for (arguments, words) in [
        (&["store", "backup", backup.as_str()][..], "すでに存在します"),
        (&["jobs", "list", "--after", "nonsense"], "`nonsense` はこの一覧の位置ではありません"),
        (&["tasks", "list", "--after", "nonsense"], "`nonsense` はこの一覧の位置ではありません"),
        (&["logs", "list", "--after", "nonsense"], "`nonsense` はこの一覧の位置ではありません"),
        (&["tasks", "interrupt", "nobody"], "`nobody`"),
        (&["jobs", "retry", "nobody"], "ジョブ `nobody` はありません"),
        (&["logs", "list", "--day", "2026-02-30"], "日 `2026-02-30` は使えません"),
        (&["logs", "list", "--since", "soon"], "時刻 `soon` は使えません"),
        (&["logs", "prune", "--older-than", "soon"], "時間の長さ `soon` は使えません"),
        (&["jobs", "list", "--url", "nothing:here"], "`nothing`"),
        (&["jobs", "list", "--url", "sqlite:/"], "ファイルではない"),
    ] {
        assert_japanese(&application, arguments, words);
    }
}

#[test]
fn an_emptied_store_is_told_with_a_remedy() {
    let application = Application::in_service_mode();
    let id = application.succeed(["enqueue", "A"]);
    std::fs::write(application.path("var/egret.db"), "").unwrap();
    assert_japanese(&application, &["jobs", "list"], "空にされています");
    assert_japanese(&application, &["enqueue", "A"], "空にされています");
    let ended = application.egret(["jobs", "show", id.trim()]);
    assert_eq!(ended.status, 1);
    assert!(ended.stderr.contains("was emptied") && ended.stderr.contains("`rm "), "{}", ended.stderr);
    std::fs::remove_file(application.path("var/egret.db")).unwrap();
    application.succeed(["enqueue", "A"]);
}

#[cfg(feature = "console")]
#[test]
fn the_consoles_commands_refuse_in_japanese() {
    let application = Application::in_service_mode();
    application.succeed(["user", "add", "ada", "--role", "own"]);
    let taken = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let elsewhere = TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = elsewhere.local_addr().unwrap().to_string();
    for (arguments, words) in [
        (&["user", "add", "ada", "--role", "own"][..], "ユーザー `ada` はすでにいます"),
        (&["user", "add", "a b", "--role", "own"], "`a b` はユーザーの名前として使えません"),
        (&["user", "add", "bob", "--role", "king"], "king"),
        (&["user", "add", "bob", "--role", "own", "--password-stdin"], "標準入力にパスワードがありません"),
        (&["user", "passwd", "nobody"], "ユーザー `nobody` はいません"),
        (&["user", "passwd", "ada"], "パスワードが入力されませんでした"),
        (&["token", "revoke", "nothing"], "トークン `nothing` はありません"),
        (&["token", "create", "--user", "nobody"], "ユーザー `nobody` はいません"),
        (
            &["token", "create", "--user", "ada", "--long-lived", "--scope", "metrics:read"],
            "`egret user role ada viewer`",
        ),
        (&["console", "--listen", &listen], "待ち受けられませんでした"),
        (&["status", "--url", &format!("http://{taken}")], "問い合わせられませんでした"),
        (&["status", "--url", "https://console.example"], "暗号化されており"),
        (&["status", "--url", "http://"], "コンソールのアドレスではありません"),
    ] {
        let told = refusal(&application, arguments);
        assert!(told.contains(words), "{arguments:?}: {told}");
    }
}

#[test]
fn stores_of_others_are_refused_in_japanese() {
    let application = Application::in_service_mode();
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for (url, words) in [
        (format!("sidekiq+redis://{nobody}/0"), format!("Redis `{nobody}` への接続に失敗しました")),
        ("sidekiq+redis://h/0?colour=red".to_owned(), "`colour` は使えません".to_owned()),
        ("resque+redis://h/x".to_owned(), "`x` は Redis のデータベースの番号ではありません".to_owned()),
        (format!("delayed-job+postgres://{nobody}/jobs"), format!("`postgres://{nobody}/jobs` への接続に失敗しました")),
        ("delayed-job+mysql://h".to_owned(), "URL にデータベースの名前がありません".to_owned()),
        ("delayed-job+sqlite:jobs.db?x=1".to_owned(), "`x=1` は使えません".to_owned()),
    ] {
        let told = refusal(&application, &["jobs", "list", "--url", &url]);
        assert!(told.contains(&words), "{url}: {told}");
    }
}
