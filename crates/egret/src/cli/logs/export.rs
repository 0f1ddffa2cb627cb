//! `egret logs export`.

use std::io::{BufWriter, stdout};

use clap::{Args, ValueEnum};
use egret_core::ExecutionFilter;

use super::super::{Exit, Failure, Session};
use super::which::Which;
use crate::history::{CsvEncoding, CsvExport, ExportError};

/// Writes attempts and their lines as CSV, earliest end first, those that run before them
#[derive(Args, Debug)]
pub(super) struct Export {
    #[command(flatten)]
    which: Which,
    /// The letters of the CSV
    #[arg(long, value_name = "ENCODING", default_value = "utf-8")]
    encoding: EncodingArgument,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum EncodingArgument {
    /// UTF-8
    #[value(name = "utf-8", alias = "utf8")]
    Utf8,
    /// Windows-31J, as SHIRASAGI writes; letters that it does not have become `?`
    #[value(name = "cp932", alias = "sjis", alias = "windows-31j")]
    Cp932,
}

impl Export {
    pub(super) async fn perform(self, session: &Session) -> Result<Exit, Failure> {
        let filter = self.which.filter(session).await?;
        write(session, filter, self.encoding).await
    }
}

pub(super) async fn write(
    session: &Session,
    filter: ExecutionFilter,
    encoding: EncodingArgument,
) -> Result<Exit, Failure> {
    let mut export = CsvExport::new(session.app_for_looking().await?, filter);
    export.zone = session.zone().clone();
    export.language = session.language();
    export.encoding = match encoding {
        EncodingArgument::Utf8 => CsvEncoding::Utf8,
        EncodingArgument::Cp932 => CsvEncoding::Cp932,
    };
    match export.write(&mut BufWriter::with_capacity(64 * 1024, stdout())).await {
        Ok(_) => Ok(Exit::Success),
        Err(ExportError::Output(error)) => Err(Failure::of_output(&error)),
        Err(ExportError::Source(error)) => Err(error.into()),
    }
}
