//! A machine that systemd runs, with an application on it.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use egret_scenarios::application::succeeded;
use egret_scenarios::jobs::gate;
use egret_scenarios::ledger::Ledger;
use egret_scenarios::patience::{PATIENCE, holds, wait_for};
use serde_json::Value;
use tempfile::TempDir;

/// The program under test, as the machine knows it.
pub(crate) const PROGRAM: &str = "/opt/egret/egret";
/// The application's folder, as the machine knows it.
const ROOT: &str = "/srv/app";
/// As whom the application runs. Not a number that means somebody on the machine below.
const USER_ID: u32 = 61_234;
/// Where a distribution keeps its units, and what it starts by itself.
const UNITS: &str = "/usr/lib/systemd/system";

/// A machine, on until it goes out of scope.
#[derive(Debug)]
pub(crate) struct Machine {
    disk: TempDir,
    power: Option<Power>,
}

/// A machine that is on.
#[derive(Debug)]
struct Power {
    /// The process that waits for the machine's first one.
    outside: Child,
    /// The machine's first process, by its number on the machine below.
    first: u32,
    /// The root of its control groups, by the path there.
    group: PathBuf,
}

impl Machine {
    /// Starts one with an application of this `config/job.yml`.
    pub(crate) fn new(configuration: &str) -> Self {
        let machine = Self { disk: install_disk(configuration), power: None };
        machine.started()
    }

    /// Switches it on again.
    fn started(mut self) -> Self {
        self.power = Some(Power::on(self.disk.path()));
        wait_for("systemd to have started", || {
            let output = self.command("systemctl").arg("is-system-running").output().unwrap();
            let state = String::from_utf8_lossy(&output.stdout).trim().to_owned();
            holds(state == "running", || format!("{state}; {}", self.quiet(&["systemctl", "--failed"])))
        });
        self
    }

    /// Shuts it down in good order, and starts it again.
    pub(crate) fn reboot(mut self) -> Self {
        // It may end before it has answered.
        let _ = self.command("systemctl").args(["--force", "poweroff"]).output();
        self.power.take().expect("the machine is on").wait();
        self.started()
    }

    /// As if somebody pulled the plug, and put it back.
    pub(crate) fn lose_power(mut self) -> Self {
        drop(self.power.take());
        self.started()
    }

    /// Runs a command as root, which must succeed, and answers what it wrote to standard output.
    pub(crate) fn root(&self, words: &[&str]) -> String {
        let mut command = self.command(words[0]);
        command.args(&words[1..]);
        succeeded(command)
    }

    /// Runs the program under test as the application's user.
    pub(crate) fn egret(&self, words: &[&str]) -> String {
        let user = USER_ID.to_string();
        let mut command = self.command("setpriv");
        command.args(["--reuid", &user, "--regid", &user, "--clear-groups", "--", PROGRAM]).args(words);
        succeeded(command)
    }

    /// The same, for what writes JSON.
    pub(crate) fn json(&self, words: &[&str]) -> Value {
        serde_json::from_str(&self.egret(words)).unwrap()
    }

    /// Enqueues a job `Sleep`, and answers its id.
    pub(crate) fn enqueue_sleep(&self, milliseconds: u64) -> String {
        let arguments = serde_json::json!({ "file": format!("{ROOT}/ledger"), "milliseconds": milliseconds });
        self.egret(&["enqueue", "Sleep", &arguments.to_string()]).trim().to_owned()
    }

    /// Enqueues a job `Hold`, which runs until the gate is open, and answers its id.
    pub(crate) fn enqueue_held(&self) -> String {
        let arguments = serde_json::json!({ "file": format!("{ROOT}/ledger") }).to_string();
        self.egret(&["enqueue", "Hold", &arguments]).trim().to_owned()
    }

    /// Lets jobs end that hold.
    pub(crate) fn open_gate(&self) {
        fs::write(gate(self.ledger().path()), "").unwrap();
    }

    /// Enqueues a job `Append` with these options besides, and answers its id.
    pub(crate) fn enqueue_append(&self, options: &[&str]) -> String {
        let arguments = serde_json::json!({ "file": format!("{ROOT}/ledger") }).to_string();
        self.egret(&[&["enqueue", "Append", arguments.as_str()], options].concat()).trim().to_owned()
    }

    /// What the jobs wrote.
    pub(crate) fn ledger(&self) -> Ledger {
        Ledger::new(self.disk.path().join("app/ledger"))
    }

