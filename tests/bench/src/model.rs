//! A model that speaks Ollama's protocol: its tokens are the times at which they were sent.

use std::io;
use std::net::SocketAddr;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, spawn_local};
use tokio::time::{sleep_until, timeout};

use crate::connection::PATIENCE;
use crate::fault::Outcome;

/// What a question has to say to be answered by large tokens.
pub const FLOOD: &str = "flood";
/// How large such an answer is, more than is kept for who does not read and less than an answer may be, and how many times as many tokens
/// it has.
const FLOOD_BYTES: usize = 900 * 1_024;
const FLOOD_TIMES: u32 = 10;
/// Answers begin at so many different moments, as they would if nobody had asked at the same time.
const MOMENTS: u32 = 97;

static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// What time it is, in nanoseconds since the first who asked.
pub fn nanos() -> u64 {
    u64::try_from(START.elapsed().as_nanos()).unwrap_or(u64::MAX)
}

/// How it speaks.
#[derive(Clone, Copy)]
pub struct Pace {
    /// Tokens a second.
    pub rate: f64,
    /// Tokens of an answer.
    pub count: u32,
}

/// A running model. It ends with its owner; answers under way go on to their end.
pub struct Model {
    pub address: SocketAddr,
    task: JoinHandle<()>,
}

impl Model {
    /// Starts one on the load's thread.
    pub async fn start(pace: Pace) -> Outcome<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let task = spawn_local(async move {
            let mut number = 0;
            while let Ok((stream, _)) = listener.accept().await {
                number += 1;
                spawn_local(async move {
                    // Who hangs up is not told the rest.
                    let _ = serve(stream, pace, number).await;
                });
            }
        });
        Ok(Self { address, task })
    }
}

impl Drop for Model {
    fn drop(&mut self) {
        self.task.abort();
    }
}

const HEAD: &str = "HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nConnection: close\r\n\r\n";

async fn serve(mut stream: TcpStream, pace: Pace, number: u32) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let request = timeout(PATIENCE, request(&mut stream)).await??;
    stream.write_all(HEAD.as_bytes()).await?;
    if !request.starts_with("POST /api/chat ") {
        return stream.write_all(b"{\"models\":[]}\n").await;
    }
    let is_flood = request.contains(FLOOD);
    let times = if is_flood { FLOOD_TIMES } else { 1 };
    let count = pace.count * times;
    let padding = if is_flood { FLOOD_BYTES / count as usize } else { 0 };
    let between = Duration::from_secs_f64(1.0 / (pace.rate * f64::from(times)));
    let begin = tokio::time::Instant::now() + between * (number % MOMENTS) / MOMENTS;
    for n in 0..count {
        sleep_until(begin + between * n).await;
        let token = format!("{} {}", nanos(), "x".repeat(padding));
        let line = format!(
            "{{\"model\":\"m\",\"message\":{{\"role\":\"assistant\",\"content\":\"{token}\"}},\"done\":false}}\n"
        );
        stream.write_all(line.as_bytes()).await?;
    }
    let end = "{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":true,\
               \"done_reason\":\"stop\",\"eval_count\":1}\n";
    stream.write_all(end.as_bytes()).await
}

/// A request, head and body.
async fn request(stream: &mut TcpStream) -> io::Result<String> {
    let (mut came, mut chunk) = (Vec::new(), [0; 4_096]);
    loop {
        let count = stream.read(&mut chunk).await?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        came.extend_from_slice(&chunk[..count]);
        let text = String::from_utf8_lossy(&came);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let head = head.to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
        if body.len() >= length.unwrap_or(0) {
            return Ok(text.into_owned());
        }
    }
}
