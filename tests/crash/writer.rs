//! A writer: sends commands until the server is gone, and logs what it sent and heard.
//!
//! After a restart it first repeats, in their order, the commands that got no answer.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use reqwest::Method;
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedSender;

use super::log::{Answer, Change, Log};
use super::plan::Plan;
use crate::support::client::Options;
use crate::support::random::Random;
use crate::support::{Client, Project, Rest};

/// How many commands wait for their answers at a time, on one socket.
const WINDOW: usize = 5;

/// How a writer reaches the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// One request after the other, on a connection that is kept.
    Rest,
    /// Several commands under way.
    Socket,
    /// The same, by a member of the session, who is sent all events too.
    Member,
}

/// One of those who write at the same time.
#[derive(Debug)]
pub struct Writer {
    /// What it sent and heard.
    pub log: Log,
    transport: Transport,
    project: Project,
    plan: Plan,
}

/// What writers share while one server process lives.
#[derive(Clone, Debug)]
pub struct Shift {
    /// Where the server is.
    pub address: SocketAddr,
    /// Is told of each answer.
    pub answered: UnboundedSender<()>,
    /// Once it is set, only what was sent before is sent again.
    pub over: Arc<AtomicBool>,
}

impl Writer {
    /// A writer who has not written yet.
    pub fn new(author: String, transport: Transport, project: &Project, random: Random) -> Self {
        let plan = Plan::new(&author, project, transport != Transport::Rest, random);
        Self { log: Log { author, sent: Vec::new() }, transport, project: project.clone(), plan }
    }

    /// Writes until the connection ends, or the shift is over and everything is answered.
    pub async fn run(mut self, shift: Shift) -> Self {
        let mut repeats = self.log.unanswered().into();
        // None is a connection that ended: which commands that left unanswered, the log tells.
        let _: Option<()> = match self.transport {
            Transport::Rest => self.over_rest(&shift, &mut repeats).await,
            Transport::Socket | Transport::Member => self.over_socket(&shift, &mut repeats).await,
        };
        self
    }

    async fn over_rest(&mut self, shift: &Shift, repeats: &mut VecDeque<usize>) -> Option<()> {
        let rest = Rest::new(shift.address).named(&self.log.author);
        while let Some(index) = self.next(shift, repeats) {
            let sent = &self.log.sent[index];
            let path = match sent.command_type {
                "Undo" => format!("/sessions/{}/undo?graph=none", self.project.session_id),
                _ => "/commands/execute?graph=none".to_owned(),
            };
            let request = rest.request(Method::POST, &path).json(&sent.payload(&self.project.session_id));
            let answer = request.send().await.ok()?.json().await.ok()?;
            self.answered(index, answer, shift);
        }
        Some(())
    }

    async fn over_socket(&mut self, shift: &Shift, repeats: &mut VecDeque<usize>) -> Option<()> {
        let options = Options { user_id: Some(self.log.author.clone()), ..Options::default() };
        let mut client = Client::try_connect(shift.address, options).await.ok()?;
        if self.transport == Transport::Member {
            let join = json!({ "session_id": self.project.session_id });
            let ack = client.emit("join_session", join).await;
            assert_eq!(client.try_answer(ack).await?["success"], true);
        }
        let mut waiting = VecDeque::new();
        loop {
            while waiting.len() < WINDOW
                && let Some(index) = self.next(shift, repeats)
            {
                let sent = &self.log.sent[index];
                let event = if sent.command_type == "Undo" { "undo" } else { "execute_command" };
                let ack = client.emit(event, sent.payload(&self.project.session_id)).await;
                waiting.push_back((ack, index));
            }
            let Some((ack, index)) = waiting.pop_front() else { return Some(()) };
            let answer = client.try_answer(ack).await?;
            self.answered(index, answer, shift);
        }
    }

    /// The next command to send, which is in the log before it is sent.
    fn next(&mut self, shift: &Shift, repeats: &mut VecDeque<usize>) -> Option<usize> {
        if let Some(index) = repeats.pop_front() {
            return Some(index);
        }
        if shift.over.load(Ordering::Acquire) {
            return None;
        }
        self.log.sent.push(self.plan.next());
        Some(self.log.sent.len() - 1)
    }

    fn answered(&mut self, index: usize, answer: Value, shift: &Shift) {
        let sent = &mut self.log.sent[index];
        let answer = Answer::read(answer);
        if let (Change::Create { node }, Answer::Acknowledged { node_id: Some(id), .. }) =
            (&sent.change, &answer)
        {
            self.plan.learn(node, id);
        }
        sent.answer = Some(answer);
        // Whoever counts stops counting at the kill.
        let _ = shift.answered.send(());
    }
}
