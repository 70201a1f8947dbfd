//! A trial: eight writers, one project, and a server that is killed again and again.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use graphroom::domain::Record;
use graphroom::store::StoreError;
use serde_json::Value;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::log::Log;
use super::oracle::{Violation, violations};
use super::site::Site;
use super::writer::{Shift, Transport, Writer};
use crate::support::Project;
use crate::support::process::ServerProcess;
use crate::support::random::Random;

const WRITERS: [Transport; 8] = [
    Transport::Rest,
    Transport::Rest,
    Transport::Rest,
    Transport::Rest,
    Transport::Socket,
    Transport::Socket,
    Transport::Member,
    Transport::Member,
];
/// A kill comes after at most this many answers.
const MOST_ANSWERS: usize = 120;
/// How many kills may turn out to have come at a moment that tells little, for each one that did not.
const PATIENCE: usize = 3;

/// Writers, a server, and what the next kill will be.
pub struct Trial {
    server: ServerProcess,
    site: Site,
    project: Project,
    writers: Vec<Writer>,
    random: Random,
    seed: u64,
}

/// What a kill left behind.
#[derive(Debug)]
pub struct Aftermath {
    /// What the oracle found.
    pub violations: Vec<Violation>,
    /// How many answers came since the kill before.
    pub answered: usize,
    /// How many commands were sent and not answered, and are not in the journal.
    pub undone: usize,
    /// How many commands were sent and not answered, and are in the journal.
    pub untold: usize,
}

impl Trial {
    /// Starts a server and makes a project. The seed is drawn, or taken from `GRAPHROOM_TEST_SEED`.
    #[expect(clippy::print_stderr, reason = "shown with a test that fails: the seed is how to repeat it")]
    pub async fn begin(site: Site) -> Self {
        let given = std::env::var("GRAPHROOM_TEST_SEED").ok().map(|seed| seed.parse().unwrap());
        let seed = given.unwrap_or_else(|| Uuid::new_v4().as_u64_pair().0);
        eprintln!("GRAPHROOM_TEST_SEED={seed}");
        let mut random = Random::new(seed);
        let server = site.start().await;
        let project = server.rest.project().await;
        let writer = |(number, transport)| {
            Writer::new(format!("writer-{number}"), transport, &project, Random::new(random.next()))
        };
        let writers = WRITERS.into_iter().enumerate().map(writer).collect();
        Self { site, server, project, writers, random, seed }
    }

    /// Kills the server until `kills` of them came while some commands were answered and some were not,
    /// and at least one of these was in the journal. Nothing may ever be wrong, nor at the end, when the
    /// server goes down in order and everything is answered.
    pub async fn survives(mut self, kills: usize) {
        let (mut counted, mut untold) = (0, 0);
        for _ in 0..kills * PATIENCE {
            if counted >= kills && untold > 0 {
                break;
            }
            let aftermath = self.kill().await;
            assert_eq!(aftermath.violations, [], "seed {}", self.seed);
            counted += usize::from(aftermath.answered > 0 && aftermath.undone + aftermath.untold > 0);
            untold += aftermath.untold;
        }
        assert!(counted >= kills, "only {counted} kills came between commands and their answers");
        assert!(untold > 0, "no kill came between a commit and its answer");
        self.finish().await;
    }

    /// Kills the server until the oracle finds something `wanted`, at most `kills` times, and returns all
    /// that it found.
    pub async fn fails_within(mut self, kills: usize, wanted: fn(&Violation) -> bool) -> Vec<Violation> {
        let mut found = Vec::new();
        for _ in 0..kills {
            found.extend(self.kill().await.violations);
            if found.iter().any(wanted) {
                break;
            }
        }
        found
    }

    /// Lets everybody write, kills the server at a random moment, starts it again and compares.
    async fn kill(&mut self) -> Aftermath {
        let answered_before = self.answered();
        let answers = 1 + self.random.below(MOST_ANSWERS);
        let (answered, mut heard) = mpsc::unbounded_channel();
        let over = Arc::new(AtomicBool::new(false));
        let writing = self.write(Shift { address: self.server.address, answered, over: Arc::clone(&over) });
        for _ in 0..answers {
            heard.recv().await.expect("somebody writes until the server is killed");
        }
        over.store(true, Ordering::Release);
        self.site.kill(&mut self.server).await;
        self.writers = writing.join_all().await;

        let journal = self.site.journal(self.project.project_id.parse().unwrap()).await;
        self.server = self.site.start().await;
        let violations = self.compare(&journal).await;
        for writer in &mut self.writers {
            writer.log.learn(journal.as_deref().unwrap_or_default());
        }
        let unanswered =
            || self.writers.iter().flat_map(|writer| &writer.log.sent).filter(|sent| sent.answer.is_none());
        Aftermath {
            violations,
            answered: self.answered() - answered_before,
            undone: unanswered().filter(|sent| !sent.repeated).count(),
            untold: unanswered().filter(|sent| sent.repeated).count(),
        }
    }

    /// Repeats what has no answer, until everything has one, and goes down in order.
    async fn finish(mut self) {
        let (answered, _heard) = mpsc::unbounded_channel();
        let over = Arc::new(AtomicBool::new(true));
        let writing = self.write(Shift { address: self.server.address, answered, over });
        self.writers = writing.join_all().await;
        assert_eq!(self.writers.iter().flat_map(|writer| writer.log.unanswered()).count(), 0);

        let graph = self.graph().await;
        let ended = self.server.terminate().await;
        assert!(ended.success(), "{ended}");
        let journal = self.site.journal(self.project.project_id.parse().unwrap()).await;
        assert_eq!(violations(&self.logs(), &journal, graph.as_ref()), [], "seed {}", self.seed);
    }

    /// Sets all writers to work.
    fn write(&mut self, shift: Shift) -> JoinSet<Writer> {
        self.writers.drain(..).map(move |writer| writer.run(shift.clone())).collect()
    }

    async fn compare(&self, journal: &Result<Vec<Record>, StoreError>) -> Vec<Violation> {
        violations(&self.logs(), journal, self.graph().await.as_ref())
    }

    /// None if the server does not know the session.
    async fn graph(&self) -> Option<Value> {
        let path = format!("/sessions/{}/graph", self.project.session_id);
        let (status, graph) = self.server.rest.get(&path).await;
        status.is_success().then_some(graph)
    }

    fn logs(&self) -> Vec<&Log> {
        self.writers.iter().map(|writer| &writer.log).collect()
    }

    fn answered(&self) -> usize {
        self.logs().iter().map(|log| log.sent.len() - log.unanswered().len()).sum()
    }
}
