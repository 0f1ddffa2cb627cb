//! What clients send that are broken, slow or hostile, over sockets as they are.

use std::net::SocketAddr;
use std::time::Duration;

use axum::http::Method;
use egret_console::access::Role;
use egret_console::serve::{self, ConnectionLimits};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::time::timeout;

use crate::site::Site;

/// Longer than any answer takes; machines can be busy.
const PATIENCE: Duration = Duration::from_secs(60);
const GET: &str = "GET /.mypage/login HTTP/1.1\r\nHost: a\r\nConnection: close\r\n";

/// A site on a port of its own.
async fn served(site: &Site) -> SocketAddr {
    let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(serve::serve(listener, site.router.clone(), std::future::pending()));
    address
}

/// Sends bytes and answers the first line of what comes back; nothing when the connection is closed instead.
async fn first_line(address: SocketAddr, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    // The console may have heard enough before all is sent.
    let _ = stream.write_all(request).await;
    let mut answer = Vec::new();
    let read = timeout(PATIENCE, async {
        let mut buffer = [0; 1024];
        while !answer.contains(&b'\n') {
            match stream.read(&mut buffer).await {
                Ok(0) | Err(_) => break,
                Ok(n) => answer.extend_from_slice(&buffer[..n]),
            }
        }
    });
    read.await.unwrap_or_else(|_| panic!("no answer to {}", shown(request)));
    String::from_utf8_lossy(&answer).lines().next().unwrap_or_default().to_owned()
}

fn shown(request: &[u8]) -> String {
    String::from_utf8_lossy(&request[..request.len().min(300)]).escape_debug().to_string()
}

/// The status; 0 for a closed connection.
fn status(line: &str) -> u16 {
    let number = line.split(' ').nth(1).and_then(|text| text.parse().ok());
    number.unwrap_or_else(|| if line.is_empty() { 0 } else { panic!("`{line}` is no first line of an answer") })
}

