//! Job ids as the tables hold them.

use egret_core::JobId;
use rusqlite::ToSql;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, ValueRef};
use uuid::Uuid;

/// A job's id: 16 bytes for a UUID in its usual form (lower case, hyphens), the text for everything else.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum JobKey {
    Uuid([u8; 16]),
    Text(Box<str>),
}

impl JobKey {
    pub(crate) fn new(id: &str) -> Self {
        match Uuid::try_parse(id) {
            // Other spellings of the same UUID are other ids.
            Ok(uuid) if uuid.hyphenated().encode_lower(&mut Uuid::encode_buffer()) == id => {
                Self::Uuid(uuid.into_bytes())
            }
            _ => Self::Text(id.into()),
        }
    }

    pub(crate) fn to_id(&self) -> JobId {
        match self {
            Self::Uuid(bytes) => {
                let mut buffer = Uuid::encode_buffer();
                JobId::new(&*Uuid::from_bytes(*bytes).hyphenated().encode_lower(&mut buffer))
            }
            Self::Text(text) => JobId::new(text.clone()),
        }
    }
}

impl From<&JobId> for JobKey {
    fn from(id: &JobId) -> Self {
        Self::new(id.as_str())
    }
}

impl ToSql for JobKey {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Uuid(bytes) => ValueRef::Blob(bytes),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
        }))
    }
}

impl FromSql for JobKey {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        match value {
            ValueRef::Blob(bytes) => bytes.try_into().map(Self::Uuid).map_err(|_| FromSqlError::InvalidType),
            ValueRef::Text(text) => Ok(Self::Text(String::from_utf8_lossy(text).into())),
            _ => Err(FromSqlError::InvalidType),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_every_spelling_apart() {
        for text in [
            "0190a8f2-5f7b-7c3e-9a51-3c9d2e4f6a7b",
            "0190A8F2-5F7B-7C3E-9A51-3C9D2E4F6A7B",
            "0190a8f25f7b7c3e9a513c9d2e4f6a7b",
            "{0190a8f2-5f7b-7c3e-9a51-3c9d2e4f6a7b}",
            "b4a577edbccf1d805744efa9",
            "",
        ] {
            assert_eq!(JobKey::new(text).to_id().as_str(), text);
        }
        assert!(matches!(JobKey::new("0190a8f2-5f7b-7c3e-9a51-3c9d2e4f6a7b"), JobKey::Uuid(_)));
    }
}
