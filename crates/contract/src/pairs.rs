//! Settings as pairs of names and texts, as a link or a file carries them. Whoever made one may be a
//! stranger: each pair is checked by the table, and what is not taken is named.

use crate::parameters::{Kind, Name, PARAMETERS, Value};
use crate::problem::Rule;
use crate::request::{Request, rule_broken};

/// The longest text that is taken, in characters: ten times what is useful.
pub const LONGEST_SETTING: usize = 4_000;

/// The most pairs that are read, and the most that are named as not taken.
const MOST: usize = 100;

/// Why a pair is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refused {
    /// No such parameter.
    Unknown,
    /// The photo is never in a link or a file of settings.
    Photo,
    TooLong,
    /// The parameter was there already.
    Twice,
    /// It breaks a rule of the table.
    Rule(Rule),
}

/// What pairs have brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// The settings, without pictures.
    pub request: Request,
    /// The references: texts that are to be checked as addresses.
    pub references: Vec<String>,
    /// The names of what was not taken, cut to a length that can be shown, and why.
    pub refused: Vec<(String, Refused)>,
}

impl Request {
    /// The settings that are set, without the pictures.
    #[must_use]
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let pair = |name: Name| {
            let text = match self.get(name)? {
                Value::Text(text) if name != Name::Image => text.clone(),
                Value::Whole(number) => number.to_string(),
                Value::Switch(on) => if *on { "true" } else { "false" }.to_owned(),
                _ => return None,
            };
            Some((name.wire(), text))
        };
        PARAMETERS.iter().filter_map(|row| pair(row.name)).collect()
    }

    /// Reads pairs.
    #[must_use]
    pub fn of_pairs(pairs: impl IntoIterator<Item = (String, String)>) -> Taken {
        let mut taken = Taken::default();
        for (name, text) in pairs.into_iter().take(MOST) {
            if let Err(why) = taken.take(&name, text) {
                taken.refused.push((name.chars().take(40).collect(), why));
            }
        }
        taken
    }
}

impl Taken {
    fn take(&mut self, name: &str, text: String) -> Result<(), Refused> {
        let name = Name::of(name).ok_or(Refused::Unknown)?;
        let kind = name.parameter().kind;
        if text.chars().nth(LONGEST_SETTING).is_some() {
            return Err(Refused::TooLong);
        }
        if self.request.get(name).is_some() {
            return Err(Refused::Twice);
        }
        let wrong = Refused::Rule(Rule::Type(kind));
        let value = match kind {
            Kind::Image => return Err(Refused::Photo),
            Kind::Images { most } => {
                if self.references.len() >= most {
                    return Err(Refused::Rule(Rule::Count { most }));
                }
                self.references.push(text);
                return Ok(());
            }
            Kind::Text { .. } => Value::Text(text),
            Kind::Whole { .. } => Value::Whole(whole(&text).ok_or(wrong)?),
            Kind::Switch => Value::Switch(match text.as_str() {
                "true" => true,
                "false" => false,
                _ => return Err(wrong),
            }),
        };
        if let Some(rule) = rule_broken(kind, &value) {
            return Err(Refused::Rule(rule));
        }
        self.request.set(name, Some(value));
        Ok(())
    }
}

/// A whole number as it is written, and in no other way.
fn whole(text: &str) -> Option<i64> {
    text.parse().ok().filter(|number: &i64| number.to_string() == text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(pairs: &[(&str, &str)]) -> Taken {
        Request::of_pairs(pairs.iter().map(|(name, text)| ((*name).into(), (*text).into())))
    }

    #[test]
    fn what_is_not_taken_is_named_with_the_reason() {
        let long = "x".repeat(LONGEST_SETTING + 1);
        let seed = Name::Seed.parameter().kind;
        let Kind::Whole { least, most } = seed else { panic!("the seed is a number") };
        for (pairs, refused) in [
            (&[("api_key", "SG_x")][..], Refused::Unknown),
            (&[("image", "https://a.example/b.png")], Refused::Photo),
            (&[("prompt", &long)], Refused::TooLong),
            (&[("seed", "7"), ("seed", "8")], Refused::Twice),
            (&[("seed", "-1")], Refused::Rule(Rule::Bounds { least, most })),
            (&[("seed", "2147483648")], Refused::Rule(Rule::Bounds { least, most })),
            (&[("seed", "1e3")], Refused::Rule(Rule::Type(seed))),
            (&[("seed", "+7")], Refused::Rule(Rule::Type(seed))),
            (&[("seed", "99999999999999999999")], Refused::Rule(Rule::Type(seed))),
            (&[("fast", "yes")], Refused::Rule(Rule::Type(Kind::Switch))),
        ] {
            let taken = read(pairs);
            let (name, _) = pairs[pairs.len() - 1];
            assert_eq!(taken.refused, [(name.to_owned(), refused)]);
        }
        let name = "n".repeat(5_000);
        assert_eq!(read(&[(&name, "x")]).refused[0].0.len(), 40);
    }

    #[test]
    fn references_are_told_apart_and_counted() {
        let taken = read(&[("ref_images", "a"), ("ref_images", "b")]);
        assert_eq!(taken.references, ["a", "b"]);
        let taken = read(&[("ref_images", "a"); 12]);
        assert_eq!((taken.references.len(), taken.refused.len()), (10, 2));
    }

    fn setting() -> impl Strategy<Value = (usize, Value)> {
        (0..PARAMETERS.len(), any::<String>(), any::<bool>(), 0..=2_147_483_647_i64).prop_map(
            |(row, text, on, number)| {
                let value = match PARAMETERS[row].kind {
                    Kind::Whole { .. } => Value::Whole(number),
                    Kind::Switch => Value::Switch(on),
                    _ => Value::Text(text),
                };
                (row, value)
            },
        )
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(settings in prop::collection::vec(setting(), 0..20)) {
            let mut request = Request::default();
            for (row, value) in settings {
                let name = PARAMETERS[row].name;
                if !matches!(name, Name::Image | Name::RefImages) {
                    request.set(name, Some(value));
                }
            }
            let pairs = request.pairs().into_iter().map(|(name, text)| (name.to_owned(), text));
            let taken = Request::of_pairs(pairs);
            prop_assert_eq!(taken, Taken { request, ..Taken::default() });
        }

        /// Whatever comes, what is taken can be sent, and what was refused is few and short.
        #[test]
        fn nothing_wrong_is_taken(
            pairs in prop::collection::vec(
                (prop_oneof![any::<String>(), (0..13_usize).prop_map(|row| PARAMETERS[row].wire.to_owned())],
                 prop_oneof![any::<String>(), any::<i64>().prop_map(|n| n.to_string()), "true|false"]),
                0..150,
            )
        ) {
            let taken = Request::of_pairs(pairs);
            let problems = taken.request.problems();
            prop_assert!(problems.iter().all(|problem| problem.rule == Rule::Missing), "{:?}", problems);
            prop_assert_eq!(taken.request.get(Name::Image), None);
            prop_assert!(taken.references.len() <= 10 && taken.refused.len() <= MOST);
        }
    }
}
