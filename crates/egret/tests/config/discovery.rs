//! Which folder is the application's.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use egret::config::{Config, LoadOptions};
use tempfile::TempDir;

/// A folder with `config/job.yml` in `app`, and `app/lib/deep` below it.
fn tree() -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let application = folder.path().join("app");
    fs::create_dir_all(application.join("config")).unwrap();
    fs::create_dir_all(application.join("lib/deep")).unwrap();
    fs::write(application.join("config/job.yml"), "head_logs: 7").unwrap();
    (folder, application)
}

fn from(folder: &Path) -> LoadOptions {
    let mut options = LoadOptions::in_folder(folder);
    options.root = None;
    options
}

#[test]
fn the_nearest_folder_upwards_with_the_file_is_the_root() {
    let (_folder, application) = tree();
    for start in ["", "lib", "lib/deep", "config"] {
        let config = Config::load(&from(&application.join(start))).unwrap();
        assert_eq!(config.root, application.join("lib").parent().unwrap(), "{start}");
        assert_eq!(config.head_logs, 7, "{start}");
    }
}

#[test]
fn without_any_file_the_current_folder_is_the_root() {
    let folder = TempDir::new().unwrap();
    assert_eq!(Config::load(&from(folder.path())).unwrap().root, folder.path());
}

#[test]
fn the_variable_wins_over_the_search() {
    let (folder, application) = tree();
    let mut options = from(&application);
    options.environment.insert("EGRET_ROOT".into(), folder.path().display().to_string());
    let config = Config::load(&options).unwrap();
    assert_eq!((config.root.as_path(), config.head_logs), (folder.path(), 1000));

    options.current_folder = folder.path().to_owned();
    options.environment.insert("EGRET_ROOT".into(), "app".into());
    let config = Config::load(&options).unwrap();
    assert_eq!((config.root, config.head_logs), (application, 7), "a relative one starts at the current folder");
}

#[test]
fn a_named_folder_wins_over_the_variable() {
    let (folder, application) = tree();
    let mut options = LoadOptions::in_folder(&application);
    options.environment.insert("EGRET_ROOT".into(), folder.path().display().to_string());
    assert_eq!(Config::load(&options).unwrap().root, application);
}

#[test]
fn a_folder_that_anybody_may_write_to_gives_nothing_to_those_below() {
    let (_folder, application) = tree();
    fs::set_permissions(&application, fs::Permissions::from_mode(0o1777)).unwrap();
    let below = application.join("lib");
    assert_eq!(Config::load(&from(&below)).unwrap().root, below);
    assert_eq!(Config::load(&from(&application)).unwrap().head_logs, 7, "unless one stands in it");
}
