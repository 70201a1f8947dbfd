//! Checking the components: each is really asked.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use graphroom_protocol::rest::errors::{ErrorCategory, ErrorSeverity};
use tokio::time::timeout;
use uuid::Uuid;

use crate::breaker::Position;
use crate::channels::Channels;
use crate::conversation::Conversations;
use crate::operations::broadcasts::Failure;
use crate::operations::status::{Component, machine};
use crate::operations::{Broadcasts, Status};
use crate::outlet::{Handed, Line, Outlet, Packet, Subscription, Wake};
use crate::session::MAX_WAITING;
use crate::transport::Backend;
use crate::transport::status::StatusRules;

/// How long what is told may take to be heard.
const LIMIT: Duration = Duration::from_secs(1);
/// How soon is checked again while something does not work.
const AGAIN: Duration = Duration::from_secs(2);

/// The components of a server: what it does not have cannot fail.
#[must_use]
pub fn components(rules: &StatusRules, conversations: &Conversations) -> Vec<Component> {
    use Component as C;
    let disk = rules.data.is_some().then_some(C::Disk);
    let assistant = conversations.assistant().map(|_| C::Assistant);
    [C::Store, C::Bus, C::EventLoop, C::Mailboxes].into_iter().chain(disk).chain(assistant).collect()
}

/// From now on the failures of the assistant are written down.
pub fn watch_assistant(conversations: &Conversations, status: &Arc<Status>) {
    let Some(assistant) = conversations.assistant() else { return };
    let status = Arc::clone(status);
    assistant.tell_failures(Box::new(move |failure| {
        // Its text names nothing within; the cause is in the log.
        status.record(ErrorCategory::Assistant, ErrorSeverity::High, &failure.to_string(), None);
    }));
}

/// From now on the failures of broadcasting are written down.
pub fn watch_broadcasts(broadcasts: &Broadcasts, status: &Arc<Status>) {
    let status = Arc::clone(status);
    broadcasts.tell_failures(Box::new(move |failure| {
        let severity = match failure {
            Failure::Broke => ErrorSeverity::Critical,
            Failure::Full => ErrorSeverity::High,
            Failure::Unheard => ErrorSeverity::Low,
        };
        status.record(ErrorCategory::Broadcast, severity, failure.message(), None);
    }));
}

impl Backend {
    /// Checks, measures and tells, until the future is dropped.
    pub async fn keep_watch(self: Arc<Self>) {
        let status = Arc::clone(&self.status);
        tokio::join!(
            status.lag.keep_measuring(),
            Arc::clone(&self).keep_checking(),
            Arc::clone(&self).keep_measuring(),
            self.keep_telling(),
        );
    }

    /// Checks all components, each at the same time as the others.
    pub async fn check(self: &Arc<Self>) {
        let began = Instant::now();
        let (store, bus, assistant, local) = tokio::join!(
            self.readiness.store_works_now(),
            self.bus_works(),
            self.assistant_works(),
            self.local_works(),
        );
        self.status.note_write(store);
        if !store {
            self.status.store_failed("The store does not take a write that changes nothing", None);
        }
        let mut found = vec![(Component::Store, store), (Component::Bus, bus)];
        found.extend(assistant.map(|works| (Component::Assistant, works)));
        found.extend(local);
        self.status.checked(&found, began.elapsed());
    }

    /// Checks them again and again, until the future is dropped: soon again while something does not work.
    pub async fn keep_checking(self: Arc<Self>) {
        let every = self.status_rules.check_every;
        loop {
            self.check().await;
            let wait = if self.status.is_healthy() { every } else { every.min(AGAIN) };
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = self.status.alarmed() => tokio::time::sleep(every.min(AGAIN)).await,
            }
        }
    }

    /// Whether what is told to a topic is heard.
    async fn bus_works(self: &Arc<Self>) -> bool {
        let backend = Arc::clone(self);
        let heard = tokio::task::spawn_blocking(move || is_heard(&backend.channels));
        matches!(timeout(LIMIT, heard).await, Ok(Ok(true)))
    }

    /// Whether the assistant is there, and has not failed again and again; none if there is none.
    async fn assistant_works(&self) -> Option<bool> {
        let assistant = self.conversations.assistant()?;
        let is_there = assistant.is_healthy().await;
        Some(is_there && assistant.breaker().standing().position != Position::Open)
    }

    /// What is known without asking anybody.
    async fn local_works(self: &Arc<Self>) -> Vec<(Component, bool)> {
        let thresholds = self.status_rules.thresholds;
        let lag = self.status.lag.latest().as_secs_f64() <= thresholds.event_loop_lag.critical;
        let backend = Arc::clone(self);
        let asked = tokio::task::spawn_blocking(move || {
            let has_room = backend.registry.census().waiting.max < MAX_WAITING;
            let data = backend.status_rules.data.as_deref();
            let disk = data.map(|data| {
                machine::disk_free(data).is_some_and(|free| free >= thresholds.disk_free.critical)
            });
            (has_room, disk)
        });
        // It fails with the runtime alone.
        let (has_room, disk) = asked.await.unwrap_or_default();
        let mut found = vec![(Component::EventLoop, lag), (Component::Mailboxes, has_room)];
        found.extend(disk.map(|works| (Component::Disk, works)));
        found
    }
}

/// A line that knows whether something came.
#[derive(Default)]
struct Ear(AtomicBool);

impl Outlet for Ear {
    fn hand(&self, _: &Packet) -> Handed {
        Handed::Taken
    }

    fn subscribe(&self, _: Wake) -> Subscription {
        Box::new(())
    }

    fn cut(&self) {}
}

impl Line for Ear {
    fn send(self: Arc<Self>, _: Vec<Packet>) {
        self.0.store(true, Ordering::SeqCst);
    }

    fn is_clear(&self) -> bool {
        true
    }
}

/// Tells a topic of its own something, and listens.
fn is_heard(channels: &Channels) -> bool {
    let (topic, ear) = (format!("topic:check:{}", Uuid::new_v4()), Arc::new(Ear::default()));
    let listener: Arc<str> = topic.as_str().into();
    channels.join(&topic, &listener, Arc::clone(&ear) as Arc<dyn Line>);
    channels.tell(&topic, &[Packet::Event { name: "health_check", payload: None }], None);
    let was_in = channels.leave(&topic, &listener);
    was_in && ear.0.load(Ordering::SeqCst)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_to_a_topic_is_heard_and_nothing_is_left_of_it() {
        let channels = Channels::default();
        assert!(is_heard(&channels));
        assert_eq!(channels.counts(), (0, 0));
    }
}
