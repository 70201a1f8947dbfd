//! Who calls, and what one may be in a project.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use super::Author;

/// What somebody is in a project. Who has a later one may do everything that an earlier one allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Reads.
    Viewer,
    /// Reads, and writes messages.
    Commenter,
    /// Gives commands.
    Editor,
    /// Says who else may do what, and deletes the project.
    Owner,
}

impl Role {
    /// All of them, the least first.
    pub const ALL: [Self; 4] = [Self::Viewer, Self::Commenter, Self::Editor, Self::Owner];

    /// As it is stored and sent.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Commenter => "commenter",
            Self::Editor => "editor",
            Self::Owner => "owner",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A text that names no role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a role is viewer, commenter, editor or owner")]
pub struct UnknownRole;

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or(UnknownRole)
    }
}

/// What somebody is to the whole server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nobody is asked for a name here, and everybody may do everything: the server's mode is `open`.
    Everybody,
    /// Somebody who showed who it is, and has a role in some projects.
    User,
    /// Somebody who may do everything.
    Admin,
}

/// Who calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// Who it is: verified, unless everybody is let in.
    pub user_id: Arc<str>,
    /// What people call it, if anybody said so.
    pub name: Option<Arc<str>>,
    /// What it is to the whole server.
    pub standing: Standing,
}

impl Caller {
    /// The author of what it does over a connection, or over none.
    #[must_use]
    pub fn author(&self, client_id: Option<&str>) -> Author {
        Author {
            user_id: Arc::clone(&self.user_id),
            name: self.name.clone(),
            client_id: client_id.map(Into::into),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_read_as_it_is_written_and_a_later_one_is_more() {
        for role in Role::ALL {
            assert_eq!(role.to_string().parse(), Ok(role));
        }
        assert_eq!("Owner".parse::<Role>(), Err(UnknownRole));
        assert!(Role::ALL.is_sorted());
    }
}
