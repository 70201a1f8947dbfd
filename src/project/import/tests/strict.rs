//! What strict projects refuse.

use serde_json::{Value, json};

use super::*;

#[test]
fn a_strict_project_takes_what_its_template_allows_alone() {
    let [root, paint] = [ROOT, PAINT].map(|id| format!("nodes.{id}"));
    let job = "44444444-4444-4444-8444-444444444444";
    let unlisted = json!({ "type": "task", "name": "T", "parent_id": PAINT, "properties": { "status": "" } });
    let status = |id| at(id, "properties/status");
    let open =
        Library::open(None).0.current()["restomod"].clone().node_types[1].properties[0].options[0].id.clone();
    let sound: Vec<(String, Value)> = vec![(status(PAINT), json!(&*open)), (status(BODY), json!(&*open))];
    let cases = [
        (
            vec![(at(PAINT, "type"), json!("job")), (at(PAINT, "properties"), json!({}))],
            format!("{root}.children[1]"),
            "a job may not stand below a project_root".to_owned(),
        ),
        (
            vec![(at(PAINT, "properties/start_date"), json!("soon"))],
            format!("{paint}.properties.start_date"),
            "Property start_date of a phase must be a day, YYYY-MM-DD".to_owned(),
        ),
        (
            vec![(at(ROOT, "properties/budget"), json!("much"))],
            format!("{root}.properties.budget"),
            "Property budget of a project_root must be a number".to_owned(),
        ),
        (
            vec![(at(ROOT, "properties/vehicle"), nothing())],
            format!("{root}.properties.vehicle"),
            "Property vehicle of a project_root must be filled in".to_owned(),
        ),
        (
            vec![(at(ROOT, "properties/vehicle"), json!(""))],
            format!("{root}.properties.vehicle"),
            "Property vehicle of a project_root must be filled in".to_owned(),
        ),
        (
            vec![(status(PAINT), json!("Someday"))],
            format!("{paint}.properties.status"),
            "Property status of a phase must be the id of one of its options".to_owned(),
        ),
    ];
    for (patches, place, message) in cases {
        let all: Vec<_> = sound.iter().chain(&patches).cloned().collect();
        assert_eq!(faults_after(&all, true), [(place, message)], "{patches:?}");
        // Who is not strict takes the same file.
        let text = changed(|file| all.iter().for_each(|(pointer, value)| patch(file, pointer, value)));
        assert!(read_with(text.as_bytes(), LIMITS, false).outcome.is_ok());
    }
    let text = changed(|file| {
        sound.iter().for_each(|(pointer, value)| patch(file, pointer, value));
        patch(file, &format!("/nodes/{job}"), &unlisted);
    });
    let expected = [
        (format!("nodes.{job}.parent_id"), "a task may not stand below a phase".to_owned()),
        (format!("nodes.{job}.properties.status"), "Property status of a task must be filled in".to_owned()),
    ];
    assert_eq!(faults(&text, true), expected);
}
