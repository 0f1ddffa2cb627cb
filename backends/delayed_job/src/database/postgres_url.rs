//! The address of a PostgreSQL server.

use std::path::PathBuf;

use egret_core::{Error, ErrorKind, Result};
use tokio_postgres::Config;
use tokio_postgres::config::SslMode;

/// A server, a database, and how it is reached.
#[derive(Clone, Debug)]
pub(crate) struct PostgresAddress {
    pub(crate) config: Config,
    /// Certificates of those who sign for the server, beside those that are known to everybody.
    pub(crate) ca: Option<PathBuf>,
}

impl PostgresAddress {
    /// Of a URL as libpq takes it, `postgres://USER:PASSWORD@HOST:PORT/DATABASE?…`.
    ///
    /// Beside what the driver knows (`sslmode` of `disable`, `prefer`, `require`; `application_name`; `options`) there is
    /// `sslrootcert`, a file of certificates. `sslmode=verify-ca` and `verify-full` are `require`: a server that speaks TLS
    /// is always verified. `search_path` sets where tables are looked for.
    pub(crate) fn parse(url: &str) -> Result<Self> {
        let (server, query) = url.split_once('?').unwrap_or((url, ""));
        let mut kept = Vec::new();
        let (mut ca, mut search_path) = (None, None);
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            match pair.split_once('=').unwrap_or((pair, "")) {
                ("sslrootcert", value) => ca = Some(PathBuf::from(super::super::options::decoded(value)?)),
                ("search_path" | "schema_search_path", value) => {
                    search_path = Some(super::super::options::decoded(value)?);
                }
                ("sslmode", "verify-ca" | "verify-full") => kept.push("sslmode=require".to_owned()),
                _ => kept.push(pair.to_owned()),
            }
        }
        let url = if kept.is_empty() { server.to_owned() } else { format!("{server}?{}", kept.join("&")) };
        let mut config: Config = url.parse().map_err(|error: tokio_postgres::Error| {
            Error::new(ErrorKind::InvalidInput, super::unreadable_url("PostgreSQL")).with_source(error)
        })?;
        if let Some(path) = search_path {
            let options = config.get_options().unwrap_or_default();
            config.options(format!("{options} -c search_path={}", path.replace('\\', "\\\\").replace(' ', "\\ ")));
        }
        if config.get_application_name().is_none() {
            config.application_name("egret");
        }
        Ok(Self { config, ca })
    }

    /// Whether TLS is never spoken.
    pub(crate) fn is_plain(&self) -> bool {
        self.config.get_ssl_mode() == SslMode::Disable
    }

    /// Server and database, for people.
    pub(crate) fn shown(&self) -> String {
        use tokio_postgres::config::Host;

        let host = match self.config.get_hosts().first() {
            Some(Host::Tcp(name)) => name.clone(),
            #[cfg(unix)]
            Some(Host::Unix(path)) => path.display().to_string(),
            None => "localhost".to_owned(),
        };
        let port = self.config.get_ports().first().copied().unwrap_or(5432);
        let database = self.config.get_dbname().or(self.config.get_user()).unwrap_or_default();
        format!("postgres://{host}:{port}/{database}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_shows_no_password() {
        let address = PostgresAddress::parse("postgres://app:secret@db.example:5433/shop?sslmode=require").unwrap();
        assert_eq!(address.shown(), "postgres://db.example:5433/shop");
        assert!(!address.is_plain());
        assert!(PostgresAddress::parse("postgres://db/shop?sslmode=disable").unwrap().is_plain());
    }

    #[test]
    fn what_libpq_knows_beyond_the_driver_is_understood() {
        let address = PostgresAddress::parse(
            "postgres://db/shop?sslmode=verify-full&sslrootcert=%2Fetc%2Fca.pem&search_path=acme",
        )
        .unwrap();
        assert_eq!(address.config.get_ssl_mode(), SslMode::Require);
        assert_eq!(address.ca, Some(PathBuf::from("/etc/ca.pem")));
        assert_eq!(address.config.get_options(), Some(" -c search_path=acme"));
        assert!(PostgresAddress::parse("postgres://db/shop?colour=red").is_err());
    }
}
