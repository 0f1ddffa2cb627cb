//! Colours: at a terminal only, and not when nobody wants them.

use std::fs::File;
use std::io::Read as _;
use std::os::fd::{AsFd as _, OwnedFd};
use std::process::Command;

use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use crate::application::Application;

/// Runs a command with a terminal as its standard output and error, and answers what was shown on it.
fn shown_at_a_terminal(command: Command) -> String {
    shown_at(command, Some(100))
}

/// The same at a terminal of so many columns, or at one that does not know how many it has.
fn shown_at(mut command: Command, n_columns: Option<u16>) -> String {
    let (controller, terminal) = pseudoterminal();
    if let Some(n_columns) = n_columns {
        let mut stty = Command::new("stty");
        let status = stty.args(["cols", &n_columns.to_string(), "rows", "24"]).stdin(terminal.try_clone().unwrap());
        assert!(status.status().unwrap().success());
    }
    let mut child =
        command.stdout(terminal.try_clone().unwrap()).stderr(terminal).env("TERM", "xterm").spawn().unwrap();
    // The command holds copies of the terminal; reading ends when the child has closed the last of them.
    drop(command);
    let mut shown = Vec::new();
    // Linux tells the end by EIO.
    let _ = File::from(controller).read_to_end(&mut shown);
    child.wait().unwrap();
    String::from_utf8(shown).unwrap()
}

pub(crate) fn pseudoterminal() -> (OwnedFd, OwnedFd) {
    let controller = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&controller).unwrap();
    unlockpt(&controller).unwrap();
    let name = ptsname(controller.as_fd(), Vec::new()).unwrap();
    let terminal = rustix::fs::open(&name, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap();
    (controller, terminal)
}

#[test]
fn colours_are_for_terminals() {
    let application = Application::in_service_mode();
    application.succeed(["enqueue", "A"]);
    let arguments = ["jobs", "list"];
    assert!(!application.succeed(arguments).contains('\x1b'));
    assert!(shown_at_a_terminal(application.command(arguments)).contains("\x1b["));
    let mut command = application.command(arguments);
    command.env("NO_COLOR", "1");
    let plain = shown_at_a_terminal(command);
    assert!(plain.contains("available") && !plain.contains('\x1b'), "{plain:?}");
}

#[test]
fn errors_and_logs_have_no_colours_when_nobody_wants_them() {
    let application = Application::new();
    for arguments in [&["jobs", "show", "nobody"][..], &["run"], &["jobs", "lits"]] {
        assert!(shown_at_a_terminal(application.command(arguments)).contains("\x1b["), "{arguments:?}");
        let mut command = application.command(arguments);
        command.env("NO_COLOR", "1");
        let plain = shown_at_a_terminal(command);
        assert!(!plain.is_empty() && !plain.contains('\x1b'), "{arguments:?}: {plain:?}");
    }
}

#[test]
fn a_table_is_legible_at_a_terminal_that_does_not_know_its_width() {
    let application = Application::in_service_mode();
    let id = application.succeed(["enqueue", "A"]).trim().to_owned();
    for n_columns in [None, Some(100)] {
        let shown = shown_at(application.command(["jobs", "list"]), n_columns);
        assert!(shown.contains(&id) && shown.contains("available"), "{n_columns:?}: {shown:?}");
    }
}

/// A filled part of the bar (indicatif's default characters).
const BAR: char = '█';

#[test]
fn a_change_of_many_jobs_shows_its_progress_at_a_terminal_and_nowhere_else() {
    let application = Application::in_service_mode();
    for _ in 0..3 {
        application.succeed(["enqueue", "A"]);
    }
    let ended = application.egret(["jobs", "cancel", "--all", "--yes"]);
    assert_eq!((ended.status, ended.text().as_str()), (0, "3 jobs cancelled.\n"), "{}", ended.stderr);
    assert!(!ended.stderr.contains(BAR) && !ended.stderr.contains('\x1b'), "a pipe: {:?}", ended.stderr);

    let shown = shown_at_a_terminal(application.command(["jobs", "retry", "--state", "cancelled", "--yes"]));
    let (bar, account) = (shown.find(BAR), shown.find("3 jobs run again."));
    assert!(bar.is_some() && bar < account, "the bar, then the account: {shown:?}");
    assert!(shown.contains("3/3"), "it comes to its end: {shown:?}");
    // What stays on the screen is the account: the line of the bar is cleared before it.
    let last = shown.rfind(BAR).and_then(|place| shown.get(place..)).unwrap();
    assert!(last.contains("\r\x1b[2K"), "the bar goes: {last:?}");

    let shown = shown_at_a_terminal(application.command(["store", "check"]));
    assert!(shown.contains(BAR), "the check of a store shows its progress, too: {shown:?}");
}
