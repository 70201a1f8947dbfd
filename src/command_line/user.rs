//! `graphroom user`: who is known in a data directory that no server uses.

use std::io::{self, Read};
use std::process::ExitCode;

use serde::Serialize;

use super::offline::{Failure, in_accounts, in_first_accounts, note, run_to_end};
use super::table::{table, yes_or_no};
use super::tell;
use crate::clock::system_clock;
use crate::config::{AddUser, ListUsers, ThatUser, UserCommand};
use crate::identity::audit::{Kind, Note};
use crate::identity::passwords::{MAX_PASSWORD, PasswordError, Passwords};
use crate::identity::sign_in::{MAX_NAME, is_user_id};
use crate::store::{Store, UserChange, UserRow};

/// A user as programs are told of it.
#[derive(Serialize)]
struct Listed<'a> {
    user_id: &'a str,
    name: Option<&'a str>,
    is_admin: bool,
    is_disabled: bool,
    has_password: bool,
    created_at: String,
}

/// Does it, and says by the exit code what came of it.
pub(super) fn run(command: &UserCommand) -> ExitCode {
    match command {
        UserCommand::Add(options) => run_to_end("user add", add(options)),
        UserCommand::List(options) => run_to_end("user list", list(options)),
        UserCommand::Disable(options) => run_to_end("user disable", disable(options, true)),
        UserCommand::Enable(options) => run_to_end("user enable", disable(options, false)),
    }
}

async fn add(options: &AddUser) -> Result<(), Failure> {
    let user_id = options.user_id.as_str();
    check_user_id(user_id)?;
    check_name(options.name.as_deref())?;
    let password_hash = match options.password_stdin {
        true => Some(Passwords::new()?.hash(read_password()?).await?),
        false => None,
    };
    let user = UserRow {
        user_id: user_id.to_owned(),
        name: options.name.clone(),
        password_hash,
        is_admin: options.admin,
        is_disabled: false,
        created_at: system_clock()(),
    };
    let is_new = in_first_accounts(&options.stored.data, async |store| {
        let is_new = store.create_user(user).await?;
        if is_new {
            let made = Note::new(Kind::UserCreated).of(user_id).with("is_admin", options.admin);
            note(&*store, made).await?;
        }
        Ok(is_new)
    });
    if !is_new.await? {
        return Err(Failure::NotDone(format!("there is a user {user_id:?} already")));
    }
    let what = if options.admin { "admin" } else { "user" };
    Ok(tell(&format!("added {what} {user_id:?}\n"))?)
}

async fn list(options: &ListUsers) -> Result<(), Failure> {
    let users = in_accounts(&options.stored.data, async |store| Ok(store.users().await?)).await?;
    let told = if options.json { as_json(&users)? } else { as_table(&users) };
    Ok(tell(&told)?)
}

async fn disable(options: &ThatUser, is_disabled: bool) -> Result<(), Failure> {
    let user_id = options.user_id.as_str();
    let change = UserChange { is_disabled: Some(is_disabled), ..UserChange::default() };
    let changed = in_accounts(&options.stored.data, async |store| {
        let changed = store.update_user(user_id, change).await?;
        if changed.is_some() {
            if is_disabled {
                store.delete_session_tokens_of(user_id).await?;
            }
            let done = Note::new(Kind::UserChanged).of(user_id).with("is_disabled", is_disabled);
            note(&*store, done).await?;
        }
        Ok(changed)
    });
    changed.await?.ok_or_else(|| unknown(user_id))?;
    let what = if is_disabled { "disabled" } else { "enabled" };
    Ok(tell(&format!("{what} {user_id:?}\n"))?)
}

/// What was typed or piped, without the end of its line.
fn read_password() -> Result<String, Failure> {
    let mut bytes = Vec::new();
    // With the end of a line; one more byte shows that it is too long.
    io::stdin().lock().take(MAX_PASSWORD as u64 + 3).read_to_end(&mut bytes)?;
    let line = bytes.strip_suffix(b"\n").map_or(&*bytes, |line| line.strip_suffix(b"\r").unwrap_or(line));
    if line.len() > MAX_PASSWORD {
        return Err(PasswordError::Length.into());
    }
    // The error of the conversion has the password in it.
    let text = str::from_utf8(line).map_err(|_| Failure::NotDone("the password is not UTF-8".to_owned()))?;
    Ok(text.to_owned())
}

/// Refuses what nobody can be called.
pub(super) fn check_user_id(user_id: &str) -> Result<(), Failure> {
    if is_user_id(user_id) {
        return Ok(());
    }
    let rule = format!("a user has 1 to {MAX_NAME} characters and does not begin with \"anonymous:\"");
    Err(Failure::NotDone(rule))
}

/// Refuses what people call nothing.
pub(super) fn check_name(name: Option<&str>) -> Result<(), Failure> {
    match name {
        Some(name) if !(1..=MAX_NAME).contains(&name.chars().count()) => {
            Err(Failure::NotDone(format!("--name: a name has 1 to {MAX_NAME} characters")))
        }
        _ => Ok(()),
    }
}

/// The user, if there is one and it may do something.
pub(super) async fn active_user(store: &dyn Store, user_id: &str) -> Result<Option<UserRow>, Failure> {
    match store.user(user_id).await? {
        Some(user) if user.is_disabled => Err(Failure::NotDone(format!(
            "the user {user_id:?} is disabled; graphroom user enable lets it in"
        ))),
        found => Ok(found),
    }
}

pub(super) fn unknown(user_id: &str) -> Failure {
    Failure::NotDone(format!("there is no user {user_id:?}"))
}

fn as_json(users: &[UserRow]) -> Result<String, Failure> {
    let mut lines = String::new();
    for user in users {
        let listed = Listed {
            user_id: &user.user_id,
            name: user.name.as_deref(),
            is_admin: user.is_admin,
            is_disabled: user.is_disabled,
            has_password: user.password_hash.is_some(),
            created_at: user.created_at.to_string(),
        };
        lines.push_str(&serde_json::to_string(&listed).map_err(io::Error::from)?);
        lines.push('\n');
    }
    Ok(lines)
}

fn as_table(users: &[UserRow]) -> String {
    if users.is_empty() {
        return "no user\n".to_owned();
    }
    let row = |user: &UserRow| {
        [
            user.user_id.clone(),
            user.created_at.to_string(),
            yes_or_no(user.is_admin),
            yes_or_no(user.password_hash.is_some()),
            yes_or_no(user.is_disabled),
            user.name.clone().unwrap_or_default(),
        ]
    };
    table(["ID", "MADE", "ADMIN", "PASSWORD", "DISABLED", "NAME"], users.iter().map(row))
}
