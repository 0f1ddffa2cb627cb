//! Whose what is left beside a store is: its owner's, also when another user, such as root who only looked, came upon the
//! destroyed page first.

use std::fs::{self, File};
use std::os::unix::fs::{MetadataExt as _, fchown};
use std::path::Path;

/// Gives a new file to the owner of the model, as far as this process may.
pub(super) fn give_to_owner(file: &File, model: &Path) {
    let Ok(metadata) = fs::metadata(model) else { return };
    if file.metadata().is_ok_and(|own| (own.uid(), own.gid()) != (metadata.uid(), metadata.gid())) {
        // Whoever may not do that is not root, and then has the rights of the group at most; the file stays readable to it.
        let _ = fchown(file, Some(metadata.uid()), Some(metadata.gid()));
    }
}
