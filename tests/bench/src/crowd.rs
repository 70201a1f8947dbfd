//! The members of rooms: they give commands, and count what they are told.
//!
//! All of them run on one thread. What one of them is told is compared, at the end, with what its room was asked.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::command::{Command, delays};
use crate::connection::{Connection, PATIENCE};
use crate::fault::{Fault, Outcome};
use crate::frames::Packet;
use crate::server::{Kind, Room, Server};

/// Connections that are made at a time.
const AT_ONCE: usize = 64;
/// Who is told nothing for so long has been told all there is.
const SILENCE: Duration = Duration::from_secs(2);

/// What the rooms are like.
#[derive(Clone, Copy)]
pub struct Shape {
    /// In each room.
    pub members: usize,
    /// How many of them give commands.
    pub senders: usize,
    /// How many commands each of those has under way; 0 where commands are offered at a rate.
    pub window: usize,
    /// How many take the time of what they are told.
    pub sampled: usize,
    /// Whether Graphroom is asked for frames.
    pub batch: bool,
}

/// What happens in a room.
struct Ledger {
    start: Instant,
    window: usize,
    sent: Cell<u64>,
    accepted: Cell<u64>,
    refused: Cell<u64>,
    /// The first refusal.
    why: RefCell<String>,
    is_over: Cell<bool>,
    is_recording: Cell<bool>,
    /// Milliseconds from a command to its answer.
    answers: RefCell<Vec<f64>>,
    /// Milliseconds from a command to its event at a sampled member.
    deliveries: RefCell<Vec<f64>>,
}

/// What a member has been told.
#[derive(Default)]
struct Tally {
    events: Cell<u64>,
    bytes: Cell<u64>,
    is_cut: Cell<bool>,
}

/// One who gives commands.
struct Sender {
    command: Command,
    connection: Rc<crate::connection::Writer>,
    /// When those were sent that are not answered.
    under_way: VecDeque<Instant>,
}

struct Seat {
    ledger: Rc<Ledger>,
    tally: Rc<Tally>,
    sender: Option<Rc<RefCell<Sender>>>,
}

/// Everybody in some rooms.
pub struct Crowd {
    ledgers: Vec<Rc<Ledger>>,
    seats: Vec<Seat>,
    next_sender: Cell<usize>,
    tasks: JoinSet<()>,
}

/// What was counted up to some moment.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    /// Commands that were sent.
    pub sent: u64,
    /// Commands that were answered with success.
    pub accepted: u64,
    /// Events that members were told.
    pub delivered: u64,
    /// Bytes that came.
    pub bytes: u64,
}

impl Counts {
    /// What was counted since then.
    pub fn since(self, before: Self) -> Self {
        Self {
            sent: self.sent - before.sent,
            accepted: self.accepted - before.accepted,
            delivered: self.delivered - before.delivered,
            bytes: self.bytes - before.bytes,
        }
    }
}

impl Crowd {
    /// Connects and joins everybody.
    pub async fn gather(server: &Server, rooms: &[Room], shape: Shape) -> Outcome<Self> {
        let start = Instant::now();
        let gate = Rc::new(Semaphore::new(AT_ONCE));
        let mut arriving = JoinSet::new();
        for (place, room) in rooms.iter().enumerate() {
            for member in 0..shape.members {
                let (gate, address, session_id) = (Rc::clone(&gate), server.address, room.session_id.clone());
                let batch = shape.batch && server.kind == Kind::Graphroom;
                arriving.spawn_local(async move {
                    let _turn = gate.acquire().await;
                    let mut connection = Connection::open(address, &format!("member-{member:05}")).await?;
                    connection.join(&session_id, if batch { "batch" } else { "events" }).await?;
                    Ok::<_, Fault>((place, member, connection))
                });
            }
        }
        let ledgers = rooms.iter().map(|_| Rc::new(Ledger::new(start, shape.window))).collect();
        let mut crowd = Self { ledgers, seats: Vec::new(), next_sender: Cell::new(0), tasks: JoinSet::new() };
        while let Some(arrived) = arriving.join_next().await {
            let (place, member, connection) = arrived.map_err(|_| Fault::Ended)??;
            crowd.seat(&rooms[place], place, member, shape, connection);
        }
        Ok(crowd)
    }

