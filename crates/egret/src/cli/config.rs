//! `egret config`: what holds, where it comes from, and a first file.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use clap::Args;
use serde::Serialize;
use serde_json::Value as Json;

use super::arguments;
use super::output::{Column, Field, Paint, Table};
use super::section::SectionArguments;
use super::session::place;
use super::{Exit, Failure, Output, Session};
use crate::config::{Content, DEFAULTS, LoadOptions, Origin, Setting};
use crate::language::{Language, Sentence};

/// Shows the effective configuration and where each value comes from
///
/// Later layers win: compiled-in defaults, config/defaults/job.yml, config/job.yml, EGRET_* variables, options. Passwords
/// are masked. With a section, only what that section runs with.
#[derive(Args, Debug)]
pub(super) struct ConfigCommand {
    #[command(flatten)]
    pub(super) section: SectionArguments,
    /// Only values that somebody set
    #[arg(long)]
    set: bool,
    /// Writes config/job.yml with the defaults and what each key means; never over a file that is there
    #[arg(long, conflicts_with_all = ["section", "assignments", "set", "json"])]
    pub(super) init: bool,
    #[command(flatten)]
    pub(super) format: arguments::Json,
}

/// The configuration for programs.
#[derive(Serialize)]
struct Shown {
    root: String,
    environment: String,
    values: Vec<ShownSetting>,
}

#[derive(Serialize)]
struct ShownSetting {
    key: String,
    value: Json,
    origin: ShownOrigin,
}

/// A layer, and the place in it.
#[derive(Serialize)]
#[serde(tag = "layer", rename_all = "snake_case")]
enum ShownOrigin {
    Default,
    File { path: String, line: u64 },
    Variable { name: String },
    Option { key: String },
}

impl ConfigCommand {
    pub(super) fn perform(&self, session: &Session) -> Result<Exit, Failure> {
        let config = session.config();
        let mut settings = config.effective();
        if let Some(section) = self.section.name(config)? {
            config.section(&section).map_err(|error| session.refusal(&error))?;
            let prefix = format!("{section}.");
            settings.retain(|setting| setting.key.starts_with(&prefix));
        }
        if self.set {
            settings.retain(|setting| setting.origin != Origin::Default);
        }
        let output = session.output();
        if output.is_json() {
            let values = settings.into_iter().map(ShownSetting::from).collect();
            let root = config.root.display().to_string();
            output.json(&Shown { root, environment: config.environment.clone(), values })?;
            return Ok(Exit::Success);
        }
        output.note(place(session.language(), &config.root, &config.environment));
        output.table(table(&settings))?;
        Ok(Exit::Success)
    }
}

/// Writes the first file. Nothing is read, so that it works beside a file that will not do.
pub(super) fn init(options: &LoadOptions, output: &Output, language: Language) -> Result<Exit, Failure> {
    let about = |message, path: &Path| Sentence::new(message).with("path", path.display().to_string());
    let path = options.folder().join("config/job.yml");
    match write_new(&path) {
        Ok(()) => {
            output.line(path.display())?;
            Ok(Exit::Success)
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let message = about("config-file-there", &path).text(language);
            Err(Failure::new(message).with_hint(language.text("config-file-there-hint")))
        }
        Err(error) => {
            let message = about("config-file-unwritten", &path).with("reason", error.to_string());
            Err(Failure::new(message.text(language)))
        }
    }
}

fn write_new(path: &Path) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    OpenOptions::new().write(true).create_new(true).open(path)?.write_all(DEFAULTS.as_bytes())
}

fn table(settings: &[Setting]) -> Table {
    let mut table = Table::new([Column::Text("KEY"), Column::Text("VALUE"), Column::Text("FROM")]);
    for setting in settings {
        let origin = match &setting.origin {
            Origin::Default => Field::painted("default", Paint::Faint),
            origin => Field::new(origin),
        };
        let value = match &setting.value {
            Content::Null => Field::new("-"),
            value => Field::new(value),
        };
        table.row([Field::new(&setting.key), value, origin]);
    }
    table
}

impl From<Setting> for ShownSetting {
    fn from(setting: Setting) -> Self {
        let origin = match setting.origin {
            Origin::File { path, line } => ShownOrigin::File { path: path.display().to_string(), line },
            Origin::Variable(name) => ShownOrigin::Variable { name },
            Origin::Override(key) => ShownOrigin::Option { key },
            _ => ShownOrigin::Default,
        };
        Self { key: setting.key, value: json(setting.value), origin }
    }
}

fn json(content: Content) -> Json {
    match content {
        Content::Boolean(value) => value.into(),
        Content::Integer(value) => value.into(),
        Content::Float(value) => value.into(),
        Content::Text(value) => value.into(),
        Content::List(values) => values.into_iter().map(|value| json(value.content)).collect(),
        Content::Mapping(mapping) => {
            let entries = mapping.iter().map(|(key, value)| (key.to_owned(), json(value.content.clone())));
            Json::Object(entries.collect())
        }
        _ => Json::Null,
    }
}
