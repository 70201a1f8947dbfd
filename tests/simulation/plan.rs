//! What happens in a simulation: made from the seed alone, so that it can be had again.
//!
//! A plan does not know what becomes of it. Nodes that do not exist before it runs stand in it by
//! placeholders: `$root`, `$pool:3` for ids that commands name themselves, `$made:2` for one of those that
//! the server made so far, `$never` for one that nobody made. Who carries the plan out fills them in.

mod commands;
pub mod files;
mod ill_formed;

use std::fmt;

use serde_json::{Value, json};

pub use self::commands::{Commands, MARK};
use crate::support::random::Random;

/// Who act. The last one does not say who it is.
pub const AUTHORS: [Option<&str>; 4] = [Some("ann"), Some("bob"), Some("eve"), None];
/// The sockets: whose they are, and their namespace. Ann has two; who sits at the last one is anonymous.
pub const SEATS: [(Option<usize>, &str); 5] =
    [(Some(0), "/"), (Some(1), "/graph"), (Some(2), "/"), (Some(0), "/graph"), (None, "/graph")];
/// Bursts of a plan.
const BURSTS: usize = 18;
/// Steps that are taken back, or done again, at the end.
const TAIL: usize = 6;

/// A whole plan.
#[derive(Debug)]
pub struct Plan {
    /// How the project begins.
    pub beginning: Beginning,
    /// Whether the project holds nodes to its template.
    pub strict: bool,
    /// What happens, one after the other.
    pub bursts: Vec<Burst>,
    /// What happens at the end, to the server and to one that replayed its journal: commands of authors,
    /// over REST, each by its name.
    pub tail: Vec<(usize, Given)>,
    /// Whether the project is deleted after all that.
    pub ends: bool,
}

/// How a project begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beginning {
    /// From a template.
    Created,
    /// From a file.
    Imported,
    /// From a file that is loaded into an empty session with a member in it.
    Loaded,
}

/// What happens at once.
#[derive(Debug)]
pub enum Burst {
    /// Each way carries out its own actions in their order, all ways at the same time.
    Lanes(Vec<(Way, Vec<Action>)>),
    /// An author's commands, then as many undos and redos, with nobody between.
    ThereAndBack(usize, Vec<Given>),
    /// Everybody reads what there is, and it is compared.
    Rest,
    /// Everybody leaves, idle sessions are unloaded, and commands come that nobody hears.
    Desert(Vec<(Way, Vec<Action>)>),
}

/// How an action goes to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// By a socket: a place in [`SEATS`].
    Seat(usize),
    /// By REST: a place in [`AUTHORS`].
    Rest(usize),
}

/// Something that somebody does.
#[derive(Clone, Debug)]
pub enum Action {
    /// A command, an undo, a redo.
    Give(Given),
    /// Several commands without waiting for answers in between.
    Pipeline(Vec<Given>),
    /// An accepted command again that its author named, this many before the last one; with another body
    /// under the same name if it is altered.
    Repeat { back: usize, altered: bool },
    /// Another name for the project.
    Rename(String),
    /// `is_dirty` goes.
    Save,
    /// The graph, by whatever route.
    ReadGraph,
    /// Joins, connecting before that if need be, and reads the graph.
    Join { lifecycle: bool },
    /// Leaves, and stays connected.
    Leave,
    /// Drops the connection.
    Drop,
    /// Unloads idle sessions, whosever.
    CleanUp,
    /// Exports the project, and imports it as another one.
    Transfer,
    /// Exports the project, and loads the file: a command whose body is not known before.
    Reload(Given),
}

/// A command as its author gives it.
#[derive(Clone, Debug)]
pub struct Given {
    /// What.
    pub body: Body,
    /// The author's name for it.
    pub command_id: Option<Value>,
    /// Whether the answer is to hold the graph.
    pub graph: bool,
    /// Over REST: the name comes in the header.
    pub in_header: bool,
}

