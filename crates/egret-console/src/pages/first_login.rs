//! The page that makes the first user, for whoever has the link that was shown when the console was first served.

use askama::Template;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::door::field;
use crate::access::{Role, UserError, let_in};
use crate::fault::Fault;
use crate::shell::Shell;
use crate::visit::{Answer, Visit};

/// Where the link lies when there is no terminal to show it on, below the application's folder.
pub(crate) const LINK_FILE: &str = "var/console-login-link";

#[derive(Template)]
#[template(path = "first_login.html", whitespace = "minimize")]
struct FirstLoginPage {
    shell: Shell,
    key: String,
    name: String,
    problem: Option<String>,
}

/// `GET /.mypage/first_login?key=…`. Looking at it does not use the link up.
pub(crate) async fn page(visit: Visit) -> Answer {
    let key = good_key(&visit).await?;
    form(&visit, key, None)
}

/// `POST /.mypage/first_login`: makes the first user and lets him in. Who knows the key is no forger.
pub(crate) async fn make(visit: Visit) -> Answer {
    let key = good_key(&visit).await?;
    let name = field(&visit, &["item[uid]"]);
    let password = field(&visit, &["item[password]"]);
    let desk = &visit.desk;
    match desk.users.check(&name, &password) {
        Ok(()) if field(&visit, &["item[password_again]"]) != password => {
            return form(&visit, key, Some("first-differ"));
        }
        Ok(()) => {}
        Err(UserError::Password(_)) => return form(&visit, key, Some("first-bad-password")),
        Err(_) => return form(&visit, key, Some("first-bad-name")),
    }
    if !desk.first_login.consume(&key).await? {
        return Err(Fault::not_found());
    }
    let user = desk.users.add(&name, Role::Admin, Some(&password)).await?;
    visit.trace_by(&name, "users.add", &*name, Value::Null, json!({ "role": user.role, "password": "set" })).await?;
    // It may have been shown on a terminal instead.
    let _ = std::fs::remove_file(visit.app().config().root.join(LINK_FILE));
    let_in(&visit, &user.name, visit.redirect("/.sys/job/status")).await
}

/// The key that the request has, when it is good and there is still no user.
async fn good_key(visit: &Visit) -> Result<String, Fault> {
    let key = visit.form.get("key").or_else(|| visit.query.get("key")).unwrap_or_default();
    if visit.desk.first_login.is_good(key).await? && visit.desk.users.are_none().await? {
        return Ok(key.to_owned());
    }
    visit.desk.limits.wrong_token(visit.origin.address).map_err(Fault::too_many)?;
    Err(Fault::new(StatusCode::NOT_FOUND, "fault-no-link"))
}

fn form(visit: &Visit, key: String, problem: Option<&str>) -> Answer {
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let name = field(visit, &["item[uid]"]);
    let problem = problem.map(|message| visit.t(message));
    visit.page_with(status, &FirstLoginPage { shell: Shell::plain(visit), key, name, problem })
}
