//! An application's own authentication in place of the console's.

use std::fmt::Debug;

use async_trait::async_trait;
use axum::http::request::Parts;

use super::Role;

/// Says who looks, for a console that is mounted into an application.
///
/// It is asked for requests that show neither a session nor a token of the console. Changes need the console's own token
/// against forged requests also then.
///
/// ```no_run
/// use async_trait::async_trait;
/// use axum::http::request::Parts;
/// use egret_console::Console;
/// use egret_console::access::{Authenticate, HostViewer, Role};
///
/// /// Who logged in, as the application's own middleware put it into the request.
/// #[derive(Clone, Debug)]
/// struct Member {
///     id: u64,
///     is_staff: bool,
/// }
///
/// #[derive(Debug)]
/// struct Members;
///
/// #[async_trait]
/// impl Authenticate for Members {
///     async fn authenticate(&self, request: &Parts) -> Option<HostViewer> {
///         let member = request.extensions.get::<Member>()?;
///         let role = if member.is_staff { Role::Operator } else { Role::Own };
///         Some(HostViewer { name: member.id.to_string(), role })
///     }
/// }
///
/// # async fn example(app: egret::App) -> Result<axum::Router, Box<dyn std::error::Error>> {
/// let console = Console::builder(app).authenticate(Members).build().await?;
/// let router = axum::Router::new().nest("/jobs", console.router());
/// # Ok(router) }
/// ```
///
/// Never take the name from a header unless something in front of the application removes what clients write there.
#[async_trait]
pub trait Authenticate: Debug + Send + Sync {
    /// Who sent the request; `None` for nobody that the application knows.
    async fn authenticate(&self, request: &Parts) -> Option<HostViewer>;
}

/// Somebody whom the application knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostViewer {
    /// His name, which is also the `user_id` of the jobs that are his own.
    pub name: String,
    /// What he may do here.
    pub role: Role,
}

/// Knows nobody: the console's own users, sessions and tokens decide.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoHost;

#[async_trait]
impl Authenticate for NoHost {
    async fn authenticate(&self, _request: &Parts) -> Option<HostViewer> {
        None
    }
}