    fn seat(&mut self, room: &Room, place: usize, member: usize, shape: Shape, connection: Connection) {
        let (ledger, tally) = (Rc::clone(&self.ledgers[place]), Rc::new(Tally::default()));
        let sender = (member < shape.senders).then(|| {
            let (command, connection) = (Command::new(room, member), Rc::clone(&connection.writer));
            Rc::new(RefCell::new(Sender { command, connection, under_way: VecDeque::new() }))
        });
        // Not those who give commands, if there are others.
        let is_sampled = member >= shape.members.saturating_sub(shape.sampled);
        self.tasks.spawn_local(attend(
            connection,
            Rc::clone(&ledger),
            Rc::clone(&tally),
            sender.clone(),
            is_sampled,
        ));
        self.seats.push(Seat { ledger, tally, sender });
    }

    /// Every sender sends as many as it may have under way.
    pub fn begin(&self) {
        for (ledger, sender) in self.senders() {
            send(ledger, sender, ledger.window, None);
        }
    }

    fn senders(&self) -> impl Iterator<Item = (&Ledger, &Rc<RefCell<Sender>>)> {
        self.seats.iter().filter_map(|seat| Some((&*seat.ledger, seat.sender.as_ref()?)))
    }

    /// Sends so many a second, each at its time, by all senders in turn, whatever the answers do.
    pub async fn offer(&self, rate: f64, time: Duration) {
        let senders: Vec<_> = self.senders().collect();
        let (begun, mut count) = (Instant::now(), 0_u64);
        while begun.elapsed() < time {
            while (count as f64) < begun.elapsed().as_secs_f64() * rate {
                let turn = self.next_sender.get();
                let (ledger, sender) = senders[turn % senders.len()];
                let due = begun + Duration::from_secs_f64(count as f64 / rate);
                send(ledger, sender, 1, Some(due));
                self.next_sender.set(turn + 1);
                count += 1;
            }
            sleep(Duration::from_millis(1)).await;
        }
    }

    /// Takes times from now on, or no more.
    pub fn record(&self, on: bool) {
        self.ledgers.iter().for_each(|ledger| ledger.is_recording.set(on));
    }

    /// Begins to take times anew.
    pub fn forget_times(&self) {
        for ledger in &self.ledgers {
            ledger.answers.borrow_mut().clear();
            ledger.deliveries.borrow_mut().clear();
        }
    }

    /// Milliseconds from each command to its answer, while it was recorded.
    pub fn answer_times(&self) -> Vec<f64> {
        self.ledgers.iter().flat_map(|ledger| ledger.answers.borrow().clone()).collect()
    }

    /// Milliseconds from each command to each sampled member.
    pub fn delivery_times(&self) -> Vec<f64> {
        self.ledgers.iter().flat_map(|ledger| ledger.deliveries.borrow().clone()).collect()
    }

    /// What was counted so far.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for ledger in &self.ledgers {
            counts.sent += ledger.sent.get();
            counts.accepted += ledger.accepted.get();
        }
        for seat in &self.seats {
            counts.delivered += seat.tally.events.get();
            counts.bytes += seat.tally.bytes.get();
        }
        counts
    }

    /// How many are still connected.
    pub fn connected(&self) -> usize {
        self.seats.iter().filter(|seat| !seat.tally.is_cut.get()).count()
    }

    /// Sends no more, waits until everything has come or nothing comes, and gives how many events did not.
    pub async fn finish(&self) -> Outcome<u64> {
        self.ledgers.iter().for_each(|ledger| ledger.is_over.set(true));
        let (mut before, mut since) = (self.counts(), Instant::now());
        let begun = Instant::now();
        loop {
            if self.missing() == 0 && self.unanswered() == 0 {
                return self.refusals().map(|()| 0);
            }
            sleep(Duration::from_millis(5)).await;
            self.senders().for_each(|(_, sender)| sender.borrow().connection.flush());
            let counts = self.counts();
            if (counts.delivered, counts.accepted) != (before.delivered, before.accepted) {
                (before, since) = (counts, Instant::now());
            }
            if since.elapsed() > SILENCE || begun.elapsed() > PATIENCE {
                return self.refusals().map(|()| self.missing());
            }
        }
    }

    /// The same, for servers that lose nothing.
    pub async fn finish_complete(&self) -> Outcome<()> {
        let (missing, unanswered) = (self.finish().await?, self.unanswered());
        if missing == 0 && unanswered == 0 {
            return Ok(());
        }
        let cut = self.seats.len() - self.connected();
        Err(Fault::Counts(format!(
            "{missing} events did not arrive, {unanswered} commands have no answer, {cut} members were cut"
        )))
    }

    fn missing(&self) -> u64 {
        let lacks = |seat: &Seat| seat.ledger.accepted.get().abs_diff(seat.tally.events.get());
        self.seats.iter().map(lacks).sum()
    }

    fn unanswered(&self) -> u64 {
        let open = |ledger: &Rc<Ledger>| ledger.sent.get() - ledger.accepted.get() - ledger.refused.get();
        self.ledgers.iter().map(open).sum()
    }

    fn refusals(&self) -> Outcome<()> {
        let refused: u64 = self.ledgers.iter().map(|ledger| ledger.refused.get()).sum();
        let why = self.ledgers.iter().map(|ledger| ledger.why.borrow().clone()).find(|why| !why.is_empty());
        why.map_or(Ok(()), |why| Err(Fault::Counts(format!("{refused} commands were refused, first: {why}"))))
    }
}

