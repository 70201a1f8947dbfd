//! Writes the table of the web client's files, `web_client.rs`, from which `src/transport/assets` takes them.
//!
//! It builds no web client: `make web` does. Where that was not done, the table is empty.

// What is printed is for cargo.
#![allow(clippy::print_stdout)]

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// Where the web client's build is.
const BUILT: &str = "web-client/dist";

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed={BUILT}");
    let root = variable("CARGO_MANIFEST_DIR")?.join(BUILT);
    // What is watched and not there counts as changed, every time. Where it cannot be made, so be it.
    drop(fs::create_dir_all(&root));
    let mut files = Vec::new();
    if root.is_dir() {
        collect(&root, &mut files)?;
    }
    files.sort();
    fs::write(variable("OUT_DIR")?.join("web_client.rs"), table(&root, &files)?)
}

fn variable(name: &str) -> io::Result<PathBuf> {
    env::var_os(name).map(PathBuf::from).ok_or_else(|| io::Error::other(format!("cargo says no {name}")))
}

/// Every file below a folder.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

/// Rust source: a slice of paths, as requests have them, and contents.
fn table(root: &Path, files: &[PathBuf]) -> io::Result<String> {
    let mut text = "&[\n".to_owned();
    for file in files {
        let name = file.strip_prefix(root).ok().and_then(Path::to_str);
        let (Some(name), Some(path)) = (name, file.to_str()) else {
            return Err(io::Error::other(format!("{} is no text", file.display())));
        };
        let name = name.replace('\\', "/");
        writeln!(text, "    (\"/{name}\", include_bytes!({path:?})),").map_err(io::Error::other)?;
    }
    Ok(text + "]\n")
}
