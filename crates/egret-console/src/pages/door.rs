//! Logging in and out.

use std::time::Duration;

use askama::Template;
use axum::http::StatusCode;

use crate::access::{Entry, SESSION, generate, is_forged, let_in, login_token};
use crate::fault::Fault;
use crate::shell::Shell;
use crate::visit::{Answer, Cookie, Visit, cookie, local};

/// The cookie that proves that the form came from here: before anybody is in there is no session to keep it in.
const FORM: &str = "egret_login";
const FORM_LIFETIME: Duration = Duration::from_secs(3_600);

#[derive(Template)]
#[template(path = "login.html")]
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
        return page(&visit, Some("login-again"));
    }
    let name = field(&visit, &["item[uid]", "item[email]"]);
    let password = field(&visit, &["item[password]"]);
    match visit.desk.users.verify(&name, &password).await? {
        Some(user) => {
            let back = visit.form.get("ref").and_then(local).unwrap_or_else(|| visit.link("/.sys/job/status"));
            let mut response = let_in(&visit, &user.name, visit.redirect_to(&back)).await?;
            visit.set(&mut response, &Cookie::gone(FORM));
            Ok(response)
        }
        None => page(&visit, Some("login-failed")),
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

fn field(visit: &Visit, names: &[&str]) -> String {
    let found = names.iter().find_map(|name| visit.form.all(name).find(|value| !value.is_empty()));
    found.unwrap_or_default().to_owned()
}

fn page(visit: &Visit, problem: Option<&'static str>) -> Answer {
    let secret = cookie(&visit.headers, FORM).map_or_else(generate, str::to_owned);
    let page = LoginPage {
        shell: Shell::plain(visit),
        token: login_token(&secret),
        back: visit.form.get("ref").or_else(|| visit.query.get("ref")).unwrap_or_default().to_owned(),
        name: field(visit, &["item[uid]", "item[email]"]),
        problem: problem.map(|message| visit.t(message)),
    };
    if problem.is_some() && visit.wants_json() {
        return Err(Fault::new(StatusCode::UNPROCESSABLE_ENTITY, "login-failed"));
    }
    let mut response = visit.page(&page)?;
    visit.set(&mut response, &Cookie::new(FORM, secret).lasting(FORM_LIFETIME));
    Ok(response)
}
