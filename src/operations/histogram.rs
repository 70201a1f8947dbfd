//! A histogram of atomics: the library's own takes a lock for every observation.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use prometheus_client::encoding::{EncodeMetric, MetricEncoder, NoLabelSet};
use prometheus_client::metrics::{MetricType, TypedMetric};

/// The bounds of durations, in microseconds: a commit on a good disk takes less than one millisecond.
const DURATIONS: [u64; 16] = [
    100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000,
    2_500_000, 5_000_000, 10_000_000,
];
const MICROSECONDS: f64 = 1_000_000.0;

/// How often what was observed lies between which bounds. Clones are the same histogram.
#[derive(Clone, Debug)]
pub struct Histogram(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    bounds: &'static [u64],
    /// One more than there are bounds: what is above all of them.
    counts: Box<[AtomicU64]>,
    /// A whole number, so that adding to it is one instruction. Microseconds last for 584,000 years.
    sum: AtomicU64,
    /// How many of what is counted make one of what is shown.
    scale: f64,
}

impl Histogram {
    /// Of durations, shown in seconds.
    pub fn of_durations() -> Self {
        Self::new(&DURATIONS, MICROSECONDS)
    }

    /// Of counts.
    pub fn of_counts(bounds: &'static [u64]) -> Self {
        Self::new(bounds, 1.0)
    }

    fn new(bounds: &'static [u64], scale: f64) -> Self {
        let counts = (0..=bounds.len()).map(|_| AtomicU64::new(0)).collect();
        Self(Arc::new(Inner { bounds, counts, sum: AtomicU64::new(0), scale }))
    }

    /// Observes a value so many times.
    pub fn observe(&self, value: u64, times: u64) {
        let place = self.0.bounds.partition_point(|bound| *bound < value);
        if let Some(count) = self.0.counts.get(place) {
            count.fetch_add(times, Ordering::Relaxed);
        }
        self.0.sum.fetch_add(value.saturating_mul(times), Ordering::Relaxed);
    }

    /// What it holds.
    #[must_use]
    pub fn read(&self) -> Counts {
        let counts = self.0.counts.iter().map(|count| count.load(Ordering::Relaxed)).collect();
        Counts { counts, sum: self.0.sum.load(Ordering::Relaxed) }
    }

    /// Observes a duration so many times.
    pub fn observe_duration(&self, duration: Duration, times: u64) {
        self.observe(u64::try_from(duration.as_micros()).unwrap_or(u64::MAX), times);
    }
}

/// What a histogram of durations held at a moment.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    counts: Vec<u64>,
    /// In microseconds.
    sum: u64,
}

impl Counts {
    /// What came since then.
    #[must_use]
    pub fn since(&self, before: &Self) -> Self {
        let old = before.counts.iter().copied().chain(std::iter::repeat(0));
        let counts = self.counts.iter().zip(old).map(|(now, old)| now.saturating_sub(old)).collect();
        Self { counts, sum: self.sum.saturating_sub(before.sum) }
    }

    /// How many.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// How long they took on average, in seconds.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.sum as f64 / MICROSECONDS / self.count().max(1) as f64
    }

    /// How long this share of them took at most, in milliseconds: between two bounds it is taken for even. What is above
    /// all bounds took as long as the last of them.
    #[must_use]
    pub fn quantile(&self, share: f64) -> f64 {
        let wanted = self.count() as f64 * share;
        let (mut below, mut from) = (0.0, 0.0);
        for (count, bound) in self.counts.iter().zip(DURATIONS) {
            let (count, bound) = (*count as f64, bound as f64);
            if count > 0.0 && below + count >= wanted {
                return (from + (bound - from) * ((wanted - below) / count).clamp(0.0, 1.0)) / 1_000.0;
            }
            (below, from) = (below + count, bound);
        }
        if self.count() == 0 { 0.0 } else { from / 1_000.0 }
    }
}

impl TypedMetric for Histogram {
    const TYPE: MetricType = MetricType::Histogram;
}

impl EncodeMetric for Histogram {
    // A metric shows its numbers as floats.
    #[allow(clippy::cast_precision_loss)]
    fn encode(&self, mut encoder: MetricEncoder<'_>) -> Result<(), fmt::Error> {
        let Inner { bounds, counts, sum, scale } = &*self.0;
        let shown = bounds.iter().map(|bound| *bound as f64 / scale).chain([f64::INFINITY]);
        let buckets: Vec<_> = shown.zip(counts.iter().map(|count| count.load(Ordering::Relaxed))).collect();
        // From the buckets, so that the last of them is equal to it whatever is observed meanwhile.
        let count = buckets.iter().map(|(_, count)| count).sum();
        let sum = sum.load(Ordering::Relaxed) as f64 / scale;
        encoder.encode_histogram::<NoLabelSet>(sum, count, &buckets, None)
    }

    fn metric_type(&self) -> MetricType {
        Self::TYPE
    }
}

#[cfg(test)]
mod tests {
    use prometheus_client::encoding::text::encode;
    use prometheus_client::registry::Registry;

    use super::*;

    #[test]
    fn a_value_is_counted_in_its_bucket_and_in_all_above() {
        let histogram = Histogram::of_counts(&[1, 10]);
        for (value, times) in [(0, 1), (1, 2), (2, 3), (10, 4), (11, 5)] {
            histogram.observe(value, times);
        }
        let mut registry = Registry::default();
        registry.register("sizes", "Sizes", histogram);
        let mut text = String::new();
        encode(&mut text, &registry).unwrap();
        let samples: Vec<_> = text.lines().filter(|line| !line.starts_with('#')).collect();
        let expected = [
            "sizes_sum 103.0",
            "sizes_count 15",
            "sizes_bucket{le=\"1.0\"} 3",
            "sizes_bucket{le=\"10.0\"} 10",
            "sizes_bucket{le=\"+Inf\"} 15",
        ];
        assert_eq!(samples, expected);
    }

    #[test]
    fn what_came_in_between_has_a_mean_and_quantiles() {
        let histogram = Histogram::of_durations();
        histogram.observe_duration(Duration::from_secs(60), 5);
        let before = histogram.read();
        assert_eq!((before.quantile(0.5), before.mean()), (10_000.0, 60.0), "above all bounds");
        histogram.observe_duration(Duration::from_micros(900), 99);
        histogram.observe_duration(Duration::from_millis(20), 1);
        let since = histogram.read().since(&before);
        assert_eq!(since.count(), 100);
        assert!((0.5..=1.0).contains(&since.quantile(0.5)), "{}", since.quantile(0.5));
        assert!((10.0..=25.0).contains(&since.quantile(0.999)));
        assert!((since.mean() - 0.001_091).abs() < 1e-9, "{}", since.mean());
        assert_eq!(Counts::default().quantile(0.99), 0.0);
    }

    #[test]
    fn durations_are_shown_in_seconds() {
        let histogram = Histogram::of_durations();
        histogram.observe_duration(Duration::from_micros(250), 2);
        histogram.observe_duration(Duration::from_secs(3_600), 1);
        let mut registry = Registry::default();
        registry.register("took", "Took", histogram);
        let mut text = String::new();
        encode(&mut text, &registry).unwrap();
        for sample in [
            "took_sum 3600.0005",
            "took_bucket{le=\"0.0001\"} 0",
            "took_bucket{le=\"0.00025\"} 2",
            "took_count 3",
        ] {
            assert!(text.lines().any(|line| line == sample), "{sample} is not in\n{text}");
        }
    }
}
