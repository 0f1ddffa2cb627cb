//! A console with users over a store in memory, and visitors who keep their cookies.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use axum::response::Response;
use egret::config::Config;
use egret::language::Language;
use egret::{App, AppBuilder};
use egret_console::access::{Peer, Role};
use egret_console::{Console, ConsoleOptions};
use egret_core::memory::MemoryRows;
use tower::ServiceExt as _;

/// Everybody's.
pub(crate) const PASSWORD: &str = "correct horse";

/// A console over a store in memory. Its users are named after their roles.
pub(crate) struct Site {
    pub(crate) app: App,
    pub(crate) console: Console,
    pub(crate) router: Router,
}

/// An answer, read whole.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    pub(crate) bytes: Vec<u8>,
}

/// Somebody with a browser.
pub(crate) struct Visitor<'a> {
    site: &'a Site,
    cookies: BTreeMap<String, String>,
    language: &'static str,
    peer: Option<SocketAddr>,
}

impl Site {
    pub(crate) async fn new() -> Self {
        Self::with(|app| app, ConsoleOptions::default()).await
    }

    /// A site whose application or options are amended.
    pub(crate) async fn with(amend: impl FnOnce(AppBuilder) -> AppBuilder, options: ConsoleOptions) -> Self {
        let store = Arc::new(MemoryRows::default());
        let builder = App::builder().config(Config::default()).backend(store).start_nothing();
        Self::of(amend(builder), options).await
    }

    /// The site of an application.
    pub(crate) async fn of(builder: AppBuilder, options: ConsoleOptions) -> Self {
        let app = builder.build().await.unwrap();
        let console = Console::builder(app.clone()).options(options).build().await.unwrap();
        for role in Role::ALL {
            console.users().add(role.as_str(), role, Some(PASSWORD)).await.unwrap();
        }
        Self { app, router: console.router(), console }
    }

    /// Somebody who is not in.
    pub(crate) fn visitor(&self) -> Visitor<'_> {
        Visitor { site: self, cookies: BTreeMap::new(), language: "en", peer: None }
    }

    /// Somebody who has logged in.
    pub(crate) async fn user(&self, role: Role) -> Visitor<'_> {
        let mut visitor = self.visitor();
        let reply = visitor.log_in(role.as_str(), PASSWORD).await;
        assert_eq!(reply.status, StatusCode::FOUND, "{}", reply.text);
        visitor
    }
}

impl Reply {
    pub(crate) fn location(&self) -> &str {
        self.headers.get(header::LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The value of a field of the first form that has it.
    pub(crate) fn field(&self, name: &str) -> String {
        let place = self.text.find(&format!("name=\"{name}\" value=\"")).unwrap_or_else(|| panic!("no field `{name}`"));
        self.text[place..].split('"').nth(3).unwrap().to_owned()
    }

    #[track_caller]
    pub(crate) fn shows(&self, text: &str) {
        assert!(self.text.contains(text), "`{text}` is not in {}", self.text);
    }

    /// A command, whose words are apart so that lines end between them.
    #[track_caller]
    pub(crate) fn shows_command(&self, command: &str) {
        let words: Vec<String> = command.split(' ').map(|word| format!("<span>{word}</span>")).collect();
        self.shows(&format!("<code class=\"command\">{}", words.join(" ")));
    }

    #[track_caller]
    pub(crate) fn hides(&self, text: &str) {
        assert!(!self.text.contains(text), "`{text}` is in {}", self.text);
    }
}

impl Visitor<'_> {
    /// The same in another language.
    pub(crate) fn speaking(mut self, language: Language) -> Self {
        self.language = language.code();
        self
    }

    /// The same from an address.
    pub(crate) fn from(mut self, address: &str) -> Self {
        self.move_to(address);
        self
    }

    /// Comes from an address from now on.
    pub(crate) fn move_to(&mut self, address: &str) {
        self.peer = Some(SocketAddr::new(address.parse().unwrap(), 4711));
    }

    /// What the forms of this session carry.
    pub(crate) async fn token(&mut self) -> String {
        self.get("/.sys/job/status").await.field("authenticity_token")
    }

    pub(crate) async fn log_in(&mut self, name: &str, password: &str) -> Reply {
        let token = self.get("/.mypage/login").await.field("authenticity_token");
        let form = [("authenticity_token", token.as_str()), ("item[uid]", name), ("item[password]", password)];
        self.send("POST", "/.mypage/login", &[], Some(&form)).await
    }

    pub(crate) async fn get(&mut self, path: &str) -> Reply {
        self.send("GET", path, &[], None).await
    }

    /// Posts a form with the token that the pages of this session carry.
    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let token = self.get("/.sys/job/status").await;
        let token = if token.status == StatusCode::OK { token } else { self.get("/.u/job/reservations").await };
        let token = token.field("authenticity_token");
        let mut form = vec![("authenticity_token", token.as_str())];
        form.extend_from_slice(fields);
        self.send("POST", path, &[], Some(&form)).await
    }

    /// Sends a request as it is, and keeps the cookies of the answer.
    pub(crate) async fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        form: Option<&[(&str, &str)]>,
    ) -> Reply {
        let mut request = Request::builder().method(method).uri(path);
        request = request.header(header::ACCEPT_LANGUAGE, self.language).header(header::COOKIE, self.cookies());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = form.map(|form| serde_urlencoded::to_string(form).unwrap());
        if body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        let request = request.body(body.map_or_else(Body::empty, Body::from)).unwrap();
        let (parts, body) = self.ask(request).await.into_parts();
        for line in parts.headers.get_all(header::SET_COOKIE) {
            let (name, rest) = line.to_str().unwrap().split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            match rest.contains("Max-Age=0") {
                true => self.cookies.remove(name),
                false => self.cookies.insert(name.to_owned(), value.to_owned()),
            };
        }
        let bytes = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Reply { status: parts.status, headers: parts.headers, text, bytes }
    }

    /// The answer to a request, unread: some never end.
    pub(crate) async fn ask(&self, mut request: Request<Body>) -> Response {
        if let Some(peer) = self.peer {
            request.extensions_mut().insert(Peer(peer));
        }
        self.site.router.clone().oneshot(request).await.unwrap()
    }

    /// All cookies, as a browser sends them.
    pub(crate) fn cookies(&self) -> String {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        cookies.join("; ")
    }

    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }
}
