//! The YAML form of a template: which fields a file has, and of which YAML type.
//!
//! ```yaml
//! id: kitchen            # optional; must be the file's stem
//! version: "1"           # optional
//! name: Kitchen
//! description: …         # optional
//! node_types:
//!   - id: room
//!     label: Room
//!     allowed_children: [cupboard]      # optional, like all below
//!     has_time_log: false
//!     icon_id: room
//!     properties:
//!       - id: status
//!         label: Status
//!         type: select                  # text, number, currency, boolean, date, select
//!         required: true
//!         value: Open                   # the default; of a select an option's id or name
//!         indicator_set: status
//!         options:                      # names, or more of them
//!           - Open
//!           - { name: Done, indicator_id: filled, bullet: "●", id: done }
//! ```
//!
//! Fields that are not named here are ignored, so that files written for other readers load; each is
//! told ([`super::unknown`]). Only `true` and `false` are booleans: an option may be called `Yes`.

use std::io;
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_saphyr::{Location, Spanned};

use super::{TemplateFault, check, unknown};
use crate::domain::Template;
use crate::domain::template::PropertyKind;

/// What is wrong, before it is known in which file.
#[derive(Debug)]
pub(super) struct Fault {
    line: Option<usize>,
    reason: String,
    left_out: bool,
}

impl Fault {
    pub(super) fn new(reason: impl Into<String>) -> Self {
        Self { line: None, reason: reason.into(), left_out: true }
    }

    pub(super) fn at<T>(place: &Spanned<T>, reason: impl Into<String>) -> Self {
        Self::at_location(place.referenced, reason)
    }

    pub(super) fn at_location(place: Location, reason: impl Into<String>) -> Self {
        Self { line: line(place), ..Self::new(reason) }
    }

    pub(super) fn at_line(line: usize, reason: impl Into<String>) -> Self {
        Self { line: Some(line), ..Self::new(reason) }
    }

    /// The same, where the template can be used all the same.
    pub(super) fn harmless(self) -> Self {
        Self { left_out: false, ..self }
    }

    pub(super) fn of(self, file: &Path) -> TemplateFault {
        let Self { line, reason, left_out } = self;
        TemplateFault { file: file.to_owned(), line, reason, left_out }
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::new(format!("it cannot be read: {error}"))
    }
}

impl From<serde_saphyr::Error> for Fault {
    fn from(error: serde_saphyr::Error) -> Self {
        Self { line: error.location().and_then(line), ..Self::new(error.to_string()) }
    }
}

/// Unknown places have line 0.
fn line(location: Location) -> Option<usize> {
    usize::try_from(location.line()).ok().filter(|line| *line > 0)
}

/// Reads one template from the text of the file with this stem: the template if it can be used, and
/// everything that is wrong, from the first line to the last.
pub(super) fn read(stem: &str, text: &str) -> (Option<Template>, Vec<Fault>) {
    let form = match parse(text) {
        Ok(form) => form,
        Err(fault) => return (None, vec![fault]),
    };
    let mut faults = Vec::new();
    let template = check::template(stem, form, &mut faults);
    let is_good = faults.is_empty();
    match parse(text) {
        Ok(outline) => unknown::fields(&outline, &mut faults),
        Err(fault) => faults.push(fault.harmless()),
    }
    faults.sort_by_key(|fault| fault.line);
    (is_good.then_some(template), faults)
}

fn parse<T: DeserializeOwned>(text: &str) -> Result<T, Fault> {
    let options = serde_saphyr::options! {
        strict_booleans: true,
        with_snippet: false,
        budget: serde_saphyr::budget! { max_depth: 32 },
    };
    Ok(serde_saphyr::from_str_with_options(text, options)?)
}

// What must be there is optional here: `check` tells what is missing, and knows where.

#[derive(Deserialize)]
pub(super) struct TemplateForm {
    pub id: Option<Spanned<String>>,
    pub version: Option<String>,
    pub name: Option<Spanned<String>>,
    pub description: Option<String>,
    pub node_types: Option<Spanned<Vec<Spanned<NodeTypeForm>>>>,
}

#[derive(Deserialize)]
pub(super) struct NodeTypeForm {
    pub id: Option<Spanned<String>>,
    pub label: Option<Spanned<String>>,
    pub description: Option<String>,
    #[serde(default)]
    pub allowed_children: Vec<Spanned<String>>,
    #[serde(default)]
    pub has_time_log: bool,
    pub icon_id: Option<String>,
    #[serde(default)]
    pub properties: Vec<Spanned<PropertyForm>>,
}

#[derive(Deserialize)]
pub(super) struct PropertyForm {
    pub id: Option<Spanned<String>>,
    pub label: Option<Spanned<String>>,
    #[serde(rename = "type")]
    pub kind: Option<PropertyKind>,
    #[serde(default)]
    pub required: bool,
    pub value: Option<Spanned<Value>>,
    pub indicator_set: Option<String>,
    #[serde(default)]
    pub options: Vec<Spanned<OptionForm>>,
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "an option is a text (quote numbers, true and false) or has a name")]
pub(super) enum OptionForm {
    Name(String),
    More { name: String, indicator_id: Option<String>, bullet: Option<String>, id: Option<String> },
}
