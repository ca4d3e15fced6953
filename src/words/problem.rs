//! What keeps the form from being sent.

use super::Language;
use backdrop_contract::{Name, Problem, Rule};

/// What is wrong with a value, and what to do.
pub fn problem(language: Language, problem: &Problem) -> String {
    language
        .say(match (problem.parameter, problem.rule) {
            (Name::Image, Rule::Missing) => "Choose a photo first",
            (Name::Prompt, Rule::Missing) => "Say in a few words what the background should be",
            (Name::RefImages, _) => "Choose a reference picture first",
            (_, Rule::Colour) => {
                "That is no colour that can be sent: six hex digits, as in #ff5733"
            }
            (_, Rule::Bounds { least, most }) => {
                let bounds = [("least", &*least.to_string()), ("most", &most.to_string())];
                return language.fill("A whole number from {least} to {most}", &bounds);
            }
            // No control of the form makes any other.
            _ => "The endpoint does not take this value",
        })
        .to_owned()
}
