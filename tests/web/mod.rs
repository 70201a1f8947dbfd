//! The web client as the binary serves it: which page comes where, and how its files are kept and sent.
//!
//! What people do with it is tested in a browser, by Vitest: `client.rs`.

mod client;
mod files;
mod page;

use reqwest::header::{ACCEPT, HeaderName};
use reqwest::{Method, Response};

use crate::support::{Rest, TestServer};

/// What a browser accepts where people go.
const BROWSER: &str =
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8";

/// What every answer differs by, beside what this server says itself.
const CORS: [&str; 2] = ["access-control-request-headers", "origin"];

async fn get(rest: &Rest, path: &str, headers: &[(HeaderName, &str)]) -> Response {
    ask(rest, Method::GET, path, headers).await
}

async fn ask(rest: &Rest, method: Method, path: &str, headers: &[(HeaderName, &str)]) -> Response {
    let request = rest.at(method, path);
    let request = headers.iter().fold(request, |request, (name, value)| request.header(name, *value));
    request.send().await.unwrap()
}

/// The page at a path, as a browser gets it. Without a web client in the binary there is nothing to test.
async fn page(rest: &Rest, path: &str) -> String {
    let response = get(rest, path, &[(ACCEPT, BROWSER)]).await;
    assert_eq!((response.status().as_u16(), header(&response, "content-type")), (200, HTML), "{path}");
    let page = response.text().await.unwrap();
    assert!(
        page.contains("id=\"root\""),
        "the web client is not built in: `make web`, then build the server\n{page}"
    );
    page
}

const HTML: &str = "text/html; charset=utf-8";

/// The files that the page names, by their paths.
async fn named(server: &TestServer) -> Vec<String> {
    let page = page(&server.rest, "/").await;
    let links = ["src=\"", "href=\""].into_iter().flat_map(|before| page.split(before).skip(1));
    let files: Vec<String> = links.filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect();
    assert!(files.iter().all(|file| file.starts_with('/')), "{files:?}");
    files
}

/// A script of the page: a file whose name changes with what is in it.
async fn script(server: &TestServer) -> String {
    let files = named(server).await;
    let script = files.iter().find(|file| file.starts_with("/assets/") && file.ends_with(".js"));
    script.expect("the page loads a script").clone()
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

/// What the answer says that answers at its place differ by, in order.
fn vary(response: &Response) -> Vec<String> {
    let lines = response.headers().get_all("vary").iter().map(|line| line.to_str().unwrap());
    let mut names: Vec<String> =
        lines.flat_map(|line| line.split(',')).map(|name| name.trim().to_owned()).collect();
    names.sort();
    names
}

/// What it must be.
fn varies_by(own: &[&str]) -> Vec<String> {
    let mut names: Vec<String> = own.iter().chain(&CORS).map(|name| (*name).to_owned()).collect();
    names.sort();
    names
}
