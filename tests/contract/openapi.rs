//! What every route must say about itself.

use std::collections::BTreeSet;

use graphroom::transport::rest;
use serde_json::Value;

/// Method, path and operation of every route.
pub fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let paths = document["paths"].as_object().unwrap();
    let all = paths.iter().flat_map(|(path, item)| {
        let item = item.as_object().unwrap();
        item.iter().map(move |(method, operation)| (method.clone(), path.clone(), operation.clone()))
    });
    all.collect()
}

#[test]
fn every_route_says_what_it_does_and_what_can_go_wrong() {
    let document = serde_json::to_value(rest::openapi()).unwrap();
    let tags: Vec<&Value> = document["tags"].as_array().unwrap().iter().map(|tag| &tag["name"]).collect();
    let mut ids = BTreeSet::new();
    for (method, path, operation) in operations(&document) {
        let route = format!("{method} {path}");
        assert!(operation["summary"].as_str().is_some_and(|text| text.len() > 10), "{route}");
        assert!(tags.contains(&&operation["tags"][0]), "{route}");
        assert!(ids.insert(operation["operationId"].as_str().unwrap().to_owned()), "{route}");
        let statuses: Vec<&String> = operation["responses"].as_object().unwrap().keys().collect();
        assert!(statuses.iter().any(|status| status.starts_with(['2', '3'])), "{route} has no success");
        for (status, response) in operation["responses"].as_object().unwrap() {
            assert!(!response["description"].as_str().unwrap().is_empty(), "{route} {status}");
        }
        for status in ["403", "421", "500"] {
            assert!(statuses.contains(&&status.to_owned()), "{route} says nothing of {status}");
        }
        for name in path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')) {
            let parameters = operation["parameters"].as_array().unwrap();
            assert!(parameters.iter().any(|p| p["name"] == name && p["in"] == "path"), "{route} {name}");
        }
    }
    assert!(ids.len() > 10);
}
