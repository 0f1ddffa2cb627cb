//! `egret console` with its users and tokens, asked by the programs that monitoring is made of.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::net::{Ipv4Addr, SocketAddrV4, TcpListener};
use std::os::fd::OwnedFd;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::application::{Application, Ended, wait_for};
use crate::process::Process;
use crate::terminal::pseudoterminal;

/// A console that listens.
struct Served {
    process: Process,
    /// `http://127.0.0.1:PORT`.
    origin: String,
}

fn serve(application: &Application, arguments: &[&str]) -> Served {
    let process = application.start([&["console", "--listen", "127.0.0.1:0"], arguments].concat());
    let origin = wait_for("the console listens", || {
        let said = process.stderr();
        let place = said.find("http://")?;
        said[place..].split("/.sys").next().filter(|_| said[place..].contains("/.sys/job/status\n")).map(str::to_owned)
    });
    Served { process, origin }
}

/// Runs the program with a line on standard input.
fn with_line(application: &Application, arguments: &[&str], line: &str) -> Ended {
    let file = application.path("line");
    std::fs::write(&file, line).unwrap();
    let output = application.command(arguments).stdin(File::open(&file).unwrap()).output().unwrap();
    std::fs::remove_file(&file).unwrap();
    Ended {
        status: output.status.code().unwrap(),
        stdout: output.stdout,
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

fn shell(script: &str, arguments: &[&str]) -> String {
    let output = Command::new("sh").args(["-euc", script, "sh"]).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn token(application: &Application, arguments: &[&str]) -> String {
    let token = application.succeed([&["token", "create", "--user", "monitor"], arguments].concat());
    token.trim_end_matches('\n').to_owned()
}

const LONG_LIVED: [&str; 3] = ["--long-lived", "--scope", "status:read"];

#[test]
fn users_are_added_changed_and_removed() {
    let application = Application::in_service_mode();
    let added =
        with_line(&application, &["user", "add", "sys", "--role", "admin", "--password-stdin"], "correct horse\n");
    assert_eq!((added.status, added.text().as_str()), (0, "sys added as admin\n"), "{}", added.stderr);
    let monitor = application.egret(["user", "add", "monitor", "--role", "viewer"]);
    assert!(monitor.status == 0 && monitor.stderr.contains("comes in with tokens only"), "{}", monitor.stderr);
    let users = application.json(["user", "list", "--json"]);
    assert_eq!(users["items"].to_string(), r#"[{"name":"monitor","role":"viewer"},{"name":"sys","role":"admin"}]"#);
    let japanese = application.succeed(["user", "role", "monitor", "operator", "--lang", "ja"]);
    assert_eq!(japanese, "monitor の役割を operator に変更しました\n");
    let changed =
        with_line(&application, &["user", "passwd", "monitor", "--password-stdin", "--json"], "battery staple");
    assert_eq!((changed.status, changed.text().as_str()), (0, "{\"name\":\"monitor\",\"role\":\"operator\"}\n"));
    application.succeed(["user", "remove", "monitor"]);
    assert!(!application.succeed(["user", "list"]).contains("monitor"));
    for (arguments, line, status, words) in [
        (&["user", "add", "sys", "--role", "own"][..], "", 1, "there is a user `sys` already"),
        (&["user", "add", "x y", "--role", "own"], "", 1, "`x y` is no name of a user"),
        (&["user", "add", "x", "--role", "root"], "", 2, "invalid value 'root'"),
        (&["user", "add", "x", "--role", "own", "--password-stdin"], "short\n", 1, "the password has 5 characters"),
        (&["user", "add", "x", "--role", "own", "--password-stdin"], "", 2, "there is no password on standard input"),
        (&["user", "passwd", "sys"], "", 2, "no password was given"),
        (&["user", "passwd", "nobody"], "", 1, "there is no user `nobody`"),
        (&["user", "role", "nobody", "own"], "", 1, "there is no user `nobody`"),
        (&["user", "remove", "nobody"], "", 1, "there is no user `nobody`"),
    ] {
        let ended = with_line(&application, arguments, line);
        assert!(ended.status == status && ended.stderr.contains(words), "{arguments:?}: {}", ended.stderr);
        assert!(ended.stdout.is_empty());
    }
}

#[test]
fn tokens_are_made_listed_and_revoked() {
    let application = Application::in_service_mode();
    application.succeed(["user", "add", "monitor", "--role", "viewer"]);
    let once = token(&application, &[]);
    assert!(once.len() == 16 && !once.contains(char::is_whitespace), "{once}");
    let long_lived = token(&application, &LONG_LIVED);
    let listed = application.json(["token", "list", "--json"]);
    let items = listed["items"].as_array().unwrap();
    assert_eq!((items.len(), items[0]["user"].as_str()), (1, Some("monitor")));
    assert!(!listed.to_string().contains(&long_lived));
    let id = items[0]["id"].as_str().unwrap();
    assert!(application.succeed(["token", "list"]).contains("status:read"));
    application.succeed(["token", "revoke", id]);
    assert_eq!(application.succeed(["token", "list"]), "");
    application.succeed(["user", "add", "own", "--role", "own"]);
    for (arguments, status, words) in [
        (&["token", "revoke", id][..], 1, "there is no token"),
        (&["token", "create", "--user", "nobody"], 1, "there is no user `nobody`"),
        (&["token", "create", "--user", "monitor", "--long-lived"], 2, "--scope"),
        (&["token", "create", "--user", "monitor", "--long-lived", "--scope", "all"], 2, "invalid value 'all'"),
        (
            &["token", "create", "--user", "own", "--long-lived", "--scope", "status:read"],
            1,
            "may not do what `status:read`",
        ),
    ] {
        let ended = application.egret(arguments);
        assert!(ended.status == status && ended.stderr.contains(words), "{arguments:?}: {}", ended.stderr);
    }
}

#[test]
fn what_commands_change_is_in_the_trail_and_no_secret_is() {
    let application = Application::in_service_mode();
    with_line(&application, &["user", "add", "sys", "--role", "admin", "--password-stdin"], "correct horse\n");
    application.succeed(["user", "add", "monitor", "--role", "viewer"]);
    let once = token(&application, &[]);
    let long_lived = token(&application, &LONG_LIVED);
    let id = application.json(["token", "list", "--json"])["items"][0]["id"].as_str().unwrap().to_owned();
    application.succeed(["token", "revoke", &id]);
    application.succeed(["user", "role", "monitor", "operator"]);
    with_line(&application, &["user", "passwd", "monitor", "--password-stdin"], "battery staple");
    application.succeed(["user", "remove", "monitor"]);
    let way_in = application.succeed(["token", "create", "--user", "sys"]);
    let console = serve(&application, &[]);
    let look = "curl -sS --fail -L -c \"$2\" -b \"$2\" -H 'Accept: application/json' \"$1\"";
    let address = format!("{}/.sys/job/audit?access_token={}", console.origin, way_in.trim_end());
    let trail = shell(look, &[&address, application.path("cookies").to_str().unwrap()]);
    let listed: Value = serde_json::from_str(&trail).unwrap();
    let traces: Vec<&Value> = listed["items"].as_array().unwrap().iter().rev().collect();
    let told: Vec<(&str, &str)> =
        traces.iter().map(|trace| (trace["action"].as_str().unwrap(), trace["target"].as_str().unwrap())).collect();
    let expected = [
        ("users.add", "sys"),
        ("users.add", "monitor"),
        ("tokens.create", "monitor"),
        ("tokens.create", "monitor"),
        ("tokens.revoke", "monitor"),
        ("users.role", "monitor"),
        ("users.passwd", "monitor"),
        ("users.remove", "monitor"),
        ("tokens.create", "sys"),
    ];
    assert_eq!(told, expected);
    let sides = |place: usize| (traces[place]["before"].clone(), traces[place]["after"].clone());
    let single = &traces[2]["after"];
    assert!(single["token"] == "single_use" && single["good_until"].as_str().unwrap().ends_with('Z'), "{single}");
    assert_eq!(sides(3).1, json!({ "token": "long_lived", "scopes": ["status:read"] }));
    assert_eq!(sides(4), (json!({ "token": "long_lived", "scopes": ["status:read"], "id": id }), Value::Null));
    assert_eq!(sides(5), (json!({ "role": "viewer" }), json!({ "role": "operator" })));
    assert_eq!(sides(6), (json!({ "password": "none" }), json!({ "password": "another", "sessions": "ended" })));
    assert_eq!(sides(7), (json!({ "role": "operator" }), Value::Null));
    assert!(traces.iter().all(|trace| trace["user"] == "(command line)"), "{trail}");
    for secret in [once.as_str(), &long_lived, "correct horse", "battery staple", "argon2", way_in.trim_end()] {
        assert!(!trail.contains(secret), "`{secret}` is in {trail}");
    }
}

#[test]
fn without_users_a_link_in_a_private_file_makes_the_first() {
    let application = Application::in_service_mode();
    let console = serve(&application, &[]);
    let file = application.path("var/console-login-link");
    console.process.wait_until_said("console-login-link");
    let link = std::fs::read_to_string(&file).unwrap();
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let key = link.trim_end().split_once("key=").unwrap().1;
    assert!(!console.process.stderr().contains(key), "nothing of it is in the log");
    assert!(shell("curl -sS --fail \"$1\"", &[link.trim_end()]).contains("item[password_again]"));
    let fields = "curl -sS --fail -o /dev/null -w '%{http_code} %{redirect_url}' --data-urlencode \"key=$2\" \
                  --data-urlencode 'item[uid]=sys' --data-urlencode 'item[password]=correct horse' \
                  --data-urlencode 'item[password_again]=correct horse' \"$1/.mypage/first_login\"";
    assert_eq!(shell(fields, &[&console.origin, key]), format!("302 {}/.sys/job/status", console.origin));
    assert!(!file.exists(), "a link that was used is no longer anywhere");
    assert_eq!(application.succeed(["user", "list"]).lines().count(), 2);
    console.process.signal(Signal::TERM);
    let ended = console.process.ended();
    assert_eq!((ended.status, ended.says(key)), (0, 0), "{}", ended.stderr);
    let console = serve(&application, &[]);
    assert!(!file.exists() && !console.process.stderr().contains("console-login-link"));
}

#[test]
fn without_users_a_terminal_shows_the_link_and_no_file_has_it() {
    let application = Application::in_service_mode();
    let (controller, terminal) = pseudoterminal();
    let mut command = application.command(["console", "--listen", "127.0.0.1:0", "--lang", "ja"]);
    let mut child = command.stderr(terminal).spawn().unwrap();
    drop(command);
    let mut lines = BufReader::new(File::from(controller));
    let mut shown = String::new();
    while !shown.contains("/.mypage/first_login?key=") {
        // Fails when the console has ended without showing it.
        assert!(lines.read_line(&mut shown).unwrap() > 0, "{shown}");
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(shown.contains("最初の管理者"), "{shown}");
    assert!(!application.path("var/console-login-link").exists());
}

#[test]
fn the_configuration_says_how_it_is_served_and_options_go_over_it() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let application = Application::with_config(&format!(
        "default:\n  mode: service\nconsole:\n  label: 白鷺\n  listen: '{address}'\n  read_only: true\n"
    ));
    application.succeed(["user", "add", "monitor", "--role", "viewer"]);
    let console = serve(&application, &[]);
    let page = shell("curl -sS \"$1/.mypage/login\"", &[&console.origin]);
    assert!(page.contains("<span class=\"label\">白鷺</span>"), "{page}");
    drop(console);
    let console = serve(&application, &["--label", "other"]);
    assert!(shell("curl -sS \"$1/.mypage/login\"", &[&console.origin]).contains("<span class=\"label\">other</span>"));
    drop(console);
    let ended = application.egret(["console"]);
    assert!(
        ended.status == 1 && ended.stderr.contains(&format!("failed to listen on `{address}`")),
        "{}",
        ended.stderr
    );
}

#[test]
fn status_asks_a_console_elsewhere_with_the_same_answer() {
    let application = Application::in_service_mode();
    application.succeed(["user", "add", "monitor", "--role", "viewer"]);
    let console = serve(&application, &[]);
    let token = token(&application, &LONG_LIVED);
    // In another folder, that knows nothing of the store.
    let elsewhere = Application::new();
    let remote = |arguments: &[&str]| elsewhere.egret([&["status", "--url", &console.origin], arguments].concat());
    let well = remote(&["--token", &token, "--json"]);
    assert_eq!(well.status, 0, "{}", well.stderr);
    assert_eq!(well.text(), application.succeed(["status", "--json"]));
    assert_eq!(remote(&["--token", &token]).text(), application.succeed(["status"]));
    application.succeed(["enqueue", "Nobody::Job", "--at", "2020-01-01T00:00:00Z"]);
    let stuck = wait_for("the console sees it", || {
        let ended = remote(&["--token", &token, "--json", "--lang", "ja"]);
        (ended.status == 2).then_some(ended)
    });
    let local: Value = serde_json::from_str(&application.egret(["status", "--json", "--lang", "ja"]).text()).unwrap();
    let told: Value = serde_json::from_str(&stuck.text()).unwrap();
    assert_eq!(
        (&told["status"], &told["job"], &told["egret"]["counts"]),
        (&local["status"], &local["job"], &local["egret"]["counts"])
    );
    assert!(told["notice"]["notices"][0].as_str().unwrap().contains('、'), "{told}");
    let mut command = elsewhere.command(["status", "--url", &console.origin]);
    command.env("EGRET_TOKEN", &token);
    assert_eq!(elsewhere.run(command).status, 2);
    for (arguments, words) in [(&["--token", "wrong"][..], "lets nobody in"), (&[], "lets nobody in")] {
        let ended = remote(arguments);
        assert!(ended.status == 3 && ended.stderr.contains(words), "{}", ended.stderr);
        assert!(ended.stdout.is_empty());
    }
    let (_socket, closed) = a_place_where_nobody_listens();
    for (url, words) in [
        (format!("http://{closed}"), "failed to ask the console"),
        (format!("https://{closed}"), "is encrypted"),
        ("http://user:secret@localhost".to_owned(), "is no address of a console"),
    ] {
        let ended = elsewhere.egret(["status", "--url", &url, "--token", &token]);
        assert!(ended.status == 3 && ended.stderr.contains(words), "{}", ended.stderr);
    }
}

/// Nobody else can listen there for as long as the socket lives.
fn a_place_where_nobody_listens() -> (OwnedFd, SocketAddrV4) {
    use rustix::net::{AddressFamily, SocketType, bind, getsockname, socket};

    let socket = socket(AddressFamily::INET, SocketType::STREAM, None).unwrap();
    bind(&socket, &SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = getsockname(&socket).unwrap().try_into().unwrap();
    (socket, address)
}

#[test]
fn the_documented_line_of_curl_and_jq_tells_the_status() {
    let application = Application::in_service_mode();
    application.succeed(["user", "add", "monitor", "--role", "viewer"]);
    let console = serve(&application, &[]);
    let token = token(&application, &LONG_LIVED);
    let line = "curl -sS --fail -H \"Authorization: Bearer $2\" \"$1/.sys/job/status.json\" | jq -r .status";
    assert_eq!(shell(line, &[&console.origin, &token]), "ok\n");
}

/// The block of the documentation in which a line stands.
fn documented(language: &str, line: &str) -> String {
    let book = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/book");
    let text = std::fs::read_to_string(book.join(language).join("src/monitoring.md")).unwrap();
    let block = text.split("```").skip(1).step_by(2).find(|block| block.contains(line));
    block.unwrap_or_else(|| panic!("no block of {language} has {line}")).split_once('\n').unwrap().1.to_owned()
}

#[test]
fn the_documented_check_for_nagios_tells_ok_late_and_unknown() {
    let application = Application::in_service_mode();
    application.succeed(["user", "add", "monitor", "--role", "viewer"]);
    let console = serve(&application, &[]);
    let token = token(&application, &LONG_LIVED);
    let script = documented("en", "CRITICAL - jobs are late");
    assert_eq!(script, documented("ja", "CRITICAL - jobs are late"));
    let check = |token: &str| {
        let mut command = Command::new("sh");
        command.args(["-c", &script, "sh", &console.origin]).env("EGRET_TOKEN", token);
        let output = command.output().unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    assert_eq!(check(&token), (Some(0), "OK - jobs run\n".to_owned()));
    assert_eq!(check("wrong"), (Some(3), "UNKNOWN - no answer\n".to_owned()));
    application.succeed(["enqueue", "Nobody::Job", "--at", "2020-01-01T00:00:00Z"]);
    wait_for("the console sees it", || (check(&token).0 == Some(2)).then_some(()));
    assert_eq!(check(&token).1, "CRITICAL - jobs are late\n");
}

/// What operators of SHIRASAGI run: a token in the URL, a redirect, a cookie, the JSON.
const RUBY: &str = r##"
require "faraday"
url, token = ARGV
answer = Faraday.get("#{url}?access_token=#{token}")
if answer.status == 302
  session = answer["Set-Cookie"][/_ss_session=(\w+)/, 1]
  answer = Faraday.get(url) { |request| request.headers["Cookie"] = "_ss_session=#{session}" }
end
puts answer.body
"##;

#[test]
fn the_ruby_script_of_shirasagis_operators_works_with_faraday_and_jq() {
    let application = Application::in_service_mode();
    application.succeed(["user", "add", "monitor", "--role", "viewer"]);
    let console = serve(&application, &[]);
    let script = application.path("job_status.rb");
    std::fs::write(&script, RUBY).unwrap();
    let url = format!("{}/.sys/job/status.json", console.origin);
    let run = |token: &str, filter: &str| {
        shell("ruby \"$1\" \"$2\" \"$3\" | jq \"$4\"", &[script.to_str().unwrap(), &url, token, filter])
    };
    let once = token(&application, &[]);
    assert_eq!(run(&once, ".status"), "\"ok\"\n");
    assert_eq!(run(&once, "."), "\"error\"\n", "a token is good once");
    assert_eq!(run("invalid", "."), "\"error\"\n");
    assert_eq!(run(&token(&application, &[]), ".job.mode"), "\"service\"\n");
}
