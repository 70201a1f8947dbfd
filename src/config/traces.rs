//! Where traces of commands go.

use clap::Args;
use url::Url;

/// Traces of commands. Without a collector there are none.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct TraceOptions {
    /// The URL of an OpenTelemetry collector that takes OTLP over HTTP, as http://127.0.0.1:4318. Without it nothing is traced
    #[arg(long = "traces-to", id = "traces_to", env = "GRAPHROOM_TRACES_TO", value_name = "URL")]
    #[arg(value_parser = place)]
    pub to: Option<String>,

    /// One of how many commands is traced
    #[arg(long = "trace-one-in", id = "trace_one_in", env = "GRAPHROOM_TRACE_ONE_IN", value_name = "NUMBER")]
    #[arg(value_parser = clap::value_parser!(u64).range(1..), default_value_t = 1)]
    pub one_in: u64,
}

fn place(text: &str) -> Result<String, String> {
    let url = Url::parse(text).map_err(|error| error.to_string())?;
    match url.scheme() {
        "http" | "https" if url.has_host() => Ok(text.to_owned()),
        _ => Err("it must be a URL of http or https".to_owned()),
    }
}
