//! What these tests need that not every machine gives.

use std::path::Path;
use std::process::{Command, Stdio};

/// What is lacking here, if anything.
pub(crate) fn lacking() -> Option<String> {
    if !rustix::process::geteuid().is_root() {
        return Some("only root starts a systemd of its own".to_owned());
    }
    if !Path::new("/lib/systemd/systemd").exists() {
        return Some("systemd is not installed".to_owned());
    }
    let words = ["--pid", "--mount", "--cgroup", "--net", "--uts", "--ipc", "--fork", "--propagation", "private", "--"];
    if !succeeds(Command::new("unshare").args(words).args(["mount", "-t", "tmpfs", "tmpfs", "/mnt"])) {
        return Some("namespaces cannot be made".to_owned());
    }
    if !succeeds(Command::new("sh").args(["-c", "test -w \"$(findmnt -fnt cgroup2 -o TARGET)/cgroup.procs\""])) {
        return Some("there are no control groups of version 2".to_owned());
    }
    None
}

fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}
