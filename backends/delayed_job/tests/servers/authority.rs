//! A private authority, and what it certifies.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// An authority of a test.
pub(crate) struct Authority(TempDir);

impl Authority {
    pub(crate) fn new() -> Self {
        let authority = Self(tempfile::tempdir().expect("a test can make a folder"));
        authority.openssl("req -x509 -newkey rsa:2048 -nodes -days 2 -keyout ca.key -out ca.pem", "/CN=test authority");
        authority
    }

    /// Certifies a server under a name, and answers its certificate and key.
    pub(crate) fn certify(&self, alternative_name: &str) -> (PathBuf, PathBuf) {
        let extensions = format!("subjectAltName={alternative_name}\n");
        std::fs::write(self.path("extensions"), extensions).expect("the folder takes a file");
        self.openssl("req -newkey rsa:2048 -nodes -keyout server.key -out server.csr", "/CN=server");
        self.openssl(
            "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile extensions -out server.pem",
            "",
        );
        (self.path("server.pem"), self.path("server.key"))
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn openssl(&self, arguments: &str, subject: &str) {
        let mut command = Command::new("openssl");
        command.args(arguments.split(' ')).current_dir(self.0.path()).stdout(Stdio::null()).stderr(Stdio::null());
        if !subject.is_empty() {
            command.args(["-subj", subject]);
        }
        assert!(command.status().expect("openssl is installed").success(), "openssl {arguments}");
    }
}
