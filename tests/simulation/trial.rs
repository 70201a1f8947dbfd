//! A trial: one server, many simulated projects; then a fresh process that replays what was written.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::StreamExt;
use futures_util::stream;
use graphroom::store::{MemoryStore, SqliteStore, Store};
use graphroom_protocol::command::Command as Known;
use serde_json::Value;
use tempfile::TempDir;
use tokio::process::Command;

use super::BATCH;
use super::aftermath::{copy, look_and_repeat, look_without_times, tail};
use super::house::House;
use super::plan::Plan;
use super::stage::Stage;
use super::world::World;
use crate::support::log::Log;
use crate::support::process::ServerProcess;
use crate::support::{Rest, TestServer};

/// Projects that are worked on at the same time.
const AT_ONCE: usize = 4;

/// Where the journals are.
#[derive(Clone, Copy, Debug)]
pub enum Engine {
    /// In memory.
    Memory,
    /// On SQLite: another process replays its files too, when all is done.
    Sqlite,
}

/// Runs the plans of some seeds of one batch. Panics if something does not hold, and says for which seed.
pub async fn run(engine: Engine, seeds: Vec<u64>) {
    let log = Log::keep();
    let house = House::of(seeds[0]);
    let directory = TempDir::new().expect("a directory");
    let store: Arc<dyn Store> = match engine {
        Engine::Memory => Arc::new(MemoryStore::new()),
        Engine::Sqlite => Arc::new(SqliteStore::open(directory.path()).expect("an empty directory")),
    };
    let server = TestServer::start_parts(Arc::clone(&store), |parts| house.set_up(parts)).await;
    let (address, rest) = (server.address, server.rest.clone());
    let worlds = each(seeds.into_iter().map(|seed| (seed, ())), |seed, ()| {
        let rest = rest.clone();
        async move {
            let plan = Plan::new(seed);
            let mut world = World::new(address, &rest, &plan, house).await;
            world.carry_out(&plan).await;
            (plan, world)
        }
    })
    .await;
    if worlds.len() as u64 == BATCH {
        check_variety(worlds.iter().map(|(_, (_, world))| &world.stage));
    }
    let copied = TempDir::new().expect("a directory");
    copy(&*store, copied.path()).await;
    let mut second = ServerProcess::start(house.command(copied.path())).await;
    let replayed = second.rest.clone();
    let ended = each(worlds, |_, (plan, world)| and_after(plan, world, replayed.clone())).await;
    second.terminate().await;
    server.stop().await;
    if matches!(engine, Engine::Sqlite) {
        look_again(house.command(directory.path()), ended).await;
    }
    assert!(log.faults().is_empty(), "errors were logged: {:#?}", log.faults());
}

/// A whole batch carries out commands of every type: what is refused tells little.
fn check_variety<'a>(stages: impl Iterator<Item = &'a Stage>) {
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for stage in stages {
        for command_type in stage.ledger().types() {
            *times.entry(command_type).or_default() += 1;
        }
    }
    for command_type in Known::TYPES.iter().chain(&["Undo", "Redo", "ReplaceGraph"]) {
        assert!(times.contains_key(*command_type), "no {command_type} was accepted: {times:?}");
    }
}

/// What the project's own server says, and a process that replayed its journal; and that both go on alike.
async fn and_after(plan: Plan, mut world: World, replayed: Rest) -> (Stage, Option<Value>) {
    let other = world.stage.on(&replayed);
    assert_same(&look_and_repeat(&world.stage).await, &look_and_repeat(&other).await);
    world.come_back().await;
    let last = tail(&world.stage, &plan).await;
    assert_same(&last, &tail(&other, &plan).await);
    world.rest().await;
    if plan.ends {
        world.end().await;
        return (world.stage, None);
    }
    (world.stage, Some(last))
}

/// What a fresh process on the same files says.
async fn look_again(command: Command, ended: Vec<(u64, (Stage, Option<Value>))>) {
    let mut process = ServerProcess::start(command).await;
    let rest = process.rest.clone();
    each(ended, |_, (stage, last)| {
        let again = stage.on(&rest);
        async move {
            match last {
                Some(last) => assert_same(&last["after"], &look_without_times(&again).await),
                None => {
                    let path = format!("/projects/{}", stage.project.project_id);
                    assert_eq!(again.rest[0].get(&path).await.0, 404, "a deleted project stays deleted");
                }
            }
        }
    })
    .await;
    process.terminate().await;
}

/// Does something for each seed, some at a time. One that fails does not keep the others from being tried.
async fn each<T, F>(
    seeds: impl IntoIterator<Item = (u64, T)>,
    work: impl Fn(u64, T) -> F,
) -> Vec<(u64, F::Output)>
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    let tasks = seeds.into_iter().map(|(seed, with)| {
        let task = work(seed, with);
        async move { (seed, tokio::spawn(task).await) }
    });
    let done: Vec<_> = stream::iter(tasks).buffer_unordered(AT_ONCE).collect().await;
    let (passed, failed): (Vec<_>, Vec<_>) = done.into_iter().partition(|(_, result)| result.is_ok());
    for (seed, result) in &failed {
        show(&format!("GRAPHROOM_TEST_SEED={seed}\n{}{:?}", Plan::new(*seed), result.as_ref().err()));
    }
    if !failed.is_empty() {
        show(&Log::keep().last_lines());
    }
    let failed: Vec<u64> = failed.into_iter().map(|(seed, _)| seed).collect();
    assert!(failed.is_empty(), "these seeds failed: {failed:?}");
    passed.into_iter().filter_map(|(seed, result)| Some((seed, result.ok()?))).collect()
}

#[expect(clippy::print_stderr, reason = "shown with a test that fails: the seed is how to repeat it")]
fn show(text: &str) {
    eprintln!("{text}");
}

fn assert_same(here: &Value, there: &Value) {
    if here == there {
        return;
    }
    let mut differences = Vec::new();
    differ("", here, there, &mut differences);
    panic!("a server that replayed the journal says something else: {differences:#?}");
}

/// Where two values are not the same.
fn differ(path: &str, here: &Value, there: &Value, differences: &mut Vec<String>) {
    match (here, there) {
        (Value::Object(a), Value::Object(b)) if a.keys().eq(b.keys()) => {
            for (name, value) in a {
                differ(&format!("{path}.{name}"), value, &b[name], differences);
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (place, (a, b)) in a.iter().zip(b).enumerate() {
                differ(&format!("{path}[{place}]"), a, b, differences);
            }
        }
        _ if here == there => {}
        _ => differences.push(format!("{path}: {here}, and {there} over there")),
    }
}
