//! Answers: pages, JSON, redirects, refusals.

use std::time::Duration;

use askama::Template;
use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse as _, Response};
use serde::Serialize;
use serde_json::json;

use super::{Cookie, Notice, Visit, local};
use crate::access::Need;
use crate::fault::Fault;
use crate::shell::{FaultPage, Shell};

/// What a handler answers.
pub(crate) type Answer = Result<Response, Fault>;

/// Nothing is loaded from elsewhere, nothing runs that is not a file of ours, nobody frames a page.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Headers of every answer but assets.
const HEADERS: [(HeaderName, &str); 7] = [
    (header::CACHE_CONTROL, "no-store"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

impl Visit {
    /// A page. What the page before wanted said has been said by it.
    pub(crate) fn page(&self, template: &impl Template) -> Answer {
        self.page_with(StatusCode::OK, template)
    }

    /// A page with another status.
    pub(crate) fn page_with(&self, status: StatusCode, template: &impl Template) -> Answer {
        let text = template.render().map_err(|error| {
            tracing::error!(%error, path = self.path, "a page could not be made");
            Fault::new(StatusCode::INTERNAL_SERVER_ERROR, "fault-page")
        })?;
        let mut response = (status, Html(text)).into_response();
        if self.notice.is_some() {
            self.set(&mut response, &Notice::said());
        }
        Ok(response)
    }

    /// JSON.
    pub(crate) fn json(&self, value: &impl Serialize) -> Answer {
        Ok(Json(value).into_response())
    }

    /// Another page of the console.
    pub(crate) fn redirect(&self, path: &str) -> Response {
        self.redirect_to(&self.link(path))
    }

    /// Another page of the console, where this one always leads (301, as SHIRASAGI answers for the beginnings of areas).
    pub(crate) fn moved(&self, path: &str) -> Response {
        let mut response = self.redirect(path);
        *response.status_mut() = StatusCode::MOVED_PERMANENTLY;
        response
    }

    /// Another page, and what is to be said there.
    pub(crate) fn redirect_saying(&self, path: &str, notice: &Notice) -> Response {
        let mut response = self.redirect(path);
        self.set(&mut response, &notice.cookie());
        response
    }

    /// The page from which a form says it was sent, else another one of the console; and what is to be said there.
    pub(crate) fn back_saying(&self, path: &str, notice: &Notice) -> Response {
        let address = self.form.get("back").and_then(local).unwrap_or_else(|| self.link(path));
        let mut response = self.redirect_to(&address);
        self.set(&mut response, &notice.cookie());
        response
    }

    /// Another address of this host.
    pub(crate) fn redirect_to(&self, address: &str) -> Response {
        let place = HeaderValue::from_str(address).unwrap_or_else(|_| HeaderValue::from_static("/"));
        (StatusCode::FOUND, [(header::LOCATION, place)]).into_response()
    }

    /// Sets a cookie.
    pub(crate) fn set(&self, response: &mut Response, cookie: &Cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie.header(self.origin.is_encrypted));
    }

    /// A fault within what stands around every page, for those who are in.
    pub(crate) async fn fault_inside(&self, fault: &Fault) -> Response {
        // A store that has just failed is not asked again.
        let is_shown = self.viewer.is_some() && !self.wants_json() && !fault.status.is_server_error();
        match is_shown {
            true => match Shell::of(self).await {
                Ok(shell) => self.fault_in(fault, shell),
                Err(_) => self.fault(fault),
            },
            false => self.fault(fault),
        }
    }

    /// A fault, in the form in which the client reads (SHIRASAGI 1.21.0, `app/controllers/concerns/ss/rescue_with.rb`).
    pub(crate) fn fault(&self, fault: &Fault) -> Response {
        self.fault_in(fault, Shell::plain(self))
    }

    fn fault_in(&self, fault: &Fault, shell: Shell) -> Response {
        let is_insider = self.may(Need::View) || (self.viewer.is_some() && !fault.status.is_server_error());
        let mut response = match is_insider {
            true => self.fault_page(fault, shell),
            false => self.fault_page(&fault.clone().for_strangers(), shell),
        };
        if let Some(wait) = fault.retry_after {
            retry_after(&mut response, wait);
        }
        response
    }

    fn fault_page(&self, fault: &Fault, shell: Shell) -> Response {
        let status = fault.status;
        if self.wants_json() {
            let name = match status {
                StatusCode::NOT_FOUND => "mongoid/errors/document_not_found",
                _ => "runtime_error",
            };
            return (status, Json(json!({ "status": name, "error": status.as_str() }))).into_response();
        }
        let sentence = self.tw(fault.message, &fault.arguments);
        let page = FaultPage { shell, status: status.as_u16(), sentence };
        self.page_with(status, &page).unwrap_or_else(|_| status.into_response())
    }
}

/// Says how long to wait: whole seconds (RFC 9110, section 10.2.3), never too few.
pub(crate) fn retry_after(response: &mut Response, wait: Duration) {
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
}

/// Puts on what every answer wears.
pub(crate) fn dress(mut response: Response) -> Response {
    for (name, value) in HEADERS {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

/// The answer for those who are not let in: `"error"`, as SHIRASAGI's monitoring scripts know it (1.21.0,
/// `app/controllers/concerns/ss/auth_filter.rb`).
pub(crate) fn refuse() -> Response {
    (StatusCode::UNAUTHORIZED, Json("error")).into_response()
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;

    use super::*;
    use crate::access::{Entry, Role, Viewer};
    use crate::visit::staged;

    #[tokio::test]
    async fn what_the_store_says_of_itself_is_told_to_nobody_who_sees_only_what_is_his() {
        let fault =
            Fault::new(StatusCode::SERVICE_UNAVAILABLE, "fault-store").with("error", "no way to redis://inside");
        let viewer = |role| Some(Viewer { name: "a".to_owned(), role, entry: Entry::Host });
        for (viewer, is_told) in [(None, false), (viewer(Role::Own), false), (viewer(Role::Viewer), true)] {
            let response = staged(viewer.clone()).await.fault_inside(&fault).await;
            let text = to_bytes(response.into_body(), usize::MAX).await.unwrap();
            assert_eq!(String::from_utf8_lossy(&text).contains("redis://inside"), is_told, "{viewer:?}");
        }
    }
}
