//! A strict reader of the Prometheus text form, version 0.0.4: what it takes, every scraper takes.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::Rest;

/// A sample's labels, by name.
pub type Labels = BTreeMap<String, String>;

/// What was read.
#[derive(Clone, Debug, Default)]
pub struct Exposition {
    /// By name, in no order.
    pub families: BTreeMap<String, Family>,
}

/// A family: what it is, and its samples by their full names and labels.
#[derive(Clone, Debug)]
pub struct Family {
    /// `counter`, `gauge` or `histogram`.
    pub kind: String,
    /// For people.
    pub help: String,
    /// Every sample once.
    pub samples: BTreeMap<(String, Labels), f64>,
}

impl Exposition {
    /// Reads `/metrics`.
    pub async fn scrape(rest: &Rest) -> Self {
        let response = rest.at_root("/metrics").send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/plain; version=0.0.4; charset=utf-8");
        Self::read(&response.text().await.unwrap()).unwrap_or_else(|fault| panic!("{fault}"))
    }

    /// Reads the text, or says what is wrong with it.
    pub fn read(text: &str) -> Result<Self, String> {
        if !text.ends_with('\n') {
            return Err("the last line has no end".to_owned());
        }
        let mut reader = Reader::default();
        for (number, line) in text.lines().enumerate() {
            reader.line(line).map_err(|fault| format!("line {}: {fault}: {line}", number + 1))?;
        }
        reader.end_family()?;
        Ok(Self { families: reader.done })
    }

    /// The value of a sample; 0 if there is none with these labels, but the family must be there.
    pub fn value(&self, sample: &str, labels: &[(&str, &str)]) -> f64 {
        let labels = labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let name = ["_sum", "_count", "_bucket"]
            .iter()
            .find_map(|end| sample.strip_suffix(end).filter(|family| self.families.contains_key(*family)));
        let family = &self.families[name.unwrap_or(sample)];
        family.samples.get(&(sample.to_owned(), labels)).copied().unwrap_or_default()
    }

    /// The samples of a counter that are not as they were, and by how much; labels as `a=b,c=d`.
    pub fn since(&self, before: &Self, counter: &str) -> BTreeMap<String, f64> {
        let samples = self.families[counter].samples.iter().filter_map(|((name, labels), value)| {
            let old =
                before.families.get(counter).and_then(|old| old.samples.get(&(name.clone(), labels.clone())));
            let text: Vec<_> = labels.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let grown = value - old.copied().unwrap_or_default();
            (grown != 0.0).then(|| (text.join(","), grown))
        });
        samples.collect()
    }
}

#[derive(Default)]
struct Reader {
    done: BTreeMap<String, Family>,
    open: Option<(String, Family)>,
    help: Option<(String, String)>,
}

impl Reader {
    fn line(&mut self, line: &str) -> Result<(), String> {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            self.end_family()?;
            let (name, help) = rest.split_once(' ').ok_or("no help text")?;
            if self.help.replace((name.to_owned(), help.to_owned())).is_some() {
                return Err("the last help has no type".to_owned());
            }
            return Ok(());
        }
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').ok_or("no type")?;
            let (of, help) = self.help.take().ok_or("a type without help")?;
            if of != name || !is_name(name, true) || !["counter", "gauge", "histogram"].contains(&kind) {
                return Err(format!("a {kind} named {name} behind the help of {of}"));
            }
            self.open =
                Some((name.to_owned(), Family { kind: kind.to_owned(), help, samples: BTreeMap::new() }));
            return Ok(());
        }
        let (name, labels, value) = sample(line)?;
        let (family, open) = self.open.as_mut().ok_or("a sample outside of a family")?;
        let ends: &[&str] = if open.kind == "histogram" { &["_bucket", "_sum", "_count"] } else { &[""] };
        if !ends.iter().any(|end| name == format!("{family}{end}")) {
            return Err(format!("a sample in the family {family}"));
        }
        match open.samples.insert((name, labels), value) {
            None => Ok(()),
            Some(_) => Err("the same sample again".to_owned()),
        }
    }

    fn end_family(&mut self) -> Result<(), String> {
        let Some((name, family)) = self.open.take() else { return Ok(()) };
        if family.kind == "histogram" {
            check_histogram(&name, &family)?;
        }
        match self.done.insert(name.clone(), family) {
            None => Ok(()),
            Some(_) => Err(format!("the family {name} again")),
        }
    }
}

