//! Trouble: connections that are lost, servers that die, go down or unload, a disk that changes its mood, and time.

use std::sync::Arc;
use std::time::Duration;

use super::disk::Mood;
use super::server::Server;
use super::trace::note;
use super::world::{LEASED, World};

impl World {
    pub(super) fn a_connection_is_lost(&mut self) {
        let links = self.links.clone();
        if links.is_empty() {
            return;
        }
        let link = Arc::clone(self.random.pick(&links));
        let place = self
            .clients
            .iter()
            .position(|client| client.line.as_ref().is_some_and(|line| Arc::ptr_eq(&line.link, &link)));
        note(format_args!("{} of {:?} is in trouble", link.client_id, link.ends()));
        let silent = Duration::from_secs(*self.random.pick(&[0, 5, 45, 70]));
        let is_stalled = self.random.percent(30);
        match (link.ends(), self.random.below(3)) {
            // Whoever is left finds out.
            ((false, true), _) => {
                self.ends.lost(&link, &self.server, is_stalled);
                self.server.lose(&link.client_id, true, is_stalled, silent);
            }
            ((true, false), _) => place.into_iter().for_each(|place| self.clients[place].disconnected()),
            // One end alone knows.
            (_, 0) => place.into_iter().for_each(|place| self.clients[place].disconnected()),
            (_, 1) => {
                self.ends.lost(&link, &self.server, is_stalled);
                self.server.lose(&link.client_id, true, is_stalled, silent);
            }
            _ => {
                let is_lost = self.random.percent(50);
                place.into_iter().for_each(|place| self.clients[place].disconnected());
                self.ends.lost(&link, &self.server, false);
                self.server.lose(&link.client_id, is_lost, false, Duration::ZERO);
            }
        }
    }

    pub(super) async fn time_passes(&mut self) {
        let times = [2, 2, 20, 60, 60, 200, 1_000, 31_000];
        tokio::time::sleep(Duration::from_millis(*self.random.pick(&times))).await;
    }

    pub(super) async fn the_server_is_lost(&mut self) {
        match self.random.below(4) {
            0 | 1 => {
                self.restart().await;
            }
            2 => {
                note(format_args!("the server goes down"));
                self.server.drain();
            }
            _ => self.everybody_goes().await,
        }
    }

    /// Nobody is there any more: the session is unloaded.
    async fn everybody_goes(&mut self) {
        note(format_args!("everybody goes"));
        self.leases.clear();
        for client in &mut self.clients {
            client.disconnected();
        }
        for link in std::mem::take(&mut self.links) {
            self.server.lose(&link.client_id, false, false, Duration::ZERO);
        }
        if let Some(session) = self.server.live() {
            for user in LEASED {
                session.release_presence(user);
            }
        }
        let registry = Arc::clone(&self.server.registry);
        tokio::spawn(async move { registry.clean_up(Duration::ZERO).await });
        self.ends.clear();
    }

    /// The server dies, and another one is there.
    pub async fn restart(&mut self) {
        note(format_args!("the server dies"));
        self.server.die();
        let mount = self.disk.mount().await;
        self.server = Server::start(mount, Arc::clone(&self.clock), self.rules.clone(), self.session_id);
        self.readings.forget(&mut self.clients);
        self.leases.clear();
        self.ends.clear();
    }

    pub(super) fn the_disk_changes(&mut self) {
        let mood = *self.random.pick(&[Mood::Good, Mood::Good, Mood::Slow, Mood::Failing]);
        note(format_args!("the disk is {mood:?}"));
        self.disk.set(mood);
    }
}
