//! Frames that go past the writer: between its frames, in order, none lost and none cut.

use std::io::IoSlice;
use std::pin::pin;

use futures_util::FutureExt as _;

use super::*;

const ANSWER: &[u8] = b"HTTP/1.1 101 Switching Protocols\r\n\r\n";

/// A frame of text of so many bytes, that begins with who wrote it and its number.
fn frame(who: &str, number: u32, len: u16) -> Vec<u8> {
    let mut frame = vec![0x81, 126];
    frame.extend(len.to_be_bytes());
    let text = format!("{who}{number:08}");
    frame.extend(text.bytes().chain(std::iter::repeat(b'.')).take(len.into()));
    frame
}

/// The beginnings of the frames that come, up to so many.
async fn frames(client: &mut TcpStream, count: u32) -> Vec<String> {
    let mut beginnings = Vec::new();
    for _ in 0..count {
        let mut head = [0; 4];
        timeout(PATIENCE, client.read_exact(&mut head)).await.expect("the next frame comes").unwrap();
        assert_eq!(head[..2], [0x81, 126], "a frame begins where the one before ended");
        let mut text = vec![0; u16::from_be_bytes([head[2], head[3]]).into()];
        timeout(PATIENCE, client.read_exact(&mut text)).await.expect("the frame is whole").unwrap();
        beginnings.push(String::from_utf8(text[..10].to_vec()).unwrap());
    }
    beginnings
}

/// A stream that is about to be upgraded.
async fn upgrading() -> (LinkStream, TcpStream) {
    let (stream, client) = pair().await;
    stream.link().open_bypass(|beginning| &beginning == b"42");
    (stream, client)
}

/// A stream that was upgraded.
async fn upgraded() -> (LinkStream, TcpStream) {
    let (mut stream, mut client) = upgrading().await;
    stream.write_all(ANSWER).await.unwrap();
    client.read_exact(&mut [0; ANSWER.len()]).await.unwrap();
    (stream, client)
}

/// Puts frames until the kernel takes no more of them. How many there are.
fn fill(link: &Link, client: &TcpStream) -> u32 {
    SockRef::from(client).set_recv_buffer_size(4096).unwrap();
    let mut count = 0;
    while !link.is_write_pending() {
        put(link, count, 60_000);
        link.flush();
        count += 1;
    }
    count
}

fn put(link: &Link, number: u32, len: u16) {
    link.put(|out| out.extend(frame("42", number, len)));
}

#[tokio::test]
async fn what_is_put_waits_for_the_end_of_http_and_of_the_writer_s_frame() {
    let (mut stream, mut client) = upgrading().await;
    let link = stream.link();
    put(&link, 1, 50);
    link.flush();
    assert_eq!(link.bytes_written(), 0);
    stream.write_all(ANSWER).await.unwrap();
    client.read_exact(&mut [0; ANSWER.len()]).await.unwrap();
    assert_eq!(frames(&mut client, 1).await, ["4200000001"]);

    let own = frame("43", 7, 40);
    stream.write_all(&own[..9]).await.unwrap();
    put(&link, 2, 20);
    link.flush();
    stream.write_all(&own[9..]).await.unwrap();
    assert_eq!(frames(&mut client, 2).await, ["4300000007", "4200000002"]);
    assert_eq!(link.bytes_written(), (ANSWER.len() + 54 + own.len() + 24) as u64);
    assert_eq!(link.counted(), 0, "what was put is not the writer's");
    stream.write_all(&frame("42", 8, 40)).await.unwrap();
    assert_eq!(link.counted(), 1);
}

#[tokio::test]
async fn what_is_put_and_not_flushed_leaves_before_what_the_writer_writes_next() {
    let (mut stream, mut client) = upgraded().await;
    put(&stream.link(), 1, 50);
    put(&stream.link(), 2, 50);
    stream.write_all(&frame("43", 3, 10)).await.unwrap();
    assert_eq!(frames(&mut client, 3).await, ["4200000001", "4200000002", "4300000003"]);
}

#[tokio::test]
async fn what_the_kernel_does_not_take_leaves_by_itself_once_the_reader_goes_on() {
    let (stream, mut client) = upgraded().await;
    let link = stream.link();
    let count = fill(&link, &client);
    until("nobody reads", || link.pending_for() > Duration::from_millis(20)).await;
    let (told, _guard) = counter(&link);
    let expected: Vec<_> = (0..count).map(|number| format!("42{number:08}")).collect();
    assert_eq!(frames(&mut client, count).await, expected);
    assert!(told.load(Ordering::SeqCst) > 0, "who waits for room is told");
    assert!(!link.is_write_pending());
    put(&link, count, 10);
    link.flush();
    assert_eq!(frames(&mut client, 1).await, [format!("42{count:08}")]);
}

