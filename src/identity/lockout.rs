//! Who guesses is locked out for a while: by the account that is guessed at, and by the address it is done from.
//!
//! An attempt counts as a failure from when it begins, for its account: a hundred at once are not a hundred guesses.
//! What an attempt is about, and what a locked-out one is told, is not known here.

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, MutexGuard, PoisonError};

use sha2::{Digest, Sha256};

use crate::clock::Clock;
use crate::domain::Timestamp;

/// How many failures lock out.
pub const FAILURES: usize = 5;

/// How long a failure counts, and how long the last one locks out, in milliseconds.
pub const MINUTES_15: i64 = 15 * 60 * 1_000;

/// How many accounts and addresses are remembered.
const REMEMBERED: usize = 20_000;

/// Why an attempt may not be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// There were too many failures.
    Until(Timestamp),
    /// So many attempts at this account are under way that they could be too many failures.
    Busy,
}

/// Whom failures are counted of. Names are hashed: they may be as long as somebody likes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Whom {
    Account([u8; 32]),
    Address(IpAddr),
}

impl Whom {
    fn account(user_id: &str) -> Self {
        Self::Account(Sha256::digest(user_id).into())
    }

    /// An IPv4 address is one however it is written; of IPv6 whoever has one address has 2^64.
    fn address(address: IpAddr) -> Self {
        Self::Address(match address.to_canonical() {
            IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
            IpAddr::V4(address) => address.into(),
        })
    }
}

/// What is remembered of somebody.
#[derive(Default)]
struct Record {
    /// The last ones, the oldest first: never more than [`FAILURES`].
    failures: Vec<i64>,
    locked_until: Option<i64>,
    under_way: usize,
}

impl Record {
    /// Forgets what no longer counts.
    fn decay(&mut self, now: i64) {
        self.locked_until = self.locked_until.filter(|until| now < *until);
        // A lock stands on its failures until it ends.
        if self.locked_until.is_none() {
            self.failures.retain(|at| now < at.saturating_add(MINUTES_15));
        }
    }

    fn fail(&mut self, now: i64) {
        self.decay(now);
        if self.failures.len() == FAILURES {
            self.failures.remove(0);
        }
        self.failures.push(now);
        if self.failures.len() == FAILURES {
            self.locked_until = Some(now.saturating_add(MINUTES_15));
        }
    }

    fn is_empty(&self) -> bool {
        self.failures.is_empty() && self.locked_until.is_none() && self.under_way == 0
    }

    /// Which goes first when there are too many: who is locked out or at it right now goes last.
    fn worth(&self) -> (bool, bool, i64) {
        (self.under_way > 0, self.locked_until.is_some(), self.failures.last().copied().unwrap_or(i64::MIN))
    }
}

/// The failures of everybody.
pub struct Lockout {
    clock: Clock,
    remembered: usize,
    records: Mutex<HashMap<Whom, Record>>,
}

impl Lockout {
    /// Nobody has failed yet.
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        Self::remembering(clock, REMEMBERED)
    }

    fn remembering(clock: Clock, remembered: usize) -> Self {
        Self { clock, remembered, records: Mutex::default() }
    }

    /// Begins an attempt at an account (none if it is not known whose secret it is) from an address, or says why not.
    pub fn begin(&self, account: Option<&str>, address: Option<IpAddr>) -> Result<Attempt<'_>, Refused> {
        let account = account.map(Whom::account);
        let address = address.map(Whom::address);
        let now = self.now();
        let mut records = self.records();
        for whom in [account, address].into_iter().flatten() {
            look(&mut records, whom, now)?;
        }
        if let Some(whom) = account {
            self.remember(&mut records, whom, now).under_way += 1;
        }
        Ok(Attempt { lockout: self, account, address, ended: false })
    }

    /// Until when somebody is locked out.
    #[cfg(test)]
    fn locked_until(&self, account: Option<&str>, address: Option<IpAddr>) -> Option<Timestamp> {
        let (records, now) = (self.records(), self.now());
        let whom = [account.map(Whom::account), address.map(Whom::address)];
        let until = whom.iter().flatten().filter_map(|whom| records.get(whom)?.locked_until);
        until.filter(|until| now < *until).max().map(Timestamp::from_millis)
    }

    /// Forgets the failures at an account, as an administrator may wish.
    pub fn forgive(&self, account: &str) {
        if let Some(record) = self.records().get_mut(&Whom::account(account)) {
            record.failures.clear();
            record.locked_until = None;
        }
    }

    fn end(&self, account: Option<Whom>, address: Option<Whom>, how: End) {
        let now = self.now();
        let mut records = self.records();
        for whom in [account, address].into_iter().flatten().filter(|_| how == End::Failed) {
            self.remember(&mut records, whom, now).fail(now);
        }
        let Some(whom) = account else { return };
        let Some(record) = records.get_mut(&whom) else { return };
        record.under_way = record.under_way.saturating_sub(1);
        if how == End::Succeeded {
            record.failures.clear();
            record.locked_until = None;
        }
        if record.is_empty() {
            records.remove(&whom);
        }
    }

    fn remember<'a>(&self, records: &'a mut HashMap<Whom, Record>, whom: Whom, now: i64) -> &'a mut Record {
        if records.len() >= self.remembered && !records.contains_key(&whom) {
            make_room(records, self.remembered, now);
        }
        records.entry(whom).or_default()
    }

    fn now(&self) -> i64 {
        (self.clock)().millis()
    }

    fn records(&self) -> MutexGuard<'_, HashMap<Whom, Record>> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether somebody may try.
fn look(records: &mut HashMap<Whom, Record>, whom: Whom, now: i64) -> Result<(), Refused> {
    let Some(record) = records.get_mut(&whom) else { return Ok(()) };
    record.decay(now);
    match record.locked_until {
        Some(until) => Err(Refused::Until(Timestamp::from_millis(until))),
        None if record.failures.len() + record.under_way >= FAILURES => Err(Refused::Busy),
        None => Ok(()),
    }
}

/// Forgets what counts no more, and if that is not enough the tenth that matters least.
fn make_room(records: &mut HashMap<Whom, Record>, remembered: usize, now: i64) {
    records.retain(|_, record| {
        record.decay(now);
        !record.is_empty()
    });
    if records.len() >= remembered {
        let mut all: Vec<_> = records.iter().map(|(whom, record)| (record.worth(), *whom)).collect();
        all.sort_unstable_by_key(|(worth, _)| *worth);
        for (_, whom) in all.iter().take((remembered / 10).max(1)) {
            records.remove(whom);
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Succeeded,
    Failed,
    Void,
}

/// An attempt that is under way. Dropped, it has failed: who goes away before the answer had its guess.
#[must_use = "dropped, it has failed"]
pub struct Attempt<'a> {
    lockout: &'a Lockout,
    account: Option<Whom>,
    address: Option<Whom>,
    ended: bool,
}

impl Attempt<'_> {
    /// It was right: the account's failures are forgotten. The address keeps its own, or who knows one password
    /// could guess at others for ever.
    pub fn succeeded(mut self) {
        self.finish(End::Succeeded);
    }

    /// It was wrong.
    pub fn failed(mut self) {
        self.finish(End::Failed);
    }

    /// Nobody knows: nothing was compared, because something broke.
    pub fn void(mut self) {
        self.finish(End::Void);
    }

    fn finish(&mut self, how: End) {
        if !self.ended {
            self.ended = true;
            self.lockout.end(self.account, self.address, how);
        }
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        self.finish(End::Failed);
    }
}
