//! Answers that browsers keep as files.

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};

use super::{Visit, segment};

impl Visit {
    /// A file to be kept under a name. `kind` is its media type.
    pub(crate) fn attachment(&self, name: &str, kind: &'static str, body: Body) -> Response {
        let mut response = body.into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        headers.insert(header::CONTENT_DISPOSITION, disposition(name));
        response
    }
}

/// Both forms of the name, for browsers of any age (RFC 6266, section 4.3).
fn disposition(name: &str) -> HeaderValue {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-._".contains(letter);
    let plain: String = name.chars().map(|letter| if is_plain(letter) { letter } else { '_' }).collect();
    let text = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{}", segment(name));
    HeaderValue::from_str(&text).expect("escaped names are ASCII")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_can_hold_anything() {
        let header = disposition("a\"\r\n;鷺.log");
        assert_eq!(header, "attachment; filename=\"a_____.log\"; filename*=UTF-8''a%22%0D%0A%3B%E9%B7%BA.log");
    }
}
