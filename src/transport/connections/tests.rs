//! Who is listed, who is idle, and who is ended: of connections that are made up.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use graphroom_protocol::ErrorBody;
use graphroom_protocol::rest::connections::{ConnectionInfo, ConnectionMetadata, Transport};
use uuid::Uuid;

use super::{Figures, Live, Roster, Scope, Whom, ended, stats, view};
use crate::transport::limits::Time;

/// A connection of a user's, heard from so long after the start.
struct MadeUp {
    id: Uuid,
    user_id: &'static str,
    project: Option<&'static str>,
    heard: Mutex<Instant>,
    is_gone: AtomicBool,
    told: Mutex<Option<ErrorBody>>,
}

impl MadeUp {
    fn added(roster: &Roster, user_id: &'static str, project: Option<&'static str>) -> Arc<Self> {
        let connection = Arc::new(Self {
            id: Uuid::now_v7(),
            user_id,
            project,
            heard: Mutex::new(Instant::now()),
            is_gone: AtomicBool::new(false),
            told: Mutex::default(),
        });
        roster.add(&(Arc::clone(&connection) as Arc<dyn Live>));
        connection
    }

    fn why(&self) -> Option<ErrorBody> {
        self.told.lock().unwrap().clone()
    }
}

impl Live for MadeUp {
    fn id(&self) -> Uuid {
        self.id
    }

    fn is_gone(&self) -> bool {
        self.is_gone.load(Ordering::SeqCst)
    }

    fn client_id(&self) -> Arc<str> {
        self.user_id.into()
    }

    fn user_id(&self) -> Option<Arc<str>> {
        Some(self.user_id.into())
    }

    fn is_in(&self, session: Uuid) -> bool {
        self.project.is_some_and(|project| session == session_of(project))
    }

    fn last_activity(&self) -> Instant {
        *self.heard.lock().unwrap()
    }

    fn figures(&self) -> Figures {
        Figures { received: 3, sent: 2, refused: 1 }
    }

    fn uptime(&self) -> Duration {
        Duration::from_secs(4)
    }

    fn info(&self) -> ConnectionInfo {
        ConnectionInfo {
            connection_id: self.id.to_string(),
            sid: String::new(),
            client_id: self.user_id.to_owned(),
            user_id: Some(self.user_id.to_owned()),
            name: None,
            session_id: None,
            conversation_id: None,
            project_ids: self.project.iter().map(|project| (*project).to_owned()).collect(),
            sessions: vec![],
            transport: Transport::Websocket,
            ip_address: "192.0.2.1".to_owned(),
            user_agent: None,
            connected_at: String::new(),
            last_activity: String::new(),
            is_authenticated: self.user_id != "bob",
            subscription_count: 0,
            message_count: 3,
            heartbeat_count: 0,
            messages_sent: 0,
            bytes_sent: 0,
            metadata: ConnectionMetadata { protocol: String::new(), namespace: String::new() },
        }
    }

    fn end(self: Arc<Self>, why: &ErrorBody) {
        *self.told.lock().unwrap() = Some(why.clone());
        self.is_gone.store(true, Ordering::SeqCst);
    }
}

const HALF_AN_HOUR: Duration = Duration::from_secs(1_800);

fn session_of(project: &str) -> Uuid {
    Uuid::from_u128(project.len() as u128)
}

fn ids(connections: &[Arc<dyn Live>]) -> Vec<Uuid> {
    connections.iter().map(|connection| connection.id()).collect()
}

