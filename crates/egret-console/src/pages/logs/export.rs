//! `GET` and `POST /.sys/job/logs/download_all`: attempts as CSV.

use std::io::{self, PipeWriter, Write as _};

use askama::Template;
use axum::body::Body;
use egret::App;
use egret::history::{CsvEncoding, CsvExport, ExportError};
use egret::language::{Language, Reader};
use egret_core::ExecutionFilter;
use futures_util::stream;
use serde_json::{Value, json};
use tokio::io::AsyncReadExt as _;
use tokio::net::unix::pipe::Receiver;

use super::terms::{EXPORTED, FIELD, Term};
use crate::fault::Fault;
use crate::pages::area::Area;
use crate::pages::own::Tabs;
use crate::shell::Shell;
use crate::visit::{Answer, Visit};

/// What spreadsheets know UTF-8 by.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();
/// Bytes sent at once.
const CHUNK: usize = 64 * 1024;

#[derive(Template)]
#[template(path = "logs/export.html", whitespace = "minimize")]
struct ExportPage {
    shell: Shell,
    own: Option<Tabs>,
    prefix: String,
    field: &'static str,
    terms: [Term; 4],
    /// Whether the reader's spreadsheets expect the letters of Windows.
    is_japanese: bool,
}

/// `GET /.sys/job/logs/download_all`.
pub(super) async fn form(area: Area, visit: Visit) -> Answer {
    if !visit.backend().capabilities().history {
        return Err(Fault::unsupported());
    }
    let is_japanese = visit.reader.language == Language::Japanese;
    visit.page(&ExportPage {
        own: Tabs::of(area, &visit, "logs"),
        prefix: visit.link(area.prefix()),
        shell: Shell::of(&visit).await?,
        field: FIELD,
        terms: EXPORTED,
        is_japanese,
    })
}

/// `POST /.sys/job/logs/download_all`: the attempts of the last day, month or year, or all, those that run first, then the
/// closed ones in the order of their ends.
pub(super) async fn download(area: Area, visit: Visit) -> Answer {
    if !visit.backend().capabilities().history {
        return Err(Fault::unsupported());
    }
    let term = Term::of(&EXPORTED, visit.form.all(FIELD).next())?;
    let encoding = encoding(&visit)?;
    let mut filter = area.bind_executions(&visit, ExecutionFilter::all());
    filter.since = term.before(&visit);
    visit
        .trace(
            "logs.download_all",
            "job_logs",
            Value::Null,
            json!({ "save_term": if term.word.is_empty() { "all" } else { term.word } }),
        )
        .await?;
    let body = stream(visit.app().clone(), filter, visit.reader.clone(), encoding);
    let body = body.map_err(|error| egret::Error::new(egret::ErrorKind::System, error.to_string()))?;
    let kind = match encoding {
        CsvEncoding::Utf8 => "text/csv; charset=utf-8",
        CsvEncoding::Cp932 => "text/csv; charset=Shift_JIS",
    };
    Ok(visit.attachment(&format!("job_logs_{}.csv", visit.now.as_second()), kind, body))
}

/// Who names no encoding gets the one of SHIRASAGI (1.21.0, `app/controllers/concerns/job/logs_filter.rb`).
fn encoding(visit: &Visit) -> Result<CsvEncoding, Fault> {
    match visit.form.get("item[encoding]") {
        Some("UTF-8") => Ok(CsvEncoding::Utf8),
        None | Some("Shift_JIS") => Ok(CsvEncoding::Cp932),
        Some(other) => Err(Fault::bad_value("item[encoding]", other)),
    }
}

/// Writes the table while it is sent: no faster than the reader takes it, and no longer than he stays.
fn stream(app: App, filter: ExecutionFilter, reader: Reader, encoding: CsvEncoding) -> io::Result<Body> {
    let (receiver, sender) = io::pipe()?;
    let receiver = Receiver::from_owned_fd(receiver.into())?;
    let runtime = tokio::runtime::Handle::current();
    let writing = tokio::task::spawn_blocking(move || {
        let mut export = CsvExport::new(&app, filter);
        (export.zone, export.language, export.encoding) = (reader.zone, reader.language, encoding);
        runtime.block_on(write(&export, sender))
    });
    let chunks = stream::try_unfold(Some((receiver, writing)), |state| async move {
        let Some((mut receiver, writing)) = state else { return Ok::<_, io::Error>(None) };
        let mut chunk = Vec::with_capacity(CHUNK);
        if receiver.read_buf(&mut chunk).await? > 0 {
            return Ok(Some((chunk, Some((receiver, writing)))));
        }
        match writing.await {
            Ok(Ok(())) => Ok(None),
            // The reader learns that the file is not whole: the transfer breaks off.
            Ok(Err(error)) => Err(io::Error::other(error)),
            Err(error) => Err(io::Error::other(error)),
        }
    });
    Ok(Body::from_stream(chunks))
}

async fn write(export: &CsvExport<'_>, sender: PipeWriter) -> Result<(), ExportError> {
    let mut sender = io::BufWriter::with_capacity(CHUNK, sender);
    if export.encoding == CsvEncoding::Utf8 {
        sender.write_all(BYTE_ORDER_MARK)?;
    }
    let written = export.write(&mut sender).await;
    match &written {
        Err(ExportError::Source(error)) => tracing::error!(error = %egret::chain(error), "an export broke off"),
        Err(ExportError::Output(error)) => tracing::info!(%error, "nobody waits for an export any more"),
        Ok(_) => {}
    }
    written.map(drop)
}
