//! Who may what: every route, for everybody, in every form of answer.

use async_trait::async_trait;
use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{Method, Request, header};
use axum::response::Response;
use egret_console::access::{Authenticate, HostViewer, Need, Role, Scope};
use egret_console::{Console, RouteRight};

use crate::site::{PASSWORD, Site, Visitor};

/// What somebody gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// Whatever the handler says.
    In,
    /// The login page.
    Login,
    /// 401, `"error"`.
    Refused,
    /// 403.
    Forbidden,
}

/// With what somebody comes.
#[derive(Clone, Debug)]
enum Persona {
    Nobody,
    Session(Role),
    Bearer(Role, Vec<Scope>),
    /// Known to the application into which the console is mounted.
    Host(Role),
}

/// The application's own login, for tests: it believes what the request says.
#[derive(Debug)]
struct Believing;

#[async_trait]
impl Authenticate for Believing {
    async fn authenticate(&self, request: &Parts) -> Option<HostViewer> {
        let role: Role = request.headers.get("x-role")?.to_str().ok()?.parse().ok()?;
        Some(HostViewer { name: "guest".to_owned(), role })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Html,
    Json,
}

fn expected(persona: &Persona, route: &RouteRight, format: Format) -> Outcome {
    let may = match persona {
        _ if route.need == Need::Open => true,
        Persona::Nobody if route.method == Method::GET && format == Format::Html && !route.path.ends_with(".json") => {
            return Outcome::Login;
        }
        Persona::Nobody => return Outcome::Refused,
        Persona::Session(role) | Persona::Host(role) => route.need.is_met_by(*role),
        Persona::Bearer(role, scopes) => {
            let has_scope = matches!(route.need, Need::Scope(scope) if scopes.contains(&scope));
            has_scope && route.need.is_met_by(*role)
        }
    };
    if may { Outcome::In } else { Outcome::Forbidden }
}

fn outcome(response: &Response) -> Outcome {
    let location = response.headers().get(header::LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    match response.status().as_u16() {
        302 if location.starts_with("/.mypage/login?ref=") => Outcome::Login,
        401 => Outcome::Refused,
        403 => Outcome::Forbidden,
        405 => panic!("the route does not know the method"),
        _ => Outcome::In,
    }
}

/// A path with something in place of its parameters.
pub(crate) fn filled(path: &str) -> String {
    let parts = path.split('/').map(|part| {
        if part.contains('{') { part.split('{').next().unwrap().to_owned() + "0" } else { part.to_owned() }
    });
    parts.collect::<Vec<_>>().join("/")
}

fn request(
    visitor: &Visitor<'_>,
    route: &RouteRight,
    format: Format,
    (name, value): (&'static str, &str),
    token: &str,
) -> Request<Body> {
    let accept = if format == Format::Json { "application/json" } else { "text/html" };
    let mut request = Request::builder().method(route.method.clone()).uri(filled(route.path));
    request = request.header(header::ACCEPT, accept).header(header::COOKIE, visitor.cookies());
    if !value.is_empty() {
        request = request.header(name, value);
    }
    if route.method == Method::GET {
        return request.body(Body::empty()).unwrap();
    }
    let form = serde_urlencoded::to_string([("authenticity_token", token), ("_method", "delete")]).unwrap();
    request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(Body::from(form)).unwrap()
}

async fn walk(site: &Site, persona: &Persona) {
    let shown = match persona {
        Persona::Bearer(role, scopes) => {
            let now = site.app.backend().now().await.unwrap();
            let token = site.console.tokens().create_long_lived(role.as_str(), scopes, now).await.unwrap();
            ("authorization", format!("Bearer {token}"))
        }
        Persona::Host(role) => ("x-role", role.to_string()),
        _ => ("authorization", String::new()),
    };
    let mut visitor = site.visitor();
    let mut token = String::new();
    for route in site.console.matrix() {
        for format in [Format::Html, Format::Json] {
            if let Persona::Session(role) = persona
                && (token.is_empty() || route.path == "/.mypage/logout")
            {
                visitor.log_in(role.as_str(), PASSWORD).await;
                token = visitor.token().await;
            }
            if let (Persona::Host(_), true) = (persona, token.is_empty()) {
                let page = visitor.send("GET", "/.u/job/reservations", &[("x-role", &shown.1)], None).await;
                token = page.field("authenticity_token");
            }
            let response = visitor.ask(request(&visitor, route, format, (shown.0, &shown.1), &token)).await;
            if route.path == "/.mypage/logout" {
                token.clear();
            }
            let what = format!("{persona:?}: {} {} in {format:?}: {response:?}", route.method, route.path);
            assert_eq!(outcome(&response), expected(persona, route, format), "{what}");
            assert!(response.headers().contains_key("content-security-policy"), "{what}");
        }
    }
}

#[tokio::test]
async fn nobody_gets_only_what_is_open() {
    walk(&Site::new().await, &Persona::Nobody).await;
}

#[tokio::test]
async fn each_role_gets_what_the_table_says() {
    for role in Role::ALL {
        walk(&Site::new().await, &Persona::Session(role)).await;
    }
}

#[tokio::test]
async fn whom_the_application_knows_gets_what_the_table_says_of_his_role() {
    for role in Role::ALL {
        let site = Site::new().await;
        let console = Console::builder(site.app.clone()).authenticate(Believing).build().await.unwrap();
        walk(&Site { router: console.router(), console, ..site }, &Persona::Host(role)).await;
    }
}

#[tokio::test]
async fn a_bearer_gets_what_its_scopes_say_and_its_user_may() {
    let site = Site::new().await;
    for role in [Role::Admin, Role::Viewer, Role::Own] {
        for scopes in [&[Scope::StatusRead][..], &[Scope::MetricsRead], &Scope::ALL] {
            walk(&site, &Persona::Bearer(role, scopes.to_vec())).await;
        }
    }
}

#[tokio::test]
async fn the_table_has_every_kind_of_right_and_no_route_twice() {
    let site = Site::new().await;
    let matrix = site.console.matrix();
    for need in [
        Need::Open,
        Need::User,
        Need::View,
        Need::Scope(Scope::StatusRead),
        Need::Scope(Scope::MetricsRead),
        Need::Administer,
    ] {
        assert!(matrix.iter().any(|route| route.need == need), "{need:?}");
    }
    for (index, route) in matrix.iter().enumerate() {
        let is_there = |other: &RouteRight| other.method == route.method && other.path == route.path;
        assert!(!matrix[..index].iter().any(is_there), "{} {}", route.method, route.path);
    }
}

/// What a route is to ask for by its path and method: the table itself is only as good as who wrote it.
fn meant(route: &RouteRight) -> Need {
    let is_look = route.method == Method::GET;
    let is_question =
        ["/delete", "/stop", "/confirm", "/new", "/batch_destroy"].iter().any(|end| route.path.ends_with(end));
    match route.path {
        "/healthz" | "/readyz" | "/.mypage/login" | "/.mypage/first_login" | "/.sys/job/preferences" => Need::Open,
        "/metrics" => Need::Scope(Scope::MetricsRead),
        "/.sys/job/status" | "/.sys/job/status.json" => Need::Scope(Scope::StatusRead),
        "/.sys/job/logs/download_all" => Need::View,
        path if path.starts_with("/.sys/job/audit") => Need::Administer,
        path if path.starts_with("/.u/") || path == "/.mypage/logout" => Need::User,
        path if path.starts_with("/.sys/") && is_look && !is_question => Need::View,
        path if path.starts_with("/.sys/") => Need::Operate,
        path => panic!("nobody has said what `{path}` is to ask for"),
    }
}

#[tokio::test]
async fn every_route_asks_for_what_is_meant() {
    for route in Site::new().await.console.matrix() {
        assert_eq!(route.need, meant(route), "{} {}", route.method, route.path);
    }
}
