//! Colours: at a terminal only, and not when nobody wants them.

use std::fs::File;
use std::io::Read as _;
use std::os::fd::{AsFd as _, OwnedFd};
use std::process::Command;

use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use crate::application::Application;

/// Runs a command with a terminal as its standard output and error, and answers what was shown on it.
fn shown_at_a_terminal(mut command: Command) -> String {
    let (controller, terminal) = pseudoterminal();
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
