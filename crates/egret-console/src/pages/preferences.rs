//! Language and theme, chosen by a link and kept in a cookie.

use std::time::Duration;

use egret::language::Language;

use crate::fault::Fault;
use crate::visit::{Answer, Cookie, LANGUAGE, THEME, Theme, Visit, local};

/// Browsers keep no cookie longer.
const YEAR: Duration = Duration::from_secs(365 * 86_400);

/// `GET /.sys/job/preferences?lang=ja&back=…`: keeps the choice and goes back.
pub(crate) async fn change(visit: Visit) -> Answer {
    let back = visit.query.get("back").and_then(local).unwrap_or_else(|| visit.link("/.sys/job/status"));
    let mut response = visit.redirect_to(&back);
    if let Some(tag) = visit.query.get("lang") {
        let language = Language::of_tag(tag).ok_or_else(|| Fault::bad_value("lang", tag))?;
        visit.set(&mut response, &Cookie::new(LANGUAGE, language.code()).lasting(YEAR));
    }
    if let Some(name) = visit.query.get("theme") {
        let theme = Theme::of_name(name).ok_or_else(|| Fault::bad_value("theme", name))?;
        visit.set(&mut response, &Cookie::new(THEME, theme.as_str()).lasting(YEAR));
    }
    Ok(response)
}
