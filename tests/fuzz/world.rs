//! Commands in the domain alone: a short project, two thirds of whose commands are as they should be.
//!
//! What is decided is decided again in the same way; what is taken is a record that fits, is read back as it was
//! written, and leads a replica that knows only the records to the same state; a refusal says why.

use graphroom::domain::creation::{Beginning, NewProject, first_record};
use graphroom::domain::fit::misfit;
use graphroom::domain::{
    Author, Change, Command, Context, Decision, Limits, OnConflict, Record, Rejection, Scope, State,
    TemplateSet, Timestamp, decide, record,
};
use graphroom::project::Library;
use graphroom_protocol::Command as WireCommand;
use graphroom_protocol::Plain;
use serde_json::Value;
use uuid::Uuid;

use super::run::{Case, Part};
use super::{commands, values};

const AUTHORS: [&str; 3] = ["ann", "bob", "eve"];
/// Commands of a case.
const COMMANDS: usize = 40;

struct World<'a> {
    templates: &'a TemplateSet,
    limits: Limits,
    lenient_parents: bool,
    state: State,
    /// What a reader of the journal has.
    replica: State,
    journal: Vec<String>,
}

impl<'a> World<'a> {
    fn new(case: &mut Case, templates: &'a TemplateSet) -> Self {
        let random = &mut case.random;
        let tight = Limits { nodes: 12, depth: 5, events: 6, event_bytes: 3_000, ..Limits::default() };
        let limits = if random.percent(40) { tight } else { Limits::default() };
        let lenient_parents = random.percent(20);
        let (state, replica, journal) = (State::default(), State::default(), Vec::new());
        let mut world = Self { templates, limits, lenient_parents, state, replica, journal };
        let template = &templates["restomod"];
        let beginning = Beginning::Root(&template.node_types[0]);
        let project = NewProject { name: "Fuzzed", template, strict: random.percent(15), beginning };
        let author = author("ann");
        let first = first_record(&project, "first".into(), &world.context(&author));
        world.append(&first);
        world
    }

    fn context<'b>(&'b self, author: &'b Author) -> Context<'b> {
        Context {
            author,
            now: Timestamp::from_millis(1_760_000_000_000 + self.journal.len() as i64),
            seed: Uuid::from_u128(u128::from(self.state.head + 1) << 64),
            limits: self.limits,
            lenient_parents: self.lenient_parents,
            templates: self.templates,
        }
    }

    fn give(&mut self, who: &str, command: &Command) -> Result<(), Rejection> {
        let author = author(who);
        let context = self.context(&author);
        let decision = decide(&self.state, command, &context);
        assert_eq!(decide(&self.state, command, &context), decision, "decided again");
        let Decision::Commit { effects, outcome } = decision? else { return Ok(()) };
        let seq_first = self.state.head + 1;
        let mut record = Record {
            v: record::VERSION,
            seq_first,
            seq_last: 0,
            command_id: format!("c{seq_first}").into(),
            body_hash: None,
            at: context.now,
            author: author.clone(),
            command_type: command.command_type().into(),
            effects,
            result: outcome,
        };
        record.seq_last = self.state.head + State::event_count(&record);
        self.append(&record);
        Ok(())
    }

    fn append(&mut self, record: &Record) {
        assert_eq!(misfit(&self.state, record), None);
        let told = Change::all(record).len() as u64;
        assert!(told > 0 && record.seq_last == self.state.head + told, "{told} events");
        let text = record.encode().unwrap();
        let read = Record::decode(&text).unwrap();
        assert_eq!(read, *record);
        assert_eq!(read.encode().unwrap(), text);
        self.state.apply(record);
        self.replica.apply(&read);
        assert_eq!(self.replica, self.state);
        assert!(self.state.graph.len() <= self.limits.nodes.max(1));
        self.journal.push(text);
    }

    fn nodes(&self) -> Vec<String> {
        self.state.graph.nodes().map(|node| node.id.to_string()).collect()
    }
}

fn author(who: &str) -> Author {
    Author { user_id: who.into(), name: None, client_id: None }
}

/// A refusal says what, in so many words, and has a code.
fn assert_tells(rejection: &Rejection) {
    assert!(!rejection.message.is_empty() && rejection.message.len() < 2_000, "{rejection:?}");
}

fn one_command(case: &mut Case, world: &mut World<'_>, corpus: &[Value]) {
    let who = *case.random.pick(&AUTHORS);
    if case.random.percent(12) {
        let scope = *case.random.pick(&[Scope::Mine, Scope::Session]);
        let force = case.random.percent(30);
        let on_conflict = *case.random.pick(&[OnConflict::Skip, OnConflict::Skip, OnConflict::Refuse]);
        let (kind, command) = match case.random.percent(60) {
            true => ("Undo", Command::Undo { scope, force, on_conflict }),
            false => ("Redo", Command::Redo { scope, force, on_conflict }),
        };
        case.shows_too(&format!("{who}: {command:?}"));
        let given = world.give(who, &command);
        case.saw(kind, given.is_ok());
        return;
    }
    let kind = *case.random.pick(&WireCommand::TYPES);
    let mut data = commands::data(kind, &mut case.random, &world.nodes());
    if case.random.percent(35) {
        let other = case.random.pick(corpus).clone();
        data = values::altered(&mut case.random, &data, &other);
    }
    case.shows_too(&format!("{who}: {kind} {data}"));
    // As it comes from outside: what was not sent as JSON cannot come.
    let Ok(Plain(data)) = serde_json::from_str(&data.to_string()) else {
        return case.saw("too deep", false);
    };
    let given = Command::parse(kind, &data).and_then(|command| world.give(who, &command));
    if let Err(rejection) = &given {
        assert_tells(rejection);
    }
    case.saw(kind, given.is_ok());
}

#[test]
fn every_command_is_refused_with_a_reason_or_is_replayed_to_the_same_state() {
    let templates = Library::open(None).0.current();
    let corpus: Vec<Value> = super::corpus::messages().iter().map(super::corpus::json).collect();
    let mut part = Part::new("world", 10).needs("Undo", 40, 0).needs("Redo", 40, 0);
    for command_type in WireCommand::TYPES {
        part = part.needs(command_type, 15, 15);
    }
    part.run(|case| {
        let mut world = World::new(case, &templates);
        case.shows(format!("limits {:?}, lenient {}", world.limits, world.lenient_parents));
        for _ in 0..COMMANDS {
            one_command(case, &mut world, &corpus);
        }
        let mut again = State::default();
        world.journal.iter().for_each(|text| again.apply(&Record::decode(text).unwrap()));
        assert_eq!(again, world.state, "a replay of everything");
        // A name that no command has is no command.
        let odd = super::bytes::odd_text(&mut case.random);
        assert!(Command::parse(&odd, &Value::Null).is_err_and(|refusal| !refusal.message.is_empty()));
    });
}
