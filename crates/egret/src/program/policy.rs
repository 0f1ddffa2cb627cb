//! What programs jobs may run.

use std::path::{Path, PathBuf};

use egret_core::Origin;

use super::{ProgramArguments, StoreFileProblem, check_store_file};
use crate::config::ExecPolicy;

/// What may be run: decided paths, so that nothing is searched or resolved a second time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permit {
    /// What is executed: a path of the list, else `argv[0]` as it is, which may be searched in `PATH`.
    pub program: PathBuf,
    /// The working folder.
    pub folder: PathBuf,
}

/// Why a program may not run, with the remedy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// There is no list, and the job was not enqueued by the command line or the application.
    #[error(
        "a program of origin `{}` runs only when `exec.allow` in config/job.yml lists it",
        .0.as_str()
    )]
    Origin(Origin),
    /// There is no list, and the store is not a file on this machine.
    #[error("programs from a store that is no local file run only when `exec.allow` in config/job.yml lists them")]
    NoStoreFile,
    /// There is no list, and somebody else can write the store.
    #[error(
        "programs run without a list only from a store that nobody else can write, but {0}; \
         or list them under `exec.allow` in config/job.yml"
    )]
    StoreFile(StoreFileProblem),
    /// The list does not have the program.
    #[error(
        "`{0}` is not listed under `exec.allow` in config/job.yml; the job must name a listed path as it stands there"
    )]
    Program(String),
    /// A variable may not be set.
    #[error("the variable `{0}` is not listed under `exec.env` in config/job.yml")]
    Variable(String),
    /// The working folder is not among those allowed.
    #[error("the folder `{0}` does not lie below a folder listed under `exec.dirs` in config/job.yml")]
    Folder(PathBuf),
}

/// Judges whether a job may run its program.
///
/// Where an operator wrote the list `exec.allow`, it decides alone: `argv[0]` must be one of its absolute paths, variables
/// must be in `exec.env`, a working folder must lie below one of `exec.dirs`, links resolved. Without a list everything may
/// run that a person with a shell or the application asked for: the origin must be the command line or the application,
/// and the store a file that only this user and root can write ([`check_store_file`]), so that the origin can be believed.
///
/// # Errors
/// Why not, for the operator.
pub fn permit(
    arguments: &ProgramArguments,
    policy: &ExecPolicy,
    origin: Origin,
    store_file: Option<&Path>,
    application_folder: &Path,
) -> Result<Permit, Refusal> {
    match &policy.allow {
        Some(allowed) => permit_listed(arguments, allowed, policy, application_folder),
        None => permit_trusted(arguments, origin, store_file, application_folder),
    }
}

fn permit_listed(
    arguments: &ProgramArguments,
    allowed: &[PathBuf],
    policy: &ExecPolicy,
    application_folder: &Path,
) -> Result<Permit, Refusal> {
    let name = arguments.argv.first().map_or("", String::as_str);
    // The text itself is compared: two spellings of one path can be two files, once links are involved.
    let program = allowed.iter().find(|path| path.is_absolute() && path.as_os_str() == name);
    let program = program.ok_or_else(|| Refusal::Program(name.to_owned()))?.clone();
    if let Some((name, _)) = arguments.env.iter().find(|(name, _)| !policy.env.contains(name)) {
        return Err(Refusal::Variable(name.clone()));
    }
    let folder = match &arguments.dir {
        None => application_folder.to_owned(),
        Some(dir) => listed_folder(&application_folder.join(dir), &policy.dirs)?,
    };
    Ok(Permit { program, folder })
}

/// The folder with its links resolved, so that what was judged is what is entered.
fn listed_folder(folder: &Path, allowed: &[PathBuf]) -> Result<PathBuf, Refusal> {
    let refused = || Refusal::Folder(folder.to_owned());
    let resolved = folder.canonicalize().map_err(|_| refused())?;
    let is_listed =
        allowed.iter().any(|allowed| allowed.canonicalize().is_ok_and(|allowed| resolved.starts_with(allowed)));
    if is_listed { Ok(resolved) } else { Err(refused()) }
}

fn permit_trusted(
    arguments: &ProgramArguments,
    origin: Origin,
    store_file: Option<&Path>,
    application_folder: &Path,
) -> Result<Permit, Refusal> {
    if !matches!(origin, Origin::Application | Origin::CommandLine) {
        return Err(Refusal::Origin(origin));
    }
    check_store_file(store_file.ok_or(Refusal::NoStoreFile)?).map_err(Refusal::StoreFile)?;
    let program = arguments.argv.first().map(PathBuf::from).unwrap_or_default();
    let folder = match &arguments.dir {
        None => application_folder.to_owned(),
        Some(dir) => application_folder.join(dir),
    };
    Ok(Permit { program, folder })
}

#[cfg(test)]
mod tests {
    use std::fs::Permissions;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    struct Case {
        root: tempfile::TempDir,
        policy: ExecPolicy,
        arguments: ProgramArguments,
    }

    impl Case {
        fn new(argv0: &str) -> Self {
            let root = tempfile::tempdir().unwrap();
            let store = root.path().join("egret.db");
            std::fs::write(&store, "").unwrap();
            std::fs::set_permissions(&store, Permissions::from_mode(0o600)).unwrap();
            let arguments = ProgramArguments { argv: vec![argv0.to_owned()], ..ProgramArguments::default() };
            Self { root, policy: ExecPolicy::default(), arguments }
        }

