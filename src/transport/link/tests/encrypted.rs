//! What a link promises, over TLS: it counts what is plain, and says of the kernel what the kernel does.

use rcgen::{CertificateParams, KeyPair};
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio_rustls::client::TlsStream;
use tokio_rustls::{TlsAcceptor, TlsConnector};

use super::*;

/// What is encrypted ahead of the kernel at most.
const AHEAD: u64 = 32 * 1024;

/// Both sides of TLS, for a certificate that is made now.
fn both_sides() -> (TlsAcceptor, TlsConnector) {
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(["localhost".to_owned()]).unwrap().self_signed(&key).unwrap();
    let certificate: CertificateDer<'static> = certificate.der().clone();
    let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
    let mut roots = RootCertStore::empty();
    roots.add(certificate.clone()).unwrap();
    let provider = Arc::new(default_provider());
    let server = ServerConfig::builder_with_provider(Arc::clone(&provider));
    let server = server.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
    let server = server.with_single_cert(vec![certificate], key).unwrap();
    let client = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let client = client.with_root_certificates(roots).with_no_client_auth();
    (Arc::new(server).into(), Arc::new(client).into())
}

async fn listening() -> (LinkListener, TlsConnector) {
    let (acceptor, connector) = both_sides();
    let listener = LinkListener::bind(([127, 0, 0, 1], 0).into()).await.unwrap();
    (listener.encrypted(Some(acceptor)), connector)
}

/// A link whose handshake is done, and its client.
async fn pair() -> (LinkStream, TlsStream<TcpStream>) {
    let (mut listener, connector) = listening().await;
    let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    SockRef::from(&client).set_recv_buffer_size(4096).unwrap();
    let (mut stream, _) = listener.accept().await;
    let name = ServerName::try_from("localhost").unwrap();
    let (client, done) = tokio::join!(connector.connect(name, client), stream.handshake());
    assert_eq!(done.unwrap(), Handshake::Done);
    (stream, client.unwrap())
}

#[tokio::test]
async fn a_reader_that_stops_makes_the_write_pending_and_clears_it_by_going_on() {
    let (stream, mut client) = pair().await;
    let link = stream.link();
    let writer = write_for_ever(stream);

    let taken = stalled(&link).await;
    assert!(link.is_write_pending());
    assert_eq!(link.bytes_written(), taken);
    assert!(taken < 1024 * 1024, "little waits for a reader that stops: {taken}");
    link.open_bypass(|_| true);
    assert!(!link.has_bypass(), "each stream is encrypted by itself");

    let mut all = vec![0; usize::try_from(taken).unwrap()];
    client.read_exact(&mut all).await.unwrap();
    assert!(all.iter().all(|byte| *byte == CHUNK[0]));
    until("the write goes on", || link.bytes_written() > taken).await;

    writer.abort();
    until("the link is closed", || link.is_closed()).await;
    assert!(!link.is_write_pending());
}

#[tokio::test]
async fn no_more_is_taken_of_the_writer_than_is_said_and_a_little_ahead() {
    let (mut stream, _client) = pair().await;
    let link = stream.link();
    let mut taken = 0;
    let mut cx = Context::from_waker(std::task::Waker::noop());
    while !link.is_write_pending() || link.pending_for() < Duration::from_millis(50) {
        tokio::task::yield_now().await;
        if let Poll::Ready(written) = AsyncWrite::poll_write(Pin::new(&mut stream), &mut cx, &[7; 200_000]) {
            let written = written.unwrap() as u64;
            assert!(written <= AHEAD);
            taken += written;
        }
        assert!(taken - link.bytes_written() <= AHEAD, "{taken} were taken, {} said", link.bytes_written());
    }
    assert!(taken < 1024 * 1024, "the kernel takes no more than without TLS: {taken}");
}

#[tokio::test]
async fn what_was_flushed_is_counted_as_plain_as_it_was() {
    let (mut stream, mut client) = pair().await;
    let (link, mut expected) = (stream.link(), 0);
    let (count, _guard) = counter(&link);
    assert_eq!(link.bytes_written(), 0, "the handshake is none of it");
    let reading = tokio::spawn(async move {
        let mut all = Vec::new();
        client.read_to_end(&mut all).await.map(|_| all.len())
    });
    for size in [1, 5, 16_384, 16_385, 100_000, 1_000_000] {
        stream.write_all(&vec![7; size]).await.unwrap();
        stream.flush().await.unwrap();
        expected += size;
        assert_eq!(link.bytes_written(), expected as u64);
        assert!(!link.is_write_pending());
    }
    let parts = [io::IoSlice::new(b"ab"), io::IoSlice::new(b"cde")];
    assert_eq!(stream.write_vectored(&parts).await.unwrap(), 5);
    stream.flush().await.unwrap();
    assert_eq!(link.bytes_written(), expected as u64 + 5);
    assert!(count.load(Ordering::SeqCst) >= 7, "each is told");
    stream.shutdown().await.unwrap();
    assert_eq!(ended(reading).await.unwrap(), expected + 5);
}

