//! References to records.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::arguments::markers::token;

const SCHEME: &str = "gid://";

/// A reference to a record of an application: `gid://example/Billing::Invoice/12`.
///
/// It is not resolved: finding the record is the job's matter. The text is kept as it was, so that it passes unchanged.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct GlobalId {
    text: String,
    app: String,
    model: String,
    id: String,
    params: Vec<(String, String)>,
}

/// A text that is no GlobalID.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no GlobalID, expected `gid://APP/MODEL/ID`")]
pub struct InvalidGlobalId(String);

impl GlobalId {
    /// A reference to the record of the model with the id.
    ///
    /// # Errors
    /// When the application's name has other characters than letters, digits, `-` and `_`, or the model or id is empty.
    pub fn new(app: &str, model: &str, id: &str) -> Result<Self, InvalidGlobalId> {
        format!("{SCHEME}{app}/{model}/{}", escape(id)).parse()
    }

    /// Name of the application that owns the record.
    pub fn app(&self) -> &str {
        &self.app
    }

    /// Class of the record, for example `Billing::Invoice`.
    pub fn model(&self) -> &str {
        &self.model
    }

    /// The record's id, decoded; the parts of a composite id are joined by `/`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Parameters, decoded, in order.
    pub fn params(&self) -> &[(String, String)] {
        &self.params
    }
}

impl fmt::Display for GlobalId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.text)
    }
}

impl FromStr for GlobalId {
    type Err = InvalidGlobalId;

    fn from_str(text: &str) -> Result<Self, InvalidGlobalId> {
        parse(text).ok_or_else(|| InvalidGlobalId(text.to_owned()))
    }
}

fn parse(text: &str) -> Option<GlobalId> {
    let rest = text.strip_prefix(SCHEME)?;
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let mut parts = path.splitn(3, '/');
    let (app, model, id) = (parts.next()?, parts.next()?, parts.next()?);
    let app_is_valid = app.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    if app.is_empty() || !app_is_valid || model.is_empty() || id.is_empty() {
        return None;
    }
    let ids: Vec<String> = id.split('/').map(unescape).collect::<Option<_>>()?;
    Some(GlobalId {
        text: text.to_owned(),
        app: app.to_owned(),
        model: model.to_owned(),
        id: ids.join("/"),
        params: query.split('&').filter(|pair| !pair.is_empty()).map(parameter).collect::<Option<_>>()?,
    })
}

fn parameter(pair: &str) -> Option<(String, String)> {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    Some((unescape(name)?, unescape(value)?))
}

/// Encodes as Ruby's `CGI.escape` does: a space is `+`; letters, digits and `_.-~` stay.
fn escape(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut escaped, byte| {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'.' | b'-' | b'~' => escaped.push(byte.into()),
            b' ' => escaped.push('+'),
            other => escaped.push_str(&format!("%{other:02X}")),
        }
        escaped
    })
}

fn unescape(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => hex_digit(bytes.next()?)? << 4 | hex_digit(bytes.next()?)?,
            other => other,
        });
    }
    String::from_utf8(decoded).ok()
}

fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[derive(Serialize, Deserialize)]
struct Fields<'a> {
    #[serde(rename = "_aj_globalid", borrow)]
    id: Cow<'a, str>,
}

impl Serialize for GlobalId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_newtype_struct(token::GLOBAL_ID, &Fields { id: Cow::from(&self.text) })
    }
}

impl<'de> Deserialize<'de> for GlobalId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields: Fields<'de> = super::read_fields(deserializer, token::GLOBAL_ID, "a GlobalID")?;
        fields.id.parse().map_err(|_| D::Error::custom("the GlobalID has no application, model or id"))
    }
}
