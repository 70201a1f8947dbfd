//! Nothing grows: commands cost the same in a small young project and in a large old one; and how soon a large
//! old one is there after a start.

use std::time::Instant;

use tempfile::TempDir;

use super::Bench;
use crate::crowd::Shape;
use crate::fault::{Fault, Outcome};
use crate::http::Http;
use crate::machine;
use crate::measure::{Drive, measure};
use crate::project::{PROPERTIES, Stored, store};
use crate::report::Bound;
use crate::server::{Kind, Room, Server};
use crate::statistics::percentile;

/// The largest to the smallest: maps get deeper and caches colder, nothing else may.
const TARGET: f64 = 1.25;
/// Seconds from the start of the process to the whole graph.
const COLD: f64 = 1.0;
/// Seconds beyond which a start is not repeated more often.
const SLOW: f64 = 10.0;
/// Commands that are under way where processor time is measured.
const WINDOW: usize = 64;

/// A project that was written before.
struct Grown {
    name: String,
    stored: Stored,
    directory: TempDir,
}

/// Nodes, then history, then the cold start.
pub async fn run(bench: &mut Bench) -> Outcome<()> {
    let sizes: [(usize, u64); 5] = bench.options.size(
        [(100, 100), (1_000, 1_000), (10_000, 10_000), (100_000, 100_000), (100_000, 1_000_000)],
        [(10, 10), (20, 20), (50, 50), (100, 100), (100, 1_000)],
    );
    bench
        .report
        .scenario("growth", &format!("nodes of {PROPERTIES} properties; 'none' for the graph in answers"));
    let mut projects = Vec::new();
    for (nodes, events) in sizes {
        let directory = bench.house.directory()?;
        let (stored, took) = store(directory.path(), nodes, events).await?;
        let name = format!("{nodes} nodes, {events} events");
        bench.report.figure(&format!("{name}: written in"), "s", "generator", &[took]);
        let size = machine::disk_use(directory.path())? as f64 / 1_048_576.0;
        bench.report.figure(&format!("{name}: on disk"), "MiB", "generator", &[size]);
        projects.push(Grown { name, stored, directory });
    }
    cold_start(bench, &projects[4]).await?;
    commands(bench, &projects).await
}

async fn cold_start(bench: &mut Bench, project: &Grown) -> Outcome<()> {
    let (mut first, mut again, mut size) = (Vec::new(), Vec::new(), 0);
    for run in 0..=bench.options.runs.min(3) {
        let mut server = bench.house.start_in(Kind::Graphroom, project.directory.path())?;
        let path = format!("/api/v1/projects/{}/graph", project.stored.project_id);
        size = Http::open(server.address).await?.get(&path).await?.len();
        let took = server.started.elapsed().as_secs_f64();
        if run == 0 { &mut first } else { &mut again }.push(took);
        server.stop()?;
        // One that took so long will take as long again.
        if run == 1 && took > SLOW {
            break;
        }
    }
    let report = &mut bench.report;
    report.figure("the graph's size", "MiB", "graphroom", &[size as f64 / 1_048_576.0]);
    report.goal("from exec to the whole graph, first start", "s", Bound::AtMost, COLD, &first);
    report.goal("from exec to the whole graph, later starts", "s", Bound::AtMost, COLD, &again);
    Ok(())
}

async fn commands(bench: &mut Bench, projects: &[Grown]) -> Outcome<()> {
    let mut servers: Vec<Server> = Vec::new();
    for project in projects {
        let server = bench.house.start_in(Kind::Graphroom, project.directory.path())?;
        let path = format!("/api/v1/sessions/{}/graph/tree", project.stored.session_id);
        Http::open(server.address).await?.get(&path).await?;
        // A graph that was kept as text is read without its session: a command loads it.
        by_rest(bench, project, &server).await?;
        let size = server.resident()? as f64 / 1_048_576.0;
        bench.report.figure(&format!("{}: memory, loaded", project.name), "MiB", "graphroom", &[size]);
        servers.push(server);
    }
    let mut cpu = vec![Vec::new(); projects.len()];
    let (mut middle, mut late) = (cpu.clone(), cpu.clone());
    for _ in 0..bench.options.runs {
        for (place, (project, server)) in projects.iter().zip(&servers).enumerate() {
            let times = by_rest(bench, project, server).await?;
            middle[place].push(percentile(&times, 50.0));
            late[place].push(percentile(&times, 99.0));
            let Stored { session_id, node_id, .. } = &project.stored;
            let room = Room { session_id: session_id.to_string(), node_id: node_id.to_string() };
            let shape = Shape { members: 1, senders: 1, window: WINDOW, sampled: 0, batch: false };
            let measured = measure(server, &[room], shape, Drive::Closed, &bench.options).await?;
            cpu[place].push(measured.cpu_per_command());
        }
    }
    for (place, Grown { name, .. }) in projects.iter().enumerate() {
        bench.report.figure(&format!("{name}: answered after, median"), "ms", "REST", &middle[place]);
        bench.report.figure(&format!("{name}: answered after, p99"), "ms", "REST", &late[place]);
        bench.report.figure(&format!("{name}: processor time"), "µs", "pipelined", &cpu[place]);
    }
    let goal = |values: &[Vec<f64>], small: usize, large: usize| -> Vec<f64> {
        values[large].iter().zip(&values[small]).map(|(large, small)| large / small).collect()
    };
    for (what, small, large) in [("most nodes to fewest", 0, 3), ("longest history to shortest", 3, 4)] {
        let report = &mut bench.report;
        report.goal(
            &format!("processor time of a command, {what}"),
            "x",
            Bound::AtMost,
            TARGET,
            &goal(&cpu, small, large),
        );
        report.goal(
            &format!("answer over REST, {what}"),
            "x",
            Bound::AtMost,
            TARGET,
            &goal(&middle, small, large),
        );
    }
    Ok(())
}

/// Milliseconds for each of the commands that are given one after the other over REST.
async fn by_rest(bench: &Bench, project: &Grown, server: &Server) -> Outcome<Vec<f64>> {
    let mut http = Http::open(server.address).await?;
    let Stored { session_id, node_id, .. } = &project.stored;
    let (begun, mut times) = (Instant::now(), Vec::new());
    while begun.elapsed() < bench.options.window() / 3 || times.is_empty() {
        let body = format!(
            "{{\"session_id\":\"{session_id}\",\"command_type\":\"UpdateProperty\",\"data\":{{\"node_id\":\
             \"{node_id}\",\"property_id\":\"property_0\",\"new_value\":\"value {}\"}}}}",
            times.len()
        );
        let asked = Instant::now();
        let answer = http.post("/api/v1/commands/execute?graph=none", &body).await?;
        times.push(asked.elapsed().as_secs_f64() * 1e3);
        if memchr::memmem::find(&answer, b"\"success\":true").is_none() {
            return Err(Fault::Refused(String::from_utf8_lossy(&answer).into_owned()));
        }
    }
    Ok(times)
}
