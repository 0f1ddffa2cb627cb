//! The door: users, roles, sessions, access tokens, and what every request must show.

mod address;
mod authenticate;
mod belongings;
mod door;
mod first_login;
mod forgery;
mod limits;
mod removal;
mod role;
mod secret;
mod sessions;
mod tokens;
mod users;
mod viewer;

pub use self::address::{Encrypted, Peer};
pub(crate) use self::address::{Origin, origin_of};
pub use self::authenticate::{Authenticate, HostViewer, NoHost};
pub(crate) use self::door::{SESSION, admit, is_still_in, let_in, recognise};
#[cfg(feature = "cli")]
pub(crate) use self::first_login::LIFETIME as LINK_LIFETIME;
pub(crate) use self::first_login::{FIRST_LOGIN, FirstLogin};
pub(crate) use self::forgery::{host_csrf, host_secret, is_forged, login_token};
pub(crate) use self::limits::{Limits, place_of};
pub(crate) use self::removal::PARAMETER as TOKEN_PARAMETER;
pub use self::role::{Need, Role, Scope, UnknownRole, UnknownScope};
pub(crate) use self::secret::{digest, generate};
pub(crate) use self::sessions::Sessions;
#[cfg(feature = "cli")]
pub(crate) use self::tokens::LIFETIME as TOKEN_LIFETIME;
pub use self::tokens::{LongLivedToken, Tokens};
pub use self::users::{MIN_PASSWORD, User, UserError, Users};
pub use self::viewer::{Entry, Viewer};
