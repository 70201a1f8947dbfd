//! Answers of a model, token by token: how much later one comes than by a bare relay, and whom that delays.

use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::sleep;

use super::{Bench, Values, add};
use crate::crowd::{Crowd, Shape};
use crate::fault::{Fault, Outcome};
use crate::http::{self, Http};
use crate::listener::{Heard, Listener};
use crate::model::{FLOOD, Model, Pace, nanos};
use crate::report::Bound;
use crate::server::{Kind, Server};
use crate::statistics::percentile;

/// Tokens a second of an answer.
const RATE: f64 = 30.0;
/// Milliseconds that a token may take longer than by the relay, 99 of 100.
const TARGET: f64 = 2.0;
/// The others' p99 with one who reads nothing, to theirs without.
const SLOW_TARGET: f64 = 1.5;
/// Commands a second of the room beside the answers.
const COMMANDS: f64 = 100.0;
/// What the kernel keeps for who reads nothing.
const NARROW: u32 = 16 * 1_024;

/// Each with fresh servers, which take turns.
pub async fn run(bench: &mut Bench) -> Outcome<()> {
    let streams = bench.options.size(100, 4);
    let sizes = format!(
        "{streams} answers at once, {RATE} tokens a second each; a room at {COMMANDS} commands a second"
    );
    bench.report.scenario("streams", &sizes);
    beside_a_relay(bench, streams).await?;
    beside_a_slow_reader(bench, streams).await?;
    beside_a_room(bench, streams).await
}

async fn beside_a_relay(bench: &mut Bench, streams: usize) -> Outcome<()> {
    let ([mut half, mut most], mut beyond) = (<[Values; 2]>::default(), Vec::new());
    for _ in 0..bench.options.runs {
        let mut p99 = Vec::new();
        for kind in [Kind::Graphroom, Kind::Relay] {
            let house = Hall::open(bench, kind).await?;
            let times = house.listen(bench, streams, false).await?;
            add(&mut half, kind, percentile(&times, 50.0));
            add(&mut most, kind, percentile(&times, 99.0));
            p99.push(percentile(&times, 99.0));
        }
        beyond.push(p99[0] - p99[1]);
    }
    let report = &mut bench.report;
    report.figures("a token, from sent to received, p50", "ms", &half);
    report.figures("a token, from sent to received, p99", "ms", &most);
    let what = format!("p99 of a token of {streams} answers, beyond the relay's");
    report.goal(&what, "ms", Bound::AtMost, TARGET, &beyond);
    Ok(())
}