#[tokio::test]
async fn a_writer_that_waits_has_its_turn_before_what_is_put_later_however_much_that_is() {
    let (mut stream, mut client) = upgraded().await;
    let link = stream.link();
    let before = fill(&link, &client);
    let ping = frame("2.", 0, 10);
    let mut writing = pin!(stream.write_all(&ping));
    assert!((&mut writing).now_or_never().is_none(), "the writer waits");
    // There is always more for a reader that is slow.
    let reading = async {
        let mut come = Vec::new();
        for later in before..=2 * before {
            put(&link, later, 60_000);
            link.flush();
            come.extend(frames(&mut client, 1).await);
        }
        come.iter().position(|beginning| beginning.starts_with("2."))
    };
    let both = timeout(3 * PATIENCE, async { tokio::join!(writing, reading) }).await;
    let (written, place) = both.expect("the writer has its turn");
    written.unwrap();
    assert_eq!(place, Some(before as usize));
}

#[tokio::test]
async fn what_the_writer_has_by_its_turn_and_had_not_when_it_began_to_wait_goes_behind_what_was_put_meanwhile()
 {
    for is_vectored in [false, true] {
        let (mut stream, mut client) = upgraded().await;
        let link = stream.link();
        let before = fill(&link, &client);
        let (pong, later) = (frame("8.", 0, 10), frame("43", 1, 10));
        let first = pin!(stream.write_all(&pong)).now_or_never();
        assert!(first.is_none(), "the writer waits");
        put(&link, before, 50);
        let both = [&pong[..], &later[..]].concat();
        let writing = async {
            let taken = if is_vectored {
                stream.write_vectored(&[IoSlice::new(&pong), IoSlice::new(&later)]).await.unwrap()
            } else {
                stream.write(&both).await.unwrap()
            };
            stream.write_all(&both[taken..]).await.unwrap();
        };
        let (come, ()) = tokio::join!(frames(&mut client, before + 3), writing);
        let last = ["8.00000000".to_owned(), format!("42{before:08}"), "4300000001".to_owned()];
        assert_eq!(come[before as usize..], last, "vectored: {is_vectored}");
    }
}

#[tokio::test]
async fn what_waits_goes_with_a_link_that_is_cut() {
    let (stream, client) = upgraded().await;
    let link = stream.link();
    SockRef::from(&client).set_recv_buffer_size(4096).unwrap();
    while !link.is_write_pending() {
        put(&link, 0, 60_000);
        link.flush();
    }
    link.cut();
    put(&link, 1, 10);
    link.flush();
    until("nobody keeps the stream", || Arc::strong_count(&link.shared) == 2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_ways_keep_their_order_however_slowly_somebody_reads() {
    const COUNT: u32 = 3_000;
    let (mut stream, mut client) = upgraded().await;
    SockRef::from(&client).set_recv_buffer_size(32 * 1024).unwrap();
    let link = stream.link();
    let writing = tokio::spawn(async move {
        for number in 0..COUNT {
            let own = frame("43", number, 10 + (number * 37 % 900) as u16);
            let (first, rest) = own.split_at(1 + number as usize % 9);
            stream.write_all(first).await.unwrap();
            if number % 5 == 0 {
                tokio::task::yield_now().await;
            }
            stream.write_all(rest).await.unwrap();
        }
        stream
    });
    let past = link.clone();
    let putting = tokio::spawn(async move {
        for number in 0..COUNT {
            put(&past, number, 10 + (number * 53 % 1_900) as u16);
            if number % 3 == 0 {
                past.flush();
                tokio::task::yield_now().await;
            }
        }
        past.flush();
    });
    let mut come = Vec::new();
    for _ in 0..20 {
        come.extend(frames(&mut client, COUNT / 10).await);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    ended(putting).await;
    drop(ended(writing).await);
    for who in ["42", "43"] {
        let numbers = come.iter().filter_map(|beginning| beginning.strip_prefix(who)?.parse::<u32>().ok());
        assert!(numbers.eq(0..COUNT), "those of {who} come in order, and all");
    }
}
