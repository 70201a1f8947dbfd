//! The two text forms of metrics that scrapers read.
//!
//! The library writes OpenMetrics. The older Prometheus text form differs in what stands around the
//! samples: there the name of a family is the name of its samples, and neither units nor an end are told.

use std::fmt;

use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;

/// Which form a scraper reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Version 0.0.4: what everybody reads.
    Prometheus,
    /// Version 1.0.0: for those who ask for it.
    OpenMetrics,
}

impl Form {
    /// By what the scraper says that it reads.
    #[must_use]
    pub fn accepted(accept: &str) -> Self {
        let reads = |name: &str| accept.to_ascii_lowercase().contains(name);
        if reads("application/openmetrics-text") { Self::OpenMetrics } else { Self::Prometheus }
    }

    /// The media type.
    #[must_use]
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Prometheus => "text/plain; version=0.0.4; charset=utf-8",
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
        }
    }

    pub(super) fn write(self, registry: &Registry) -> Result<String, fmt::Error> {
        let mut text = String::new();
        encode(&mut text, registry)?;
        Ok(match self {
            Self::OpenMetrics => text,
            Self::Prometheus => prometheus(&text),
        })
    }
}

/// The same in the Prometheus text form.
fn prometheus(open_metrics: &str) -> String {
    let mut text = String::with_capacity(open_metrics.len());
    let mut help = None;
    for line in open_metrics.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            help = rest.split_once(' ');
        } else if let Some((name, kind)) = line.strip_prefix("# TYPE ").and_then(|rest| rest.split_once(' '))
        {
            let (suffix, kind) = match kind {
                "counter" => ("_total", kind),
                "info" => ("_info", "gauge"),
                _ => ("", kind),
            };
            let about = help.take().filter(|(of, _)| *of == name).map_or("", |(_, about)| about);
            text += &format!("# HELP {name}{suffix} {about}\n# TYPE {name}{suffix} {kind}\n");
        } else if !line.starts_with('#') {
            text += line;
            text.push('\n');
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use prometheus_client::metrics::counter::Counter;
    use prometheus_client::metrics::gauge::Gauge;
    use prometheus_client::metrics::info::Info;
    use prometheus_client::registry::Unit;

    use super::*;

    #[test]
    fn the_family_has_the_name_of_its_samples_and_nothing_stands_at_the_end() {
        let mut registry = Registry::default();
        registry.register("commands", "Commands", Counter::<u64>::default());
        registry.register("build", "Build", Info::new([("version", "1")]));
        registry.register_with_unit("start", "Start", Unit::Seconds, Gauge::<i64>::default());
        assert_eq!(
            Form::Prometheus.write(&registry).unwrap(),
            "# HELP commands_total Commands.\n# TYPE commands_total counter\ncommands_total 0\n\
             # HELP build_info Build.\n# TYPE build_info gauge\nbuild_info{version=\"1\"} 1\n\
             # HELP start_seconds Start.\n# TYPE start_seconds gauge\nstart_seconds 0\n"
        );
        assert!(
            Form::OpenMetrics
                .write(&registry)
                .unwrap()
                .ends_with("# UNIT start_seconds seconds\nstart_seconds 0\n# EOF\n")
        );
    }

    #[test]
    fn who_asks_for_open_metrics_gets_it_and_nobody_else() {
        let prometheus =
            "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.2,*/*;q=0.1";
        assert_eq!(Form::accepted(prometheus), Form::OpenMetrics);
        for other in ["", "*/*", "text/plain", "text/plain;version=0.0.4"] {
            assert_eq!(Form::accepted(other), Form::Prometheus, "{other}");
        }
    }
}
