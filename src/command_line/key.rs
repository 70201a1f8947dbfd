//! `graphroom key`: what programs show to a server, in a data directory that none uses.

use std::process::ExitCode;
use std::time::Duration;

use uuid::Uuid;

use super::offline::{Failure, hand_over, in_accounts, note, remark, run_to_end};
use super::table::table;
use super::tell;
use super::user::{active_user, check_name, unknown};
use crate::clock::system_clock;
use crate::config::{CreateKey, KeyCommand, ListKeys, RevokeKey};
use crate::domain::Timestamp;
use crate::identity::audit::{Kind, Note};
use crate::identity::secrets::{Secret, SecretKind};
use crate::store::ApiKeyRow;

/// Does it, and says by the exit code what came of it.
pub(super) fn run(command: &KeyCommand) -> ExitCode {
    match command {
        KeyCommand::Create(options) => run_to_end("key create", create(options)),
        KeyCommand::List(options) => run_to_end("key list", list(options)),
        KeyCommand::Revoke(options) => run_to_end("key revoke", revoke(options)),
    }
}

async fn create(options: &CreateKey) -> Result<(), Failure> {
    check_name(options.name.as_deref())?;
    let secret = Secret::make(SecretKind::ApiKey)?;
    let row = row(options, &secret);
    let (key_id, user_id) = (row.key_id, options.user_id.as_str());
    let until = row.expires_at.map_or("it is revoked".to_owned(), |end| end.to_string());
    let stored = in_accounts(&options.stored.data, async |store| {
        active_user(&*store, user_id).await?.ok_or_else(|| unknown(user_id))?;
        store.create_api_key(row).await?;
        let made = Note::new(Kind::ApiKeyCreated).of(user_id).with("key_id", key_id.to_string());
        Ok(note(&*store, made).await?)
    });
    stored.await?;
    remark(&format!("key {key_id} of {user_id:?}, until {until}; it is not shown again:"));
    hand_over(secret.expose()).map_err(|error| {
        Failure::NotDone(format!("standard output: {error}; nobody has seen the key {key_id}: revoke it"))
    })
}

fn row(options: &CreateKey, secret: &Secret) -> ApiKeyRow {
    let now = system_clock()();
    ApiKeyRow {
        key_id: Uuid::new_v4(),
        user_id: options.user_id.clone(),
        name: options.name.clone().unwrap_or_default(),
        hash: secret.hash(),
        created_at: now,
        expires_at: options.expires.map(|lifetime| after(now, lifetime)),
    }
}

fn after(now: Timestamp, lifetime: Duration) -> Timestamp {
    let lifetime = i64::try_from(lifetime.as_millis()).unwrap_or(i64::MAX);
    Timestamp::from_millis(now.millis().saturating_add(lifetime))
}

async fn list(options: &ListKeys) -> Result<(), Failure> {
    let keys = in_accounts(&options.stored.data, async |store| {
        if let Some(user_id) = &options.user_id {
            store.user(user_id).await?.ok_or_else(|| unknown(user_id))?;
        }
        Ok(store.api_keys(options.user_id.clone()).await?)
    });
    Ok(tell(&as_table(keys.await?))?)
}

fn as_table(keys: Vec<ApiKeyRow>) -> String {
    if keys.is_empty() {
        return "no key\n".to_owned();
    }
    let row = |key: ApiKeyRow| {
        let expires_at = key.expires_at.map_or("never".to_owned(), |end| end.to_string());
        [key.key_id.to_string(), key.created_at.to_string(), expires_at, key.user_id, key.name]
    };
    table(["ID", "MADE", "EXPIRES", "USER", "NAME"], keys.into_iter().map(row))
}

async fn revoke(options: &RevokeKey) -> Result<(), Failure> {
    let unknown = || Failure::NotDone(format!("there is no key {:?}", options.key_id));
    let key_id: Uuid = options.key_id.parse().map_err(|_| unknown())?;
    let revoked = in_accounts(&options.stored.data, async |store| {
        let is_revoked = store.delete_api_key(key_id).await?;
        if is_revoked {
            note(&*store, Note::new(Kind::ApiKeyRevoked).of(&key_id.to_string())).await?;
        }
        Ok(is_revoked)
    });
    if !revoked.await? {
        return Err(unknown());
    }
    Ok(tell(&format!("revoked key {key_id}\n"))?)
}
