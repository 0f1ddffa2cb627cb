//! TLS to servers: whom we trust, and what to do when we do not.

use std::path::Path;

use egret_core::{Error, ErrorKind, Result, Words, words};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

/// The certificates in a file, of which there is at least one.
pub(super) fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>> {
    let refused = |cause: String| {
        let verb = words!("verb-read-certificates-from", "read certificates from `{path}`", path = file.display());
        Error::new(ErrorKind::Refused, Words::failed(verb)).with_source(cause)
    };
    let found: std::result::Result<Vec<_>, _> = CertificateDer::pem_file_iter(file).and_then(Iterator::collect);
    match found {
        Ok(found) if found.is_empty() => Err(refused("it holds no certificate".to_owned())),
        Ok(found) => Ok(found),
        Err(error) => Err(refused(error.to_string())),
    }
}

/// mysql_async takes the provider of the process, and ends it where an application has compiled in two and chosen none. What
/// somebody has chosen stays.
pub(super) fn choose_provider() {
    if CryptoProvider::get_default().is_none() {
        // Somebody else may have been faster; any will do.
        let _ = ring::default_provider().install_default();
    }
}

/// What to say of a connection that failed, and how to mend it, if it was for the server's certificate.
pub(super) fn remedy(error: &(dyn std::error::Error + 'static)) -> Option<Words> {
    let mut cause = Some(error);
    while let Some(error) = cause {
        let text = error.to_string();
        if text.contains("not valid for name") {
            return Some(words!(
                "database-certificate-name",
                "its certificate is for another name: connect to it by a name that the certificate has"
            ));
        }
        if text.contains("invalid peer certificate") {
            return Some(words!(
                "database-certificate-unknown",
                "its certificate is not trusted: `sslrootcert=FILE` in the URL names who signs it"
            ));
        }
        cause = error.source();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_that_is_not_trusted_has_a_remedy() {
        let error = |text: &str| std::io::Error::other(text.to_owned());
        assert!(remedy(&error("invalid peer certificate: UnknownIssuer")).unwrap().to_string().contains("sslrootcert"));
        let name = error("invalid peer certificate: certificate not valid for name \"db\"; certificate is …");
        assert!(remedy(&name).unwrap().to_string().contains("another name"));
        assert!(remedy(&error("connection refused")).is_none());
    }
}