async fn beside_a_slow_reader(bench: &mut Bench, streams: usize) -> Outcome<()> {
    let (mut without, mut with, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..bench.options.runs {
        for (is_slow, values) in [(false, &mut without), (true, &mut with)] {
            let hall = Hall::open(bench, Kind::Graphroom).await?;
            values.push(percentile(&hall.listen(bench, streams, is_slow).await?, 99.0));
        }
        ratios.push(with[with.len() - 1] / without[without.len() - 1]);
    }
    let report = &mut bench.report;
    report.figure("a token, p99, all read", "ms", Kind::Graphroom.name(), &without);
    report.figure("a token, p99, one reads nothing", "ms", Kind::Graphroom.name(), &with);
    report.goal("p99 of the others' tokens, with to without", "x", Bound::AtMost, SLOW_TARGET, &ratios);
    Ok(())
}

async fn beside_a_room(bench: &mut Bench, streams: usize) -> Outcome<()> {
    let (mut without, mut with, mut beyond) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..bench.options.runs {
        let hall = Hall::open(bench, Kind::Graphroom).await?;
        without.push(hall.work(bench).await?);
        let hall = Hall::open(bench, Kind::Graphroom).await?;
        let (events, tokens) = tokio::join!(hall.work(bench), hall.listen(bench, streams, false));
        tokens?;
        with.push(events?);
        beyond.push(with[with.len() - 1] - without[without.len() - 1]);
    }
    let report = &mut bench.report;
    report.figure("a graph event, p99, alone", "ms", Kind::Graphroom.name(), &without);
    report.figure("a graph event, p99, beside the answers", "ms", Kind::Graphroom.name(), &with);
    report.goal(
        "p99 of a graph event, beside the answers, beyond alone",
        "ms",
        Bound::AtMost,
        TARGET,
        &beyond,
    );
    Ok(())
}

/// A server and the model that it asks.
struct Hall {
    server: Server,
    count: u32,
    _model: Model,
}

impl Hall {
    async fn open(bench: &Bench, kind: Kind) -> Outcome<Self> {
        let seconds = (bench.options.warm_up() + bench.options.window()).as_secs_f64();
        let pace = Pace { rate: RATE, count: (RATE * seconds).ceil().max(2.0) as u32 };
        let model = Model::start(pace).await?;
        let url = format!("http://{}", model.address);
        let options: &[&str] = if kind == Kind::Relay {
            &[&url["http://".len()..]]
        } else {
            &[
                "--assistant-url",
                &url,
                "--assistant-model",
                "m",
                "--assistant-at-once",
                "1000",
                "--max-chat-connections",
                "1000",
                "--max-chat-connections-per-client",
                "1000",
            ]
        };
        Ok(Self { server: bench.house.start_with(kind, options)?, count: pace.count, _model: model })
    }

    /// Hears so many answers at once; gives the milliseconds of each token.
    async fn listen(&self, bench: &Bench, streams: usize, with_slow: bool) -> Outcome<Vec<f64>> {
        let _slow = match with_slow {
            true => {
                let mut slow = self.connect("slow", Some(NARROW)).await?;
                self.ask(&mut slow, FLOOD).await?;
                Some(slow)
            }
            false => None,
        };
        let mut listeners = Vec::new();
        for n in 0..streams {
            listeners.push(self.connect(&format!("listener-{n:03}"), None).await?);
        }
        for listener in &mut listeners {
            self.ask(listener, "Tell me").await?;
        }
        let since = nanos() + u64::try_from(bench.options.warm_up().as_nanos()).unwrap_or(u64::MAX);
        let mut hearing = JoinSet::new();
        for mut listener in listeners {
            hearing.spawn_local(async move { listener.hear(since).await });
        }
        let mut times = Vec::new();
        while let Some(heard) = hearing.join_next().await {
            let Heard { tokens, times: own } = heard.map_err(std::io::Error::other)??;
            if tokens != u64::from(self.count) {
                return Err(Fault::Counts(format!("{tokens} of {} tokens came", self.count)));
            }
            times.extend(own);
        }
        Ok(times)
    }

    async fn connect(&self, name: &str, narrow: Option<u32>) -> Outcome<Listener> {
        let address = self.server.address;
        if self.server.kind == Kind::Relay {
            return Listener::open(address, "/", narrow).await;
        }
        let wish = format!("{{\"client_id\":\"{name}\"}}");
        let pair = Http::open(address).await?.post("/auth/token", &wish).await?;
        let token = http::text(&pair, "/access_token")?;
        let mut listener = Listener::open(address, &format!("/ws/chat?token={token}"), narrow).await?;
        listener.wait_for("connection_ack").await?;
        Ok(listener)
    }

    async fn ask(&self, listener: &mut Listener, question: &str) -> Outcome<()> {
        if self.server.kind == Kind::Relay {
            return listener.say(question).await;
        }
        let chat = format!("{{\"type\":\"chat\",\"content\":\"{question}\",\"conversation_id\":\"c\"}}");
        listener.say(&chat).await
    }

    /// Lets a room work; gives the milliseconds of its events, 99 of 100.
    async fn work(&self, bench: &Bench) -> Outcome<f64> {
        let members = bench.options.size(20, 4);
        let rooms = self.server.rooms(1).await?;
        let shape = Shape { members, senders: members / 4, window: 0, sampled: members / 4, batch: false };
        let crowd = Crowd::gather(&self.server, &rooms, shape).await?;
        crowd.offer(COMMANDS, bench.options.warm_up()).await;
        crowd.record(true);
        crowd.offer(COMMANDS, bench.options.window()).await;
        sleep(Duration::from_millis(50)).await;
        crowd.record(false);
        crowd.finish_complete().await?;
        Ok(percentile(&crowd.delivery_times(), 99.0))
    }
}
