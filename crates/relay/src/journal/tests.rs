//! The journal alone: what it counts, keeps and forgets.

use super::*;
use proptest::prelude::*;
use std::collections::HashMap;

const HASH: Hash = [7; 32];
const ALL: Keep = Keep { age: Duration::from_secs(1 << 30), bytes: 1 << 40 };

fn call(key: &str, budget: Budget) -> Call {
    Call { key: Some(key.to_owned()), hash: HASH, budget }
}

fn head(pieces: usize, length: u64) -> Head {
    let mut headers = HeaderMap::new();
    headers.insert("x-cost", HeaderValue::from_static("0.05"));
    Head { status: StatusCode::OK, headers, pieces, length }
}

async fn answered(journal: &Sqlite, key: &str, length: usize) -> Number {
    let ticket = journal.send(call(key, Budget::default())).await.unwrap().unwrap();
    let number = ticket.number.unwrap();
    let last = Some(Bytes::from(vec![1; length]));
    journal.settle(ticket, head(1, length as u64), last, Some(50_000)).await.unwrap();
    number
}

#[tokio::test]
async fn an_answer_is_read_as_it_was_written() {
    let journal = Sqlite::in_memory().unwrap();
    assert!(journal.find("k").await.unwrap().is_none());
    let ticket = journal.send(call("k", Budget::default())).await.unwrap().unwrap();
    let entry = journal.find("k").await.unwrap().unwrap();
    assert!(entry.answer.is_none() && entry.hash == HASH);
    // One key, one call.
    assert!(journal.send(call("k", Budget::default())).await.is_err());
    let number = entry.number;
    journal.piece(number, 0, Bytes::from_static(b"first")).await.unwrap();
    let last = Some(Bytes::from_static(b"last"));
    journal.settle(ticket, head(2, 9), last, None).await.unwrap();
    let found = journal.find("k").await.unwrap().unwrap().answer.unwrap();
    assert_eq!((found.status, found.pieces, found.length), (StatusCode::OK, 2, 9));
    assert_eq!(found.headers["x-cost"], "0.05");
    assert_eq!(&journal.read(number, 0).await.unwrap().unwrap()[..], b"first");
    assert_eq!(&journal.read(number, 1).await.unwrap().unwrap()[..], b"last");
    assert!(journal.read(number, 2).await.unwrap().is_none());
}

#[tokio::test]
async fn the_newest_that_fit_are_kept_and_what_is_in_use() {
    let journal = Sqlite::in_memory().unwrap();
    let mut numbers = Vec::new();
    for key in ["a", "b", "c", "d"] {
        numbers.push(answered(&journal, key, 100).await);
    }
    let lost = journal.send(call("lost", Budget::default())).await.unwrap().unwrap();
    journal.piece(lost.number.unwrap(), 0, Bytes::from_static(b"half")).await.unwrap();
    journal.prune(Keep { bytes: 250, ..ALL }, vec![numbers[0]]).await.unwrap();
    for (key, kept) in [("a", true), ("b", false), ("c", true), ("d", true), ("lost", true)] {
        assert_eq!(journal.find(key).await.unwrap().is_some(), kept, "{key}");
    }
    assert!(journal.read(numbers[1], 0).await.unwrap().is_none());
    // That it was sent stays known; half of its answer is of no use.
    assert!(journal.read(lost.number.unwrap(), 0).await.unwrap().is_none());
    tokio::time::sleep(Duration::from_millis(2100)).await;
    let young = answered(&journal, "young", 1).await;
    journal.prune(Keep { age: Duration::from_secs(1), ..ALL }, vec![numbers[2]]).await.unwrap();
    for (key, kept) in [("a", false), ("c", true), ("lost", false), ("young", true)] {
        assert_eq!(journal.find(key).await.unwrap().is_some(), kept, "{key}");
    }
    assert!(journal.read(young, 0).await.unwrap().is_some());
}

#[tokio::test]
async fn a_file_gives_room_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep/in/journal");
    let journal = Sqlite::open(&path).unwrap();
    for i in 0..40 {
        answered(&journal, &i.to_string(), 1 << 20).await;
    }
    journal.prune(Keep { bytes: 2 << 20, ..ALL }, Vec::new()).await.unwrap();
    // What is written next moves the end of the file.
    for i in 40..50 {
        answered(&journal, &i.to_string(), 1 << 20).await;
    }
    journal.prune(Keep { bytes: 2 << 20, ..ALL }, Vec::new()).await.unwrap();
    answered(&journal, "last", 8 << 20).await;
    let length = |end: &str| {
        let path = path.with_file_name(format!("journal{end}"));
        std::fs::metadata(path).map_or(0, |file| file.len())
    };
    let all = length("") + length("-wal");
    assert!(all < 40 << 20, "{} MiB", all >> 20);
}

