//! Logging in and out.

use std::time::Duration;

use askama::Template;
use axum::http::StatusCode;

use crate::access::{Entry, SESSION, generate, is_forged, let_in, login_token};
use crate::fault::Fault;
use crate::shell::Shell;
use crate::visit::{Answer, Cookie, Visit, cookie, local, retry_after};

/// The cookie that proves that the form came from here: before anybody is in there is no session to keep it in.
const FORM: &str = "egret_login";
const FORM_LIFETIME: Duration = Duration::from_secs(3_600);

#[derive(Template)]
#[template(path = "login.html", whitespace = "minimize")]
struct LoginPage {
    shell: Shell,
    token: String,
    back: String,
    name: String,
    problem: Option<String>,
}

/// `GET /.mypage/login`.
pub(crate) async fn login_page(visit: Visit) -> Answer {
    page(&visit, None)
}

/// `POST /.mypage/login`.
pub(crate) async fn login(visit: Visit) -> Answer {
    let expected = cookie(&visit.headers, FORM).map(login_token).unwrap_or_default();
    if is_forged(&visit, &expected) {
        return page(&visit, Some((StatusCode::OK, "login-again")));
    }
    let name = field(&visit, &["item[uid]", "item[email]"]);
    let password = field(&visit, &["item[password]"]);
    let (limits, address) = (&visit.desk.limits, visit.origin.address);
    if let Err(wait) = limits.try_login(&name, address) {
        // The name stays out of the log: people type passwords into the wrong field.
        tracing::warn!(?address, "too many logins were tried");
        let mut response = page(&visit, Some((StatusCode::TOO_MANY_REQUESTS, "login-too-many")))?;
        retry_after(&mut response, wait);
        return Ok(response);
    }
    match visit.desk.users.verify(&name, &password).await? {
        Some(user) => {
            limits.forgive_login(&name, address);
            let back = visit.form.get("ref").and_then(local).unwrap_or_else(|| visit.link("/.sys/job/status"));
            let mut response = let_in(&visit, &user.name, visit.redirect_to(&back)).await?;
            visit.set(&mut response, &Cookie::gone(FORM));
            Ok(response)
        }
        None => {
            tracing::warn!(?address, "somebody could not be logged in");
            page(&visit, Some((StatusCode::OK, "login-failed")))
        }
    }
}

/// `POST /.mypage/logout`.
pub(crate) async fn logout(visit: Visit) -> Answer {
    if let Some(Entry::Session { key, .. }) = visit.viewer.as_ref().map(|viewer| &viewer.entry) {
        visit.desk.sessions.end(key).await?;
    }
    let mut response = visit.redirect("/.mypage/login");
    visit.set(&mut response, &Cookie::gone(SESSION));
    Ok(response)
}

pub(super) fn field(visit: &Visit, names: &[&str]) -> String {
    let found = names.iter().find_map(|name| visit.form.all(name).find(|value| !value.is_empty()));
    found.unwrap_or_default().to_owned()
}

/// The form, with the status and the message of what is the matter.
fn page(visit: &Visit, problem: Option<(StatusCode, &'static str)>) -> Answer {
    let secret = cookie(&visit.headers, FORM).map_or_else(generate, str::to_owned);
    let page = LoginPage {
        shell: Shell::plain(visit),
        token: login_token(&secret),
        back: visit.form.get("ref").or_else(|| visit.query.get("ref")).unwrap_or_default().to_owned(),
        name: field(visit, &["item[uid]", "item[email]"]),
        problem: problem.map(|(_, message)| visit.t(message)),
    };
    let status = problem.map_or(StatusCode::OK, |(status, _)| status);
    if problem.is_some() && visit.wants_json() {
        let status = if status == StatusCode::OK { StatusCode::UNPROCESSABLE_ENTITY } else { status };
        return Ok(visit.fault(&Fault::new(status, "login-failed")));
    }
    let mut response = visit.page_with(status, &page)?;
    visit.set(&mut response, &Cookie::new(FORM, secret).lasting(FORM_LIFETIME));
    Ok(response)
}
