//! Who looks.

use super::{Need, Role, Scope};

/// Who looks, as far as the door let him in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    /// The name of the user, which is also the `user_id` of the jobs that are his own.
    pub name: String,
    /// What he may do.
    pub role: Role,
    /// With what he came in.
    pub entry: Entry,
}

/// With what somebody came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// The session of a cookie.
    Session {
        /// What names it in the control store.
        key: String,
        /// What its forms carry.
        csrf: String,
    },
    /// A long-lived token, which can do this and nothing else.
    Bearer(Vec<Scope>),
    /// The application into which the console is mounted.
    Host,
}

impl Viewer {
    /// Whether he may do what asks for this.
    pub fn may(&self, need: Need) -> bool {
        let by_scope = match (&self.entry, need) {
            (Entry::Bearer(scopes), Need::Scope(scope)) => scopes.contains(&scope),
            (Entry::Bearer(_), need) => need == Need::Open,
            _ => true,
        };
        by_scope && need.is_met_by(self.role)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn viewer(role: Role, entry: Entry) -> Viewer {
        Viewer { name: "sys".to_owned(), role, entry }
    }

    #[test]
    fn a_role_may_do_what_the_lower_ones_may() {
        let may = |role, need| viewer(role, Entry::Host).may(need);
        assert!(may(Role::Own, Need::User) && !may(Role::Own, Need::View));
        assert!(may(Role::Viewer, Need::View) && !may(Role::Viewer, Need::Operate));
        assert!(may(Role::Operator, Need::Operate) && !may(Role::Operator, Need::Administer));
        assert!(Role::ALL.iter().all(|role| may(*role, Need::Open)));
        assert!(may(Role::Admin, Need::Administer) && may(Role::Admin, Need::Scope(Scope::MetricsRead)));
        assert!(!may(Role::Own, Need::Scope(Scope::StatusRead)));
    }

    #[test]
    fn a_token_can_do_nothing_beyond_its_scopes() {
        let token = viewer(Role::Admin, Entry::Bearer(vec![Scope::StatusRead]));
        assert!(token.may(Need::Scope(Scope::StatusRead)));
        for need in [Need::Scope(Scope::MetricsRead), Need::User, Need::View, Need::Operate, Need::Administer] {
            assert!(!token.may(need), "{need:?}");
        }
        let of_a_user = viewer(Role::Own, Entry::Bearer(vec![Scope::StatusRead]));
        assert!(!of_a_user.may(Need::Scope(Scope::StatusRead)), "nor beyond the role of its user");
    }
}