#[test]
fn idle_connections_are_ended_and_told_so_and_active_ones_stay() {
    let passed = Arc::new(AtomicU64::new(0));
    let seconds = Arc::clone(&passed);
    let roster =
        Roster::new(Time::of(move || Duration::from_secs(seconds.load(Ordering::SeqCst))), HALF_AN_HOUR);
    let (idle, active) = (MadeUp::added(&roster, "ann", None), MadeUp::added(&roster, "ann", None));
    let half_an_hour = Duration::from_secs(1_800);
    assert_eq!(roster.clean_up(half_an_hour), 0);
    passed.store(1_802, Ordering::SeqCst);
    *active.heard.lock().unwrap() = Instant::now() + Duration::from_secs(600);
    assert_eq!(roster.clean_up(half_an_hour), 1);
    assert_eq!(idle.why(), Some(ended("idle", "Inactive connection")));
    assert_eq!(active.why(), None);
    assert_eq!(roster.clean_up(half_an_hour), 0, "once is enough");
    assert_eq!(ids(&roster.list(&Scope::All)), [active.id]);
}

#[test]
fn several_connections_of_one_client_are_one_unique_client() {
    let roster = Roster::new(Time::default(), HALF_AN_HOUR);
    let tabs = ["ann", "ann", "bob"].map(|user| MadeUp::added(&roster, user, Some("one")));
    let numbers = stats(&roster.list(&Scope::All), "now".to_owned());
    assert_eq!((numbers.total_connections, numbers.unique_clients), (3, 2));
    assert_eq!((numbers.authenticated_connections, numbers.active_conversations), (2, 0));
    let own = Scope::Of("ann".into());
    assert_eq!(ids(&roster.list(&own)), [tabs[0].id, tabs[1].id]);
    assert!(roster.get(&own, tabs[2].id).is_none() && roster.get(&Scope::All, tabs[2].id).is_some());
    assert!(roster.list(&Scope::Nobody).is_empty());
}

#[test]
fn what_is_gone_is_counted_and_not_listed() {
    let roster = Roster::new(Time::default(), HALF_AN_HOUR);
    let (one, other) = (MadeUp::added(&roster, "ann", Some("one")), MadeUp::added(&roster, "bob", None));
    let gone = MadeUp::added(&roster, "eve", Some("three"));
    roster.remove(&gone.id, Figures { received: 5, ..Figures::default() });
    roster.remove(&gone.id, Figures { received: 5, ..Figures::default() });
    let all = view(&roster, &Scope::All, 1, "now".to_owned());
    assert_eq!(
        (all.numbers.total_connections, all.numbers.active_connections, all.numbers.messages_processed),
        (3, 2, 11)
    );
    assert_eq!(
        (all.numbers.unique_users, all.numbers.active_projects, all.numbers.average_uptime),
        (2, 1, 4.0)
    );
    assert_eq!(all.numbers.connections_per_ip, [("192.0.2.1".to_owned(), 2)].into());
    let listed: Vec<_> = all.connections.iter().map(|info| info.connection_id.clone()).collect();
    assert_eq!(listed, [one.id.to_string()], "as many as were asked for");
    let own = view(&roster, &Scope::Of("bob".into()), 10, "now".to_owned());
    assert_eq!((own.numbers.total_connections, own.numbers.messages_processed), (1, 3));
    drop(other);
    assert_eq!(
        view(&roster, &Scope::All, 1, "now".to_owned()).numbers.active_connections,
        1,
        "nobody keeps it"
    );
}

#[test]
fn connections_are_ended_by_their_id_their_user_and_their_session() {
    let roster = Roster::new(Time::default(), HALF_AN_HOUR);
    let why = ended("admin", "Enough");
    let all: Vec<_> = [("ann", None), ("ann", Some("one")), ("bob", Some("one")), ("bob", None)]
        .into_iter()
        .map(|(user, project)| MadeUp::added(&roster, user, project))
        .collect();
    assert_eq!(roster.disconnect(&Whom::Connection(all[3].id), &why), 1);
    assert_eq!(roster.disconnect(&Whom::Connection(all[3].id), &why), 0, "it is gone");
    assert_eq!(roster.disconnect(&Whom::Session(session_of("one")), &why), 2);
    assert_eq!(roster.disconnect(&Whom::User("nobody".to_owned()), &why), 0);
    assert_eq!(roster.disconnect(&Whom::User("ann".to_owned()), &why), 1);
    assert!(all.iter().all(|connection| connection.why() == Some(why.clone())));
}
