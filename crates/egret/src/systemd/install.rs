//! Writing unit files.

use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::unit::MARK;
use super::{UnitError, UnitFile};

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    /// It is new.
    Created,
    /// It said something else before.
    Changed,
    /// It said the same before.
    Unchanged,
}

/// Writes the file into the folder, which must be there: whole, or not at all.
///
/// # Errors
/// There is a file of the name that was not written here, or the system refuses.
pub(crate) fn install(unit: &UnitFile, folder: &Path) -> Result<(PathBuf, Outcome), UnitError> {
    let path = folder.join(&unit.name);
    let failed = |source| UnitError::Io { path: path.clone(), source };
    let outcome = match fs::read_to_string(&path) {
        Ok(text) if text == unit.text => Outcome::Unchanged,
        Ok(text) if text.starts_with(MARK) => Outcome::Changed,
        Ok(_) => return Err(UnitError::Foreign { path }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Outcome::Created,
        Err(error) => return Err(failed(error)),
    };
    if outcome != Outcome::Unchanged {
        write(&folder.join(format!(".{}.new", unit.name)), &path, &unit.text).map_err(failed)?;
    }
    Ok((path, outcome))
}

fn write(draft: &Path, path: &Path, text: &str) -> io::Result<()> {
    let written = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o644)
        .open(draft)
        .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(draft, path));
    if written.is_err() {
        let _ = fs::remove_file(draft);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(text: &str) -> UnitFile {
        UnitFile { name: "egret-job.service".into(), text: format!("{MARK}\n{text}") }
    }

    #[test]
    fn writes_over_its_own_files_only() {
        let folder = tempfile::tempdir().unwrap();
        let outcome = |unit: &UnitFile| install(unit, folder.path()).map(|(_, outcome)| outcome);
        assert_eq!(outcome(&unit("a")).unwrap(), Outcome::Created);
        assert_eq!(outcome(&unit("a")).unwrap(), Outcome::Unchanged);
        assert_eq!(outcome(&unit("b")).unwrap(), Outcome::Changed);
        let path = folder.path().join("egret-job.service");
        fs::write(&path, "[Service]\n").unwrap();
        assert!(matches!(outcome(&unit("b")), Err(UnitError::Foreign { .. })));
        assert_eq!(fs::read_to_string(&path).unwrap(), "[Service]\n");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no draft is left");
    }
}