async fn goes_on(address: SocketAddr) {
    let line = first_line(address, b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await;
    assert_eq!(status(&line), 200);
}

/// The answer is no fault of ours, and the next request is answered.
async fn is_borne(address: SocketAddr, request: impl AsRef<[u8]>) -> u16 {
    let request = request.as_ref();
    let status = status(&first_line(address, request).await);
    assert!(status < 500, "{status} for {}", shown(request));
    goes_on(address).await;
    status
}

#[tokio::test]
async fn paths_that_try_to_leave_lead_nowhere() {
    let site = Site::new().await;
    let address = served(&site).await;
    for path in [
        "/.sys/job/../../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/.sys/job/..%2fstatus",
        "/.sys/job/%2e%2e%5cstatus",
        "//evil.example/.sys/job/status",
        "/.sys//job///logs",
        "/.sys/job/assets/../../Cargo.toml",
        "/.sys/job/assets/%2e%2e/%2e%2e%2fCargo.toml",
        "/.sys/job/%00",
        "/.sys/job/%0d%0aSet-Cookie:%20caught=1",
        "/%ff%fe%zz%",
        "http://evil.example/etc/passwd",
        "/;/.sys/job/../x",
        "*",
    ] {
        let request = format!("GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        let status = is_borne(address, &request).await;
        assert!([400, 404].contains(&status), "{status} for {path}");
    }
}

#[tokio::test]
async fn an_absolute_address_is_this_site_whatever_host_it_names() {
    let site = Site::new().await;
    let address = served(&site).await;
    let request = "GET http://evil.example/.mypage/login HTTP/1.1\r\nHost: b\r\nConnection: close\r\n\r\n";
    assert_eq!(is_borne(address, request).await, 200);
    assert_eq!(is_borne(address, "GET /.mypage/login HTTP/1.0\r\n\r\n").await, 200);
}

#[tokio::test]
async fn requests_out_of_shape_are_refused() {
    let site = Site::new().await;
    let address = served(&site).await;
    let requests: [&[u8]; 16] = [
        b"BREW /.mypage/login HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        b"TRACE /.mypage/login HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        b"PUT /.sys/job/status HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
        b"CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        b"GET /.mypage/login\r\n\r\n",
        b"GET  /.mypage/login  HTTP/1.1\r\n\r\n",
        b"GET /a b HTTP/1.1\r\n\r\n",
        b"GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"\0\0\0\0\r\n\r\n",
        b"POST /.mypage/login HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        b"POST /.mypage/login HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999999\r\n\r\n",
        b"POST /.mypage/login HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        b"POST /.mypage/login HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nzz\r\n\r\n",
    ];
    for request in requests {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(request).await.unwrap();
        // Nothing more comes: what waits for more is refused as well.
        stream.shutdown().await.unwrap();
        let mut answer = Vec::new();
        timeout(PATIENCE, stream.read_to_end(&mut answer)).await.unwrap().unwrap_or_default();
        let text = String::from_utf8_lossy(&answer).into_owned();
        let status = status(text.lines().next().unwrap_or_default());
        assert!(status == 0 || (400..500).contains(&status), "{status} for {}", shown(request));
        goes_on(address).await;
    }
}

#[tokio::test]
async fn a_head_that_is_too_large_is_refused_and_one_that_is_large_is_read() {
    let site = Site::new().await;
    let address = served(&site).await;
    let huge = format!("{GET}X-Filler: {}\r\n\r\n", "x".repeat(1 << 20));
    assert!([0, 431].contains(&is_borne(address, &huge).await));
    let many = format!("{GET}{}\r\n", "X-Filler: x\r\n".repeat(10_000));
    assert!([0, 431].contains(&is_borne(address, &many).await));
    let parameters = "a=1&".repeat(10_000);
    let request = format!("GET /.mypage/login?{parameters} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    assert_eq!(is_borne(address, &request).await, 200);
}

#[tokio::test]
async fn broken_cookies_and_languages_count_as_none() {
    let site = Site::new().await;
    let address = served(&site).await;
    let long = "x".repeat(40_000);
    let languages = "ja;q=9,".repeat(5_000);
    for header in [
        "Cookie: =;;; =; _ss_session; _ss_session=; egret_lang=\"ja",
        "Cookie: _ss_session=\t\x0b; egret_notice=%%%zz; egret_zone=../../etc/passwd; egret_theme=<b>",
        "Cookie: _ss_session=%00%0d%0a; egret_notice=notice-nothing%7Cn%3D99999999999999999999; egret_zone=%2F",
        &format!("Cookie: _ss_session={long}; egret_notice={long}"),
        &format!("Accept-Language: {languages}"),
        "Accept-Language: *;q=, , -, ja-\u{0}",
        "X-Forwarded-For: , , ::, 999.9.9.9\r\nX-Forwarded-Proto: \u{1}",
        "Authorization: Bearer \t, Basic ====",
        "Content-Length: 5",
    ] {
        let status = is_borne(address, format!("{GET}{header}\r\n\r\n     ")).await;
        assert!([200, 400].contains(&status), "{status} for {}", shown(header.as_bytes()));
    }
    let bytes = [GET.as_bytes(), b"Cookie: _ss_session=\x80\xff; egret_lang=\xe3\x81\r\n\r\n"].concat();
    assert_eq!(is_borne(address, bytes).await, 200);
}

#[tokio::test]
async fn no_route_fails_at_hostile_parameters() {
    const VALUES: [&str; 8] = [
        "%00",
        "%0d%0aSet-Cookie:%20caught=1",
        "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "%3Cscript%3Ewindow.caught%3D1%3C%2Fscript%3E",
        "%ff%fe",
        "-1",
        "99999999999999999999999999",
        "%F0%9F%90%A6.json",
    ];
    const FIELDS: [&str; 16] = [
        "after", "state", "class", "date", "keyword", "page", "lang", "theme", "back", "ref", "q", "queue", "user",
        "limit", "from", "ids[]",
    ];
    let site = Site::new().await;
    let address = served(&site).await;
    let mut admin = site.user(Role::Admin).await;
    let token = admin.get("/.sys/job/status").await.field("authenticity_token");
    let session = admin.cookie("_ss_session").unwrap();
    for route in site.console.matrix().iter().filter(|route| route.path != "/.mypage/logout") {
        for value in VALUES {
            let path = filled(route.path, value);
            let fields = FIELDS.map(|field| format!("{field}={value}")).join("&");
            let cookie = format!("Host: a\r\nConnection: close\r\nCookie: _ss_session={session}\r\n");
            let request = if route.method == Method::GET {
                format!("GET {path}?{fields} HTTP/1.1\r\n{cookie}\r\n")
            } else {
                let body = format!("authenticity_token={token}&{fields}");
                let kind = "Content-Type: application/x-www-form-urlencoded";
                let length = body.len();
                format!("{} {path} HTTP/1.1\r\n{cookie}{kind}\r\nContent-Length: {length}\r\n\r\n{body}", route.method)
            };
            let line = first_line(address, request.as_bytes()).await;
            assert!((200..500).contains(&status(&line)), "{line} for {} {path} with {value}", route.method);
        }
    }
    goes_on(address).await;
}

/// A route with a value in place of its parameters.
fn filled(path: &str, value: &str) -> String {
    let parts = path.split('/').map(|part| if part.starts_with('{') { value } else { part });
    parts.collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn slow_clients_hold_up_nobody_and_are_let_go() {
    let site = Site::new().await;
    let address = served(&site).await;
    let body = "POST /.mypage/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n\
                Content-Length: 1000\r\n\r\nitem[uid]=";
    let mut slow = Vec::new();
    for begun in ["GET /.mypa", "GET / HTTP/1.1\r\nHost:", body, ""].iter().cycle().take(100) {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(begun.as_bytes()).await.unwrap();
        slow.push(stream);
    }
    goes_on(address).await;
    for mut stream in slow {
        let mut answer = Vec::new();
        let read = timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
        assert!(read.is_ok(), "a slow client was never let go");
        let text = String::from_utf8_lossy(&answer).into_owned();
        assert!([0, 408].contains(&status(text.lines().next().unwrap_or_default())), "{text}");
    }
    goes_on(address).await;
}

#[tokio::test]
async fn one_address_cannot_hold_all_connections() {
    const MOST: usize = 20;
    let site = Site::new().await;
    let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
    let address = listener.local_addr().unwrap();
    let mut limits = ConnectionLimits::default();
    limits.local = MOST;
    limits.trusted_proxies = vec!["127.0.0.9".parse().unwrap()];
    tokio::spawn(serve::serve_within(limits, listener, site.router.clone(), std::future::pending()));
    let slow = async |from: &str| {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(format!("{from}:0").parse().unwrap()).unwrap();
        let mut stream = socket.connect(address).await.unwrap();
        stream.write_all(b"GET /.mypa").await.unwrap();
        stream
    };
    let is_closed = async |stream: &mut TcpStream| {
        let read = timeout(PATIENCE, stream.read(&mut [0; 64])).await;
        !matches!(read.expect("the connection is neither closed nor answered"), Ok(1..))
    };
    let mut held = Vec::new();
    for place in 0..MOST {
        // Every address of this machine is this machine.
        held.push(slow(&format!("127.0.0.{}", 1 + place % 3)).await);
    }
    assert!(is_closed(&mut slow("127.0.0.1").await).await, "one more is closed before anything is read from it");
    assert!(is_closed(&mut slow("127.0.0.4").await).await);
    // The trusted proxy is let in, as often as it likes.
    let mut proxied = Vec::new();
    for _ in 0..MOST + 5 {
        proxied.push(slow("127.0.0.9").await);
    }
    for stream in &mut proxied {
        stream.write_all(b"ge/login HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
        assert!(!is_closed(stream).await);
    }
    // Those who were let in go on, and whoever leaves makes room.
    for stream in &mut held {
        stream.write_all(b"ge/login HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await.unwrap();
        assert!(!is_closed(stream).await);
    }
    for mut stream in held {
        timeout(PATIENCE, stream.read_to_end(&mut Vec::new())).await.unwrap().unwrap();
    }
    let end = std::time::Instant::now() + PATIENCE;
    while status(&first_line(address, format!("{GET}\r\n").as_bytes()).await) != 200 {
        assert!(std::time::Instant::now() < end, "nobody is let in although everybody has left");
    }
}
