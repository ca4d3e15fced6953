//! What a reply tells beside its picture: what it cost, what is left, what was made of the words.

use crate::ENGINE_HEADER;
use crate::failure::is_plain;
use crate::json::Json;

/// Something told beside a picture or a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    CreditsLeft,
    /// In credits.
    Cost,
    /// In seconds, at the provider.
    GenerationTime,
    Seed,
    /// By which the provider finds the request again.
    RequestId,
    RefinedPrompt,
    /// What a content check or the model remarked.
    Remark,
    /// Which one found the subject, where our own engine answers.
    Network,
}

/// Details as they are told, each shown as text.
pub type Details = Vec<(Detail, String)>;

/// The headers that tell them (the provider's documentation). A page reads those that are exposed. The
/// first of a kind counts: a relay has an id of its own, and the provider's support asks for the other.
pub const DETAIL_HEADERS: [(&str, Detail); 7] = [
    ("x-remaining-credits", Detail::CreditsLeft),
    ("x-cost", Detail::Cost),
    ("x-generation-time", Detail::GenerationTime),
    ("x-seed-value", Detail::Seed),
    ("x-upstream-request-id", Detail::RequestId),
    ("x-request-id", Detail::RequestId),
    (ENGINE_HEADER, Detail::Network),
];

/// The JSON that tells them, beside a picture or in `result`.
const KEYS: [(&str, Detail); 6] = [
    ("seed", Detail::Seed),
    ("request_id", Detail::RequestId),
    ("refined_prompt", Detail::RefinedPrompt),
    ("warning", Detail::Remark),
    ("moderation", Detail::Remark),
    ("remaining_credits", Detail::CreditsLeft),
];

/// The longest of them that is kept, in characters.
const LONGEST: usize = 600;

impl Detail {
    /// Adds one, unless something of the kind is told already or this is blank.
    pub fn tell(self, text: &str, to: &mut Details) {
        let text = text.trim();
        if !text.is_empty() && to.iter().all(|(told, _)| *told != self) {
            to.push((self, text.chars().filter(|c| is_plain(*c)).take(LONGEST).collect()));
        }
    }

    /// Adds all that a JSON reply tells.
    pub fn tell_all(json: &Json, to: &mut Details) {
        for place in [Some(json), json.get("result")].into_iter().flatten() {
            for (key, detail) in KEYS {
                match place.get(key) {
                    #[expect(
                        clippy::cast_possible_truncation,
                        reason = "saturates; seeds are whole"
                    )]
                    Some(Json::Number(number)) => detail.tell(&(*number as i64).to_string(), to),
                    Some(json) => detail.tell(json.text().unwrap_or_default(), to),
                    None => {}
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_come_first_and_json_adds() {
        let json = serde_json::json!({
            "seed": 9,
            "request_id": "r-1",
            "result": { "image_url": "https://a.example", "refined_prompt": "on oak", "seed": 8 },
            "warning": [1],
        });
        let mut told = Details::new();
        Detail::Seed.tell(" 7 ", &mut told);
        Detail::Cost.tell("  ", &mut told);
        Detail::tell_all(&json.into(), &mut told);
        assert_eq!(
            told,
            [
                (Detail::Seed, "7".to_owned()),
                (Detail::RequestId, "r-1".to_owned()),
                (Detail::RefinedPrompt, "on oak".to_owned()),
            ]
        );
    }
}
