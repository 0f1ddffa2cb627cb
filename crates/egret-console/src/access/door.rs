//! Letting in: token, session or host application, in this order.

use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};

use super::removal::{PARAMETER, without_token};
use super::{Entry, Need, User, Viewer};
use crate::fault::Fault;
use crate::visit::{Cookie, Fields, Visit, cookie, refuse};

/// The cookie of sessions (SHIRASAGI 1.21.0, `config/initializers/session_store.rb`), which monitoring scripts know.
pub(crate) const SESSION: &str = "_ss_session";
/// Where people log in (SHIRASAGI 1.21.0, `config/routes/sns/routes.rb`).
pub(crate) const LOGIN: &str = "/.mypage/login";

/// Finds out who looks, and whether he may; else answers what he is to get instead.
pub(crate) async fn admit(visit: &mut Visit, parts: &Parts, need: Need) -> Result<(), Response> {
    if need == Need::Open {
        return Ok(());
    }
    if let Some(token) = visit.query.get(PARAMETER).map(str::to_owned)
        && let Some(response) = by_token(visit, &token).await.map_err(|fault| visit.fault(&fault))?
    {
        return Err(response);
    }
    visit.viewer = identify(visit, parts).await.map_err(|fault| visit.fault(&fault))?;
    match &visit.viewer {
        None => Err(outside(visit)),
        Some(viewer) if !viewer.may(need) => Err(visit.fault_inside(&Fault::forbidden()).await),
        Some(_) => Ok(()),
    }
}

/// Finds out who looks where everybody may look. Uses no token up, and refuses nobody.
pub(crate) async fn recognise(visit: &mut Visit, parts: &Parts) {
    visit.viewer = identify(visit, parts).await.unwrap_or(None);
}

/// Whether somebody who was let in still is, and still may: answers that go on for long ask from time to time.
pub(crate) async fn is_still_in(visit: &Visit, need: Need) -> bool {
    let Some(Viewer { name, entry: entry @ Entry::Session { key, .. }, .. }) = &visit.viewer else { return true };
    if !matches!(visit.desk.sessions.holds(key).await, Ok(true)) {
        return false;
    }
    let user = find_user(visit, name).await.ok().flatten();
    user.is_some_and(|user| Viewer { name: user.name, role: user.role, entry: entry.clone() }.may(need))
}

/// Begins a session for a user under a new id, ends the one that there was, and has the browser keep it.
pub(crate) async fn let_in(visit: &Visit, user: &str, mut response: Response) -> Result<Response, Fault> {
    let sessions = &visit.desk.sessions;
    if let Some(former) = cookie(&visit.headers, SESSION) {
        sessions.end(&super::digest(former)).await?;
    }
    let address = visit.origin.address.map_or_else(String::new, |address| address.to_string());
    let session = sessions.begin(user, &address, visit.header(header::USER_AGENT), visit.now).await?;
    visit.set(&mut response, &Cookie::new(SESSION, session.id));
    Ok(response)
}

/// Uses a token of the URL up. A token that is none is as if it were not there.
///
/// Only a person's or a script's own GET counts: looking ahead must not use up what is good for one use.
async fn by_token(visit: &Visit, token: &str) -> Result<Option<Response>, Fault> {
    if visit.method != Method::GET || is_prefetch(&visit.headers) {
        return Ok(Some(refuse()));
    }
    let Some(name) = visit.desk.tokens.consume(token).await? else {
        visit.desk.limits.wrong_token(visit.origin.address).map_err(Fault::too_many)?;
        return Ok(None);
    };
    let Some(user) = find_user(visit, &name).await? else { return Ok(None) };
    Ok(Some(let_in(visit, &user.name, visit.redirect_to(&address_without_token(visit))).await?))
}

/// The address as it was sent, without its token; made anew when the token was named in a way that cannot be cut out.
fn address_without_token(visit: &Visit) -> String {
    let address = without_token(&visit.address);
    let is_left = address.parse::<Uri>().map_or(true, |uri| Fields::of_query(&uri).has(PARAMETER));
    if is_left { visit.here() } else { address }
}

fn is_prefetch(headers: &HeaderMap) -> bool {
    ["sec-purpose", "purpose"].into_iter().any(|name| {
        let value = headers.get(name).and_then(|value| value.to_str().ok());
        value.is_some_and(|value| value.to_ascii_lowercase().contains("prefetch"))
    })
}

async fn identify(visit: &Visit, parts: &Parts) -> Result<Option<Viewer>, Fault> {
    if let Some(token) = bearer(&visit.headers) {
        return by_bearer(visit, token).await;
    }
    if let Some(viewer) = by_session(visit).await? {
        return Ok(Some(viewer));
    }
    let host = visit.desk.authenticate.authenticate(parts).await;
    Ok(host.map(|host| Viewer { name: host.name, role: host.role, entry: Entry::Host }))
}

/// `Bearer`, and `Token` as Rails calls it.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let is_known = scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("token");
    is_known.then(|| token.trim())
}

async fn by_bearer(visit: &Visit, token: &str) -> Result<Option<Viewer>, Fault> {
    let Some((name, scopes)) = visit.desk.tokens.bearer(token).await? else {
        visit.desk.limits.wrong_token(visit.origin.address).map_err(Fault::too_many)?;
        return Ok(None);
    };
    let user = find_user(visit, &name).await?;
    Ok(user.map(|user| Viewer { name: user.name, role: user.role, entry: Entry::Bearer(scopes) }))
}

async fn by_session(visit: &Visit) -> Result<Option<Viewer>, Fault> {
    let Some(id) = cookie(&visit.headers, SESSION) else { return Ok(None) };
    let Some(session) = visit.desk.sessions.find(id, visit.now).await? else { return Ok(None) };
    let user = find_user(visit, &session.user).await?;
    let entry = Entry::Session { key: session.key, csrf: session.csrf };
    Ok(user.map(|user| Viewer { name: user.name, role: user.role, entry }))
}

async fn find_user(visit: &Visit, name: &str) -> Result<Option<User>, Fault> {
    Ok(visit.desk.users.find(name).await?)
}

/// The answer to somebody who is not in (SHIRASAGI 1.21.0, `app/controllers/concerns/ss/auth_filter.rb`).
fn outside(visit: &Visit) -> Response {
    if visit.is_script() {
        return (StatusCode::OK, [("ajaxRedirect", "true")]).into_response();
    }
    let is_page = visit.method == Method::GET || visit.method == Method::HEAD;
    let has_bearer = bearer(&visit.headers).is_some();
    if visit.wants_json() || has_bearer || !is_page || visit.method == Method::HEAD {
        return refuse();
    }
    let back = serde_urlencoded::to_string([("ref", visit.here())]).expect("pairs of texts are a query");
    visit.redirect(&format!("{LOGIN}?{back}"))
}
