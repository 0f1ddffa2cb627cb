//! What happens to a request on its way to its handler.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{RawPathParams, Request};
use axum::http::{Method, StatusCode, header};
use axum::response::Response;
use egret_core::Timestamp;

use super::{Purpose, Route};
use crate::Writing;
use crate::access::{Need, admit, is_forged, recognise};
use crate::console::Desk;
use crate::fault::Fault;
use crate::visit::{Answer, Fields, Visit, dress};

/// Where the beginning leads.
const HOME: &str = "/.sys/job/status";
/// The largest form: some 25,000 ids of jobs.
const MAX_FORM: usize = 1 << 20;
/// How long a form may take to arrive.
const FORM_TIMEOUT: Duration = Duration::from_secs(15);

/// Lets in, reads the form, refuses what is forged, and answers.
pub(super) async fn handle(
    desk: Arc<Desk>,
    route: Arc<Route>,
    parameters: RawPathParams,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let now = match (route.purpose, route.need) {
        (Purpose::Live, _) => Ok(Timestamp::now()),
        (_, Need::Open) => Ok(desk.app.backend().now().await.unwrap_or_else(|_| Timestamp::now())),
        _ => desk.app.backend().now().await,
    };
    let now = match now {
        Ok(now) => now,
        Err(error) => {
            let visit = Visit::new(desk, &parts, &parameters, Timestamp::now());
            return dress(visit.fault(&error.into()));
        }
    };
    let mut visit = Visit::new(desk, &parts, &parameters, now);
    if let Err(response) = admit(&mut visit, &parts, route.need).await {
        return dress(response);
    }
    let answer = match take_form(&mut visit, route.purpose, body).await {
        Ok(()) => answer(&route, &visit).await,
        Err(fault) => Err(fault),
    };
    dress(match answer {
        Ok(response) => response,
        Err(fault) => visit.fault_inside(&fault).await,
    })
}

/// Has the handler answer. What may change something goes on in a task of its own: whoever closes the browser leaves no
/// change half made, and none without its trace.
async fn answer(route: &Route, visit: &Visit) -> Answer {
    let answering = (route.handler)(visit.clone());
    if matches!(route.purpose, Purpose::Look | Purpose::Live) {
        return answering.await;
    }
    tokio::spawn(answering).await.unwrap_or_else(|error| {
        tracing::error!(%error, path = visit.path, "a change broke off");
        Err(Fault::new(StatusCode::INTERNAL_SERVER_ERROR, "fault-page"))
    })
}

/// The answer where no route is: the beginning leads to the status page, everything else is not found. It asks for no
/// parameters of the path: a target such as `*` has no path to have them of.
pub(super) async fn not_found(desk: Arc<Desk>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let now = desk.app.backend().now().await;
    let mut visit = Visit::new(desk, &parts, [], now.unwrap_or_else(|_| Timestamp::now()));
    if visit.path == "/" && [Method::GET, Method::HEAD].contains(&visit.method) {
        return dress(visit.redirect(HOME));
    }
    recognise(&mut visit, &parts).await;
    dress(visit.fault_inside(&Fault::not_found()).await)
}

/// Reads the form of a request that has one, and judges whether it may change anything.
async fn take_form(visit: &mut Visit, purpose: Purpose, body: Body) -> Result<(), Fault> {
    if matches!(purpose, Purpose::Look | Purpose::Live) {
        return Ok(());
    }
    let read = tokio::time::timeout(FORM_TIMEOUT, to_bytes(body, MAX_FORM)).await;
    let bytes = match read {
        Ok(Ok(bytes)) => bytes,
        Ok(Err(_)) => return Err(Fault::new(StatusCode::PAYLOAD_TOO_LARGE, "fault-too-large")),
        Err(_) => return Err(Fault::new(StatusCode::REQUEST_TIMEOUT, "fault-too-slow")),
    };
    let kind = visit.header(header::CONTENT_TYPE);
    if !bytes.is_empty() && !kind.starts_with("application/x-www-form-urlencoded") {
        return Err(Fault::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "fault-no-form"));
    }
    visit.form = Fields::of_bytes(&bytes);
    if purpose == Purpose::ComeIn {
        return Ok(());
    }
    if is_forged(visit, &visit.csrf()) {
        return Err(Fault::new(StatusCode::UNPROCESSABLE_ENTITY, "fault-forged"));
    }
    let changes_nothing = matches!(purpose, Purpose::Ask | Purpose::GoOut);
    if visit.desk.options.writing == Writing::ReadOnly && !changes_nothing {
        return Err(Fault::new(StatusCode::FORBIDDEN, "fault-read-only"));
    }
    let asks_for_removal = visit.method == Method::DELETE || visit.form.get("_method") == Some("delete");
    match (purpose, asks_for_removal) {
        (Purpose::Remove, false) => Err(Fault::new(StatusCode::METHOD_NOT_ALLOWED, "fault-method")),
        _ => Ok(()),
    }
}
