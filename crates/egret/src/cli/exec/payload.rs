//! The payload of a job that runs a program.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use egret_core::JobData;
use serde_json::value::RawValue;

use super::super::Failure;
use crate::config::ExecPolicy;
use crate::language::Sentence;
use crate::program::{PROGRAM_CLASS, ProgramArguments};

/// A program to be run.
pub(super) struct Order {
    pub(super) program: Vec<OsString>,
    /// Where it is to run; `None` when the current folder has gone.
    pub(super) folder: Option<PathBuf>,
    pub(super) timeout: Option<Duration>,
}

impl Order {
    /// The job.
    ///
    /// # Errors
    /// An argument is not UTF-8, so that no payload can hold it.
    pub(super) fn into_job(self, policy: &ExecPolicy) -> Result<JobData, Failure> {
        let folder = self.folder.filter(|folder| may_name(folder, policy));
        let arguments = ProgramArguments {
            argv: self.program.into_iter().enumerate().map(utf8).collect::<Result<_, _>>()?,
            // A folder whose name no payload can hold: the program runs in the application's.
            dir: folder.and_then(|folder| folder.into_os_string().into_string().ok()),
            timeout: self.timeout,
            ..ProgramArguments::default()
        };
        let mut job = JobData::new(PROGRAM_CLASS);
        job.arguments = RawValue::from_string(arguments.to_json()).map_err(|error| Failure::of(&error))?;
        Ok(job)
    }
}

fn utf8((index, word): (usize, OsString)) -> Result<String, Failure> {
    word.into_string().map_err(|word| {
        Failure::usage(match index {
            0 => Sentence::new("cli-program-not-utf8").with("word", word.display().to_string()),
            _ => Sentence::new("cli-argument-not-utf8")
                .with("number", index.to_string())
                .with("word", word.display().to_string()),
        })
    })
}

/// Whether a job may name the folder: where an operator listed the programs that may run, only listed folders may be
/// named, and a job that names another one would be refused for nothing.
fn may_name(folder: &Path, policy: &ExecPolicy) -> bool {
    policy.allow.is_none() || policy.dirs.iter().any(|allowed| folder.starts_with(allowed))
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStringExt as _;

    use super::*;

    fn order(program: &[&str]) -> Order {
        Order {
            program: program.iter().map(OsString::from).collect(),
            folder: Some("/srv/app/in".into()),
            timeout: None,
        }
    }

    fn policy(allow: Option<&[&str]>, dirs: &[&str]) -> ExecPolicy {
        ExecPolicy {
            allow: allow.map(|paths| paths.iter().map(PathBuf::from).collect()),
            dirs: dirs.iter().map(PathBuf::from).collect(),
            ..ExecPolicy::default()
        }
    }

    #[test]
    fn holds_program_folder_and_time() {
        let mut order = order(&["sh", "-c", "echo 鷺"]);
        order.timeout = Some(Duration::from_millis(1_500));
        let job = order.into_job(&policy(None, &[])).unwrap();
        assert_eq!(job.job_class, "Egret::Command");
        assert_eq!(job.arguments.get(), r#"[{"argv":["sh","-c","echo 鷺"],"dir":"/srv/app/in","timeout":1.5}]"#);
    }

    #[test]
    fn names_no_folder_that_the_list_forbids() {
        for (policy, dir) in [
            (policy(Some(&["/bin/sh"]), &[]), false),
            (policy(Some(&["/bin/sh"]), &["/srv/app"]), true),
            (policy(Some(&["/bin/sh"]), &["/srv/ap"]), false),
            (policy(None, &["/other"]), true),
        ] {
            let job = order(&["/bin/sh"]).into_job(&policy).unwrap();
            assert_eq!(job.arguments.get().contains("\"dir\""), dir, "{policy:?}");
        }
    }

    #[test]
    fn refuses_what_json_cannot_hold() {
        let mut order = order(&["echo"]);
        order.program.push(OsString::from_vec(vec![0xff]));
        let failure = order.into_job(&policy(None, &[])).unwrap_err();
        assert!(failure.to_string().starts_with("argument 1, "), "{failure}");
    }
}
