//! What stands in front of the server: hosts and origins, and packets of protocol 4.

use std::convert::Infallible;
use std::net::IpAddr;
use std::task::{Context, Poll, Waker};

use axum::response::Response;
use graphroom::transport::address::TrustedProxies;
use graphroom::transport::guard::Guard;
use graphroom::transport::link::Translation;
use graphroom::transport::socketio::frames::Frames;
use graphroom::transport::socketio::protocol4::{body_without_queries, without_query};
use http::{HeaderMap, HeaderValue, Request};
use tower::{Layer, Service, service_fn};

use super::bytes;
use super::run::{Case, Part, readable};
use crate::support::random::Random;

const HOSTS: [&str; 21] = [
    "evillocalhost",
    "notallowed.example",
    "allowed.example.evil",
    "port.example:80",
    "[::ffff:127.0.0.1]",
    "localhost",
    "localhost:5000",
    "LocalHost:80",
    "127.0.0.1:5000",
    "127.1.2.3",
    "[::1]:5000",
    "a.localhost",
    "allowed.example",
    "allowed.example:80",
    "port.example:8080",
    "evil.example",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "2130706433",
    "0x7f.1",
    "user@localhost",
];
const ORIGINS: [&str; 10] = [
    "http://localhost:3000",
    "https://127.0.0.1",
    "http://[::1]:1",
    "https://allowed.example",
    "https://allowed.example:444",
    "http://evil.example",
    "null",
    "file://",
    "chrome-extension://abc",
    "http://localhost.evil.example",
];

fn one_of(random: &mut Random, texts: &[&str]) -> Vec<u8> {
    let text = random.pick(texts).as_bytes().to_vec();
    let other = random.pick(texts).as_bytes().to_vec();
    if random.percent(60) { bytes::altered(random, &text, &other) } else { text }
}

/// Whether a host is this machine or allowed, told from its text alone, as widely as it may be.
fn may_be_meant(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default().to_owned(),
        None => host.split(':').next().unwrap_or_default().to_owned(),
    };
    name == "localhost"
        || name.ends_with(".localhost")
        || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
        || name == "allowed.example"
        || host.strip_prefix("port.example:").is_some_and(|port| port.parse() == Ok(8080_u16))
}

fn status_of(guard: &Guard, request: Request<()>) -> (u16, Vec<u8>) {
    let inner =
        service_fn(|_: Request<()>| async { Ok::<_, Infallible>(Response::<axum::body::Body>::default()) });
    let answer = guard.layer(inner).call(request);
    let answer = std::pin::pin!(answer);
    let Poll::Ready(Ok(answer)) = answer.poll(&mut Context::from_waker(Waker::noop())) else {
        panic!("the guard waits for nothing")
    };
    let status = answer.status().as_u16();
    let body = std::pin::pin!(axum::body::to_bytes(answer.into_body(), 10_000));
    let Poll::Ready(Ok(body)) = body.poll(&mut Context::from_waker(Waker::noop())) else { panic!("a body") };
    (status, body.to_vec())
}

fn try_guard(case: &mut Case, guard: &Guard) {
    let random = &mut case.random;
    let host = one_of(random, &HOSTS);
    let origin = random.percent(50).then(|| one_of(random, &ORIGINS));
    case.shows(format!("{} {}", readable(&host), readable(origin.as_deref().unwrap_or_default())));
    let mut request = Request::builder().uri("/").header("host", host.as_slice());
    if let Some(origin) = &origin {
        request = request.header("origin", origin.as_slice());
        if let Ok(header) = HeaderValue::from_bytes(origin) {
            let _ = guard.allows_origin(&header);
        }
    }
    // What http does not take never comes here.
    let Ok(request) = request.body(()) else { return };
    let (status, body) = status_of(guard, request);
    case.saw("host and origin", status == 200);
    if status == 200 {
        let host = String::from_utf8(host).expect("a host that passes is a text");
        assert!(may_be_meant(&host), "{host} passes");
        let origin = origin.map(|origin| String::from_utf8(origin).expect("an origin that passes is a text"));
        let is_ours = |origin: &str| origin.split_once("://").is_some_and(|(_, host)| may_be_meant(host));
        assert!(origin.as_deref().is_none_or(is_ours), "{origin:?} passes");
        return;
    }
    let error: serde_json::Value = serde_json::from_slice(&body).unwrap();
    let code = error["error"]["code"].as_str().unwrap();
    assert!(matches!((status, code), (421, "FOREIGN_HOST") | (403, "FOREIGN_ORIGIN")), "{status} {error}");
}

const PACKETS: [&str; 9] = [
    "40/graph?user_id=ada,",
    "40/graph?name=Ada%20L&user_id=a%2Cb,",
    "40/graph?user_id=ada",
    "40/graph,{\"user_id\":\"ada\"}",
    "42/graph,0[\"ping\",{}]",
    "2probe",
    "40/graph?name=\u{1F980}&x=\u{e9},",
    "5",
    "40",
];

const FORWARDED: [&str; 8] = [
    "203.0.113.9, 10.0.0.1",
    "203.0.113.9,198.51.100.7,10.1.2.3",
    "[2001:db8::1]:4711, 10.0.0.1",
    "2001:db8::1",
    "::ffff:10.0.0.1",
    "unknown, 10.0.0.1",
    "203.0.113.9:80",
    ", ,",
];

