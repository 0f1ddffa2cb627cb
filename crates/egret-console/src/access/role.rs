//! What people may do, and what a page asks for.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What a user may do. Each role may do what the ones below it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// See the own jobs, and cancel them.
    Own,
    /// See everything, change nothing.
    Viewer,
    /// Change jobs, queues, tasks and services.
    Operator,
    /// See the trail of changes, and what else concerns the console itself.
    Admin,
}

impl Role {
    /// Every role, the one that may do most at the end.
    pub const ALL: [Self; 4] = [Self::Own, Self::Viewer, Self::Operator, Self::Admin];

    /// The word of the command line and of JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Viewer => "viewer",
            Self::Operator => "operator",
            Self::Admin => "admin",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// No role has the name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no role, expected `admin`, `operator`, `viewer` or `own`")]
pub struct UnknownRole(String);

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(name: &str) -> Result<Self, UnknownRole> {
        Self::ALL.into_iter().find(|role| role.as_str() == name).ok_or_else(|| UnknownRole(name.to_owned()))
    }
}

/// What a route asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Need {
    /// Nothing: anybody may.
    Open,
    /// A user of any role; what he sees is his own.
    User,
    /// A role that may see everything.
    View,
    /// A role that may see everything, or a token with this scope.
    Scope(Scope),
    /// A role that may change things.
    Operate,
    /// The role for the console itself.
    Administer,
}

impl Need {
    /// Whether a role is enough, scopes apart.
    pub fn is_met_by(self, role: Role) -> bool {
        match self {
            Self::Open | Self::User => true,
            Self::View | Self::Scope(_) => role >= Role::Viewer,
            Self::Operate => role >= Role::Operator,
            Self::Administer => role >= Role::Admin,
        }
    }
}

/// What a long-lived token is good for. A token can do nothing beyond its scopes, whatever the role of its user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Scope {
    /// The status page and `status.json`.
    #[serde(rename = "status:read")]
    StatusRead,
    /// `/metrics`.
    #[serde(rename = "metrics:read")]
    MetricsRead,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 2] = [Self::StatusRead, Self::MetricsRead];

    /// The word of the command line and of JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::StatusRead => "status:read",
            Self::MetricsRead => "metrics:read",
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// No scope has the name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no scope, expected `status:read` or `metrics:read`")]
pub struct UnknownScope(String);

impl FromStr for Scope {
    type Err = UnknownScope;

    fn from_str(name: &str) -> Result<Self, UnknownScope> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == name).ok_or_else(|| UnknownScope(name.to_owned()))
    }
}
