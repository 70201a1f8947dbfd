//! What is said to `graphroom user`, `key`, `invitation`, `token` and `signing-key`: what to do with the accounts of a
//! data directory, and how. No secret is an argument: others on the machine may see those.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand};

use super::{Stored, lifetime};

const EXIT_CODES: &str = "Exit codes: 0 done, 1 what is stored is damaged, 2 it was not done.";

/// What is to be done with the users.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum UserCommand {
    /// Adds a user
    #[command(after_help = EXIT_CODES)]
    Add(AddUser),
    /// Lists the users
    #[command(after_help = EXIT_CODES)]
    List(ListUsers),
    /// Lets a user do nothing any more, whatever it shows
    #[command(after_help = EXIT_CODES)]
    Disable(ThatUser),
    /// Lets a user that was disabled in again
    #[command(after_help = EXIT_CODES)]
    Enable(ThatUser),
}

/// What is to be done with API keys.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum KeyCommand {
    /// Makes an API key and shows it, this once, on standard output
    #[command(after_help = EXIT_CODES)]
    Create(CreateKey),
    /// Lists the API keys, without what they are
    #[command(after_help = EXIT_CODES)]
    List(ListKeys),
    /// Takes an API key back
    #[command(after_help = EXIT_CODES)]
    Revoke(RevokeKey),
}

/// What is to be done with invitations.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum InvitationCommand {
    /// Makes an invitation and shows it, this once, on standard output
    #[command(after_help = EXIT_CODES)]
    Create(CreateInvitation),
    /// Lists the invitations that count, without what they are
    #[command(after_help = EXIT_CODES)]
    List(Stored),
    /// Takes an invitation back
    #[command(after_help = EXIT_CODES)]
    Revoke(RevokeInvitation),
}

/// What is to be done with tokens.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum TokenCommand {
    /// Makes an access token and shows it on standard output
    #[command(after_help = EXIT_CODES)]
    Issue(IssueToken),
}

/// What is to be done with the keys that tokens are signed with.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum SigningKeyCommand {
    /// Lists the names of the keys, oldest first
    #[command(after_help = EXIT_CODES)]
    List(Stored),
    /// Makes a key that signs from now on, and shows its name. What the others signed still counts
    #[command(after_help = EXIT_CODES)]
    Rotate(Stored),
    /// Removes a key. What it signed counts no more
    #[command(after_help = EXIT_CODES)]
    Remove(RemoveSigningKey),
}

/// Who is added, and what is known of it.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct AddUser {
    /// Where the users are.
    #[command(flatten)]
    pub stored: Stored,

    /// The user: 1 to 128 characters
    #[arg(value_name = "NAME")]
    pub user_id: String,

    /// What people call it
    #[arg(long, value_name = "TEXT")]
    pub name: Option<String>,

    /// It may do everything
    #[arg(long)]
    pub admin: bool,

    /// Read its password from standard input: 8 to 1024 bytes. Without it, no password lets it in
    #[arg(long)]
    pub password_stdin: bool,
}

/// How the users are listed.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct ListUsers {
    /// Where they are.
    #[command(flatten)]
    pub stored: Stored,

    /// Tell each as one JSON object on a line of its own
    #[arg(long)]
    pub json: bool,
}

/// Which user is meant.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct ThatUser {
    /// Where it is.
    #[command(flatten)]
    pub stored: Stored,

    /// The user
    #[arg(value_name = "NAME")]
    pub user_id: String,
}

/// Whose key is made, and what is known of it.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct CreateKey {
    /// Where the user is.
    #[command(flatten)]
    pub stored: Stored,

    /// Whom the key lets in
    #[arg(value_name = "USER")]
    pub user_id: String,

    /// What people call the key
    #[arg(long, value_name = "TEXT")]
    pub name: Option<String>,

    /// For how long it counts, as 720h. Without it, until it is revoked
    #[arg(long, value_name = "TIME", value_parser = lifetime)]
    pub expires: Option<Duration>,
}

/// Which keys are listed.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct ListKeys {
    /// Where they are.
    #[command(flatten)]
    pub stored: Stored,

    /// Only those of this user
    #[arg(value_name = "USER")]
    pub user_id: Option<String>,
}

/// Which key is taken back.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct RevokeKey {
    /// Where it is.
    #[command(flatten)]
    pub stored: Stored,

    /// The key's id, as the list has it
    #[arg(value_name = "KEY_ID")]
    pub key_id: String,
}

/// To what somebody is invited.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct CreateInvitation {
    /// Where the users are.
    #[command(flatten)]
    pub stored: Stored,

    /// A project in which the new user gets a role
    #[arg(long, value_name = "PROJECT_ID", requires = "role")]
    pub project: Option<String>,

    /// That role: viewer, commenter, editor or owner
    #[arg(long, value_name = "ROLE", requires = "project")]
    pub role: Option<String>,

    /// For how long it counts, at most 720h
    #[arg(long, value_name = "TIME", value_parser = lifetime, default_value = "168h")]
    pub expires: Duration,
}

/// Which invitation is taken back.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct RevokeInvitation {
    /// Where it is.
    #[command(flatten)]
    pub stored: Stored,

    /// The invitation's id, as the list has it
    #[arg(value_name = "INVITATION_ID")]
    pub invitation_id: String,
}

/// Who gets a token.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct IssueToken {
    /// Where the users and the keys are.
    #[command(flatten)]
    pub stored: Stored,

    /// Whom the token lets in
    #[arg(value_name = "USER")]
    pub user_id: String,

    /// As an admin. A user has to be one; who is no user becomes one by the token alone
    #[arg(long)]
    pub admin: bool,

    /// A file with the secret that tokens are signed with, readable by its owner alone
    #[arg(long, env = "GRAPHROOM_JWT_SECRET_FILE", value_name = "FILE")]
    pub jwt_secret_file: Option<PathBuf>,

    /// For how long an access token is good
    #[arg(long, env = "GRAPHROOM_ACCESS_TOKEN_LIFETIME", value_name = "TIME", value_parser = lifetime)]
    #[arg(default_value = "24h")]
    pub access_token_lifetime: Duration,
}

/// Which signing key goes.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct RemoveSigningKey {
    /// Where it is.
    #[command(flatten)]
    pub stored: Stored,

    /// The key's name, as the list has it
    // One in so many begins like an option.
    #[arg(value_name = "KID", allow_hyphen_values = true)]
    pub kid: String,
}