impl Ledger {
    fn refuse(&self, answer: &[u8]) {
        if self.refused.get() == 0 {
            *self.why.borrow_mut() = String::from_utf8_lossy(answer).into_owned();
        }
        add(&self.refused, 1);
    }

    fn new(start: Instant, window: usize) -> Self {
        Self {
            start,
            window,
            sent: Cell::new(0),
            accepted: Cell::new(0),
            refused: Cell::new(0),
            why: RefCell::default(),
            is_over: Cell::new(false),
            is_recording: Cell::new(false),
            answers: RefCell::default(),
            deliveries: RefCell::default(),
        }
    }
}

fn add(cell: &Cell<u64>, count: u64) {
    cell.set(cell.get() + count);
}

/// Sends some commands in one write, due now or at some time before.
fn send(ledger: &Ledger, sender: &Rc<RefCell<Sender>>, count: usize, due: Option<Instant>) {
    let Sender { command, connection, under_way } = &mut *sender.borrow_mut();
    let now = Instant::now();
    let due = due.unwrap_or(now).saturating_duration_since(ledger.start);
    let mut bytes = Vec::new();
    for _ in 0..count {
        bytes.extend_from_slice(command.next(due));
        under_way.push_back(now);
    }
    add(&ledger.sent, count as u64);
    connection.send(&bytes);
}

/// Reads for one member until its connection ends.
async fn attend(
    mut connection: Connection,
    ledger: Rc<Ledger>,
    tally: Rc<Tally>,
    sender: Option<Rc<RefCell<Sender>>>,
    is_sampled: bool,
) {
    loop {
        let mut answered = 0;
        let hear = |packet: Packet<'_>| match packet {
            Packet::Event(text) => told(&ledger, &tally, 1, text, is_sampled),
            Packet::Frame(count, text) => told(&ledger, &tally, count, text, is_sampled),
            Packet::Answer(_, text) => {
                answered += 1;
                let head = &text[..text.len().min(32)];
                let is_success = memchr::memmem::find(head, b"\"success\":true").is_some();
                if is_success { add(&ledger.accepted, 1) } else { ledger.refuse(text) }
            }
            _ => {}
        };
        let read = connection.receive(hear).await;
        tally.bytes.set(connection.received);
        if let Some(sender) = sender.as_ref().filter(|_| answered > 0) {
            take_answers(&ledger, sender, answered);
        }
        if read.is_err() {
            tally.is_cut.set(true);
            return;
        }
    }
}

fn told(ledger: &Ledger, tally: &Tally, count: u64, text: &[u8], is_sampled: bool) {
    add(&tally.events, count);
    if is_sampled && ledger.is_recording.get() {
        let mut deliveries = ledger.deliveries.borrow_mut();
        delays(text, ledger.start, |delay| deliveries.push(delay));
    }
}

/// Takes the time of answers, and sends as many commands again.
fn take_answers(ledger: &Ledger, sender: &Rc<RefCell<Sender>>, count: usize) {
    let now = Instant::now();
    let under_way: Vec<Instant> = {
        let mut sender = sender.borrow_mut();
        let count = count.min(sender.under_way.len());
        sender.under_way.drain(..count).collect()
    };
    if ledger.is_recording.get() {
        let times = under_way.iter().map(|sent| (now - *sent).as_secs_f64() * 1e3);
        ledger.answers.borrow_mut().extend(times);
    }
    if ledger.window > 0 && !ledger.is_over.get() {
        send(ledger, sender, count, None);
    }
}
