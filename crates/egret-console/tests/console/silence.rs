//! What a log must never say, however much it is asked to say.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use egret_console::access::{Role, Scope};
use egret_console::serve;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tracing_subscriber::fmt::MakeWriter;

use crate::site::{PASSWORD, Site};

/// Keeps all that is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn no_log_names_a_token_a_session_or_a_password() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(log.clone()).finish();
    // For all threads: passwords are hashed, and the store is asked, on others.
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let site = Site::new().await;
    let now = site.app.backend().now().await.unwrap();
    let tokens = site.console.tokens();
    let once = tokens.create("viewer", now).await.unwrap();
    let bearer = tokens.create_long_lived("viewer", &[Scope::StatusRead], now).await.unwrap();
    let mut admin = site.user(Role::Admin).await;
    let session = admin.cookie("_ss_session").unwrap().to_owned();
    let form = admin.token().await;
    let mut failing = site.visitor();
    failing.log_in("admin", "the wrong passphrase").await;
    failing.log_in("a password in the wrong field", PASSWORD).await;
    admin.post("/.sys/job/queues/default/pause", &[]).await;

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(serve::serve(listener, site.router.clone(), std::future::pending()));
    for (path, header) in [
        (format!("/.sys/job/status.json?access_token={once}"), String::new()),
        (format!("/.sys/job/status.json?access_token={once}"), String::new()),
        ("/.sys/job/status.json".to_owned(), format!("Authorization: Bearer {bearer}\r\n")),
        ("/metrics".to_owned(), format!("Authorization: Bearer {bearer}\r\n")),
        ("/.sys/job/jobs".to_owned(), format!("Cookie: _ss_session={session}\r\n")),
        // What is no request at all is what servers like to quote.
        (format!("/ x?access_token={once}"), format!("Cookie: _ss_session={session}\r\n")),
    ] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nHost: a\r\n{header}Connection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        stream.read_to_end(&mut Vec::new()).await.unwrap();
    }
    let text = log.text();
    assert!(text.contains("changed through the console") && text.contains("could not be logged in"), "{text}");
    let secrets =
        [&*once, &*bearer, &*session, &*form, PASSWORD, "the wrong passphrase", "a password in the wrong field"];
    for secret in secrets {
        let line = text.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "`{secret}`");
    }
}
