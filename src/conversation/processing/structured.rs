//! Answers in a form: what the assistant is asked for, and what is read of what it says. Pure.

use serde::Deserialize;
use serde_json::{Value, json};

/// The confidence of an answer that says nothing of it.
const UNSAID: f64 = 0.5;

/// An answer, taken apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Explained {
    /// In plain words.
    pub user_explanation: String,
    /// What to do, for who does it.
    pub technical_instruction: String,
    /// How sure it is, from 0 to 1.
    pub confidence: f64,
}

/// What is found of an answer that was looked at again.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// Whether it holds.
    pub verified: bool,
    /// How sure that is, from 0 to 1.
    pub confidence: f64,
    /// Why.
    pub feedback: String,
}

/// The form of an answer.
#[must_use]
pub fn form_of_answers() -> Value {
    form(&json!({ "user_explanation": { "type": "string" }, "technical_instruction": { "type": "string" },
        "confidence": { "type": "number" } }))
}

/// The form of a question back.
#[must_use]
pub fn form_of_questions() -> Value {
    form(&json!({ "verification_prompt": { "type": "string" } }))
}

/// The form of a verdict.
#[must_use]
pub fn form_of_verdicts() -> Value {
    form(&json!({ "verified": { "type": "boolean" }, "confidence": { "type": "number" },
        "feedback": { "type": "string" } }))
}

fn form(properties: &Value) -> Value {
    let required: Vec<&String> =
        properties.as_object().into_iter().flat_map(|fields| fields.keys()).collect();
    json!({ "type": "object", "properties": properties, "required": required })
}

#[derive(Deserialize)]
struct Answer {
    user_explanation: String,
    #[serde(default)]
    technical_instruction: String,
    confidence: Option<f64>,
}

#[derive(Deserialize)]
struct Question {
    verification_prompt: String,
}

#[derive(Deserialize)]
struct Found {
    verified: bool,
    confidence: Option<f64>,
    #[serde(default)]
    feedback: String,
}

/// An answer in its form. What is in none is an explanation as it stands.
#[must_use]
pub fn read_answer(text: &str) -> Explained {
    match serde_json::from_str::<Answer>(bare(text)) {
        Ok(answer) if !answer.user_explanation.trim().is_empty() => Explained {
            user_explanation: answer.user_explanation,
            technical_instruction: answer.technical_instruction,
            confidence: share(answer.confidence),
        },
        _ => Explained {
            user_explanation: text.trim().to_owned(),
            technical_instruction: String::new(),
            confidence: UNSAID,
        },
    }
}

/// A question back, if there is one.
#[must_use]
pub fn read_question(text: &str) -> Option<String> {
    let Question { verification_prompt } = serde_json::from_str(bare(text)).ok()?;
    Some(verification_prompt).filter(|prompt| !prompt.trim().is_empty())
}

/// A verdict, if there is one.
#[must_use]
pub fn read_verdict(text: &str) -> Option<Verdict> {
    let Found { verified, confidence, feedback } = serde_json::from_str(bare(text)).ok()?;
    Some(Verdict { verified, confidence: share(confidence), feedback })
}

fn share(said: Option<f64>) -> f64 {
    said.filter(|number| number.is_finite()).map_or(UNSAID, |number| number.clamp(0.0, 1.0))
}

/// Some models put a fence around it.
fn bare(text: &str) -> &str {
    let text = text.trim();
    let fenced = text.strip_prefix("```json").or_else(|| text.strip_prefix("```"));
    fenced.and_then(|text| text.strip_suffix("```")).unwrap_or(text).trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_in_its_form_is_taken_apart_and_any_other_is_an_explanation() {
        let said = r#"{"user_explanation":"The door is late.","technical_instruction":"Order it.","confidence":0.9}"#;
        let read = read_answer(said);
        assert_eq!(
            (&*read.user_explanation, &*read.technical_instruction),
            ("The door is late.", "Order it.")
        );
        assert!((read.confidence - 0.9).abs() < f64::EPSILON);
        assert_eq!(read_answer(&format!("```json\n{said}\n```")), read);
        for other in ["The door.", "{\"user_explanation\":7}", "{\"user_explanation\":\" \"}", "[]", "{"] {
            let read = read_answer(other);
            assert_eq!((&*read.user_explanation, &*read.technical_instruction), (other, ""));
            assert!((read.confidence - 0.5).abs() < f64::EPSILON, "{other}");
        }
    }

    #[test]
    fn confidence_is_from_0_to_1_whatever_is_said() {
        for (said, read) in [("7", 1.0), ("-1", 0.0), ("0.25", 0.25), ("null", 0.5)] {
            let text = format!(r#"{{"user_explanation":"x","confidence":{said}}}"#);
            assert!((read_answer(&text).confidence - read).abs() < f64::EPSILON, "{said}");
        }
    }

    #[test]
    fn a_question_and_a_verdict_are_there_or_not() {
        assert_eq!(read_question(r#"{"verification_prompt":"Which door?"}"#).as_deref(), Some("Which door?"));
        assert_eq!(read_question("Which door?"), None);
        let verdict = read_verdict(r#"{"verified":true,"confidence":0.75,"feedback":"It holds."}"#);
        let expected = Verdict { verified: true, confidence: 0.75, feedback: "It holds.".to_owned() };
        assert_eq!((verdict, read_verdict("yes")), (Some(expected), None));
    }
}
