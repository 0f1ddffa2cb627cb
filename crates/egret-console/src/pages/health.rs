//! For load balancers: whether the console lives, and whether it reaches its store. Nothing else is said.

use axum::http::StatusCode;
use axum::response::IntoResponse as _;

use crate::visit::{Answer, Visit};

/// `GET /healthz`: the process answers.
pub(crate) async fn alive(_visit: Visit) -> Answer {
    Ok("ok\n".into_response())
}

/// `GET /readyz`: the store answers, too.
pub(crate) async fn ready(visit: Visit) -> Answer {
    Ok(match visit.backend().counts().await {
        Ok(_) => "ok\n".into_response(),
        Err(error) => {
            tracing::error!(error = %egret::chain(&error), "the store of the console cannot be reached");
            (StatusCode::SERVICE_UNAVAILABLE, "unavailable\n").into_response()
        }
    })
}