/// What a command says.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// `command_type` and `data`.
    Execute { command_type: Value, data: Value },
    /// An undo.
    Undo { scope: Option<&'static str>, how: How },
    /// A redo.
    Redo { scope: Option<&'static str>, how: How },
    /// A project file in place of the graph. Over REST alone.
    Load(Value),
}

/// How a step is taken back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct How {
    /// Even where others wrote since.
    pub force: bool,
    /// Whole or not at all.
    pub refuse: bool,
}

impl How {
    /// Forced so many times in a hundred.
    pub fn any(random: &mut Random, forced: usize) -> Self {
        let drawn = random.below(100);
        Self { force: drawn < forced, refuse: drawn.is_multiple_of(3) }
    }
}

impl Plan {
    /// The plan of a seed.
    pub fn new(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let strict = random.percent(15);
        let beginning = match random.weighted(&[80, 8, 12]) {
            // A file of a strict project would have to name the template's options by their ids.
            _ if strict => Beginning::Created,
            0 => Beginning::Created,
            1 => Beginning::Imported,
            _ => Beginning::Loaded,
        };
        let mut planner = Planner { commands: Commands::new(strict), random, named: 0 };
        let everybody_joins = (0..3).map(|seat| (Way::Seat(seat), vec![planner.join()])).collect();
        let mut bursts = vec![Burst::Lanes(everybody_joins)];
        let body = Commands::first_nodes(&mut planner.random);
        let first = Given { body, command_id: None, graph: false, in_header: false };
        bursts.push(Burst::Lanes(vec![(Way::Rest(0), vec![Action::Give(first)])]));
        bursts.extend((0..BURSTS).map(|_| planner.burst()));
        bursts.push(Burst::Rest);
        let tail = (0..TAIL).map(|_| planner.last_words()).collect();
        Self { beginning, strict, bursts, tail, ends: planner.random.percent(10) }
    }
}

/// A line a burst.
impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:?}, strict: {}, ends: {}", self.beginning, self.strict, self.ends)?;
        self.bursts.iter().try_for_each(|burst| writeln!(f, "{burst:?}"))?;
        writeln!(f, "tail: {:?}", self.tail)
    }
}

struct Planner {
    random: Random,
    commands: Commands,
    /// Names that were given so far.
    named: usize,
}

impl Planner {
    fn burst(&mut self) -> Burst {
        match self.random.weighted(&[42, 28, 8, 6, 7, 8, 2]) {
            0 => Burst::Lanes(vec![self.lane(1)]),
            1 => Burst::Lanes(self.lanes()),
            2 => Burst::Lanes(vec![self.pipeline()]),
            3 => Burst::Lanes(self.twice()),
            4 => self.there_and_back(),
            5 => Burst::Rest,
            _ => Burst::Desert((0..2).map(|author| (Way::Rest(author), vec![self.give(true)])).collect()),
        }
    }

    /// Several ways at once, each way once.
    fn lanes(&mut self) -> Vec<(Way, Vec<Action>)> {
        let mut lanes: Vec<(Way, Vec<Action>)> = Vec::new();
        for _ in 0..2 + self.random.below(3) {
            let actions = 1 + self.random.below(3);
            let lane = self.lane(actions);
            if lanes.iter().all(|(way, _)| *way != lane.0) {
                lanes.push(lane);
            }
        }
        lanes
    }

    fn lane(&mut self, actions: usize) -> (Way, Vec<Action>) {
        let way = self.way();
        (way, (0..actions).map(|_| self.action(way)).collect())
    }

    fn pipeline(&mut self) -> (Way, Vec<Action>) {
        let seat = self.random.below(SEATS.len());
        let is_named = SEATS[seat].0.is_some();
        let commands = (0..3 + self.random.below(4)).map(|_| self.given(is_named)).collect();
        (Way::Seat(seat), vec![Action::Pipeline(commands)])
    }

    /// The same command by the same author over two ways at once: it happens once.
    fn twice(&mut self) -> Vec<(Way, Vec<Action>)> {
        let mut given = self.given(true);
        given.command_id = Some(self.name());
        let again = Given { in_header: self.random.percent(50), ..given.clone() };
        let over = if self.random.percent(50) { Way::Seat(3) } else { Way::Rest(0) };
        vec![(Way::Seat(0), vec![Action::Give(given)]), (over, vec![Action::Give(again)])]
    }

