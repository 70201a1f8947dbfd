//! Bytes and texts, altered without knowing what they mean.

use crate::support::random::Random;

/// What is put where it does not belong: pieces of every language that is read here, and odd letters.
const TOKENS: [&[u8]; 56] = [
    b"\0",
    b"\n",
    b"\r\n",
    b"\t",
    b" ",
    b"\"",
    b"'",
    b"\\",
    b"\\u0000",
    b"\\ud800",
    b"\\udfff\\ud800",
    b"\\uD83E\\uDD80",
    b"{",
    b"}",
    b"[",
    b"]",
    b"{}",
    b"[]",
    b":",
    b",",
    b"null",
    b"true",
    b"-1",
    b"-0",
    b"0",
    b"1e999",
    b"-1e-999",
    b"0.1",
    b"255",
    b"65536",
    b"4294967296",
    b"9223372036854775808",
    b"18446744073709551615",
    b"18446744073709551616",
    b"99999999999999999999999999",
    b"__proto__",
    b"\"$serde_json::private::RawValue\":\"[1\"",
    b"\"$serde_json::private::Number\":\"1\"",
    b"\xff",
    b"\xc3\x28",
    b"\xed\xa0\x80",
    b"\xef\xbb\xbf",
    b"\xe2\x80\xae",
    b"\xf0\x9f\xa6\x80",
    b"\xcc\x80",
    b"?",
    b"&",
    b"=",
    b"%00",
    b"%",
    b"#",
    b"- ",
    b"*a",
    b"&a ",
    b"!!int ",
    b"../",
];

/// What is repeated until it is deep.
const NESTS: [&[u8]; 6] = [b"[", b"{\"a\":", b"- ", b"(", b"[[],", b"{a: "];

/// The bytes with one to four things done to them; `other` is what pieces are taken from.
pub fn altered(random: &mut Random, base: &[u8], other: &[u8]) -> Vec<u8> {
    let mut bytes = base.to_vec();
    for _ in 0..=random.weighted(&[6, 3, 2, 1]) {
        alter(random, &mut bytes, other);
    }
    bytes
}

/// The same for what has to be a text.
pub fn altered_text(random: &mut Random, base: &str, other: &str) -> String {
    String::from_utf8_lossy(&altered(random, base.as_bytes(), other.as_bytes())).into_owned()
}

fn alter(random: &mut Random, bytes: &mut Vec<u8>, other: &[u8]) {
    let at = random.below(bytes.len() + 1);
    let reach = 1 << random.below(9);
    let end = (at + 1 + random.below(reach)).min(bytes.len());
    match random.weighted(&[10, 8, 10, 6, 14, 4, 6, 4, 5, 3, 1, 6]) {
        0 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
        1 if at < bytes.len() => bytes[at] = *random.pick(b"\0\x01 09aZ{}[]\",:.-+\x7f\x80\xff"),
        2 => drop(bytes.drain(at..end)),
        3 => {
            let piece = bytes[at..end].to_vec();
            let to = random.below(bytes.len() + 1);
            bytes.splice(to..to, piece);
        }
        4 => drop(bytes.splice(at..at, random.pick(&TOKENS).iter().copied())),
        5 => bytes.truncate(at),
        6 => {
            let from = random.below(other.len() + 1);
            let piece = other[from..].iter().take(1 + random.below(200));
            drop(bytes.splice(at..end, piece.copied()));
        }
        7 => {
            let from = random.below(other.len() + 1);
            bytes.truncate(at);
            bytes.extend_from_slice(&other[from..]);
        }
        8 => replace_a_number(random, bytes, at),
        9 => {
            let times = *random.pick(&[2, 3, 60, 62, 63, 127, 128, 129, 300, 300, 300, 5_000]);
            let nest = random.pick(&NESTS).repeat(times);
            drop(bytes.splice(at..at, nest));
        }
        10 => {
            let byte = *random.pick(b"a \"0\xc3");
            drop(
                bytes.splice(
                    at..at,
                    vec![byte; 1 << (6 + random.weighted(&[9, 9, 9, 9, 4, 4, 2, 2, 1, 1, 1]))],
                ),
            );
        }
        11 => escape(random, bytes, at),
        _ => bytes.push(0),
    }
}

/// Something behind the next quote, where texts begin and end.
fn escape(random: &mut Random, bytes: &mut Vec<u8>, from: usize) {
    let Some(at) = bytes[from..].iter().position(|byte| *byte == b'"').map(|at| from + at + 1) else {
        return;
    };
    let escape = *random
        .pick::<&[u8]>(&[b"\\ud800", b"\\udc00", b"\\u0000", b"\\x", b"\\", b"\\\"", b"\\u00e9", b"\x1f"]);
    drop(bytes.splice(at..at, escape.iter().copied()));
}

/// The next number behind a place becomes another one.
fn replace_a_number(random: &mut Random, bytes: &mut Vec<u8>, from: usize) {
    let Some(at) = bytes[from..].iter().position(u8::is_ascii_digit).map(|at| from + at) else { return };
    let length = bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let number = *random.pick::<&[u8]>(&[
        b"0",
        b"1",
        b"-1",
        b"127",
        b"128",
        b"255",
        b"65535",
        b"2147483648",
        b"9223372036854775807",
        b"18446744073709551616",
        b"1e308",
        b"1e309",
        b"00",
        b"",
    ]);
    bytes.splice(at..at + length, number.iter().copied());
}

/// A text that somebody might give as a name, or as anything else.
pub fn odd_text(random: &mut Random) -> String {
    const TEXTS: [&str; 22] = [
        "",
        " ",
        "name",
        "id",
        "status",
        "__proto__",
        "constructor",
        "toString",
        "\0",
        "\u{feff}",
        "\u{202e}abc",
        "e\u{301}\u{300}",
        "\u{1F980}",
        "\u{10FFFF}",
        "\r\n",
        "a\"b\\c",
        "../../etc/passwd",
        "%00%2e",
        "$serde_json::private::RawValue",
        "$serde_json::private::Number",
        "1967-04-17",
        "not a uuid",
    ];
    match random.weighted(&[12, 2, 1]) {
        0 => random.pick(&TEXTS).to_string(),
        1 => random.pick(&TEXTS).repeat(1 + random.below(300)),
        _ => "x".repeat(*random.pick(&[127, 128, 129, 256, 257, 65_534, 65_537, 70_000])),
    }
}
