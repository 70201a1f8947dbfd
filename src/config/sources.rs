//! Where an option's value comes from: its flag, else the environment, else `.env`, else a variable of others
//! in one of the two, else the file, else its default.
//!
//! What no flag says is handed to clap as the option's default. So there is one definition of what a
//! value may be, whatever it comes from. An option is a flag that has a variable, of any command.

use std::collections::{BTreeMap, HashMap};
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use clap::builder::Resettable;
use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command};

use super::environment::Environment;
use super::{aliases, file};

/// The option that names the file: the only one that cannot stand in it.
const CONFIG: &str = "config";

/// A value, and where it was found.
#[derive(Clone, Debug)]
pub(super) struct Given {
    pub place: String,
    pub values: Vec<OsString>,
}

/// What is wrong with a source.
#[derive(Debug, thiserror::Error)]
#[error("{place}: {message}")]
pub(super) struct Fault {
    place: String,
    message: String,
}

impl Fault {
    pub fn new(place: impl Into<String>, message: impl Into<String>) -> Self {
        Self { place: place.into(), message: message.into() }
    }
}

/// Parses the arguments, and takes what they do not say from the other sources.
pub(super) fn parse(
    command: Command,
    arguments: &[OsString],
    environment: &Environment,
) -> Result<ArgMatches, clap::Error> {
    let mut variables = BTreeMap::new();
    collect_variables(&command, &mut variables);
    let mut command = without_variables(command);
    // A call for help, and a flag that is wrong, are answered whatever the other sources hold.
    let flags = command.clone().try_get_matches_from(arguments)?;
    let (path, flags) = called(&flags);
    let sources = Sources { environment, dot_env: HashMap::new(), file: BTreeMap::new(), variables };
    let defaults = sources
        .read(&command, flags)
        .and_then(|sources| sources.defaults(at(&command, &path), flags))
        .map_err(|fault| command.error(ErrorKind::ValueValidation, fault))?;
    with_defaults(command, &path, &defaults).try_get_matches_from(arguments)
}

/// Every source but the flags and the defaults.
struct Sources<'a> {
    environment: &'a Environment,
    dot_env: HashMap<String, Given>,
    /// By the names of options.
    file: BTreeMap<String, Given>,
    /// The variable of every option.
    variables: BTreeMap<String, OsString>,
}

impl Sources<'_> {
    /// With `.env` and the file that a flag or a variable names.
    fn read(mut self, command: &Command, flags: &ArgMatches) -> Result<Self, Fault> {
        self.dot_env = self.environment.dot_env()?;
        let mut options = BTreeMap::new();
        collect_arguments(command, &mut options);
        options.retain(|id, _| self.variables.contains_key(id));
        let naming = options.remove(CONFIG);
        if let Some(named) = self.file_name(naming.as_ref(), flags)? {
            self.file = file::read(&self.environment.path(&named), &named, &options)?;
        }
        Ok(self)
    }

    fn file_name(&self, option: Option<&Arg>, flags: &ArgMatches) -> Result<Option<PathBuf>, Fault> {
        if let Ok(Some(by_flag)) = flags.try_get_one::<PathBuf>(CONFIG) {
            return Ok(Some(by_flag.clone()));
        }
        let (Some(option), Some(mut given)) = (option, self.variable(CONFIG)) else { return Ok(None) };
        check(option, &given)?;
        Ok(given.values.pop().map(PathBuf::from))
    }

    /// What the option's variable says or, if it says nothing, one of others that says the same. Those are often
    /// empty where somebody passes on what is not set.
    fn variable(&self, option: &str) -> Option<Given> {
        let says_something = |given: &Given| given.values.iter().any(|value| !value.is_empty());
        let by_alias = || {
            aliases::of(option).find_map(|(name, reading)| {
                let given = self.said_by(OsStr::new(name)).filter(says_something)?;
                let read =
                    |value: OsString| value.to_str().map_or(value.clone(), |text| reading.apply(text).into());
                Some(Given { values: given.values.into_iter().map(read).collect(), ..given })
            })
        };
        self.said_by(self.variables.get(option)?).or_else(by_alias)
    }

    /// What a variable says, in the environment or in `.env`.
    fn said_by(&self, name: &OsStr) -> Option<Given> {
        let in_dot_env = || self.dot_env.get(name.to_str()?).cloned();
        self.environment.variable(name).or_else(in_dot_env)
    }

    /// The value of every option of `command` that no flag gives and another source does.
    fn defaults(&self, command: &Command, flags: &ArgMatches) -> Result<Defaults, Fault> {
        let by_flag = |id: &str| flags.value_source(id) == Some(ValueSource::CommandLine);
        let mut defaults = Defaults::new();
        for option in command.get_arguments() {
            let id = option.get_id().as_str();
            if option.is_positional() || !self.variables.contains_key(id) || by_flag(id) {
                continue;
            }
            if let Some(given) = self.variable(id) {
                check(option, &given)?;
                defaults.insert(id.to_owned(), given.values);
            } else if let Some(given) = self.file.get(id) {
                defaults.insert(id.to_owned(), given.values.clone());
            }
        }
        Ok(defaults)
    }
}

