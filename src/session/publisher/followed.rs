//! Traced commands whose events are on their way to the members.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::lock;
use crate::clock::Instant;
use crate::session::member::Member;
use crate::session::trace::Trace;

/// How many are followed at once; the oldest ends where there are more.
const MOST: usize = 256;
/// How long members are waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// Those of one session.
#[derive(Default)]
pub struct Followed {
    /// Looked at in every round: mostly there is none.
    is_any: AtomicBool,
    all: Mutex<VecDeque<One>>,
}

struct One {
    trace: Box<Trace>,
    /// Behind the command's events.
    position: u64,
    since: Instant,
}

impl Followed {
    /// Follows one whose events end before a position.
    pub fn add(&self, trace: Box<Trace>, position: u64) {
        let mut all = lock(&self.all);
        let oldest = if all.len() >= MOST { all.pop_front() } else { None };
        all.push_back(One { trace, position, since: Instant::now() });
        self.is_any.store(true, Ordering::Release);
        drop(all);
        drop(oldest);
    }

    /// Looks how far each came, and lets those go that every member has.
    pub fn look<'a>(&self, members: impl Iterator<Item = &'a Member>) {
        if !self.is_any.load(Ordering::Acquire) {
            return;
        }
        let cursors: Vec<u64> = members.filter_map(Member::cursor).collect();
        let mut all = lock(&self.all);
        let mut over = Vec::new();
        for mut one in std::mem::take(&mut *all) {
            let handed = cursors.iter().filter(|cursor| **cursor >= one.position).count();
            let lacking = cursors.len() - handed;
            one.trace.handed(handed, lacking);
            if lacking == 0 || one.since.elapsed() >= PATIENCE { over.push(one) } else { all.push_back(one) }
        }
        self.is_any.store(!all.is_empty(), Ordering::Release);
        drop(all);
        drop(over);
    }
}
