//! `GET /.sys/job/logs/{id}/download`: all lines of an attempt, as a file.

use std::io;
use std::path::Path;

use axum::body::Body;
use egret::execution_log::format_line;
use egret::history::Lines;
use egret_core::LogLine;
use futures_util::stream;
use tokio::fs::File;
use tokio::io::AsyncReadExt as _;

use super::attempt::AttemptId;
use crate::fault::Fault;
use crate::pages::area::Area;
use crate::visit::{Answer, Visit};

/// The media type of what was written.
pub(crate) const TEXT: &str = "text/plain; charset=utf-8";
/// Bytes read at once.
const CHUNK: usize = 64 * 1024;

/// `GET /.sys/job/logs/{id}/download`. Without a file on this machine it is the lines that the store has; without any, not
/// found.
pub(super) async fn file(area: Area, visit: Visit) -> Answer {
    let id = AttemptId::of(&visit)?;
    // Who may not see the attempt does not see its file.
    match visit.backend().capabilities().history {
        true => drop(id.find(area, &visit).await?),
        false if area == Area::Own => drop(area.find(&visit, &id.job).await?),
        false => {}
    }
    let body = match Lines::of(visit.app(), &id.job, id.number).await? {
        Lines::File(path) => read(&path).await.map_err(|_| Fault::not_found())?,
        Lines::Head(lines) if !lines.is_empty() => text(&lines),
        _ => return Err(Fault::not_found()),
    };
    Ok(visit.attachment(&format!("{id}.log"), TEXT, body))
}

/// Lines as the text files of attempts have them.
fn text(lines: &[LogLine]) -> Body {
    let mut text = Vec::new();
    lines.iter().for_each(|line| format_line(line, &mut text));
    Body::from(text)
}

async fn read(path: &Path) -> io::Result<Body> {
    let file = File::open(path).await?;
    let chunks = stream::try_unfold(file, |mut file| async move {
        let mut chunk = vec![0; CHUNK];
        let n_read = file.read(&mut chunk).await?;
        chunk.truncate(n_read);
        Ok::<_, io::Error>((n_read > 0).then_some((chunk, file)))
    });
    Ok(Body::from_stream(chunks))
}
