//! TLS: a private authority is trusted where the URL names it, and nobody else is.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use egret_core::{EnqueueRequest, ErrorKind, NewJob, Origin};
use tempfile::TempDir;

use crate::support::server::PrivateServer;
use crate::support::store::{info, job, open, try_open};

/// An authority, and what it has certified.
struct Authority(TempDir);

impl Authority {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a test can make a folder");
        let authority = Self(folder);
        authority.openssl(&[
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=egret test authority",
            "-keyout",
            "ca.key",
            "-out",
            "ca.pem",
        ]);
        authority
    }

    /// Certifies a server under a name, and answers its certificate and key.
    fn certify(&self, alternative_name: &str) -> (PathBuf, PathBuf) {
        std::fs::write(self.path("extensions"), format!("subjectAltName={alternative_name}\n"))
            .expect("the folder takes a file");
        self.openssl(&[
            "req",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-subj",
            "/CN=redis",
            "-keyout",
            "redis.key",
            "-out",
            "redis.csr",
        ]);
        self.openssl(&[
            "x509",
            "-req",
            "-in",
            "redis.csr",
            "-CA",
            "ca.pem",
            "-CAkey",
            "ca.key",
            "-CAcreateserial",
            "-days",
            "2",
            "-extfile",
            "extensions",
            "-out",
            "redis.pem",
        ]);
        (self.path("redis.pem"), self.path("redis.key"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn openssl(&self, arguments: &[&str]) {
        let mut command = Command::new("openssl");
        command.args(arguments).current_dir(self.0.path()).stdout(Stdio::null()).stderr(Stdio::null());
        assert!(command.status().expect("openssl is installed").success(), "openssl {arguments:?}");
    }
}

/// A server that speaks TLS alone, and its port.
fn start((certificate, key): &(PathBuf, PathBuf), authority: &Path) -> Option<PrivateServer> {
    let text = |path: &Path| path.to_str().expect("a temporary path is text").to_owned();
    let [certificate, key, authority] = [certificate, key, authority].map(text);
    PrivateServer::start_with_tls(&[
        "--tls-cert-file",
        &certificate,
        "--tls-key-file",
        &key,
        "--tls-ca-cert-file",
        &authority,
        "--tls-auth-clients",
        "no",
    ])
}

#[tokio::test]
async fn a_private_authority_that_the_url_names_is_trusted_and_jobs_run() {
    let authority = Authority::new();
    let ca = authority.path("ca.pem");
    let Some(server) = start(&authority.certify("IP:127.0.0.1,DNS:localhost"), &ca) else { return };
    for host in ["127.0.0.1", "localhost"] {
        let url = format!("rediss://{host}:{}/0?ca={}", server.port(), ca.display());
        let store = open(&url, |_| {}).await;
        let service = store.register(info(&["default"])).await.unwrap();
        let jobs = vec![NewJob::new(job("ReportJob"), Origin::Application)];
        store.enqueue(EnqueueRequest { jobs, start: None }).await.unwrap();
        let selection = std::sync::Arc::new(egret_core::Selection::strict(["default"]));
        let request = egret_core::ClaimRequest { service, selection, limit: 1, max_interrupted: 1 };
        let claimed = store.claim(request.clone()).await.unwrap();
        assert_eq!(claimed.len(), 1, "{host}");
        // The other two kinds of connections: that which listens for hints, and those that watch queues.
        let waiter = store.wait_to_claim(request, std::time::Duration::from_secs(3600));
        let other = async {
            store
                .enqueue(EnqueueRequest { jobs: vec![NewJob::new(job("ReportJob"), Origin::Application)], start: None })
                .await
        };
        let (_, enqueued) = tokio::join!(waiter, other);
        enqueued.unwrap();
        assert!(store.location().starts_with("sidekiq+rediss://"), "{}", store.location());
    }
}

#[tokio::test]
async fn nobody_is_trusted_whom_the_authority_did_not_certify_under_that_name() {
    let (authority, other) = (Authority::new(), Authority::new());
    let ca = authority.path("ca.pem");
    let Some(server) = start(&authority.certify("DNS:elsewhere.example"), &ca) else { return };
    let (port, other) = (server.port(), other.path("ca.pem"));
    for url in [
        format!("rediss://127.0.0.1:{port}/0"),
        format!("rediss://127.0.0.1:{port}/0?ca={}", other.display()),
        format!("rediss://127.0.0.1:{port}/0?ca={}", ca.display()),
    ] {
        let error = try_open(&url, |_| {}).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unavailable, "{url}: {error:?}");
        assert!(format!("{error:?}").contains("certificate"), "{url} says why: {error:?}");
    }
    let error = try_open(&format!("redis://127.0.0.1:{port}/0"), |_| {}).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "without TLS nobody answers: {error:?}");
}

#[tokio::test]
async fn a_file_of_certificates_that_is_none_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    for (content, cause) in [(None, "No such file"), (Some("no certificate"), "no certificate")] {
        if let Some(content) = content {
            std::fs::write(&file, content).unwrap();
        }
        let error = try_open(&format!("rediss://127.0.0.1:1/0?ca={}", file.display()), |_| {}).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused);
        let shown = format!("{error:?}");
        assert!(shown.contains("ca.pem") && shown.contains(cause), "{shown}");
    }
}
