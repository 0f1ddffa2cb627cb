//! Whether nobody but this user and root can write a store.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::fmt;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Component, Path, PathBuf};

use egret_core::shell::quoted;

/// Links that are followed on the way to a file; as many as Linux follows (path_resolution(7)).
const MAX_LINKS: usize = 40;
const WRITABLE_BY_GROUP: u32 = 0o020;
const WRITABLE_BY_OTHERS: u32 = 0o002;
const STICKY: u32 = 0o1000;

/// Why somebody else may be able to write a store: change its jobs, or put another file in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreFileProblem {
    /// This folder or file belongs to another user.
    OwnedBy(PathBuf, u32),
    /// Its group may write this folder or file.
    WritableByGroup(PathBuf),
    /// Everybody may write this folder or file.
    WritableByAll(PathBuf),
    /// It cannot be looked at.
    Unreadable(PathBuf, String),
}

impl fmt::Display for StoreFileProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OwnedBy(path, owner) => write!(formatter, "`{}` belongs to the user {owner}", path.display()),
            Self::WritableByGroup(path) => {
                let (shown, typed) = (path.display(), quoted(path.display()));
                write!(formatter, "`{shown}` can be written by its group (remedy: `chmod g-w {typed}`)")
            }
            Self::WritableByAll(path) => {
                let (shown, typed) = (path.display(), quoted(path.display()));
                write!(formatter, "`{shown}` can be written by everybody (remedy: `chmod go-w {typed}`)")
            }
            Self::Unreadable(path, error) => write!(formatter, "`{}` cannot be looked at: {error}", path.display()),
        }
    }
}

/// Whether only this user and root can write the file: the file itself, each folder above it up to the root, and the
/// same for every symbolic link on the way.
///
/// A sticky folder such as `/tmp` is no hole, since only owners remove or replace entries of it, and every entry on the
/// way must be ours or root's. Permissions beyond the mode bits (ACLs, capabilities) are not looked at.
///
/// # Errors
/// The first folder or file on the way that somebody else can write.
pub fn check_store_file(file: &Path) -> Result<(), StoreFileProblem> {
    let me = rustix::process::geteuid().as_raw();
    let unreadable = |error: io::Error| StoreFileProblem::Unreadable(file.to_owned(), error.to_string());
    let entries = std::path::absolute(file).and_then(|file| entries_to(&file)).map_err(unreadable)?;
    entries.iter().find_map(|entry| entry.problem(me)).map_or(Ok(()), Err)
}

/// A folder, a file or a link on the way to a file.
#[derive(Debug)]
struct Entry {
    path: PathBuf,
    owner: u32,
    mode: u32,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Folder,
    Link,
    File,
}

impl Entry {
    fn of(path: &Path) -> io::Result<Self> {
        let metadata = std::fs::symlink_metadata(path)?;
        let kind = match metadata.file_type() {
            kind if kind.is_symlink() => Kind::Link,
            kind if kind.is_dir() => Kind::Folder,
            _ => Kind::File,
        };
        Ok(Self { path: path.to_owned(), owner: metadata.uid(), mode: metadata.mode(), kind })
    }

    fn problem(&self, me: u32) -> Option<StoreFileProblem> {
        if self.owner != me && self.owner != 0 {
            return Some(StoreFileProblem::OwnedBy(self.path.clone(), self.owner));
        }
        let is_protected = match self.kind {
            Kind::Link => true,
            Kind::Folder => self.mode & STICKY != 0,
            Kind::File => false,
        };
        if is_protected {
            return None;
        }
        if self.mode & WRITABLE_BY_OTHERS != 0 {
            return Some(StoreFileProblem::WritableByAll(self.path.clone()));
        }
        (self.mode & WRITABLE_BY_GROUP != 0).then(|| StoreFileProblem::WritableByGroup(self.path.clone()))
    }
}

/// Everything that the kernel goes through on the way to an absolute path, from the root on, links resolved one by one.
fn entries_to(file: &Path) -> io::Result<Vec<Entry>> {
    let mut current = PathBuf::from("/");
    let mut entries = vec![Entry::of(&current)?];
    let mut rest: VecDeque<OsString> = components(file).collect();
    let mut n_links = 0;
    while let Some(name) = rest.pop_front() {
        if name == ".." {
            // What is resolved so far holds no link, so that its parent is what the kernel means.
            current.pop();
            continue;
        }
        let path = current.join(name);
        let entry = Entry::of(&path)?;
        if entry.kind == Kind::Link {
            n_links += 1;
            if n_links > MAX_LINKS {
                return Err(io::Error::other("too many symbolic links"));
            }
            let target = std::fs::read_link(&path)?;
            if target.is_absolute() {
                current = PathBuf::from("/");
            }
            components(&target).rev().for_each(|name| rest.push_front(name));
        } else {
            current = path;
        }
        entries.push(entry);
    }
    Ok(entries)
}

