//! Who looks on: what that costs those who work, and how soon they are told.

use super::Bench;
use super::idle::check_files;
use crate::crowd::{Crowd, Shape};
use crate::fault::{Fault, Outcome};
use crate::measure::{Drive, window};
use crate::report::Bound;
use crate::server::{Kind, Room, Server};
use crate::statistics::percentile;
use crate::watcher::{Told, Watchers};

/// Processor time for a delivery, with to without.
const COST: f64 = 1.1;
/// Milliseconds until who is told how the server is has been told.
const SOON: f64 = 50.0;
/// The others' p99 beside a page that lists ten thousand connections, to that without.
const OTHERS: f64 = 1.5;
/// Pairs that take turns.
const PAIRS: usize = 7;
/// Members of a large server's rooms.
const ROOM: usize = 50;

/// Who looks on.
#[derive(Clone, Copy)]
enum Who {
    Pages,
    AdminUi,
}

/// All of it.
pub async fn run(bench: &mut Bench) -> Outcome<()> {
    work(bench, Who::Pages).await?;
    work(bench, Who::AdminUi).await?;
    told(bench).await?;
    many(bench).await
}

async fn look(who: Who, server: &Server, room: &Room, connections: usize) -> Outcome<Watchers> {
    match who {
        Who::Pages => Ok(Watchers::pages(server.address, &room.session_id, connections)),
        Who::AdminUi => Watchers::admin_ui(server.address).await,
    }
}

/// A server that keeps its rooms at work, and those who give it.
async fn busy(
    bench: &Bench,
    count: usize,
    shape: Shape,
    options: &[&str],
) -> Outcome<(Server, Vec<Room>, Crowd)> {
    let server = bench.house.start_with(Kind::Graphroom, options)?;
    let rooms = server.rooms(count).await?;
    let crowd = Crowd::gather(&server, &rooms, shape).await?;
    Ok((server, rooms, crowd))
}

/// What looking on costs: one server, watched and not watched by turns.
async fn work(bench: &mut Bench, who: Who) -> Outcome<()> {
    let (pairs, rate) = (bench.options.size(PAIRS, 1), bench.options.size(1_000.0, 100.0));
    let (count, members) = (bench.options.size(10, 2), bench.options.size(20, 4));
    let name = match who {
        Who::Pages => "two windows of /admin, one on a session",
        Who::AdminUi => "Socket.IO's Admin UI",
    };
    let sizes = format!("{count} rooms of {members} at {rate} commands a second, {pairs} pairs: {name}");
    bench.report.scenario("watching", &sizes);
    let shape = Shape { members, senders: members / 4, window: 0, sampled: 1, batch: false };
    let (server, rooms, crowd) = busy(bench, count, shape, &["--admin-ui"]).await?;
    crowd.offer(rate, bench.options.warm_up()).await;
    let [mut without, mut with, mut seen] = <[Vec<f64>; 3]>::default();
    for pair in 0..pairs {
        // Each is the first as often as the other.
        for is_watched in [pair % 2 == 1, pair % 2 == 0] {
            let watchers = if is_watched { Some(look(who, &server, &rooms[0], 0).await?) } else { None };
            let measured = window(&server, &crowd, Drive::Offered(rate), &bench.options).await?;
            if is_watched { &mut with } else { &mut without }.push(measured.cpu_per_delivery());
            if let Some(watchers) = watchers {
                seen.push(watchers.finish()?.0 as f64);
            }
        }
    }
    crowd.finish_complete().await?;
    if seen.contains(&0.0) {
        return Err(Fault::Counts("somebody looked on and saw nothing".to_owned()));
    }
    let ratios: Vec<f64> = with.iter().zip(&without).map(|(with, without)| with / without).collect();
    let (report, ours) = (&mut bench.report, Kind::Graphroom.name());
    report.figure("processor time for a delivery, nobody looks on", "µs", ours, &without);
    report.figure("processor time for a delivery, watched", "µs", ours, &with);
    report.figure("answers that who looks on saw", "", ours, &seen);
    report.goal(
        &format!("processor time for a delivery, watched by {name}"),
        "x",
        Bound::AtMost,
        COST,
        &ratios,
    );
    Ok(())
}

