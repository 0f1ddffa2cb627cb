//! For load balancers: whether the console lives, and whether it reaches its store. Nothing else is said.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use crate::visit::{Answer, Visit};

/// `GET /healthz`: the process answers.
pub(crate) async fn alive(_visit: Visit) -> Answer {
    Ok(plain(StatusCode::OK, "ok\n"))
}

/// `GET /readyz`: the store answers, too.
pub(crate) async fn ready(visit: Visit) -> Answer {
    // At most one look a second, however many ask: nobody needs to be in for this.
    Ok(match visit.desk.pulse.read(visit.app()).await {
        Ok(_) => plain(StatusCode::OK, "ok\n"),
        Err(error) => {
            tracing::error!(error = %egret::chain(&error), "the store of the console cannot be reached");
            plain(StatusCode::SERVICE_UNAVAILABLE, "unavailable\n")
        }
    })
}

fn plain(status: StatusCode, text: &'static str) -> Response {
    (status, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}
