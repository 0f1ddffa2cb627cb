//! The console as a whole: what it works with, and its router.

use std::sync::Arc;

use axum::Router;
use egret::App;
use tokio::net::TcpListener;

use crate::access::{
    Authenticate, FIRST_LOGIN, FirstLogin, Limits, NoHost, Sessions, Tokens, UserError, Users, host_secret,
};
use crate::audit::Trail;
use crate::options::ConsoleOptions;
use crate::pages::Underway;
use crate::pulse::Pulse;
use crate::routes::{RouteRight, Routes};
use crate::serve::{ConnectionLimits, serve_within};
use crate::{assets, pages};

/// The web console of an application. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Console {
    pub(crate) desk: Arc<Desk>,
    router: Router,
    matrix: Arc<[RouteRight]>,
}

/// A console about to be made.
#[derive(Debug)]
pub struct ConsoleBuilder {
    app: App,
    options: ConsoleOptions,
    authenticate: Arc<dyn Authenticate>,
}

/// Why a console cannot be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConsoleError {
    /// The store cannot keep users and sessions, and no other place for them was found.
    #[error("failed to open the store for users and sessions beside `{location}`")]
    Control {
        /// Where the jobs are.
        location: String,
        /// Why.
        source: egret::Error,
    },
}

/// What every page works with.
#[derive(Debug)]
pub(crate) struct Desk {
    pub(crate) app: App,
    pub(crate) options: ConsoleOptions,
    pub(crate) trail: Trail,
    pub(crate) users: Users,
    pub(crate) sessions: Sessions,
    pub(crate) tokens: Tokens,
    pub(crate) first_login: FirstLogin,
    pub(crate) limits: Limits,
    pub(crate) authenticate: Arc<dyn Authenticate>,
    pub(crate) pulse: Pulse,
    /// Changes of many jobs that wait for their next request.
    pub(crate) underway: Underway,
    /// By which forms are made for viewers of a host application.
    pub(crate) host_secret: String,
}

impl Console {
    /// Begins a console for an application, with the options that its configuration has.
    pub fn builder(app: App) -> ConsoleBuilder {
        let options = ConsoleOptions::of(&app.config().console);
        ConsoleBuilder { app, options, authenticate: Arc::new(NoHost) }
    }

    /// Its pages, to be served alone or mounted under a prefix with [`Router::nest`].
    pub fn router(&self) -> Router {
        self.router.clone()
    }

    /// Serves its pages alone until `stop` is done, within what its options say of connections; see
    /// [`serve_within`](crate::serve::serve_within).
    ///
    /// # Errors
    /// When the listener fails for good.
    pub async fn serve(&self, listener: TcpListener, stop: impl Future<Output = ()>) -> std::io::Result<()> {
        let options = &self.desk.options;
        let mut limits = ConnectionLimits::default();
        limits.per_address = options.connections_per_address;
        limits.local = limits.local.max(options.connections_per_address);
        limits.trusted_proxies.clone_from(&options.trusted_proxies);
        serve_within(limits, listener, self.router(), stop).await
    }

    /// Every route with what it asks for, in the order in which they were registered.
    pub fn matrix(&self) -> &[RouteRight] {
        &self.matrix
    }

    /// Its users.
    pub fn users(&self) -> &Users {
        &self.desk.users
    }

    /// What was changed through it.
    pub fn trail(&self) -> &Trail {
        &self.desk.trail
    }

    /// As long as there are no users: path and query of a page that makes the first one, an administrator. The link is good
    /// once and for an hour; one that was made before is good no longer. `None` once there is a user.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn first_login(&self) -> Result<Option<String>, UserError> {
        if !self.desk.users.are_none().await? {
            return Ok(None);
        }
        let now = self.desk.app.backend().now().await?;
        let key = self.desk.first_login.begin(now).await?;
        Ok(Some(format!("{FIRST_LOGIN}?key={key}")))
    }

    /// Its access tokens.
    pub fn tokens(&self) -> &Tokens {
        &self.desk.tokens
    }
}

impl ConsoleBuilder {
    /// Sets what can be set, in place of what the configuration says.
    #[must_use]
    pub fn options(mut self, options: ConsoleOptions) -> Self {
        self.options = options;
        self
    }

    /// Lets the application into which the console is mounted say who looks. Sessions and tokens of the console go on
    /// working beside it.
    #[must_use]
    pub fn authenticate(mut self, authenticate: impl Authenticate + 'static) -> Self {
        self.authenticate = Arc::new(authenticate);
        self
    }

    /// Makes it.
    ///
    /// # Errors
    /// When the place for users and sessions cannot be opened.
    pub async fn build(self) -> Result<Console, ConsoleError> {
        let location = self.app.backend().location();
        let control = match self.app.control_store().await {
            Ok(control) => control,
            Err(source) => return Err(ConsoleError::Control { location, source }),
        };
        let host_secret = match host_secret(&*control).await {
            Ok(secret) => secret,
            Err(source) => return Err(ConsoleError::Control { location, source: source.into() }),
        };
        let desk = Arc::new(Desk {
            users: Users::new(Arc::clone(&control)),
            sessions: Sessions::new(Arc::clone(&control), self.options.session_lifetime),
            tokens: Tokens::new(Arc::clone(&control)),
            first_login: FirstLogin::new(Arc::clone(&control)),
            limits: Limits::default(),
            pulse: Pulse::default(),
            underway: Underway::default(),
            host_secret,
            authenticate: self.authenticate,
            options: self.options,
            trail: Trail::new(control),
            app: self.app,
        });
        let mut routes = Routes::new(Arc::clone(&desk));
        pages::register(&mut routes);
        let (router, matrix) = routes.finish();
        Ok(Console { desk, router: assets::register(router), matrix })
    }
}