    /// Writes a file on its disk, by its path there without the first `/`.
    pub(crate) fn write(&self, path: &str, text: &str) -> PathBuf {
        let path = self.disk.path().join(path.replace("srv/app", "app"));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    /// A property of a unit.
    pub(crate) fn property(&self, unit: &str, name: &str) -> String {
        self.root(&["systemctl", "show", "--value", "--property", name, unit]).trim().to_owned()
    }

    /// Waits until a property of a unit is as it should be.
    pub(crate) fn wait_for_property(&self, unit: &str, name: &str, is_right: impl Fn(&str) -> bool) -> String {
        wait_for(&format!("another {name} of {unit}"), || {
            let value = self.property(unit, name);
            if is_right(&value) {
                return Ok(value);
            }
            Err(format!("{value}; {}", self.quiet(&["systemctl", "status", "--no-pager", unit])))
        })
    }

    /// Waits until so many services are alive by the status.
    pub(crate) fn wait_for_services(&self, count: usize) {
        wait_for("the count of services in the status", || {
            let status = self.json(&["status", "--json"]);
            holds(status["item"]["current_count"] == count, || status.to_string())
        });
    }

    /// What a command says, whether or not it succeeds.
    fn quiet(&self, words: &[&str]) -> String {
        let output = self.command(words[0]).args(&words[1..]).output().unwrap();
        String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
    }

    fn command(&self, program: &str) -> Command {
        let first = self.power.as_ref().expect("the machine is on").first.to_string();
        let mut command = Command::new("nsenter");
        command.args(["--target", &first, "--all", "--", "env", "--chdir", ROOT, program]);
        command.env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").env("EGRET_ROOT", ROOT).stdin(Stdio::null());
        command
    }
}

impl Power {
    fn on(disk: &Path) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/systemd/machine.sh");
        let mut outside = Command::new(script)
            .args([disk, Path::new(env!("CARGO_BIN_EXE_scenario-app"))])
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let first = wait_for("the machine's first process", || {
            assert_eq!(outside.try_wait().unwrap(), None, "the machine ended");
            let pid = outside.id();
            let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
            let first = children.split_ascii_whitespace().next().and_then(|pid| pid.parse().ok());
            first.filter(|pid| is_systemd(*pid)).ok_or(children)
        });
        let group = control_group(outside.id());
        Self { outside, first, group }
    }

    /// Waits until it is off.
    fn wait(mut self) {
        wait_for("the end of the machine", || self.outside.try_wait().unwrap().ok_or_else(String::new));
    }
}

impl Drop for Power {
    fn drop(&mut self) {
        // The kernel ends the machine's first process, and with it all others.
        let _ = self.outside.kill();
        let _ = self.outside.wait();
        // Whoever is killed is gone a moment later.
        let deadline = Instant::now() + PATIENCE;
        while self.group.exists() && Instant::now() < deadline {
            remove_groups(&self.group);
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}

fn is_systemd(pid: u32) -> bool {
    fs::read_to_string(format!("/proc/{pid}/comm")).is_ok_and(|name| name.trim() == "systemd")
}

fn control_group(pid: u32) -> PathBuf {
    let groups = fs::read_to_string(format!("/proc/{pid}/cgroup")).unwrap();
    let path = groups.lines().find_map(|line| line.strip_prefix("0::/")).unwrap();
    let mounts = fs::read_to_string("/proc/self/mounts").unwrap();
    let mount =
        mounts.lines().map(|line| line.split(' ').collect::<Vec<_>>()).find(|words| words[2] == "cgroup2").unwrap();
    Path::new(mount[1]).join(path)
}

/// Groups without processes; inner ones first.
fn remove_groups(group: &Path) {
    for entry in fs::read_dir(group).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            remove_groups(&entry.path());
        }
    }
    let _ = fs::remove_dir(group);
}

/// What outlives the machine: its settings and the application's folder.
fn install_disk(configuration: &str) -> TempDir {
    let disk = tempfile::Builder::new().prefix("egret-machine.").tempdir().unwrap();
    fs::set_permissions(disk.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let write = |name: &str, text: &str| fs::write(disk.path().join(name), text).unwrap();
    for folder in ["root", "etc/systemd/system", "etc/default", "app/config"] {
        fs::create_dir_all(disk.path().join(folder)).unwrap();
    }
    write("etc/machine-id", "0123456789abcdef0123456789abcdef\n");
    write("etc/passwd", &format!("root:x:0:0::/root:/bin/sh\njobs:x:{USER_ID}:{USER_ID}::/srv/app:/bin/sh\n"));
    write("etc/group", &format!("root:x:0:\njobs:x:{USER_ID}:\n"));
    for unit in units_of_the_distribution() {
        std::os::unix::fs::symlink("/dev/null", disk.path().join("etc/systemd/system").join(unit)).unwrap();
    }
    write("app/config/job.yml", configuration);
    for path in ["app", "app/config", "app/config/job.yml"] {
        std::os::unix::fs::chown(disk.path().join(path), Some(USER_ID), Some(USER_ID)).unwrap();
    }
    disk
}

/// What a distribution starts by itself, but for the targets and the journal: nobody needs it here.
fn units_of_the_distribution() -> BTreeSet<OsString> {
    let folders = fs::read_dir(UNITS).unwrap().map(|entry| entry.unwrap().path());
    let wanted = folders.filter(|path| path.extension().is_some_and(|ending| ending == "wants"));
    let units = wanted.flat_map(|folder| fs::read_dir(folder).unwrap()).map(|entry| entry.unwrap().file_name());
    let is_needed =
        |name: &str| name.ends_with(".target") || (name.starts_with("systemd-journald") && !name.contains("audit"));
    units.filter(|name| !is_needed(&name.to_string_lossy())).collect()
}