fn components(path: &Path) -> impl DoubleEndedIterator<Item = OsString> {
    path.components().filter_map(|component| match component {
        Component::Normal(name) => Some(name.to_owned()),
        Component::ParentDir => Some("..".into()),
        Component::RootDir | Component::CurDir | Component::Prefix(_) => None,
    })
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    /// A store in a private folder below the sticky `/tmp`.
    fn store() -> (tempfile::TempDir, PathBuf) {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("var");
        fs::create_dir(&folder).unwrap();
        chmod(&folder, 0o700);
        let file = folder.join("egret.db");
        fs::write(&file, "").unwrap();
        chmod(&file, 0o600);
        (root, file)
    }

    fn chmod(path: &Path, mode: u32) {
        fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn a_private_file_below_a_sticky_folder_is_ours() {
        let (_root, file) = store();
        assert_eq!(check_store_file(&file), Ok(()));
    }

    #[test]
    fn a_file_or_folder_that_others_can_write_is_not() {
        let (root, file) = store();
        let folder = file.parent().unwrap();
        for (path, mode, problem) in [
            (&*file, 0o660, StoreFileProblem::WritableByGroup(file.clone())),
            (&*file, 0o606, StoreFileProblem::WritableByAll(file.clone())),
            (folder, 0o770, StoreFileProblem::WritableByGroup(folder.to_owned())),
            (folder, 0o777, StoreFileProblem::WritableByAll(folder.to_owned())),
            (root.path(), 0o770, StoreFileProblem::WritableByGroup(root.path().to_owned())),
        ] {
            let before = fs::metadata(path).unwrap().permissions();
            chmod(path, mode);
            assert_eq!(check_store_file(&file), Err(problem));
            fs::set_permissions(path, before).unwrap();
        }
        chmod(folder, 0o1777);
        assert_eq!(check_store_file(&file), Ok(()));
        // Stickiness protects the entries of a folder, not the bytes of a file.
        chmod(&file, 0o1666);
        assert_eq!(check_store_file(&file), Err(StoreFileProblem::WritableByAll(file.clone())));
    }

    #[test]
    fn every_step_of_every_link_counts() {
        let (root, file) = store();
        let open = root.path().join("open");
        fs::create_dir(&open).unwrap();
        let inner = open.join("inner");
        symlink(&file, &inner).unwrap();
        let outer = root.path().join("outer");
        symlink("./open/../open/inner", &outer).unwrap();
        chmod(&open, 0o755);
        assert_eq!(check_store_file(&outer), Ok(()));
        chmod(&open, 0o775);
        assert_eq!(check_store_file(&outer), Err(StoreFileProblem::WritableByGroup(open.clone())));
        assert_eq!(check_store_file(&file), Ok(()));
    }

    #[test]
    fn what_belongs_to_somebody_else_is_not_ours_even_in_a_sticky_folder() {
        let entry = |owner, mode, kind| Entry { path: "/x".into(), owner, mode, kind };
        for (owner, kind, is_trusted) in [
            (1000, Kind::Folder, true),
            (0, Kind::Folder, true),
            (1001, Kind::Folder, false),
            (1001, Kind::File, false),
            (1001, Kind::Link, false),
        ] {
            assert_eq!(entry(owner, 0o700, kind).problem(1000).is_none(), is_trusted, "{owner} {kind:?}");
        }
        // A link's own mode bits mean nothing.
        assert_eq!(entry(1000, 0o777, Kind::Link).problem(1000), None);
    }

    #[test]
    fn links_in_a_circle_and_missing_files_are_told() {
        let (root, _file) = store();
        let circle = root.path().join("circle");
        symlink(&circle, &circle).unwrap();
        assert!(matches!(check_store_file(&circle), Err(StoreFileProblem::Unreadable(..))));
        assert!(matches!(check_store_file(&root.path().join("none")), Err(StoreFileProblem::Unreadable(..))));
    }
}