#[derive(Clone, Debug)]
enum Step {
    Send,
    Settle(usize, Option<Credits>),
    Undo(usize),
    GiveUp(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => Just(Step::Send),
        2 => (any::<usize>(), prop::option::of(0..400_000i64)).prop_map(|(i, c)| Step::Settle(i, c)),
        1 => any::<usize>().prop_map(Step::Undo),
        1 => any::<usize>().prop_map(Step::GiveUp),
    ];
    prop::collection::vec(step, 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// However calls end: never more are under way or paid for than the budget holds, and what is
    /// counted is what was paid.
    #[test]
    fn the_budget_is_never_overdrawn(steps in steps(), most in 0..8u32, credits in 0..1_000_000i64) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let journal = Sqlite::in_memory().unwrap();
            let budget = Budget { calls: Some(most), credits: Some(credits) };
            let mut open: HashMap<usize, Ticket> = HashMap::new();
            let (mut taken, mut paid, mut next) = (0u32, 0i64, 0usize);
            let mut excess = 0;
            for step in steps {
                let pick = |i: usize, open: &HashMap<usize, Ticket>| {
                    let mut keys: Vec<_> = open.keys().copied().collect();
                    keys.sort_unstable();
                    (!keys.is_empty()).then(|| keys[i % keys.len()])
                };
                match step {
                    Step::Send => {
                        let sent = journal.send(call(&next.to_string(), budget)).await.unwrap();
                        if let Ok(ticket) = sent {
                            taken += 1;
                            open.insert(next, ticket);
                        }
                        next += 1;
                    }
                    Step::Settle(i, cost) => {
                        let Some(ticket) = pick(i, &open).and_then(|i| open.remove(&i)) else { continue };
                        let untold = if ticket.price_known { ticket.reserved } else { 0 };
                        let cost_ = cost.unwrap_or(untold);
                        paid += cost_;
                        // A call may cost more than any did before: that much may be too much.
                        excess += (cost_ - ticket.reserved).max(0);
                        journal.settle(ticket, head(0, 0), None, cost).await.unwrap();
                    }
                    Step::Undo(i) => {
                        let Some(ticket) = pick(i, &open).and_then(|i| open.remove(&i)) else { continue };
                        taken -= 1;
                        journal.undo(ticket, None).await.unwrap();
                    }
                    Step::GiveUp(i) => {
                        let Some(ticket) = pick(i, &open).and_then(|i| open.remove(&i)) else { continue };
                        paid += if ticket.price_known { ticket.reserved } else { 0 };
                        journal.give_up(ticket).await.unwrap();
                    }
                }
                let today = journal.today().await.unwrap();
                let reserved: i64 = open.values().map(|ticket| ticket.reserved).sum();
                assert_eq!((today.calls, today.credits), (taken, paid + reserved));
                assert!(today.calls <= most, "{} of {most} calls", today.calls);
                assert!(today.credits <= credits + excess, "{} of {credits}", today.credits);
            }
        });
    }
}

#[test]
fn credits_from_text() {
    for (text, expected) in [
        ("0.05", Some(50_000)),
        (" 12 ", Some(12_000_000)),
        ("0", Some(0)),
        ("1e-6", Some(1)),
        ("-1", None),
        ("NaN", None),
        ("inf", None),
        ("much", None),
        ("", None),
    ] {
        assert_eq!(credits(text), expected, "{text}");
    }
}

/// A batch goes as a whole, so long after its last photo came to its end; and its pictures count.
#[tokio::test]
async fn a_picture_is_kept_as_long_as_its_batch() {
    use crate::batch::{Batches as _, End, New, key};
    let journal = Sqlite::in_memory().unwrap();
    let id = "0123456789abcdef0123456789abcdef";
    let new = New { id: id.into(), owner: None, hash: HASH, parameters: "{}".into() };
    journal.begin(new).await.unwrap();
    journal.add(id, (0..3).map(|number| (number, "{}".into())).collect()).await.unwrap();
    let keep = Keep { age: Duration::from_secs(2), bytes: 400 };
    for task in journal.take(3).await.unwrap() {
        answered(&journal, &key(id, task.number, 0), 100).await;
        journal.end(&task, End::Done).await.unwrap();
        journal.prune(keep, Vec::new()).await.unwrap();
        tokio::time::sleep(Duration::from_millis(1500)).await;
    }
    assert_eq!(journal.bytes().await.unwrap(), 300);
    answered(&journal, "a", 60).await;
    answered(&journal, "b", 60).await;
    journal.prune(keep, Vec::new()).await.unwrap();
    // A quarter is left for others.
    assert!(journal.find("a").await.unwrap().is_none());
    assert!(journal.find("b").await.unwrap().is_some());
    assert!(journal.find(&key(id, 0, 0)).await.unwrap().is_some());
    tokio::time::sleep(Duration::from_millis(3100)).await;
    journal.prune(keep, Vec::new()).await.unwrap();
    assert!(journal.batch(id).await.unwrap().is_none());
    assert!(journal.find(&key(id, 2, 0)).await.unwrap().is_none());
    assert_eq!(journal.bytes().await.unwrap(), 0);
}
