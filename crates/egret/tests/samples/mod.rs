//! Payloads written by Ruby's Active Job; see `activejob/README.md`.

use std::path::PathBuf;

use egret::arguments::Arguments;
use egret_core::JobData;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/samples/activejob")
}

/// Every sample, without the file name's end.
#[allow(dead_code, reason = "not every test file walks all samples")]
pub(crate) fn names() -> Vec<String> {
    let files = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let names: Vec<String> = files.filter_map(|file| file.strip_suffix(".json").map(str::to_owned)).collect();
    assert!(names.len() > 60, "found only {} samples", names.len());
    names
}

/// The text of a sample.
pub(crate) fn text_of(name: &str) -> String {
    std::fs::read_to_string(folder().join(format!("{name}.json"))).unwrap()
}

/// The payload of a sample.
pub(crate) fn payload_of(name: &str) -> JobData {
    serde_json::from_str(&text_of(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The arguments of a sample.
#[allow(dead_code, reason = "not every test file looks at arguments")]
pub(crate) fn arguments_of(name: &str) -> Arguments {
    Arguments::from_raw(payload_of(name).arguments).unwrap()
}
