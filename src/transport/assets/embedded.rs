//! The files of the web client that are in the binary, each in the codings that it was written in, with tags.
//!
//! `build.rs` says what there is.

use std::collections::HashMap;
use std::sync::LazyLock;

use bytes::Bytes;
use sha2::{Digest, Sha256};

use super::quality::Coding;

/// Paths and contents.
const BUILT: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/web_client.rs"));

static FILES: LazyLock<HashMap<&str, File>> = LazyLock::new(|| read(BUILT));

/// A file as it is requested.
#[derive(Debug)]
pub struct File {
    /// Its media type.
    pub kind: &'static str,
    forms: Vec<(Coding, Form)>,
}

/// A file in one coding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// What is sent.
    pub bytes: Bytes,
    /// A strong tag, in quotes: other bytes have another one.
    pub tag: String,
}

impl File {
    /// The file in the first of these codings that there is, or as it is.
    pub fn in_one_of(&self, codings: &[Coding]) -> Option<(Coding, &Form)> {
        let in_coding = |coding: Coding| self.forms.iter().find(|(known, _)| *known == coding);
        let found = codings.iter().find_map(|coding| in_coding(*coding));
        found.or_else(|| in_coding(Coding::Identity)).map(|(coding, form)| (*coding, form))
    }
}

/// The file at a path.
pub fn file(path: &str) -> Option<&'static File> {
    FILES.get(path)
}

fn read<'a>(built: &[(&'a str, &'static [u8])]) -> HashMap<&'a str, File> {
    let contents: HashMap<&str, &'static [u8]> = built.iter().copied().collect();
    let is_coded = |path: &str| {
        [".br", ".gz"].iter().any(|end| path.strip_suffix(end).is_some_and(|of| contents.contains_key(of)))
    };
    let plain = built.iter().filter(|(path, _)| !is_coded(path));
    plain
        .map(|(path, bytes)| (*path, File { kind: kind(path), forms: forms(path, bytes, &contents) }))
        .collect()
}

fn forms(path: &str, bytes: &'static [u8], contents: &HashMap<&str, &'static [u8]>) -> Vec<(Coding, Form)> {
    let coded = [(Coding::Brotli, "br"), (Coding::Gzip, "gz")].into_iter().filter_map(|(coding, end)| {
        contents.get(format!("{path}.{end}").as_str()).map(|bytes| (coding, Form::of(bytes)))
    });
    coded.chain([(Coding::Identity, Form::of(bytes))]).collect()
}

impl Form {
    fn of(bytes: &'static [u8]) -> Self {
        let digest = Sha256::digest(bytes);
        let digits: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        Self { bytes: Bytes::from_static(bytes), tag: format!("\"{digits}\"") }
    }
}

/// The media type of a file, by its name.
fn kind(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, end)| end) {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "woff" => "font/woff",
        "wasm" => "application/wasm",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MADE_UP: &[(&str, &[u8])] = &[
        ("/assets/a.js", b"content"),
        ("/assets/a.js.br", b"brotli"),
        ("/assets/a.js.gz", b"gzip"),
        ("/archive.gz", b"alone"),
    ];

    #[test]
    fn a_file_has_the_forms_that_lie_beside_it_and_each_has_a_tag_of_its_own() {
        let files = read(MADE_UP);
        let mut paths: Vec<&&str> = files.keys().collect();
        paths.sort();
        assert_eq!(paths, [&"/archive.gz", &"/assets/a.js"]);
        let file = &files["/assets/a.js"];
        let [brotli, gzip, plain] =
            Coding::ALL.map(|coding| file.in_one_of(&[coding]).map(|(_, form)| form.clone()).unwrap());
        assert_eq!([&*brotli.bytes, &*gzip.bytes, &*plain.bytes], [&b"brotli"[..], b"gzip", b"content"]);
        assert!(brotli.tag != gzip.tag && gzip.tag != plain.tag && brotli.tag != plain.tag);
        assert!(plain.tag.starts_with('"') && plain.tag.ends_with('"') && plain.tag.len() == 34);
        assert_eq!(files["/archive.gz"].in_one_of(&[Coding::Brotli]).unwrap().0, Coding::Identity);
    }

    #[test]
    fn no_file_of_the_build_is_of_an_unknown_kind() {
        for (path, file) in FILES.iter() {
            assert_ne!(file.kind, "application/octet-stream", "say what {path} is");
        }
    }
}