/// `name{label="value",…} number`, without a time.
fn sample(line: &str) -> Result<(String, Labels, f64), String> {
    let end = line.find(['{', ' ']).ok_or("no value")?;
    let (name, mut rest) = line.split_at(end);
    if !is_name(name, true) {
        return Err(format!("{name} is no name"));
    }
    let mut labels = Labels::new();
    if let Some(inside) = rest.strip_prefix('{') {
        rest = inside;
        loop {
            let (label, behind) = rest.split_once("=\"").ok_or("a label without a value")?;
            if !is_name(label, false) {
                return Err(format!("{label} is no label"));
            }
            let (value, behind) = quoted(behind)?;
            if labels.insert(label.to_owned(), value).is_some() {
                return Err(format!("the label {label} again"));
            }
            match behind.strip_prefix(',') {
                Some(behind) => rest = behind,
                None => {
                    rest = behind.strip_prefix('}').ok_or("labels without an end")?;
                    break;
                }
            }
        }
    }
    let value = rest.strip_prefix(' ').ok_or("no space before the value")?;
    let number = match value {
        "+Inf" => f64::INFINITY,
        _ => value.parse().map_err(|_| format!("{value} is no number"))?,
    };
    Ok((name.to_owned(), labels, number))
}

/// The text up to the closing quote, and what is behind that.
fn quoted(text: &str) -> Result<(String, &str), String> {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((place, character)) = characters.next() {
        match character {
            '"' => return Ok((value, &text[place + 1..])),
            '\\' => match characters.next() {
                Some((_, '\\')) => value.push('\\'),
                Some((_, '"')) => value.push('"'),
                Some((_, 'n')) => value.push('\n'),
                _ => return Err("an unknown escape".to_owned()),
            },
            _ => value.push(character),
        }
    }
    Err("a value without an end".to_owned())
}

fn is_name(text: &str, colons: bool) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '_' || (colons && c == ':');
    !text.is_empty() && text.chars().all(fits) && !text.starts_with(|c: char| c.is_ascii_digit())
}

/// Buckets grow up to `+Inf`, which is the count; each series has a sum.
fn check_histogram(name: &str, family: &Family) -> Result<(), String> {
    let mut series: BTreeMap<Labels, Vec<(f64, f64)>> = BTreeMap::new();
    let mut counts = BTreeMap::new();
    let mut sums = BTreeSet::new();
    for ((sample, labels), value) in &family.samples {
        let mut labels = labels.clone();
        let bound = labels.remove("le");
        match (sample.strip_prefix(name), bound) {
            (Some("_bucket"), Some(bound)) => {
                let bound = if bound == "+Inf" { f64::INFINITY } else { bound.parse().map_err(|_| bound)? };
                series.entry(labels).or_default().push((bound, *value));
            }
            (Some("_count"), None) => drop(counts.insert(labels, *value)),
            (Some("_sum"), None) => drop(sums.insert(labels)),
            _ => return Err(format!("{sample} with or without a bound")),
        }
    }
    for (labels, mut buckets) in series {
        buckets.sort_by(|one, other| one.0.total_cmp(&other.0));
        if !buckets.is_sorted_by(|one, next| one.1 <= next.1) {
            return Err(format!("the buckets of {name} {labels:?} shrink"));
        }
        let whole = buckets.last().filter(|(bound, _)| bound.is_infinite()).map(|(_, count)| *count);
        if whole.is_none() || counts.remove(&labels) != whole || !sums.remove(&labels) {
            return Err(format!("{name} {labels:?} does not add up"));
        }
    }
    if counts.is_empty() && sums.is_empty() {
        Ok(())
    } else {
        Err(format!("{name} has a count without buckets"))
    }
}

#[test]
fn what_is_no_exposition_is_refused() {
    let good = "# HELP a_total A.\n# TYPE a_total counter\na_total{b=\"c\\\"d\"} 1\n";
    assert_eq!(Exposition::read(good).unwrap().value("a_total", &[("b", "c\"d")]), 1.0);
    let histogram = "# HELP h H.\n# TYPE h histogram\nh_bucket{le=\"1.0\"} 1\nh_bucket{le=\"+Inf\"} 2\nh_sum 3\nh_count 2\n";
    assert_eq!(Exposition::read(histogram).unwrap().value("h_count", &[]), 2.0);
    for (from, to) in [
        ("\na_total{", "\nb_total{"),
        ("} 1\n", "} 1"),
        ("} 1\n", "} one\n"),
        ("} 1\n", "}1\n"),
        ("b=", "1b="),
        ("\\\"", "\\x"),
        ("d\"}", "d}"),
        ("# TYPE a_total counter\n", ""),
        ("# HELP a_total A.\n", ""),
        ("TYPE a_total counter", "TYPE a counter"),
        ("counter", "summary"),
    ] {
        assert!(Exposition::read(&good.replace(from, to)).is_err(), "{to}");
    }
    assert!(Exposition::read(&format!("{good}{good}")).is_err());
    assert!(Exposition::read(&format!("{good}a_total{{b=\"c\\\"d\"}} 1\n")).is_err());
    for (from, to) in
        [("h_count 2", "h_count 3"), ("h_sum 3\n", ""), ("+Inf\"} 2", "+Inf\"} 0"), ("+Inf", "7")]
    {
        assert!(Exposition::read(&histogram.replace(from, to)).is_err(), "{to}");
    }
}
