//! How the table is reached and treated.

use std::path::PathBuf;
use std::time::Duration;

use egret_core::{Error, ErrorKind, Result, Timing, words};

use crate::database::{MysqlAddress, PostgresAddress};
use crate::table::Settings;

/// How Delayed Job's table is reached and treated.
#[derive(Clone, Debug)]
pub struct DelayedJobOptions {
    pub(crate) place: Place,
    /// The begin of the names of all tables of the application; empty for none.
    pub table_prefix: String,
    /// How rows are treated.
    pub settings: Settings,
    /// Beats and leases of services.
    pub timing: Timing,
    /// Between two looks for work of a service that waits. Ruby's `sleep_delay` is 5 s; ours, default 100 ms, costs one indexed
    /// query each time.
    pub poll: Duration,
}

/// Where the database is.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    File(PathBuf),
    Postgres(Box<PostgresAddress>),
    Mysql(Box<MysqlAddress>),
}

impl DelayedJobOptions {
    /// Between two looks for work, unless something else is set.
    pub const POLL: Duration = Duration::from_millis(100);

    /// A SQLite database, which must be there.
    pub fn sqlite(path: impl Into<PathBuf>) -> Self {
        Self::at(Place::File(path.into()))
    }

    /// Of a URL: `sqlite:PATH`, `postgres://USER:PASSWORD@HOST:PORT/DATABASE` or `mysql://` with the same behind. In its query are what the server's driver
    /// understands, `sslrootcert` (a file of certificates of those who sign for the server) and `table_prefix`.
    ///
    /// TLS to MySQL uses the provider of the process (`rustls::crypto::CryptoProvider`), since its driver knows no other way. An
    /// application that has chosen none before it opens the store has ring from then on.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] when it is none of these.
    pub fn parse(url: &str) -> Result<Self> {
        let (server, query) = url.split_once('?').unwrap_or((url, ""));
        let mut prefix = String::new();
        let mut rest = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            match pair.split_once('=') {
                Some(("table_prefix", value)) => prefix = decoded(value)?,
                _ => rest.push(pair),
            }
        }
        let server = if rest.is_empty() { server.to_owned() } else { format!("{server}?{}", rest.join("&")) };
        let place = match server.split_once(':').map_or("", |(scheme, _)| scheme) {
            "sqlite" => Place::File(file(&server["sqlite:".len()..])?),
            "postgres" | "postgresql" => Place::Postgres(Box::new(PostgresAddress::parse(&server)?)),
            "mysql" | "mariadb" => {
                let server = server.replacen("mariadb:", "mysql:", 1);
                Place::Mysql(Box::new(MysqlAddress::parse(&server)?))
            }
            _ => {
                let words = words!(
                    "database-url-scheme",
                    "expected `sqlite:PATH`, `postgres://…` or `mysql://…` behind `delayed-job+` in the store's URL"
                );
                return Err(Error::new(ErrorKind::InvalidInput, words));
            }
        };
        Ok(Self { table_prefix: prefix, ..Self::at(place) })
    }

    fn at(place: Place) -> Self {
        Self {
            place,
            table_prefix: String::new(),
            settings: Settings::default(),
            timing: Timing::default(),
            poll: Self::POLL,
        }
    }

    /// A relative path of a file starts at the folder.
    #[must_use]
    pub fn below(mut self, folder: &std::path::Path) -> Self {
        if let Place::File(path) = &mut self.place {
            *path = folder.join(&path);
        }
        self
    }
}

/// The path of `sqlite:PATH`, `sqlite://PATH` or `sqlite:///PATH`.
fn file(rest: &str) -> Result<PathBuf> {
    if let Some((_, query)) = rest.split_once('?') {
        let words = words!("database-url-option", "unknown option `{option}` of a SQLite database", option = query);
        return Err(Error::new(ErrorKind::InvalidInput, words));
    }
    match rest.trim_start_matches("//") {
        "" => {
            let words = words!("database-url-no-file", "the URL of the SQLite database names no file");
            Err(Error::new(ErrorKind::InvalidInput, words))
        }
        path => Ok(PathBuf::from(path)),
    }
}

/// The text of a part of a URL.
pub(crate) fn decoded(text: &str) -> Result<String> {
    let refused = || {
        let words =
            words!("database-url-encoding", "`{text}` in the store's URL is not percent-encoded text", text = text);
        Error::new(ErrorKind::InvalidInput, words)
    };
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok()).ok_or_else(refused)?;
        bytes.push(u8::from_str_radix(digits, 16).map_err(|_| refused())?);
        rest = &after[2..];
    }
    String::from_utf8(bytes).map_err(|_| refused())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_names_the_database_and_the_tables() {
        let options = DelayedJobOptions::parse("postgres://db/shop?table_prefix=acme_&sslmode=disable").unwrap();
        assert_eq!(options.table_prefix, "acme_");
        assert!(matches!(options.place, Place::Postgres(_)));
        let options = DelayedJobOptions::parse("sqlite:db/production.sqlite3").unwrap();
        assert!(matches!(&options.place, Place::File(path) if path.ends_with("db/production.sqlite3")));
        for url in ["oracle://x", "sqlite:", "sqlite:x?mode=ro", "postgres://db/x?table_prefix=%zz"] {
            let error = DelayedJobOptions::parse(url).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{url}: {error}");
        }
    }
}
