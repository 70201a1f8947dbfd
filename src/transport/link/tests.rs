//! Links over real loopback sockets.
//!
//! Proves SYNC-4 (docs/behaviour.md).

mod bypass;
mod encrypted;

use std::pin::Pin;
use std::sync::atomic::AtomicUsize;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::routing::get;
use axum::serve::Listener;
use tokio::io::{AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use tokio::task::coop;

use super::watchdog::{self, Links};
use super::*;

const PATIENCE: Duration = Duration::from_secs(10);
const CHUNK: [u8; 16 * 1024] = [7; 16 * 1024];

async fn pair() -> (LinkStream, TcpStream) {
    let mut listener = LinkListener::bind(([127, 0, 0, 1], 0).into()).await.unwrap();
    let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let (stream, peer) = listener.accept().await;
    assert_eq!(peer, client.local_addr().unwrap());
    (stream, client)
}

async fn until(what: &str, condition: impl Fn() -> bool) {
    let met = async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    timeout(PATIENCE, met).await.unwrap_or_else(|_| panic!("never happened: {what}"));
}

/// Writes until the link refuses.
fn write_for_ever(mut stream: LinkStream) -> JoinHandle<io::Error> {
    tokio::spawn(async move {
        loop {
            if let Err(error) = stream.write_all(&CHUNK).await {
                return error;
            }
        }
    })
}

/// Waits until the kernel takes nothing more, and says how much it took.
async fn stalled(link: &Link) -> u64 {
    until("the write stalls", || link.pending_for() > Duration::from_millis(50)).await;
    link.bytes_written()
}

async fn ended<T>(task: JoinHandle<T>) -> T {
    timeout(PATIENCE, task).await.expect("the task ends").unwrap()
}

/// Reads to the end, whatever that is.
async fn read_out(client: &mut TcpStream) -> io::Result<()> {
    let mut buf = vec![0; 64 * 1024];
    let to_the_end = async {
        while client.read(&mut buf).await? > 0 {}
        Ok(())
    };
    timeout(PATIENCE, to_the_end).await.expect("the peer hears of the end")
}

fn counter(link: &Link) -> (Arc<AtomicUsize>, ProgressGuard) {
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    let guard = link.on_progress(Arc::new(move || {
        counted.fetch_add(1, Ordering::SeqCst);
    }));
    (count, guard)
}

#[tokio::test]
async fn a_reader_that_stops_makes_the_write_pending_and_clears_it_by_going_on() {
    let (stream, mut client) = pair().await;
    let link = stream.link();
    let writer = write_for_ever(stream);

    let taken = stalled(&link).await;
    assert!(link.is_write_pending());
    assert_eq!(link.bytes_written(), taken);

    let mut all = vec![0; usize::try_from(taken).unwrap()];
    client.read_exact(&mut all).await.unwrap();
    until("the write goes on", || link.bytes_written() > taken).await;

    writer.abort();
    until("the link is closed", || link.is_closed()).await;
    assert!(!link.is_write_pending());
    assert_eq!(link.pending_for(), Duration::ZERO);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn little_waits_in_our_kernel_for_a_reader_that_stops() {
    let (stream, client) = pair().await;
    let link = stream.link();
    SockRef::from(&client).set_recv_buffer_size(4096).unwrap();
    let _writer = write_for_ever(stream);
    assert!(stalled(&link).await < 1024 * 1024);
    drop(client);
}

#[tokio::test]
async fn a_write_that_is_taken_is_not_pending() {
    let (mut stream, mut client) = pair().await;
    let link = stream.link();
    stream.write_all(b"hello").await.unwrap();
    let mut buf = [0; 5];
    client.read_exact(&mut buf).await.unwrap();
    assert!(!link.is_write_pending());
    assert_eq!(link.bytes_written(), 5);
    assert_eq!(link.pending_for(), Duration::ZERO);
}

#[tokio::test]
async fn a_task_out_of_budget_does_not_look_like_a_stalled_peer() {
    let (mut stream, _client) = pair().await;
    let link = stream.link();
    stream.write_all(b"x").await.unwrap();
    while coop::has_budget_remaining() {
        coop::consume_budget().await;
    }
    let mut cx = Context::from_waker(std::task::Waker::noop());
    let polled = AsyncWrite::poll_write(Pin::new(&mut stream), &mut cx, b"y");
    assert!(polled.is_pending());
    assert!(!link.is_write_pending());
}

#[tokio::test]
async fn vectored_writes_are_counted_too() {
    let (mut stream, mut client) = pair().await;
    assert!(stream.is_write_vectored());
    let parts = [io::IoSlice::new(b"ab"), io::IoSlice::new(b"cde")];
    assert_eq!(stream.write_vectored(&parts).await.unwrap(), 5);
    assert_eq!(stream.link().bytes_written(), 5);
    let mut buf = [0; 5];
    client.read_exact(&mut buf).await.unwrap();
    assert_eq!(&buf, b"abcde");
}

#[tokio::test]
async fn last_read_moves_with_the_bytes_that_arrive() {
    let (mut stream, mut client) = pair().await;
    let link = stream.link();
    let accepted = link.last_read();
    client.write_all(b"x").await.unwrap();
    stream.read_u8().await.unwrap();
    assert!(link.last_read() > accepted);
}

#[tokio::test]
async fn cutting_ends_a_blocked_writer_and_resets_the_peer() {
    let (stream, mut client) = pair().await;
    let link = stream.link();
    let writer = write_for_ever(stream);
    stalled(&link).await;

    link.cut();
    assert!(link.is_closed());
    assert!(!link.is_write_pending());
    assert_eq!(ended(writer).await.kind(), io::ErrorKind::ConnectionReset);
    assert_eq!(read_out(&mut client).await.unwrap_err().kind(), io::ErrorKind::ConnectionReset);
    link.cut();
}

#[tokio::test]
async fn cutting_ends_a_blocked_reader() {
    let (mut stream, mut client) = pair().await;
    let link = stream.link();
    client.write_all(b"x").await.unwrap();
    let (read_one, one_was_read) = tokio::sync::oneshot::channel();
    let reader = tokio::spawn(async move {
        stream.read_u8().await.unwrap();
        read_one.send(()).unwrap();
        stream.read_u8().await
    });
    one_was_read.await.unwrap();
    link.cut();
    assert_eq!(ended(reader).await.unwrap_err().kind(), io::ErrorKind::ConnectionReset);
}

#[tokio::test]
async fn the_peer_is_reset_even_while_nobody_polls_the_stream() {
    let (stream, mut client) = pair().await;
    stream.link().cut();
    assert_eq!(read_out(&mut client).await.unwrap_err().kind(), io::ErrorKind::ConnectionReset);
    drop(stream);
}

#[tokio::test]
async fn dropping_the_stream_closes_the_link_in_order() {
    let (mut stream, mut client) = pair().await;
    let link = stream.link();
    stream.write_all(b"bye").await.unwrap();
    drop(stream);
    assert!(link.is_closed());
    let mut text = String::new();
    client.read_to_string(&mut text).await.unwrap();
    assert_eq!(text, "bye");
}

#[tokio::test]
async fn progress_is_told_after_each_write_until_the_guard_is_dropped() {
    let (mut stream, _client) = pair().await;
    let (count, guard) = counter(&stream.link());
    stream.write_all(b"one").await.unwrap();
    assert_eq!(count.load(Ordering::SeqCst), 1);
    stream.write_all(b"two").await.unwrap();
    assert_eq!(count.load(Ordering::SeqCst), 2);

    drop(guard);
    stream.write_all(b"three").await.unwrap();
    drop(stream);
    assert_eq!(count.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn progress_is_told_when_the_link_closes_and_when_it_was_closed_before() {
    let (stream, _client) = pair().await;
    let link = stream.link();
    let (before, _guard) = counter(&link);
    link.cut();
    assert_eq!(before.load(Ordering::SeqCst), 1);
    let (after, _guard) = counter(&link);
    assert_eq!(after.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_wake_may_cut_its_own_link_and_drop_its_own_guard() {
    let (mut stream, mut client) = pair().await;
    let link = stream.link();
    let slot = Arc::new(Mutex::new(None));
    let (own_link, own_slot) = (link.clone(), Arc::clone(&slot));
    let guard = link.on_progress(Arc::new(move || {
        let guard: Option<ProgressGuard> = own_slot.lock().unwrap().take();
        drop(guard);
        own_link.cut();
    }));
    *slot.lock().unwrap() = Some(guard);
    stream.write_all(b"x").await.unwrap();
    assert!(link.is_closed());
    assert!(read_out(&mut client).await.is_err());
}

#[tokio::test]
async fn handlers_get_the_link_as_connection_info() {
    let listener = LinkListener::bind(([127, 0, 0, 1], 0).into()).await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new()
        .route("/", get(|ConnectInfo(link): ConnectInfo<Link>| async move { link.peer().to_string() }));
    let service = router.into_make_service_with_connect_info::<Link>();
    let server = tokio::spawn(axum::serve(listener, service).into_future());

    let mut client = TcpStream::connect(address).await.unwrap();
    client.write_all(b"GET / HTTP/1.0\r\nHost: localhost\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.unwrap();
    assert!(answer.ends_with(&client.local_addr().unwrap().to_string()), "{answer}");
    server.abort();
}

#[tokio::test]
async fn the_watchdog_finds_a_link_that_takes_nothing_and_forgets_closed_ones() {
    let (stream, mut client) = pair().await;
    let (idle, _idle_client) = pair().await;
    let link = stream.link();
    let links = Links::default();
    links.lock().unwrap().extend([&link, &idle.link()].map(|link| Arc::downgrade(&link.shared)));
    let writer = write_for_ever(stream);
    stalled(&link).await;
    assert!(watchdog::stalled(&links, PATIENCE).is_empty(), "not for long enough");
    let found = watchdog::stalled(&links, Duration::from_millis(10));
    assert_eq!(found.iter().map(Link::peer).collect::<Vec<_>>(), [link.peer()]);

    // It takes a little: its time begins anew.
    client.read_exact(&mut vec![0; 1024 * 1024]).await.unwrap();
    until("the clock is set back", || link.pending_for() < Duration::from_millis(50)).await;
    link.cut();
    ended(writer).await;
    assert!(watchdog::stalled(&links, Duration::ZERO).is_empty());
    assert_eq!(links.lock().unwrap().len(), 1, "the closed one is forgotten");
}

/// Doubles every byte, and holds the last one of each read back.
#[derive(Default)]
struct Doubled(Option<u8>);

impl Translation for Doubled {
    fn translate(&mut self, read: &[u8], out: &mut Vec<u8>) {
        for byte in read {
            out.extend(self.0.replace(*byte).into_iter().flat_map(|byte| [byte; 2]));
        }
    }
}

#[tokio::test]
async fn what_comes_in_is_changed_from_the_moment_on_at_which_that_is_asked_for() {
    let (mut stream, mut client) = pair().await;
    client.write_all(b"as it is").await.unwrap();
    let mut read = [0; 8];
    stream.read_exact(&mut read).await.unwrap();
    assert_eq!(&read, b"as it is");

    stream.link().translate(Box::new(Doubled::default()));
    client.write_all(b"ab").await.unwrap();
    client.write_all(b"cd.").await.unwrap();
    stream.read_exact(&mut read[..3]).await.unwrap();
    assert_eq!(&read[..3], b"aab");
    drop(client);
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).await.unwrap();
    assert_eq!(rest, b"bccdd");
}

#[tokio::test]
async fn more_than_the_reader_has_room_for_waits_for_its_next_read() {
    let (mut stream, mut client) = pair().await;
    stream.link().translate(Box::new(Doubled::default()));
    let sent: Vec<u8> = (0..100_000_u32).map(|n| n.to_le_bytes()[0]).collect();
    let expected: Vec<u8> = sent[..sent.len() - 1].iter().flat_map(|byte| [*byte; 2]).collect();
    let writer = tokio::spawn(async move { client.write_all(&sent).await });
    let mut read = Vec::new();
    let mut some = [0; 777];
    loop {
        match stream.read(&mut some).await.unwrap() {
            0 => break,
            bytes => read.extend_from_slice(&some[..bytes]),
        }
    }
    writer.await.unwrap().unwrap();
    assert!(read == expected, "{} of {} bytes", read.len(), expected.len());
}

#[tokio::test]
async fn a_ping_that_comes_back_tells_how_long_it_took() {
    for (ping, other, pong) in [
        (
            &[0x81, 1, b'2'][..],
            &[0x81, 0x81, 1, 2, 3, 4, b'4' ^ 1][..],
            &[0x81, 0x81, 1, 2, 3, 4, b'3' ^ 1][..],
        ),
        (&[0x89, 0][..], &[0x8a][..], &[0x8a, 0x80, 1, 2, 3, 4][..]),
    ] {
        let (mut stream, mut client) = pair().await;
        let link = stream.link();
        let mut buf = [0; 64];
        let away = Duration::from_millis(20);
        stream.write_all(b"more than a ping").await.unwrap();
        client.write_all(pong).await.unwrap();
        stream.read_exact(&mut buf[..pong.len()]).await.unwrap();
        assert_eq!(link.round_trip(), None, "nobody pinged");
        stream.write_all(ping).await.unwrap();
        client.write_all(other).await.unwrap();
        stream.read_exact(&mut buf[..other.len()]).await.unwrap();
        assert_eq!(link.round_trip(), None, "that was something else");
        tokio::time::sleep(away).await;
        client.write_all(pong).await.unwrap();
        stream.read_exact(&mut buf[..pong.len()]).await.unwrap();
        let took = link.round_trip().unwrap();
        assert!((away..PATIENCE).contains(&took), "{took:?}");
    }
}
