//! What the systems promise that Graphroom replaces, with its own figures.

use std::time::{Duration, Instant};

use tokio::time::sleep;

use super::Bench;
use crate::connection::Connection;
use crate::crowd::{Crowd, Shape};
use crate::fault::{Fault, Outcome};
use crate::frames;
use crate::http::Http;
use crate::measure::{Drive, fresh};
use crate::report::Bound;
use crate::server::{Kind, Room, Server};
use crate::statistics::percentile;

/// Clients of the room that hears a broadcast.
const LISTENERS: usize = 10;
/// Sessions that are made, and connections, one after the other.
const TRIES: usize = 100;
/// Clients at work when the server is killed.
const AT_WORK: usize = 32;

/// All of them.
pub async fn run(bench: &mut Bench) -> Outcome<()> {
    bench
        .report
        .scenario("promises", "durable commands; 99 of 100 are within what is told, recovery in each run");
    broadcast(bench).await?;
    beginning(bench).await?;
    memory(bench).await?;
    recovery(bench).await
}

async fn broadcast(bench: &mut Bench) -> Outcome<()> {
    let shape = Shape { members: LISTENERS, senders: 1, window: 1, sampled: LISTENERS, batch: false };
    let mut times = Vec::new();
    for _ in 0..bench.options.runs {
        let measured =
            fresh(&bench.house, Kind::Graphroom, (1, shape), Drive::Closed, &bench.options).await?;
        times.push(measured.delivery(99.0));
    }
    bench.report.goal("a broadcast to 10 clients, p99", "ms", Bound::AtMost, 10.0, &times);
    Ok(())
}

async fn beginning(bench: &mut Bench) -> Outcome<()> {
    let (mut made, mut connected) = (Vec::new(), Vec::new());
    for _ in 0..bench.options.runs {
        let server = bench.house.start(Kind::Graphroom)?;
        let (mut sessions, mut connections) = (Vec::new(), Vec::new());
        for _ in 0..TRIES {
            let asked = Instant::now();
            let room = server.rooms(1).await?.remove(0);
            sessions.push(asked.elapsed().as_secs_f64() * 1e3);
            let asked = Instant::now();
            let mut connection = Connection::open(server.address, "ann").await?;
            connection.join(&room.session_id, "events").await?;
            connections.push(asked.elapsed().as_secs_f64() * 1e3);
        }
        made.push(percentile(&sessions, 99.0));
        connected.push(percentile(&connections, 99.0));
    }
    bench.report.goal("a project and its session made, p99", "ms", Bound::AtMost, 50.0, &made);
    bench.report.goal("connected and joined, p99", "ms", Bound::AtMost, 200.0, &connected);
    Ok(())
}

async fn memory(bench: &mut Bench) -> Outcome<()> {
    let connections = bench.options.size(1_000, 100);
    let mut values = Vec::new();
    for _ in 0..bench.options.runs.min(3) {
        let server = bench.house.start(Kind::Graphroom)?;
        let rooms = server.rooms(connections / 50).await?;
        let shape = Shape { members: 50, senders: 0, window: 0, sampled: 0, batch: false };
        let crowd = Crowd::gather(&server, &rooms, shape).await?;
        sleep(Duration::from_millis(500)).await;
        values.push(server.resident()? as f64 / 1e6);
        if crowd.connected() < connections {
            return Err(Fault::Counts(format!("{} of {connections} are connected", crowd.connected())));
        }
    }
    bench.report.goal(&format!("memory with {connections} connections"), "MB", Bound::AtMost, 200.0, &values);
    Ok(())
}

async fn recovery(bench: &mut Bench) -> Outcome<()> {
    let mut times = Vec::new();
    for _ in 0..bench.options.runs {
        let directory = bench.house.directory()?;
        let mut server = bench.house.start_in(Kind::Graphroom, directory.path())?;
        let rooms = server.rooms(AT_WORK).await?;
        let shape = Shape { members: 1, senders: 1, window: 8, sampled: 0, batch: false };
        let crowd = Crowd::gather(&server, &rooms, shape).await?;
        crowd.begin();
        sleep(bench.options.window()).await;
        let accepted = crowd.counts().accepted;
        let killed = Instant::now();
        server.kill()?;
        let server = bench.house.start_in(Kind::Graphroom, directory.path())?;
        let kept = back(&server, &rooms).await?;
        times.push(killed.elapsed().as_secs_f64());
        // The first event of each project is its own making.
        if kept < accepted + AT_WORK as u64 {
            return Err(Fault::Counts(format!("{accepted} commands were answered, {kept} events are there")));
        }
    }
    bench.report.goal("from a kill under load to all 32 clients back", "s", Bound::AtMost, 5.0, &times);
    Ok(())
}

/// Joins every session again, and gives how many events they have together.
async fn back(server: &Server, rooms: &[Room]) -> Outcome<u64> {
    let mut events = 0;
    let mut http = Http::open(server.address).await?;
    for room in rooms {
        let mut connection = Connection::open(server.address, "member-00000").await?;
        let answer = connection.join(&room.session_id, "events").await?;
        let seq = frames::number(answer.as_bytes(), b"\"seq\":");
        events += seq.ok_or_else(|| Fault::Refused(format!("an answer without seq: {answer}")))?;
        http.get(&format!("/api/v1/sessions/{}/info", room.session_id)).await?;
    }
    Ok(events)
}