/// How soon those are told who are told how the server is.
async fn told(bench: &mut Bench) -> Outcome<()> {
    let (runs, listeners) = (bench.options.runs, bench.options.size(20, 2));
    let (count, members) = (bench.options.size(10, 2), bench.options.size(20, 4));
    let rate = bench.options.size(1_000.0, 50.0);
    let sizes = format!("{count} rooms of {members} at {rate} commands a second, {listeners} on /ws/status");
    bench.report.scenario("watching", &sizes);
    let shape = Shape { members, senders: members / 4, window: 0, sampled: 1, batch: false };
    let (server, _, crowd) = busy(bench, count, shape, &[]).await?;
    let mut listening = Told::open(server.address, listeners).await?;
    let (mut half, mut most) = (Vec::new(), Vec::new());
    for _ in 0..runs {
        let window = bench.options.window();
        let (times, ()) = tokio::join!(listening.times(server.address, window), crowd.offer(rate, window));
        let times = times?;
        half.push(percentile(&times, 50.0));
        most.push(percentile(&times, 99.0));
    }
    crowd.finish_complete().await?;
    let what = "from asking the server to check itself to a frame that says what it found";
    bench.report.figure(&format!("{what}, median"), "ms", Kind::Graphroom.name(), &half);
    bench.report.goal(&format!("{what}, p99"), "ms", Bound::AtMost, SOON, &most);
    Ok(())
}

/// A page that shows ten thousand connections: what those notice who work meanwhile.
async fn many(bench: &mut Bench) -> Outcome<()> {
    let connections = bench.options.size(10_000, 200);
    check_files(connections)?;
    let (pairs, rate) = (bench.options.size(PAIRS, 1), bench.options.size(100.0, 20.0));
    let sizes = format!(
        "{connections} connections in rooms of {ROOM} at {rate} commands a second, {pairs} pairs: \
         two windows of /admin, one on all of them"
    );
    bench.report.scenario("watching", &sizes);
    let shape = Shape { members: ROOM, senders: 1, window: 0, sampled: 1, batch: false };
    let (server, rooms, crowd) = busy(bench, connections / ROOM, shape, &[]).await?;
    crowd.offer(rate, bench.options.warm_up()).await;
    let [mut without, mut with, mut share, mut longest] = <[Vec<f64>; 4]>::default();
    for pair in 0..pairs {
        let (mut p99, mut spent) = ([0.0; 2], [0.0; 2]);
        for is_watched in [pair % 2 == 1, pair % 2 == 0] {
            let watchers =
                is_watched.then(|| Watchers::pages(server.address, &rooms[0].session_id, connections));
            let measured = window(&server, &crowd, Drive::Offered(rate), &bench.options).await?;
            p99[usize::from(is_watched)] = measured.delivery(99.0);
            spent[usize::from(is_watched)] = measured.spent.share() * 100.0;
            if let Some(watchers) = watchers {
                longest.push(watchers.finish()?.1);
            }
        }
        without.push(p99[0]);
        with.push(p99[1]);
        share.push(spent[1] - spent[0]);
    }
    crowd.finish_complete().await?;
    let ratios: Vec<f64> = with.iter().zip(&without).map(|(with, without)| with / without).collect();
    let (report, ours) = (&mut bench.report, Kind::Graphroom.name());
    report.figure("from due to delivered, p99, nobody looks on", "ms", ours, &without);
    report.figure("from due to delivered, p99, watched", "ms", ours, &with);
    report.figure("of the server's core, for who looks on", "%", ours, &share);
    report.figure("the slowest answer to a page", "ms", ours, &longest);
    report.goal("p99 of the others, watched to not watched", "x", Bound::AtMost, OTHERS, &ratios);
    Ok(())
}