    fn there_and_back(&mut self) -> Burst {
        let author = self.random.below(3);
        let random = &mut self.random;
        let commands = (0..1 + random.below(4)).map(|_| self.commands.execute(random)).collect::<Vec<_>>();
        let given = |body| Given { body, command_id: None, graph: false, in_header: false };
        Burst::ThereAndBack(author, commands.into_iter().map(given).collect())
    }

    fn way(&mut self) -> Way {
        if self.random.percent(55) {
            Way::Seat(self.random.below(SEATS.len()))
        } else {
            Way::Rest(self.random.weighted(&[5, 5, 5, 1]))
        }
    }

    fn action(&mut self, way: Way) -> Action {
        match way {
            Way::Seat(seat) => {
                let is_named = SEATS[seat].0.is_some();
                match self.random.weighted(&[70, if is_named { 5 } else { 0 }, 3, 10, 3, 4]) {
                    0 => self.give(is_named),
                    1 => self.repeat(),
                    2 => Action::ReadGraph,
                    3 => self.join(),
                    4 => Action::Leave,
                    _ => Action::Drop,
                }
            }
            Way::Rest(author) => match self.random.weighted(&[80, 8, 3, 4, 4, 1, 4, 1, 2]) {
                0 => self.give(AUTHORS[author].is_some()),
                1 if AUTHORS[author].is_some() => self.repeat(),
                2 => self.commands.rename(&mut self.random),
                3 => Action::Save,
                5 => Action::CleanUp,
                6 => Action::Give(self.load(AUTHORS[author].is_some())),
                8 => Action::Reload(self.load(AUTHORS[author].is_some())),
                7 => Action::Transfer,
                _ => Action::ReadGraph,
            },
        }
    }

    fn join(&mut self) -> Action {
        Action::Join { lifecycle: self.random.percent(75) }
    }

    fn repeat(&mut self) -> Action {
        Action::Repeat { back: self.random.below(6), altered: self.random.percent(20) }
    }

    fn give(&mut self, may_be_named: bool) -> Action {
        Action::Give(self.given(may_be_named))
    }

    fn given(&mut self, may_be_named: bool) -> Given {
        let command_id = (may_be_named && self.random.percent(50)).then(|| self.name());
        let graph = self.random.percent(10);
        let in_header = self.random.percent(30);
        let random = &mut self.random;
        let body = match random.weighted(&[100, 18, 10]) {
            0 => self.commands.execute(random),
            1 => Body::Undo { scope: scope(random), how: How::any(random, 15) },
            _ => Body::Redo { scope: scope(random), how: How::any(random, 15) },
        };
        let mut given = Given { body, command_id, graph, in_header };
        if random.percent(8) {
            ill_formed::spoil(&mut given, random);
        }
        given
    }

    fn load(&mut self, may_be_named: bool) -> Given {
        let command_id = (may_be_named && self.random.percent(50)).then(|| self.name());
        let body = Body::Load(files::any(self.commands.is_strict(), &mut self.random));
        Given { body, command_id, graph: self.random.percent(50), in_header: true }
    }

    /// No two commands are given the same name, but by `twice` and `repeat`.
    fn name(&mut self) -> Value {
        self.named += 1;
        json!(format!("command {}", self.named))
    }

    /// A command of the tail. It makes no ids, so that two servers come to the same.
    fn last_words(&mut self) -> (usize, Given) {
        let author = self.random.below(3);
        let name = self.name();
        let random = &mut self.random;
        let scope = Some(*random.pick(&["mine", "session"]));
        let body = match random.weighted(&[50, 30, 18, 2]) {
            0 => Body::Undo { scope, how: How::any(random, 20) },
            1 => Body::Redo { scope, how: How::any(random, 20) },
            2 => self.commands.without_new_ids(random),
            _ => Body::Load(files::any(self.commands.is_strict(), random)),
        };
        (author, Given { body, command_id: Some(name), graph: false, in_header: true })
    }
}

fn scope(random: &mut Random) -> Option<&'static str> {
    *random.pick(&[None, Some("mine"), Some("session")])
}