/// A peer that is not trusted is who it is; behind one that is, nobody trusted is taken for a client whose
/// address was told.
fn try_forwarded(case: &mut Case, proxies: &TrustedProxies) {
    let lines: Vec<_> = (0..1 + case.random.below(3)).map(|_| one_of(&mut case.random, &FORWARDED)).collect();
    case.shows(lines.iter().map(|line| readable(line)).collect::<Vec<_>>().join(" | "));
    let mut headers = HeaderMap::new();
    for line in &lines {
        let Ok(line) = HeaderValue::from_bytes(line) else { return };
        headers.append("x-forwarded-for", line);
    }
    let (stranger, proxy) = (IpAddr::from([192, 0, 2, 1]), IpAddr::from([10, 0, 0, 9]));
    assert_eq!(proxies.client(stranger, &headers), stranger);
    let client = proxies.client(proxy, &headers);
    let is_told = client != proxy;
    if let (true, IpAddr::V4(address)) = (is_told, client) {
        let text = lines.concat();
        let text = String::from_utf8_lossy(&text);
        // One that is mapped into IPv6 may be written in another way.
        let is_there = text.contains(&address.to_string()) || text.contains("::");
        assert!(is_there, "{address} stands nowhere in {text}");
    }
    case.saw("forwarded addresses", is_told);
}

fn packets(random: &mut Random) -> Vec<Vec<u8>> {
    (0..1 + random.below(5)).map(|_| one_of(random, &PACKETS)).collect()
}

fn try_body(case: &mut Case) {
    let mut body = Vec::new();
    for packet in packets(&mut case.random) {
        let units = String::from_utf8_lossy(&packet).encode_utf16().count();
        body.extend_from_slice(format!("{units}:").as_bytes());
        body.extend_from_slice(&packet);
    }
    if case.random.percent(40) {
        body = bytes::altered(&mut case.random, &body, b"21:40/graph?user_id=ada,");
    }
    case.shows(readable(&body));
    let changed = body_without_queries(&body);
    case.saw("a poll of protocol 4", changed.is_some());
    if let Some(changed) = changed {
        assert_eq!(
            body_without_queries(changed.as_bytes()),
            None,
            "nothing is left to be changed in {changed}"
        );
    }
}

fn try_packet(case: &mut Case) {
    let packet = String::from_utf8_lossy(&one_of(&mut case.random, &PACKETS)).into_owned();
    case.shows(packet.clone());
    let changed = without_query(&packet);
    case.saw("a packet of protocol 4", changed.is_some());
    let Some(changed) = changed else { return };
    assert_eq!(without_query(&changed), None);
    let (namespace, payload) = changed.split_once(',').expect("a comma ends the name");
    assert!(packet.starts_with(namespace) && !namespace.contains('?'));
    let given = packet.split_once(',').map_or("", |(_, payload)| payload);
    if given.is_empty() && !payload.is_empty() {
        serde_json::from_str::<serde_json::Value>(payload).expect("what was said, as JSON");
    }
}

/// A frame as clients send it.
pub fn frame(first: u8, payload: &[u8], mask: [u8; 4]) -> Vec<u8> {
    let mut frame = vec![first];
    match payload.len() {
        len @ 0..126 => frame.push(0x80 | len as u8),
        len @ 126..65_536 => {
            frame.push(0x80 | 126);
            frame.extend((len as u16).to_be_bytes());
        }
        len => {
            frame.push(0x80 | 127);
            frame.extend((len as u64).to_be_bytes());
        }
    }
    frame.extend(mask);
    frame.extend(payload.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    frame
}

fn try_frames(case: &mut Case) {
    let random = &mut case.random;
    let mut stream = Vec::new();
    for packet in packets(random) {
        let first = *random.pick(&[0x81, 0x81, 0x81, 0x82, 0x01, 0x80, 0x89, 0x88]);
        let long = if random.percent(5) { packet.repeat(400) } else { packet };
        stream.extend(frame(first, &long, (random.next() as u32).to_be_bytes()));
    }
    if random.percent(40) {
        stream = bytes::altered(random, &stream, &frame(0x81, b"40/graph?user_id=ada,", [1, 2, 3, 4]));
    }
    case.shows(readable(&stream));
    let (mut frames, mut whole) = (Frames::default(), Vec::new());
    frames.translate(&stream, &mut whole);
    let (mut frames, mut cut) = (Frames::default(), Vec::new());
    let mut rest = stream.as_slice();
    while !rest.is_empty() {
        let (piece, behind) = rest.split_at((1 + case.random.below(20)).min(rest.len()));
        frames.translate(piece, &mut cut);
        rest = behind;
    }
    assert_eq!(cut, whole, "however the bytes are cut");
    case.saw("frames of protocol 4", whole != stream);
    // What was changed is left as it is from then on.
    let (mut frames, mut again) = (Frames::default(), Vec::new());
    frames.translate(&whole, &mut again);
    assert_eq!(again, whole);
}

#[test]
fn foreign_hosts_stay_out_and_packets_of_protocol_4_are_changed_once() {
    let guard = Guard::new(
        vec!["allowed.example".to_owned(), "port.example:8080".to_owned()],
        vec!["https://allowed.example".to_owned()],
    );
    let proxies = TrustedProxies::new(vec!["10.0.0.0/8".parse().unwrap()]);
    Part::new("edges", 4)
        .needs("host and origin", 20, 20)
        .needs("forwarded addresses", 20, 20)
        .needs("a poll of protocol 4", 20, 20)
        .needs("a packet of protocol 4", 20, 20)
        .needs("frames of protocol 4", 20, 20)
        .run(|case| match case.random.below(5) {
            4 => (0..20).for_each(|_| try_forwarded(case, &proxies)),
            0 => (0..20).for_each(|_| try_guard(case, &guard)),
            1 => try_body(case),
            2 => try_packet(case),
            _ => try_frames(case),
        });
}
