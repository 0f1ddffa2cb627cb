//! The web console of Egret: how it stands, jobs, what has run, tasks, services and queues, behind a door.
//!
//! It is an [`axum::Router`] that stands alone (`egret console`) or is mounted into an application's own router under any
//! prefix. Paths and words are those that operators of SHIRASAGI know. Pages are made on the server and work without
//! JavaScript; with it they are live.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let app = egret::App::builder().build().await?;
//! let console = egret_console::Console::builder(app).build().await?;
//! let router: axum::Router = axum::Router::new().nest("/jobs", console.router());
//! # Ok(()) }
//! ```
//!
//! It is closed to everybody without a user of its own ([`access::Users`]), a token ([`access::Tokens`]), or a name that the
//! application gives him ([`access::Authenticate`]). Logins are limited by address where the server tells it: by
//! [`access::Peer`], or by axum's `ConnectInfo` (`into_make_service_with_connect_info::<SocketAddr>()`). Its cookies are for
//! encrypted ways only where a trusted proxy, or the server by [`access::Encrypted`], says that there is one.

pub mod access;
mod assets;
pub mod audit;
#[cfg(feature = "cli")]
pub mod command;
mod console;
mod fault;
mod options;
mod pages;
mod pulse;
mod routes;
pub mod serve;
mod shell;
mod visit;
mod words;

pub use self::console::{Console, ConsoleBuilder, ConsoleError};
pub use self::options::{ConsoleOptions, Writing};
pub use self::routes::RouteRight;
