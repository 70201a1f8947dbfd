//! Every socket that is shown, as it was told last: what there is now is held against it, and what differs is told.
//!
//! So nothing is written down while sockets come, go, join and leave; a look costs something while somebody looks on,
//! and a change that was not noticed is found at the next one.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Weak};

use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};
use socketioxide::SocketIo;
use socketioxide::extract::SocketRef;
use socketioxide::socket::{Sid, Socket};

use super::tap::NAMESPACES;
use super::told::{self, Told};
use super::view::{Now, view};
use crate::transport::connection::Connection;
use crate::transport::connections::Live;

/// Changes that are told one by one between two looks. If there are more, everything is told anew.
pub const MAX_CHANGES: usize = 500;
/// How much is told of all sockets together, in bytes. Of those that find no room only the number is told.
pub const MAX_ALL: usize = 8 * 1024 * 1024;

/// The sockets that were told, by namespace and id.
#[derive(Default)]
pub struct Board {
    told: HashMap<(&'static str, String), Now>,
    /// Changes that may still be told before the next look.
    left: usize,
}

/// What a look brings.
pub struct Look {
    /// What differs from the last time; none if that is too much.
    pub changes: Option<Vec<Told>>,
    /// Everything, if it is wanted.
    pub all: Option<Told>,
}

/// How many sockets there are.
pub struct Numbers {
    /// By namespace.
    pub by_namespace: BTreeMap<&'static str, usize>,
    /// Connections that they share.
    pub clients: usize,
    /// Connections that poll.
    pub polling: usize,
}

impl Board {
    /// Looks at every socket. `at` is the time.
    pub fn look(&mut self, io: &SocketIo, is_all_wanted: bool, at: &str) -> Look {
        let there = sockets(io);
        let mut changes = self.gone(&there, at);
        let mut found = HashMap::with_capacity(there.len());
        for (key, one) in &there {
            let now = Now::of(&one.socket, &one.connection);
            match self.told.get(key) {
                _ if changes.len() > MAX_CHANGES => {}
                None => changes.push(told::connected(&one.view(&now), at)),
                Some(before) => changes.extend(told::changes(key, before, &now, at)),
            }
            found.insert(key.clone(), now);
        }
        let is_too_much = changes.len() > MAX_CHANGES;
        let all = (is_all_wanted || is_too_much).then(|| all(&there, &found));
        (self.told, self.left) = (found, MAX_CHANGES);
        Look { changes: (!is_too_much).then_some(changes), all: all.flatten() }
    }

    /// Those that are there no more.
    fn gone(&self, there: &Sockets, at: &str) -> Vec<Told> {
        let gone = self.told.keys().filter(|key| !there.contains_key(*key));
        let gone = gone.take(MAX_CHANGES + 1);
        gone.map(|key| told::disconnected(key, "transport close", at)).collect()
    }

    /// A socket came: what is to be told at once.
    pub fn came(&mut self, io: &SocketIo, namespace: &'static str, sid: Sid, at: &str) -> Option<Told> {
        let one = One::of(io.of(namespace)?.get_socket(sid)?)?;
        let key = (namespace, sid.to_string());
        if self.told.contains_key(&key) {
            return None;
        }
        self.left = self.left.checked_sub(1)?;
        let now = Now::of(&one.socket, &one.connection);
        let told = told::connected(&one.view(&now), at);
        self.told.insert(key, now);
        Some(told)
    }

    /// A socket went: what is to be told at once.
    pub fn went(&mut self, namespace: &'static str, id: String, reason: &str, at: &str) -> Option<Told> {
        let key = (namespace, id);
        self.told.get(&key)?;
        self.left = self.left.checked_sub(1)?;
        self.told.remove(&key);
        Some(told::disconnected(&key, reason, at))
    }

    /// How many there are.
    pub fn numbers(&self) -> Numbers {
        let mut by_namespace: BTreeMap<_, _> = NAMESPACES.into_iter().map(|name| (name, 0)).collect();
        let (mut clients, mut polling) = (HashSet::new(), 0);
        for ((namespace, id), now) in &self.told {
            *by_namespace.entry(*namespace).or_default() += 1;
            let is_new = clients.insert(id);
            polling += usize::from(is_new && now.transport == "polling");
        }
        Numbers { by_namespace, clients: clients.len(), polling }
    }
}

/// A socket that is there, and its connection.
struct One {
    socket: SocketRef,
    connection: Arc<Connection>,
}

impl One {
    fn of(socket: SocketRef) -> Option<Self> {
        let connection = connection(&socket)?;
        (!Live::is_gone(&*connection)).then_some(Self { socket, connection })
    }

    fn view(&self, now: &Now) -> Value {
        view(&self.socket, &self.connection, now)
    }
}

/// The connection of a socket.
pub fn connection(socket: &Socket) -> Option<Arc<Connection>> {
    socket.extensions.get::<Weak<Connection>>()?.upgrade()
}

/// The sockets that are there, in an order that stays.
type Sockets = BTreeMap<(&'static str, String), One>;

fn sockets(io: &SocketIo) -> Sockets {
    let namespaces = NAMESPACES.into_iter().filter_map(|name| Some((name, io.of(name)?)));
    let sockets = namespaces.flat_map(|(name, of)| of.sockets().into_iter().map(move |one| (name, one)));
    sockets.filter_map(|(name, socket)| Some(((name, socket.id.to_string()), One::of(socket)?))).collect()
}

/// All of them, as far as there is room.
fn all(there: &Sockets, now: &HashMap<(&'static str, String), Now>) -> Option<Told> {
    let (mut views, mut bytes) = (Vec::<Box<RawValue>>::new(), 0);
    for (key, one) in there {
        let view = to_raw_value(&one.view(now.get(key)?)).ok()?;
        bytes += view.get().len();
        if bytes > MAX_ALL {
            break;
        }
        views.push(view);
    }
    Some(told::all(&views))
}
