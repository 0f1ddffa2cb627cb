//! The unit of a service that systemd keeps running.

use std::time::Duration;

use super::escape;
use super::unit::{UnitError, UnitFile, UnitRequest, UnitText, path_line, path_word, unicode};
use crate::config::DEFAULT_SECTION;

/// How long a service may take beyond `shutdown_timeout` until everything is told: a second for jobs that were cancelled,
/// five for programs, ten each for results and for the leave, two for log lines.
const STOP_ALLOWANCE: Duration = Duration::from_secs(35);
/// A store that is migrated to a new version may take this long before the service is ready.
const START_TIMEOUT: &str = "5min";
/// Without a sign of life for this long the service is ended by force and started anew. A loop is taken for stalled after
/// half of it, which must be more than the minute for which a claim waits for somebody else who writes to the store.
const WATCHDOG: &str = "3min";
/// Between an end and the next start.
const RESTART_PAUSE: &str = "1s";

/// One unit, or a template where more than one process is wanted.
pub(crate) fn service_units(request: &UnitRequest) -> Result<Vec<UnitFile>, UnitError> {
    let name = match request.n_instances {
        1 => format!("{}.service", request.name),
        _ => format!("{}@.service", request.name),
    };
    let mut text = UnitText::new(&name);
    unit_section(&mut text, request)?;
    // A store that restarts for minutes must not leave the service down, nor `max_jobs` count as a crash loop.
    text.set("StartLimitIntervalSec", 0);

    text.section("Service");
    text.set("Type", "notify");
    text.set("NotifyAccess", "main");
    text.set("ExecStart", command(request, "service")?);
    text.set("ExecReload", "/bin/kill -HUP $MAINPID");
    text.set("Restart", "always");
    text.set("RestartSec", RESTART_PAUSE);
    text.comment("A command line that cannot be understood does not become better by trying again.");
    text.set("RestartPreventExitStatus", 2);
    text.set("TimeoutStartSec", START_TIMEOUT);
    text.comment("Fed by the loops of the service, not by its jobs.");
    text.set("WatchdogSec", WATCHDOG);
    process_lines(&mut text, request)?;

    text.section("Install");
    text.set("WantedBy", "multi-user.target");
    Ok(vec![text.into_file(name)])
}

/// What every unit of a service begins with.
pub(super) fn unit_section(text: &mut UnitText, request: &UnitRequest) -> Result<(), UnitError> {
    text.section("Unit");
    let number = if request.n_instances > 1 { " %i" } else { "" };
    let section = match request.section.section.as_str() {
        DEFAULT_SECTION => String::new(),
        section => format!(" of the section {}", escape::line(section)?),
    };
    text.set("Description", format_args!("Egret job service{number}{section}"));
    let after: Vec<&str> = std::iter::once("network.target").chain(request.store_units.iter().copied()).collect();
    text.set("After", after.join(" "));
    text.set("RequiresMountsFor", path_word(&request.root)?);
    Ok(())
}

/// The command: the program itself, with no shell between it and the signals of systemd.
pub(super) fn command(request: &UnitRequest, mode: &str) -> Result<String, UnitError> {
    // Source: systemd 252, `config_parse_exec` in src/core/load-fragment.c, "Executable name contains special characters".
    if unicode(&request.executable)?.contains(['"', '\'', '\\']) {
        return Err(UnitError::Program { path: request.executable.clone() });
    }
    let mut words = vec![path_word(&request.executable)?, "run".into(), "--mode".into(), mode.into()];
    if request.section.section != DEFAULT_SECTION {
        words.extend(["--section".to_owned(), escape::argument(&request.section.section)?]);
    }
    Ok(words.join(" "))
}

/// As whom and where the process runs, how it is stopped, and what it may do.
pub(super) fn process_lines(text: &mut UnitText, request: &UnitRequest) -> Result<(), UnitError> {
    text.set("User", escape::line(&request.user)?);
    text.set("WorkingDirectory", path_line(&request.root)?);
    text.set("Environment", escape::word(&format!("EGRET_ROOT={}", unicode(&request.root)?))?);
    text.set("Environment", escape::word(&format!("EGRET_ENV={}", request.environment))?);
    if let Some(url) = &request.url {
        text.set("Environment", escape::word(&format!("EGRET_URL={url}"))?);
    }
    text.comment("For what belongs into no unit, such as a password in EGRET_URL; may be missing.");
    text.set("EnvironmentFile", format_args!("-/etc/default/{}", escape::line(&request.name)?));
    text.comment(
        "The service alone is told to stop and lets its jobs finish, programs included; what is left is killed.",
    );
    text.set("KillMode", "mixed");
    text.set("TimeoutStopSec", (request.section.shutdown_timeout + STOP_ALLOWANCE).as_secs());
    text.comment("A program that the kernel ends for want of memory takes neither the service nor other jobs along.");
    text.set("OOMPolicy", "continue");
    memory_lines(text, request);
    hardening_lines(text, request)
}

/// `max_memory` makes the service replace itself within a second, and its jobs may still finish. So the limit that kills
/// is twice as high; it also covers programs that jobs run and pages that the kernel caches for them.
fn memory_lines(text: &mut UnitText, request: &UnitRequest) {
    let Some(max_memory) = request.section.max_memory else { return };
    let limit = max_memory.saturating_mul(2);
    let all = limit.saturating_mul(u64::from(request.n_instances));
    text.comment(&format!(
        "Twice `max_memory`, with the programs that jobs run. {} together: at most {} MiB.",
        if request.n_instances == 1 { "All processes" } else { "All instances" },
        all.div_ceil(1 << 20)
    ));
    text.set("MemoryMax", limit);
}

/// What does not get into the way of jobs that are programs: they may call sudo or sendmail, which every setting that
/// implies `NoNewPrivileges=` would break, and share `/tmp` and homes with the application that enqueues them.
fn hardening_lines(text: &mut UnitText, request: &UnitRequest) -> Result<(), UnitError> {
    text.comment("Nothing here forbids what jobs that are programs commonly do; stricter lines go into a drop-in.");
    text.set("ProtectSystem", "full");
    text.set("ProtectControlGroups", "yes");
    let folders = std::iter::once(&request.root).chain(&request.store_folder);
    let words: Vec<String> =
        folders.map(|folder| escape::word(&format!("-{}", unicode(folder)?))).collect::<Result<_, _>>()?;
    text.set("ReadWritePaths", words.join(" "));
    Ok(())
}
