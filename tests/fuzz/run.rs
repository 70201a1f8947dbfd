//! A part of the fuzz test: one case after the other, until the time is over and enough was seen.

use std::collections::BTreeMap;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use futures_util::FutureExt;

use crate::support::random::Random;

/// Seconds for all parts together, if nobody says another number.
const SECONDS: u64 = 80;
/// The seed of every run of the tests.
const SEED: u64 = 1;
/// How much longer a part may take, beyond its time, to see enough of everything.
const PATIENCE: u32 = 6;
/// How much of an input is shown, in characters: the end of it, which came last.
const SHOWN: usize = 4_000;

/// One try.
pub struct Case {
    /// Determined by the seed, the part and the case's number.
    pub random: Random,
    /// What went in, for whoever has to look into it.
    shown: String,
    seen: Vec<(String, bool)>,
}

impl Case {
    /// Says what goes in next; what was said before is of no use any more.
    pub fn shows(&mut self, input: impl Into<String>) {
        self.shown = input.into();
    }

    /// Says what goes in beside that.
    pub fn shows_too(&mut self, input: &str) {
        self.shown.push('\n');
        self.shown.push_str(input);
    }

    /// Something of this kind was tried, and taken or refused.
    pub fn saw(&mut self, kind: &str, taken: bool) {
        self.seen.push((kind.to_owned(), taken));
    }
}

/// What a part has to have seen at its end, and how much time it has.
pub struct Part {
    name: &'static str,
    /// In hundredths of all time.
    share: u32,
    needs: Vec<Need>,
}

struct Need {
    kind: String,
    taken: u64,
    refused: u64,
}

impl Part {
    /// A part that has `share` hundredths of the time. `name` is its module's.
    pub fn new(name: &'static str, share: u32) -> Self {
        Self { name, share, needs: Vec::new() }
    }

    /// It has to see so many of a kind.
    pub fn needs(mut self, kind: &str, taken: u64, refused: u64) -> Self {
        self.needs.push(Need { kind: kind.to_owned(), taken, refused });
        self
    }

    /// Tries one case after the other.
    pub fn run(self, mut try_case: impl FnMut(&mut Case)) {
        let mut progress = Progress::new(self);
        while let Some(mut case) = progress.next() {
            let tried = catch_unwind(AssertUnwindSafe(|| try_case(&mut case)));
            progress.end(case, tried);
        }
        progress.finish();
    }

    /// The same where a case takes a server.
    pub async fn run_live(self, mut try_case: impl AsyncFnMut(&mut Case)) {
        let mut progress = Progress::new(self);
        while let Some(mut case) = progress.next() {
            let tried = AssertUnwindSafe(try_case(&mut case)).catch_unwind().await;
            progress.end(case, tried);
        }
        progress.finish();
    }
}

/// How far a part is.
struct Progress {
    part: Part,
    seed: u64,
    only: Option<u64>,
    begun: Instant,
    time: Duration,
    /// Cases that were begun.
    tried: u64,
    seen: BTreeMap<String, [u64; 2]>,
}

impl Progress {
    fn new(part: Part) -> Self {
        let seconds = number("FUZZ_SECONDS").unwrap_or(SECONDS);
        let time = Duration::from_secs(seconds) * part.share / 100;
        let seed = number("GRAPHROOM_TEST_SEED").unwrap_or(SEED);
        let only = number("FUZZ_CASE");
        Self { part, seed, only, begun: Instant::now(), time, tried: 0, seen: BTreeMap::new() }
    }

    fn next(&mut self) -> Option<Case> {
        let past = self.begun.elapsed();
        let is_over = match self.only {
            Some(_) => self.tried == 1,
            None => past >= self.time && (self.lacking().is_empty() || past >= self.time * PATIENCE + SLACK),
        };
        if is_over {
            return None;
        }
        let case = self.only.unwrap_or(self.tried);
        self.tried += 1;
        // Should the case take the process with it, this says which one it was.
        fs::write(self.trace(), format!("seed {}, case {case}\n", self.seed)).unwrap();
        let name = self.part.name.bytes().fold(0, |sum: u64, byte| sum.wrapping_mul(257) + u64::from(byte));
        let mut mixed = Random::new(self.seed ^ name.rotate_left(32));
        let random = Random::new(mixed.next() ^ case.wrapping_mul(0xD6E8_FEB8_6659_FD93));
        Some(Case { random, shown: String::new(), seen: Vec::new() })
    }

    fn end(&mut self, case: Case, tried: Result<(), Box<dyn std::any::Any + Send>>) {
        if let Err(panic) = tried {
            let (name, seed) = (self.part.name, self.seed);
            let number = self.only.unwrap_or(self.tried - 1);
            let length = case.shown.chars().count();
            let shown: String = case.shown.chars().skip(length.saturating_sub(SHOWN)).collect();
            show(&format!(
                "fuzz::{name}: case {number} of seed {seed} failed. What went in:\n{shown}\n\
                 Alone: GRAPHROOM_TEST_SEED={seed} FUZZ_CASE={number} cargo nextest run -E 'test(fuzz::{name}::)'"
            ));
            resume_unwind(panic);
        }
        for (kind, taken) in case.seen {
            self.seen.entry(kind).or_default()[usize::from(!taken)] += 1;
        }
    }

    /// What was not seen often enough.
    fn lacking(&self) -> Vec<String> {
        let lacks = |need: &&Need| {
            let [taken, refused] = self.seen.get(&need.kind).copied().unwrap_or_default();
            taken < need.taken || refused < need.refused
        };
        let tell = |need: &Need| {
            format!("{}: {} taken and {} refused are wanted", need.kind, need.taken, need.refused)
        };
        self.part.needs.iter().filter(lacks).map(tell).collect()
    }

    fn finish(self) {
        fs::remove_file(self.trace()).unwrap();
        let tally: Vec<String> = self
            .seen
            .iter()
            .map(|(kind, [taken, refused])| format!("  {kind}: {taken} taken, {refused} refused"))
            .collect();
        let tally = format!(
            "fuzz::{}: seed {}, {} cases in {:.1?}\n{}",
            self.part.name,
            self.seed,
            self.tried,
            self.begun.elapsed(),
            tally.join("\n")
        );
        show(&tally);
        let lacking = self.lacking();
        assert!(self.only.is_some() || lacking.is_empty(), "too little was tried: {lacking:#?}\n{tally}");
    }

    fn trace(&self) -> PathBuf {
        PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("fuzz-{}.case", self.part.name))
    }
}

/// What a part has beyond its time in any case: machines may be busy.
const SLACK: Duration = Duration::from_secs(90);

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

#[expect(clippy::print_stderr, reason = "shown with a test that fails, and by `make fuzz`")]
fn show(text: &str) {
    eprintln!("{text}");
}

/// Bytes as a text that shows what they are.
pub fn readable(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).escape_debug().take(SHOWN).collect()
}
