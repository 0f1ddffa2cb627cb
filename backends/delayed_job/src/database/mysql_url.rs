//! The address of a MySQL or MariaDB server.

use std::path::PathBuf;

use egret_core::{Error, ErrorKind, Result, Words, words};
use mysql_async::{Opts, OptsBuilder, SslOpts};

use super::unreadable_url;

/// A server, a database, and how it is reached.
#[derive(Clone, Debug)]
pub(crate) struct MysqlAddress {
    options: Opts,
    /// Certificates of those who sign for the server, beside those that are known to everybody.
    ca: Option<PathBuf>,
}

impl MysqlAddress {
    /// Reads an address, `mysql://USER:PASSWORD@HOST:PORT/DATABASE?…`, in whose query is what the driver understands
    /// (`require_ssl`, `verify_ca`, `socket` and others), and `sslrootcert`: a file of certificates of those who sign for the
    /// server, beside those that are known to everybody. Who names one asks for TLS.
    pub(crate) fn parse(url: &str) -> Result<Self> {
        let invalid = |words: Words| Error::new(ErrorKind::InvalidInput, words);
        let (server, query) = url.split_once('?').unwrap_or((url, ""));
        let (mut kept, mut ca) = (Vec::new(), None);
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            match pair.split_once('=').unwrap_or((pair, "")) {
                ("sslrootcert", file) => ca = Some(PathBuf::from(crate::options::decoded(file)?)),
                // mysql_async 0.37 looks for the name of an error of rustls that no longer has it, and refuses all the same.
                ("verify_identity", "false") => {
                    return Err(invalid(words!(
                        "database-verify-identity",
                        "`verify_identity=false` has no effect: connect to the server by a name that its certificate has"
                    )));
                }
                _ => kept.push(pair),
            }
        }
        let url = if kept.is_empty() { server.to_owned() } else { format!("{server}?{}", kept.join("&")) };
        let options = Opts::from_url(&url).map_err(|error| invalid(unreadable_url("MySQL")).with_source(error))?;
        if options.db_name().is_none() {
            return Err(invalid(words!("database-url-unnamed", "the URL of the MySQL server names no database")));
        }
        // A socket that the server names may lie in another namespace than ours.
        let options = OptsBuilder::from_opts(options).prefer_socket(false).into();
        Ok(Self { options, ca })
    }

    /// What the driver is given, with the certificates read.
    pub(super) fn with_certificates(self) -> Result<Opts> {
        let Self { options, ca } = self;
        let tls = options.ssl_opts().cloned().or_else(|| ca.as_ref().map(|_| SslOpts::default()));
        let Some(tls) = tls else { return Ok(options) };
        super::tls::choose_provider();
        let roots = ca.map_or(Ok(Vec::new()), |ca| super::tls::certificates(&ca))?;
        let tls = tls.with_root_certs(roots.iter().map(|certificate| certificate.to_vec().into()).collect());
        Ok(OptsBuilder::from_opts(options).ssl_opts(tls).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_must_name_a_database() {
        assert!(MysqlAddress::parse("mysql://app@db.example/shop").is_ok());
        let address = MysqlAddress::parse("mysql://app@db.example/shop?sslrootcert=%2Fetc%2Fca.pem").unwrap();
        assert_eq!(address.ca, Some(PathBuf::from("/etc/ca.pem")));
        let unverified = "mysql://db/shop?require_ssl=true&verify_identity=false";
        for url in ["mysql://app@db.example", "mysql://db/shop?colour=red", unverified] {
            assert_eq!(MysqlAddress::parse(url).unwrap_err().kind(), ErrorKind::InvalidInput, "{url}");
        }
    }
}
