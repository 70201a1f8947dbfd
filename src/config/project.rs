//! What is said to `graphroom project`: what to do with the projects of a data directory, and how.
//!
//! An option that a server has, too, is told in all the places where a server is told it, and means the
//! same here.

use std::path::PathBuf;

use clap::builder::FalseyValueParser;
use clap::{Args, Subcommand};

use super::at_least_one;

const EXIT_CODES: &str = "Exit codes: 0 done, 1 what was asked for is wrong (no such project, a file with faults), \
                          2 it could not be done.";

/// What is to be done with the projects of a data directory.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum ProjectCommand {
    /// Lists the projects, newest first
    #[command(after_help = EXIT_CODES)]
    List(ListOptions),
    /// Writes a project as a project file
    #[command(after_help = EXIT_CODES)]
    Export(ExportOptions),
    /// Makes a project from a project file
    #[command(after_help = EXIT_CODES)]
    Import(ImportOptions),
}

/// Where the projects are.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// A TOML file of options; its keys are their names, with underscores
    #[arg(long, env = "GRAPHROOM_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// The directory that holds all projects
    #[arg(long, env = "GRAPHROOM_DATA", value_name = "DIR", default_value = "./data")]
    pub data: PathBuf,
}

/// Which projects are listed, and how.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct ListOptions {
    /// Where they are.
    #[command(flatten)]
    pub stored: Stored,

    /// Only those that have this in their names, whatever the case
    #[arg(long, value_name = "TEXT")]
    pub search: Option<String>,

    /// Tell each as one JSON object on a line of its own
    #[arg(long)]
    pub json: bool,
}

/// Which project is exported, and where to.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct ExportOptions {
    /// Where it is.
    #[command(flatten)]
    pub stored: Stored,

    /// The project's id
    #[arg(value_name = "ID")]
    pub id: String,

    /// The file to write, whole or not at all; - is standard output
    #[arg(long, short, value_name = "FILE", default_value = "-")]
    pub output: PathBuf,

    /// Replace the file if it is there already
    #[arg(long)]
    pub force: bool,
}

/// Which file is imported, and as what.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct ImportOptions {
    /// Where the project goes.
    #[command(flatten)]
    pub stored: Stored,

    /// The project file; - is standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// Only check the file. The data directory is not looked at: a server may be using it
    #[arg(long)]
    pub dry_run: bool,

    /// What the project is called, whatever the file says
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,

    /// Whether the project is held to its template, whatever the file says
    #[arg(long, value_name = "BOOL")]
    pub set_strict: Option<bool>,

    /// Tell what came of it as one JSON object
    #[arg(long)]
    pub json: bool,

    /// A directory of templates (*.yaml, *.yml) beside the built-in ones
    #[arg(long, env = "GRAPHROOM_TEMPLATES", value_name = "DIR")]
    pub templates: Option<PathBuf>,

    /// Make the project strict if neither the file nor --set-strict says
    #[arg(long, env = "GRAPHROOM_STRICT", value_parser = FalseyValueParser::new())]
    pub strict: bool,

    /// How many nodes a project may have
    #[arg(long, env = "GRAPHROOM_MAX_NODES", value_name = "NUMBER", value_parser = at_least_one)]
    #[arg(default_value_t = 100_000)]
    pub max_nodes: usize,
}
