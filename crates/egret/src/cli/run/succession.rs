//! What follows when a service has used up what its limits allow.

use std::os::unix::process::CommandExt as _;
use std::process::Command;

use egret_core::ServiceMode;

use super::super::Failure;
use crate::language::Sentence;
use crate::program::Reexec;
use crate::start::START_RIGHT_VARIABLE;
use crate::systemd::ServiceManager;

/// What follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Succession {
    /// The process ends, and whoever supervises it starts another one.
    Supervised,
    /// It was started on demand: another one is started if jobs wait, by the right to start that an enqueue would use.
    Started,
    /// It starts itself anew in its own place, under the same process id.
    Itself,
}

impl Succession {
    /// What follows for this process.
    pub(super) fn of_process(mode: ServiceMode) -> Self {
        let was_started = std::env::var_os(START_RIGHT_VARIABLE).is_some();
        Self::of(mode, was_started, ServiceManager::supervises_this_process())
    }

    fn of(mode: ServiceMode, was_started: bool, is_supervised: bool) -> Self {
        match mode {
            ServiceMode::OnDemand if was_started => Self::Started,
            // A supervisor does not start anew what ended because nothing waits, and that looks the same.
            ServiceMode::OnDemand => Self::Itself,
            ServiceMode::Service if is_supervised => Self::Supervised,
            ServiceMode::Service => Self::Itself,
        }
    }
}

/// Puts this program, started anew with the same arguments, in the place of this process. Answers only if that fails.
pub(in crate::cli) fn replace_this_process() -> Failure {
    let executable = match Reexec::current().and_then(|reexec| reexec.helper().map(ToOwned::to_owned)) {
        Ok(executable) => executable,
        Err(error) => return error.into(),
    };
    let mut arguments = std::env::args_os();
    let mut command = Command::new(&executable);
    if let Some(name) = arguments.next() {
        command.arg0(name);
    }
    let error = command.args(arguments).env_remove(START_RIGHT_VARIABLE).exec();
    Failure::new(
        Sentence::new("cli-not-run").with("path", executable.display().to_string()).with("error", error.to_string()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_supervised_service_ends_and_any_other_one_finds_a_successor() {
        let of = Succession::of;
        assert_eq!(of(ServiceMode::Service, false, true), Succession::Supervised);
        assert_eq!(of(ServiceMode::Service, false, false), Succession::Itself);
        assert_eq!(of(ServiceMode::OnDemand, true, false), Succession::Started);
        assert_eq!(of(ServiceMode::OnDemand, true, true), Succession::Started);
        assert_eq!(of(ServiceMode::OnDemand, false, true), Succession::Itself);
    }
}
