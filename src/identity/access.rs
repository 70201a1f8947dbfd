//! What a route or an event needs, and the one function that says whether a caller may have it.
//!
//! Every route and every event names its need; a project's need is held against the caller's role there.

use std::fmt;

use crate::domain::{Caller, Role, Standing};

/// What is needed of a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Nothing: anybody may.
    Nothing,
    /// To be somebody, whoever.
    Name,
    /// This role, or a later one, in the project that it is about. Whoever made a session owns it as long as it
    /// has no project.
    Role(Role),
    /// To be an admin.
    Admin,
}

impl fmt::Display for Need {
    /// The rule, as refusals and the OpenAPI document name it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("nothing"),
            Self::Name => f.write_str("signed-in"),
            Self::Role(role) => write!(f, "project:{role}"),
            Self::Admin => f.write_str("admin"),
        }
    }
}

/// Why a caller may not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It did not say who it is.
    Unauthenticated,
    /// It has no role in the project, which it must not even know of.
    Hidden,
    /// It is not enough of what is needed.
    Forbidden {
        /// The rule.
        need: Need,
        /// Its role in the project, if the rule is about one.
        role: Option<Role>,
    },
}

/// Whether a caller may do what has this need, with this role in the project that it is about; nobody is a
/// caller that said nothing.
///
/// # Errors
/// It may not; see [`Refusal`].
pub fn decide(caller: Option<&Caller>, need: Need, role: Option<Role>) -> Result<(), Refusal> {
    let standing = caller.map(|caller| caller.standing);
    match (need, standing) {
        (Need::Nothing, _) | (_, Some(Standing::Everybody | Standing::Admin)) => Ok(()),
        (_, None) => Err(Refusal::Unauthenticated),
        (Need::Name, Some(Standing::User)) => Ok(()),
        (Need::Admin, Some(Standing::User)) => Err(Refusal::Forbidden { need, role: None }),
        (Need::Role(least), Some(Standing::User)) => match role {
            None => Err(Refusal::Hidden),
            Some(role) if role >= least => Ok(()),
            Some(_) => Err(Refusal::Forbidden { need, role }),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(standing: Standing) -> Caller {
        Caller { user_id: "ann".into(), name: None, standing }
    }

    #[test]
    fn in_open_mode_everybody_and_else_an_admin_may_do_everything() {
        for standing in [Standing::Everybody, Standing::Admin] {
            for need in [Need::Nothing, Need::Name, Need::Role(Role::Owner), Need::Admin] {
                assert_eq!(decide(Some(&caller(standing)), need, None), Ok(()), "{standing:?} {need}");
            }
        }
    }

    #[test]
    fn who_says_nothing_may_do_what_needs_nothing() {
        assert_eq!(decide(None, Need::Nothing, None), Ok(()));
        for need in [Need::Name, Need::Role(Role::Viewer), Need::Admin] {
            assert_eq!(decide(None, need, None), Err(Refusal::Unauthenticated), "{need}");
        }
    }

    #[test]
    fn a_role_allows_what_it_and_the_earlier_ones_allow() {
        let user = caller(Standing::User);
        for needed in Role::ALL {
            let need = Need::Role(needed);
            assert_eq!(decide(Some(&user), need, None), Err(Refusal::Hidden));
            for role in Role::ALL {
                let decided = decide(Some(&user), need, Some(role));
                let refused = Err(Refusal::Forbidden { need, role: Some(role) });
                assert_eq!(decided, if role >= needed { Ok(()) } else { refused }, "{role} for {need}");
            }
        }
        assert_eq!(
            decide(Some(&user), Need::Admin, Some(Role::Owner)),
            Err(Refusal::Forbidden { need: Need::Admin, role: None })
        );
        assert_eq!(decide(Some(&user), Need::Name, None), Ok(()));
    }
}
