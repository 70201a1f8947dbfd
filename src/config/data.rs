//! The options of what is done with a data directory as a whole: checking it, a copy of it, and putting one back.

use std::path::PathBuf;

use clap::Args;

/// What is to be checked, and how it is told.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct CheckOptions {
    /// A TOML file of options; its keys are their names, with underscores
    #[arg(long, env = "GRAPHROOM_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// The directory that holds all projects
    #[arg(long, env = "GRAPHROOM_DATA", value_name = "DIR", default_value = "./data")]
    pub data: PathBuf,

    /// Tell it as one JSON object
    #[arg(long)]
    pub json: bool,
}

/// What is to be copied, or put back, and where.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct BackupOptions {
    /// A TOML file of options; its keys are their names, with underscores
    #[arg(long, env = "GRAPHROOM_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// The directory that holds all projects
    #[arg(long, env = "GRAPHROOM_DATA", value_name = "DIR", default_value = "./data")]
    pub data: PathBuf,

    /// The backup
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}
