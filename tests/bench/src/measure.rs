//! One measurement: a server, its members, some seconds of work, and what that cost.

use tokio::time::sleep;

use crate::crowd::{Counts, Crowd, Shape};
use crate::fault::{Fault, Outcome};
use crate::machine::{Spent, Usage};
use crate::options::Options;
use crate::server::{House, Kind, Room, Server};
use crate::statistics::percentile;

/// How commands come.
#[derive(Clone, Copy)]
pub enum Drive {
    /// Each sender sends the next when one is answered.
    Closed,
    /// So many a second.
    Offered(f64),
}

/// What a measurement gave.
pub struct Measured {
    /// What the server took.
    pub spent: Spent,
    /// What the load program took.
    pub load: Spent,
    /// What was counted meanwhile.
    pub counts: Counts,
    /// Events that never came, of all that were sent.
    pub lost: f64,
    answers: Vec<f64>,
    deliveries: Vec<f64>,
}

impl Measured {
    /// Microseconds of the server's processor for an event at a member.
    pub fn cpu_per_delivery(&self) -> f64 {
        self.spent.cpu.as_secs_f64() * 1e6 / self.counts.delivered.max(1) as f64
    }

    /// Microseconds of the server's processor for a command.
    pub fn cpu_per_command(&self) -> f64 {
        self.spent.cpu.as_secs_f64() * 1e6 / self.counts.accepted.max(1) as f64
    }

    /// Commands that were answered in a second.
    pub fn commands_per_second(&self) -> f64 {
        self.counts.accepted as f64 / self.spent.wall.as_secs_f64()
    }

    /// Events that arrived in a second.
    pub fn deliveries_per_second(&self) -> f64 {
        self.counts.delivered as f64 / self.spent.wall.as_secs_f64()
    }

    /// Bytes for an event, with everything that came beside it.
    pub fn bytes_per_delivery(&self) -> f64 {
        self.counts.bytes as f64 / self.counts.delivered.max(1) as f64
    }

    /// Milliseconds from a command to its answer.
    pub fn answer(&self, percent: f64) -> f64 {
        percentile(&self.answers, percent)
    }

    /// Milliseconds from a command to its event at a member.
    pub fn delivery(&self, percent: f64) -> f64 {
        percentile(&self.deliveries, percent)
    }
}

/// Starts a server with rooms full of members, and measures it.
pub async fn fresh(
    house: &House,
    kind: Kind,
    (rooms, shape): (usize, Shape),
    drive: Drive,
    options: &Options,
) -> Outcome<Measured> {
    let measuring = async {
        let server = house.start(kind)?;
        let rooms = server.rooms(rooms).await?;
        measure(&server, &rooms, shape, drive, options).await
    };
    measuring.await.map_err(|fault| Fault::With(kind.name(), Box::new(fault)))
}

/// Fills rooms of a server with members, and measures it.
pub async fn measure(
    server: &Server,
    rooms: &[Room],
    shape: Shape,
    drive: Drive,
    options: &Options,
) -> Outcome<Measured> {
    let crowd = Crowd::gather(server, rooms, shape).await?;
    crowd.begin();
    work(&crowd, drive, options.warm_up()).await;
    let measured = window(server, &crowd, drive, options).await?;
    let lost = if server.kind == Kind::Graphroom {
        crowd.finish_complete().await?;
        0
    } else {
        crowd.finish().await?
    };
    let all = crowd.counts();
    let lost = lost as f64 / (all.delivered + lost).max(1) as f64;
    Ok(Measured { lost, ..measured })
}

/// Measures members that are at work; whether all arrives is for whoever ends that to see.
pub async fn window(server: &Server, crowd: &Crowd, drive: Drive, options: &Options) -> Outcome<Measured> {
    crowd.forget_times();
    crowd.record(true);
    let (before, usage, mine) = (crowd.counts(), server.usage()?, Usage::of(std::process::id())?);
    work(crowd, drive, options.window()).await;
    let (spent, load) = (server.usage()?.since(usage), Usage::of(std::process::id())?.since(mine));
    let counts = crowd.counts().since(before);
    crowd.record(false);
    let (answers, deliveries) = (crowd.answer_times(), crowd.delivery_times());
    Ok(Measured { spent, load, counts, lost: 0.0, answers, deliveries })
}

async fn work(crowd: &Crowd, drive: Drive, time: std::time::Duration) {
    match drive {
        Drive::Closed => sleep(time).await,
        Drive::Offered(rate) => crowd.offer(rate, time).await,
    }
}
