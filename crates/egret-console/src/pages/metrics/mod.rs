//! Figures for Prometheus and its kin.

mod exposition;
mod history;
mod present;

use axum::http::header;
use axum::response::IntoResponse as _;

use self::exposition::Exposition;
use crate::visit::{Answer, Visit};

/// `GET /metrics`, in the text format of Prometheus, version 0.0.4.
pub(crate) async fn page(visit: Visit) -> Answer {
    let beat = visit.desk.pulse.read(visit.app()).await?;
    let mut exposition = Exposition::default();
    present::write(&mut exposition, &beat);
    if visit.backend().capabilities().history {
        let recent = history::recent(visit.backend(), visit.now).await?;
        history::write(&mut exposition, &recent);
    }
    Ok(([(header::CONTENT_TYPE, exposition::CONTENT_TYPE)], exposition.into_text()).into_response())
}
