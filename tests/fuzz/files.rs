//! Files that people write: project files and templates.

use std::fs;
use std::sync::Arc;

use graphroom::domain::creation::{Beginning, NewProject, first_record};
use graphroom::domain::{Author, Context, Limits, Record, State, Template, TemplateSet, Timestamp};
use graphroom::project::export::Export;
use graphroom::project::import::{self, Import, MAX_LISTED, Rules};
use graphroom::project::{Library, Reading};
use serde_json::Value;
use uuid::Uuid;

use super::run::{Case, Part, readable};
use super::{bytes, corpus, values};

/// A project of what was imported, through its first record.
fn project(name: &str, strict: bool, template: &Arc<Template>, beginning: Beginning<'_>) -> State {
    let author = Author { user_id: "ann".into(), name: None, client_id: None };
    let context = Context {
        author: &author,
        now: Timestamp::from_millis(1_760_000_000_000),
        seed: Uuid::nil(),
        limits: Limits::default(),
        lenient_parents: false,
        templates: &TemplateSet::new(),
    };
    let record = first_record(&NewProject { name, template, strict, beginning }, "c".into(), &context);
    let read = Record::decode(&record.encode().unwrap()).expect("the first record is read");
    assert_eq!(read, record);
    let mut state = State::default();
    state.apply(&read);
    state
}

fn export(state: &State) -> String {
    let (mut export, mut file) = (Export::new(state.clone()), Vec::new());
    while let Some(piece) = export.next_piece().unwrap() {
        file.extend(piece);
    }
    String::from_utf8(file).unwrap()
}

fn read(file: &[u8], templates: &TemplateSet, limits: Limits, strict: Option<bool>) -> Reading {
    let find = |id: &str| templates.get(id).cloned();
    let now = Timestamp::from_millis(1_760_000_000_000);
    import::read(file, &Rules { template: &find, limits, strict, strict_unsaid: false, now })
}

/// What came in goes out, and comes in again the same.
fn assert_comes_back(import: &Import, templates: &TemplateSet) {
    let strict = import.strict;
    let state = project(&import.name, strict, &import.template, Beginning::Graph(Arc::clone(&import.nodes)));
    assert_eq!(state.graph.len(), import.nodes.len());
    let file = export(&state);
    let again = read(file.as_bytes(), templates, Limits::default(), None);
    let again = again.outcome.unwrap_or_else(|faults| panic!("{:?}", faults.listed()));
    assert_eq!((&again.name, again.strict), (&import.name, strict));
    let nodes = Arc::clone(&again.nodes);
    assert_eq!(export(&project(&again.name, strict, &again.template, Beginning::Graph(nodes))), file);
}

#[test]
fn a_project_file_has_faults_with_places_or_comes_back_as_it_went_in() {
    let templates = Library::open(None).0.current();
    let mut base: Vec<Value> = corpus::project_files().iter().map(corpus::json).collect();
    base.extend(corpus::messages().iter().filter(|(name, _)| name == "project-file").map(corpus::json));
    Part::new("files", 7).needs("project file", 50, 100).run(|case| {
        let random = &mut case.random;
        let (file, other) = (random.pick(&base).clone(), random.pick(&base).clone());
        let is_value = random.percent(70);
        let file = if is_value { values::altered(random, &file, &other) } else { file };
        let mut text = values::written(&file).into_bytes();
        if !is_value || random.percent(15) {
            text = bytes::altered(random, &text, other.to_string().as_bytes());
        }
        let tight = Limits { nodes: 3, depth: 2, property_bytes: 20, ..Limits::default() };
        let limits = if random.percent(10) { tight } else { Limits::default() };
        let strict = *random.pick(&[None, Some(true), Some(false)]);
        case.shows(format!("{strict:?} {}", readable(&text)));
        let reading = read(&text, &templates, limits, strict);
        case.saw("project file", reading.outcome.is_ok());
        match reading.outcome {
            Ok(import) => {
                assert_eq!(import.nodes.len(), reading.node_count);
                assert_comes_back(&import, &templates);
            }
            Err(faults) => {
                let listed = faults.listed();
                assert!((1..=MAX_LISTED).contains(&listed.len()) && listed.len() <= faults.total());
                assert!(listed.iter().all(|fault| !fault.place.is_empty() && !fault.message.is_empty()));
            }
        }
    });
}

/// Templates that are tried at once: each opening reads the built-in ones too.
const TEMPLATES: usize = 12;

/// Lines of YAML moved about: what bytes alone seldom come to.
fn altered_lines(case: &mut Case, text: &str, other: &str) -> String {
    let random = &mut case.random;
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let others: Vec<&str> = other.lines().collect();
    for _ in 0..1 + random.below(3) {
        let at = random.below(lines.len());
        match random.below(6) {
            0 if lines.len() > 1 => drop(lines.remove(at)),
            1 => lines.insert(at, lines[at].clone()),
            2 => lines[at] = format!("{}{}", random.pick(&[" ", "  ", "\t"]), lines[at]),
            3 => lines[at] = random.pick(&others).to_string(),
            4 => lines[at] = lines[at].trim_start_matches("  ").to_owned(),
            _ => {
                let value = values::anything(random).to_string();
                let key = lines[at].split_once(':').map_or(lines[at].clone(), |(key, _)| format!("{key}:"));
                lines[at] = format!("{key} {value}");
            }
        }
    }
    lines.join("\n")
}

#[test]
fn a_template_is_left_out_with_a_reason_or_makes_projects() {
    let texts: Vec<String> = corpus::templates().into_iter().map(|(_, text)| text).collect();
    let small = "id: small\nversion: \"1\"\nname: Small\nnode_types:\n  - id: room\n    label: Room\n    \
        allowed_children: [room]\n    properties:\n      - {id: status, label: S, type: select, value: Open, \
        required: true, options: [Open, {name: Done, bullet: x, id: done}]}\n      - {id: n, label: N, type: number, value: 1}\n";
    let directory = tempfile::tempdir().unwrap();
    Part::new("files_templates", 7).needs("template", 20, 50).run(|case| {
        case.shows("");
        for number in 0..TEMPLATES {
            let text =
                if case.random.percent(60) { small.to_owned() } else { case.random.pick(&texts).clone() };
            let text = text.replace("id: small\n", "");
            let other = case.random.pick(&texts).clone();
            let text = match case.random.percent(60) {
                true => altered_lines(case, &text, &other).into_bytes(),
                false => bytes::altered(&mut case.random, text.as_bytes(), other.as_bytes()),
            };
            case.shows_too(&format!("t{number}: {}", readable(&text)));
            fs::write(directory.path().join(format!("t{number}.yaml")), text).unwrap();
        }
        let (library, faults) = Library::open(Some(directory.path().to_owned()));
        let templates = library.current();
        for number in 0..TEMPLATES {
            let id = format!("t{number}");
            let is_there = templates.contains_key(id.as_str());
            let told = faults.iter().filter(|fault| fault.file.ends_with(format!("{id}.yaml")));
            assert_eq!(told.filter(|fault| fault.left_out).count() > 0, !is_there, "{faults:?}");
            case.saw("template", is_there);
            if let Some(template) = templates.get(id.as_str()) {
                let state = project("Fuzzed", true, template, Beginning::Root(&template.node_types[0]));
                assert_eq!(state.template, *template);
            }
        }
        assert!(faults.iter().all(|fault| !fault.reason.is_empty()));
    });
}
