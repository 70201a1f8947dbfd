//! A TCP proxy that is a bad network, until it is told to be a good one.
//!
//! What it does to the bytes of each connection comes from its seed: it delays them, some more than others, lets
//! them trickle, holds them back, cuts the connection in the middle of a frame, leaves one direction dead while
//! the other goes on and nobody is told, and loses bytes, which TCP only ever does by losing the connection.
//! Which bytes come in which piece depends on the moment, so a seed repeats the faults and not the instant.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use socket2::SockRef;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::random::Random;

/// The most bytes of one piece: frames of clients are larger and smaller.
const PIECE: usize = 2_048;

/// What is done to a piece of what goes one way. The number is how often, of a thousand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// It comes a few milliseconds later.
    Jitter,
    /// It comes much later, and what is behind it, too.
    Delay,
    /// It comes in crumbs.
    Trickle,
    /// Nothing comes for up to more than a second.
    Stall,
    /// A part of it comes, and the connection is reset.
    Cut,
    /// Neither it nor anything behind it comes, the other direction goes on, and nobody is told for a while.
    HalfOpen,
    /// It is lost, and soon the connection is.
    Loss,
}

impl Fault {
    /// All there are.
    pub const ALL: [Self; 7] =
        [Self::Jitter, Self::Delay, Self::Trickle, Self::Stall, Self::Cut, Self::HalfOpen, Self::Loss];
    /// How often each happens, of a thousand pieces.
    const WEIGHTS: [usize; 7] = [880, 40, 40, 10, 12, 8, 10];

    fn draw(random: &mut Random) -> Self {
        Self::ALL[random.weighted(&Self::WEIGHTS)]
    }
}

/// A running network. Connections end with it.
pub struct BadNetwork {
    /// Where clients connect to.
    pub address: SocketAddr,
    weather: Arc<Weather>,
    task: tokio::task::JoinHandle<()>,
}

struct Weather {
    is_bad: watch::Sender<bool>,
    done: Mutex<BTreeMap<Fault, usize>>,
    over: CancellationToken,
}

impl BadNetwork {
    /// A bad network in front of `server`.
    pub async fn start(server: SocketAddr, seed: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let is_bad = watch::Sender::new(true);
        let weather = Arc::new(Weather { is_bad, done: Mutex::default(), over: CancellationToken::new() });
        let there = Arc::clone(&weather);
        let task = tokio::spawn(async move {
            let mut seeds = Random::new(seed);
            while let Ok((client, _)) = listener.accept().await {
                let (up, down) = (Random::new(seeds.next()), Random::new(seeds.next()));
                let weather = Arc::clone(&there);
                tokio::spawn(async move {
                    if let Ok(upstream) = TcpStream::connect(server).await {
                        carry(client, upstream, [up, down], &weather).await;
                    }
                });
            }
        });
        Self { address, weather, task }
    }

    /// From now on it carries everything at once. Directions that are dead end.
    pub fn make_peace(&self) {
        self.weather.is_bad.send_replace(false);
    }

    /// How often it has done what.
    pub fn faults(&self) -> BTreeMap<Fault, usize> {
        self.weather.done.lock().unwrap().clone()
    }
}

impl Drop for BadNetwork {
    fn drop(&mut self) {
        self.weather.over.cancel();
        self.task.abort();
    }
}

impl Weather {
    /// Waits for so long, but not into the peace.
    async fn wait(&self, time: Duration) {
        let mut weather = self.is_bad.subscribe();
        tokio::select! {
            () = tokio::time::sleep(time) => {}
            _ = weather.wait_for(|is_bad| !is_bad) => {}
        }
    }

    /// What happens to the next piece; nothing in peace.
    fn fault(&self, random: &mut Random) -> Option<Fault> {
        let fault = Fault::draw(random);
        let happens = *self.is_bad.borrow();
        if happens {
            *self.done.lock().unwrap().entry(fault).or_default() += 1;
        }
        happens.then_some(fault)
    }
}

/// Carries bytes both ways until both have ended, or the connection is cut.
async fn carry(client: TcpStream, upstream: TcpStream, randoms: [Random; 2], weather: &Weather) {
    for stream in [&client, &upstream] {
        drop(stream.set_nodelay(true));
        // Whichever way it ends: what is not delivered then is lost, and both sides see a reset.
        drop(SockRef::from(stream).set_linger(Some(Duration::ZERO)));
    }
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = upstream.into_split();
    let [up, down] = randoms;
    let both = async {
        // Either way says whether it has ended in order; if so the other one goes on to its own end.
        let up = one_way(from_client, to_server, up, weather);
        let down = one_way(from_server, to_client, down, weather);
        tokio::pin!(up, down);
        tokio::select! {
            in_order = &mut up => if in_order { down.await; },
            in_order = &mut down => if in_order { up.await; },
        }
    };
    tokio::select! {
        () = both => {}
        () = weather.over.cancelled() => {}
    }
}

/// Carries what goes one way. True if that side has ended by itself, false if the connection is to be cut.
async fn one_way(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut random: Random,
    weather: &Weather,
) -> bool {
    let mut buffer = [0; PIECE];
    loop {
        let bytes = match from.read(&mut buffer).await {
            Ok(0) => return to.shutdown().await.is_ok(),
            Ok(bytes) => &buffer[..bytes],
            Err(_) => return false,
        };
        let mut milliseconds = |from: usize, to: usize| {
            Duration::from_millis(u64::try_from(from + random.below(to - from)).unwrap())
        };
        let (short, long, very_long) = (milliseconds(0, 15), milliseconds(80, 400), milliseconds(300, 1_500));
        let written = match weather.fault(&mut random) {
            Some(Fault::Cut) => {
                drop(to.write_all(&bytes[..random.below(bytes.len())]).await);
                return false;
            }
            Some(Fault::HalfOpen) => {
                swallow(&mut from, very_long + long, weather).await;
                return false;
            }
            Some(Fault::Loss) => {
                swallow(&mut from, long, weather).await;
                return false;
            }
            Some(Fault::Trickle) => trickle(&mut to, bytes, &mut random, weather).await,
            fault => {
                match fault {
                    Some(Fault::Jitter) => weather.wait(short).await,
                    Some(Fault::Delay) => weather.wait(long).await,
                    Some(Fault::Stall) => weather.wait(very_long).await,
                    _ => {}
                }
                to.write_all(bytes).await
            }
        };
        if written.is_err() {
            return false;
        }
    }
}

/// Takes what comes and gives it to nobody.
async fn swallow(from: &mut OwnedReadHalf, time: Duration, weather: &Weather) {
    let taken = async {
        let mut nowhere = [0; PIECE];
        while from.read(&mut nowhere).await.is_ok_and(|bytes| bytes > 0) {}
        // The side that sent has ended; the other is not told of that either.
        std::future::pending::<()>().await;
    };
    tokio::select! {
        () = taken => {}
        () = weather.wait(time) => {}
    }
}

async fn trickle(
    to: &mut OwnedWriteHalf,
    bytes: &[u8],
    random: &mut Random,
    weather: &Weather,
) -> std::io::Result<()> {
    let crumb = 1 + random.below(48);
    for crumb in bytes.chunks(crumb) {
        to.write_all(crumb).await?;
        weather.wait(Duration::from_millis(2)).await;
    }
    Ok(())
}