        fn store(&self) -> PathBuf {
            self.root.path().join("egret.db")
        }

        fn judge(&self, origin: Origin) -> Result<Permit, Refusal> {
            permit(&self.arguments, &self.policy, origin, Some(&self.store()), self.root.path())
        }
    }

    #[test]
    fn without_a_list_the_command_line_and_the_application_may_run_anything() {
        let mut case = Case::new("ls");
        case.arguments.env.push(("ANY".into(), "thing".into()));
        for origin in [Origin::Application, Origin::CommandLine] {
            let permit = case.judge(origin).unwrap();
            assert_eq!(permit, Permit { program: "ls".into(), folder: case.root.path().to_owned() });
        }
        case.arguments.dir = Some("sub".into());
        assert_eq!(case.judge(Origin::CommandLine).unwrap().folder, case.root.path().join("sub"));
        case.arguments.dir = Some("/srv".into());
        assert_eq!(case.judge(Origin::CommandLine).unwrap().folder, Path::new("/srv"));
    }

    #[test]
    fn without_a_list_nobody_else_may_run_anything() {
        let case = Case::new("ls");
        for origin in [Origin::Console, Origin::Unknown] {
            assert_eq!(case.judge(origin), Err(Refusal::Origin(origin)));
        }
        let no_file = permit(&case.arguments, &case.policy, Origin::CommandLine, None, case.root.path());
        assert_eq!(no_file, Err(Refusal::NoStoreFile));
        std::fs::set_permissions(case.store(), Permissions::from_mode(0o622)).unwrap();
        let refusal = case.judge(Origin::CommandLine).unwrap_err();
        assert_eq!(refusal, Refusal::StoreFile(StoreFileProblem::WritableByAll(case.store())));
        let message = refusal.to_string();
        assert!(message.contains("chmod go-w") && message.contains("exec.allow"), "{message}");
    }

    #[test]
    fn a_list_decides_alone_whatever_the_origin_and_the_store() {
        let mut case = Case::new("/bin/ls");
        std::fs::set_permissions(case.store(), Permissions::from_mode(0o666)).unwrap();
        case.policy.allow = Some(vec!["/bin/true".into(), "/bin/ls".into()]);
        for origin in [Origin::Console, Origin::Unknown, Origin::CommandLine, Origin::Application] {
            assert_eq!(case.judge(origin).unwrap().program, Path::new("/bin/ls"));
        }
        for other in ["ls", "/bin/../bin/ls", "/bin//ls", "/bin/./ls", "/bin/ls/", "/usr/bin/ls", "", "./ls"] {
            case.arguments.argv = vec![other.to_owned()];
            assert_eq!(case.judge(Origin::CommandLine), Err(Refusal::Program(other.to_owned())), "{other}");
        }
        case.policy.allow = Some(Vec::new());
        case.arguments.argv = vec!["/bin/ls".to_owned()];
        assert_eq!(case.judge(Origin::CommandLine), Err(Refusal::Program("/bin/ls".to_owned())));
        // A list that was not read from a file could hold anything.
        case.policy.allow = Some(vec!["ls".into()]);
        case.arguments.argv = vec!["ls".to_owned()];
        assert_eq!(case.judge(Origin::CommandLine), Err(Refusal::Program("ls".to_owned())));
    }

    #[test]
    fn with_a_list_variables_must_be_listed_too() {
        let mut case = Case::new("/bin/ls");
        case.policy.allow = Some(vec!["/bin/ls".into()]);
        case.policy.env = vec!["LANG".into()];
        case.arguments.env = vec![("LANG".into(), "C".into())];
        assert!(case.judge(Origin::Console).is_ok());
        case.arguments.env.push(("LD_PRELOAD".into(), "x.so".into()));
        assert_eq!(case.judge(Origin::CommandLine), Err(Refusal::Variable("LD_PRELOAD".into())));
    }

    #[test]
    fn with_a_list_the_folder_must_lie_below_a_listed_one() {
        let mut case = Case::new("/bin/ls");
        let root = case.root.path().canonicalize().unwrap();
        for folder in ["work/inner", "workshop", "secret"] {
            std::fs::create_dir_all(root.join(folder)).unwrap();
        }
        symlink("../secret", root.join("work/link")).unwrap();
        case.policy.allow = Some(vec!["/bin/ls".into()]);
        case.policy.dirs = vec![root.join("work")];
        assert_eq!(case.judge(Origin::Console).unwrap().folder, case.root.path());
        for (dir, folder) in [("work", "work"), ("work/inner", "work/inner"), ("secret/../work", "work")] {
            case.arguments.dir = Some(dir.to_owned());
            assert_eq!(case.judge(Origin::Console).unwrap().folder, root.join(folder), "{dir}");
        }
        for dir in ["workshop", "secret", "work/link", "work/..", "work/none", "/", "."] {
            case.arguments.dir = Some(dir.to_owned());
            assert!(matches!(case.judge(Origin::CommandLine), Err(Refusal::Folder(_))), "{dir}");
        }
        case.policy.dirs.clear();
        case.arguments.dir = Some("work".to_owned());
        assert!(matches!(case.judge(Origin::CommandLine), Err(Refusal::Folder(_))));
    }
}