#[tokio::test]
async fn what_is_encrypted_ahead_leaves_by_a_flush() {
    let (mut stream, mut client) = pair().await;
    let link = stream.link();
    let mut taken = 0;
    {
        let mut cx = Context::from_waker(std::task::Waker::noop());
        while taken == link.bytes_written() {
            tokio::task::yield_now().await;
            let polled = AsyncWrite::poll_write(Pin::new(&mut stream), &mut cx, &CHUNK);
            taken += if let Poll::Ready(written) = polled { written.unwrap() as u64 } else { 0 };
        }
    }
    assert!(link.is_write_pending(), "the kernel refused what is left");
    let mut all = vec![0; usize::try_from(taken).unwrap()];
    let (flushed, read) = tokio::join!(stream.flush(), client.read_exact(&mut all));
    flushed.unwrap();
    read.unwrap();
    assert_eq!(link.bytes_written(), taken);
    assert!(!link.is_write_pending());
}

#[tokio::test]
async fn what_comes_is_read_as_plain_and_a_round_trip_is_measured() {
    let (mut stream, mut client) = pair().await;
    let link = stream.link();
    let before = link.last_read();
    stream.write_all(&[0x89, 0x00]).await.unwrap();
    let mut ping = [0; 2];
    client.read_exact(&mut ping).await.unwrap();
    client.write_all(&[0x8a, 0x80, 1, 2, 3, 4]).await.unwrap();
    let mut pong = [0; 6];
    stream.read_exact(&mut pong).await.unwrap();
    assert!(link.last_read() > before);
    assert!(link.round_trip().is_some());
}

#[tokio::test]
async fn a_link_that_is_cut_is_torn_off_without_a_word() {
    let (stream, mut client) = pair().await;
    let link = stream.link();
    let writer = write_for_ever(stream);
    stalled(&link).await;
    link.cut();
    assert_eq!(ended(writer).await.kind(), io::ErrorKind::ConnectionReset);
    let mut all = Vec::new();
    let read = timeout(PATIENCE, client.read_to_end(&mut all)).await.expect("the peer hears of the end");
    assert!(read.is_err(), "nobody may take that for an end in order");
}

#[tokio::test]
async fn a_stream_that_is_dropped_ends_in_order() {
    let (mut stream, mut client) = pair().await;
    stream.write_all(b"the end").await.unwrap();
    stream.flush().await.unwrap();
    drop(stream);
    let mut all = Vec::new();
    client.read_to_end(&mut all).await.unwrap();
    assert_eq!(all, b"the end");
}

#[tokio::test]
async fn a_link_that_is_closed_says_so_behind_what_was_written_and_still_takes_what_comes() {
    let (mut stream, mut client) = pair().await;
    let link = stream.link();
    stream.write_all(b"the end").await.unwrap();
    stream.flush().await.unwrap();
    link.close();
    let mut all = Vec::new();
    client.read_to_end(&mut all).await.unwrap();
    assert_eq!(all, b"the end");
    client.write_all(b"more").await.unwrap();
    let mut more = [0; 4];
    stream.read_exact(&mut more).await.unwrap();
    client.shutdown().await.unwrap();
    timeout(PATIENCE, link.discard()).await.expect("an end");
}

#[tokio::test]
async fn a_handshake_that_is_cut_ends() {
    let (mut listener, _) = listening().await;
    let _client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let (mut stream, _) = listener.accept().await;
    let link = stream.link();
    let waiting = tokio::spawn(async move { stream.handshake().await });
    link.cut();
    assert!(ended(waiting).await.is_err());
}

#[tokio::test]
async fn plain_http_is_known_by_its_first_letter_and_stays_to_be_read() {
    let (mut listener, _) = listening().await;
    let mut client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let (mut stream, _) = listener.accept().await;
    client.write_all(b"GET").await.unwrap();
    assert_eq!(stream.handshake().await.unwrap(), Handshake::PlainHttp);
    let mut came = [0; 3];
    stream.read_exact(&mut came).await.unwrap();
    assert_eq!(&came, b"GET");
}