type Defaults = BTreeMap<String, Vec<OsString>>;

/// Whether the option takes the value, as it would from a flag. Clap may panic over defaults that an
/// option does not take, and its error would not say where they come from.
pub(super) fn check(option: &Arg, given: &Given) -> Result<(), Fault> {
    let flag = option.get_long().unwrap_or_default();
    let mut option = option.clone();
    if matches!(option.get_action(), ArgAction::SetTrue) {
        option = option.action(ArgAction::Set).num_args(1);
    }
    let arguments = given.values.iter().map(|value| {
        let mut argument = OsString::from(format!("--{flag}="));
        argument.push(value);
        argument
    });
    let alone = Command::new("option").no_binary_name(true).disable_help_flag(true).arg(option);
    let tried = alone.try_get_matches_from(arguments);
    tried.map(drop).map_err(|error| {
        let text = error.to_string();
        // Behind it stands how the option is used alone, which nobody does.
        let reason = text.split("\n\n").next().unwrap_or_default();
        Fault::new(&given.place, reason.trim_start_matches("error: ").trim_end())
    })
}

/// The variables of the options of `command` and of those below it, by the options' names.
fn collect_variables(command: &Command, variables: &mut BTreeMap<String, OsString>) {
    for option in command.get_arguments() {
        if let Some(variable) = option.get_env() {
            variables.insert(option.get_id().to_string(), variable.to_owned());
        }
    }
    command.get_subcommands().for_each(|below| collect_variables(below, variables));
}

fn collect_arguments(command: &Command, arguments: &mut BTreeMap<String, Arg>) {
    for argument in command.get_arguments().filter(|argument| !argument.is_positional()) {
        arguments.entry(argument.get_id().to_string()).or_insert_with(|| argument.clone());
    }
    command.get_subcommands().for_each(|below| collect_arguments(below, arguments));
}

/// Keeps clap from reading the process's environment, and still shows the variables in its help.
fn without_variables(command: Command) -> Command {
    let command = command.mut_args(|option| {
        let Some(variable) = option.get_env().map(OsStr::to_owned) else { return option };
        let help = option.get_help().map(|help| format!("{help} [env: {}]", variable.display()));
        option.env(Resettable::Reset).help(help.unwrap_or_default())
    });
    command.mut_subcommands(without_variables)
}

/// The names that lead to the command that is called, and what was said to it.
fn called(mut flags: &ArgMatches) -> (Vec<String>, &ArgMatches) {
    let mut path = Vec::new();
    while let Some((name, below)) = flags.subcommand() {
        path.push(name.to_owned());
        flags = below;
    }
    (path, flags)
}

fn at<'a>(command: &'a Command, path: &[String]) -> &'a Command {
    path.iter().fold(command, |command, name| command.find_subcommand(name).unwrap_or(command))
}

fn with_defaults(command: Command, path: &[String], defaults: &Defaults) -> Command {
    match path {
        [] => command.mut_args(|option| match defaults.get(option.get_id().as_str()) {
            Some(values) => option.default_values(values.clone()),
            None => option,
        }),
        [name, rest @ ..] => command.mut_subcommand(name, |below| with_defaults(below, rest, defaults)),
    }
}
