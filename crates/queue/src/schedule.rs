//! Which photo is sent next.

use backdrop_contract::{Failure, FailureKind, MOST_TRIES, Next};

/// The number of a photo in its queue.
pub type Id = u32;

/// So many answers in a row that it was too much, and the queue stops: nobody is served by going on.
const MOST_LIMITED: u32 = 8;

/// How far a photo has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Its turn will come.
    Waiting,
    /// Its file is read.
    Reading,
    /// On its way to the endpoint, or the endpoint is at work: a page cannot tell which.
    Sending,
    /// The endpoint has it, and the answer is awaited or comes in.
    Answering,
    /// Handed over to a relay, which sends it by itself.
    Away,
    Done,
    /// No picture, and it was not paid for: it may be sent again.
    Failed,
    /// It may have been paid for, and nobody knows what came of it: only the person can say whether it
    /// is sent again.
    Unsure,
    Cancelled,
}

impl State {
    /// Whether a request of it runs here.
    #[must_use]
    pub fn is_under_way(self) -> bool {
        matches!(self, Self::Reading | Self::Sending | Self::Answering)
    }
}

/// What is to be done now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// This one is to be sent; it counts as under way from now on.
    Start(Id),
    /// Nothing until then, in milliseconds of the caller's clock.
    WaitUntil(u64),
    /// Nothing until something ends or somebody acts.
    Rest,
}

/// How many are how far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub waiting: u32,
    pub under_way: u32,
    pub away: u32,
    pub done: u32,
    pub failed: u32,
    pub unsure: u32,
    pub cancelled: u32,
}

impl Counts {
    /// All of them.
    #[must_use]
    pub fn all(self) -> u32 {
        self.left() + self.done + self.failed + self.unsure + self.cancelled
    }

    /// Those that have not come to an end.
    #[must_use]
    pub fn left(self) -> u32 {
        self.waiting + self.under_way + self.away
    }
}

#[derive(Clone, Debug)]
struct Item {
    id: Id,
    state: State,
    /// How often it was sent since somebody asked for it.
    tries: u32,
    not_before: u64,
    started: u64,
}

/// The photos of a queue in their order. It sends nothing by itself: whoever holds it asks for the
/// [`next`](Self::next) step and says what came of each.
#[derive(Clone, Debug)]
pub struct Schedule {
    items: Vec<Item>,
    /// The most that are under way at once.
    most: u32,
    /// As many as that now: fewer after an answer that it was too much.
    width: u32,
    /// Pictures since the width last changed.
    made: u32,
    /// Answers in a row that it was too much.
    limited: u32,
    /// Nothing is sent before.
    held: u64,
    /// When the width was last halved.
    halved: u64,
    paused: bool,
    stopped: Option<FailureKind>,
}

impl Schedule {
    /// An empty queue, which waits to be told to go on.
    #[must_use]
    pub fn new(most: u32) -> Self {
        let most = most.max(1);
        Self {
            items: Vec::new(),
            most,
            width: most,
            made: 0,
            limited: 0,
            held: 0,
            halved: 0,
            paused: true,
            stopped: None,
        }
    }

    /// The most at once from now on.
    pub fn set_most(&mut self, most: u32) {
        self.most = most.max(1);
        self.width = self.most;
    }

    /// How many at once just now.
    #[must_use]
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Puts a photo at the end; one that is there stays as it is.
    pub fn add(&mut self, id: Id, state: State) {
        if self.state(id).is_none() {
            self.items.push(Item { id, state, tries: 0, not_before: 0, started: 0 });
        }
    }

    /// Takes a photo out; whoever has it under way ends that. What it answers is no longer heard.
    pub fn remove(&mut self, id: Id) {
        self.items.retain(|item| item.id != id);
    }

    /// Puts a photo at the end, whatever has come of it before.
    pub fn anew(&mut self, id: Id, state: State) {
        self.remove(id);
        self.add(id, state);
    }

    #[must_use]
    pub fn state(&self, id: Id) -> Option<State> {
        self.items.iter().find(|item| item.id == id).map(|item| item.state)
    }

    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for item in &self.items {
            *match item.state {
                State::Waiting => &mut counts.waiting,
                State::Reading | State::Sending | State::Answering => &mut counts.under_way,
                State::Away => &mut counts.away,
                State::Done => &mut counts.done,
                State::Failed => &mut counts.failed,
                State::Unsure => &mut counts.unsure,
                State::Cancelled => &mut counts.cancelled,
            } += 1;
        }
        counts
    }

    /// Whether it goes on by itself.
    #[must_use]
    pub fn goes_on(&self) -> bool {
        !self.paused
    }

    /// Why it stopped by itself, if it did.
    #[must_use]
    pub fn stopped(&self) -> Option<FailureKind> {
        self.stopped
    }

    /// Sends nothing more; what is under way comes to its end.
    pub fn pause(&mut self) {
        self.paused = true;
    }

    /// Pauses for a reason that would be the next one's, too.
    pub fn stop(&mut self, why: FailureKind) {
        self.paused = true;
        self.stopped = Some(why);
    }

    /// Goes on.
    pub fn go_on(&mut self) {
        self.paused = false;
        self.stopped = None;
        self.limited = 0;
    }

    /// What is to be done at `now`, in milliseconds.
    pub fn next(&mut self, now: u64) -> Step {
        let under_way = self.counts().under_way;
        let is_waiting = |item: &&mut Item| item.state == State::Waiting;
        let mut waiting = self.items.iter_mut().filter(is_waiting).peekable();
        if self.paused || under_way >= self.width || waiting.peek().is_none() {
            return Step::Rest;
        }
        if now < self.held {
            return Step::WaitUntil(self.held);
        }
        let mut soonest = u64::MAX;
        for item in waiting {
            if item.not_before <= now {
                item.state = State::Reading;
                item.started = now;
                item.tries += 1;
                return Step::Start(item.id);
            }
            soonest = soonest.min(item.not_before);
        }
        Step::WaitUntil(soonest)
    }

    /// One that is under way has come further.
    pub fn comes_to(&mut self, id: Id, state: State) {
        if let Some(item) = self.item(id)
            && item.state.is_under_way()
            && state.is_under_way()
        {
            item.state = state;
        }
    }

    /// Says of one that was under way, or away, that its picture is there.
    pub fn made(&mut self, id: Id) {
        if self.end(id, State::Done).is_none() {
            return;
        }
        self.limited = 0;
        self.made += 1;
        // Slowly, as what was too much may be too much again.
        if self.width < self.most && self.made >= 2 * self.width {
            self.width += 1;
            self.made = 0;
        }
    }

    /// Says of one that was under way why there is no picture. `chance` is a random number from 0 to
    /// 1, as for [`Failure::next`].
    pub fn failed(&mut self, id: Id, failure: &Failure, now: u64, chance: f64) {
        let was_away = self.state(id) == Some(State::Away);
        let Some((tries, started)) = self.end(id, State::Failed) else { return };
        let (state, wait) = match failure.kind {
            FailureKind::Cancelled => (State::Cancelled, 0),
            kind if kind.may_be_billed() && was_away => (State::Unsure, 0),
            // The relay has tried again already.
            _ if was_away => (State::Failed, 0),
            FailureKind::RateLimited => {
                self.is_limited(failure, started, now, chance);
                (State::Waiting, 0)
            }
            // The next one would meet the same; nothing was spent.
            FailureKind::Credits
            | FailureKind::Key
            | FailureKind::Forbidden
            | FailureKind::NotFound
            | FailureKind::NotEndpoint
            | FailureKind::Retired
            | FailureKind::Offline => {
                self.stop(failure.kind);
                (State::Waiting, 0)
            }
            kind if kind.may_be_billed() => {
                if matches!(kind, FailureKind::Network | FailureKind::Blocked) {
                    self.stop(kind);
                }
                (State::Unsure, 0)
            }
            _ => match failure.next(tries, chance) {
                Next::Wait(wait) => (State::Waiting, wait),
                Next::Ask => (State::Unsure, 0),
                Next::Stop => (State::Failed, 0),
            },
        };
        let limited = failure.kind == FailureKind::RateLimited || self.stopped.is_some();
        if let Some(item) = self.item(id) {
            item.state = state;
            item.not_before = now + u64::from(wait);
            // It was not its fault.
            item.tries -= u32::from(limited && state == State::Waiting);
        }
    }

    /// It was too much: half as many at once from now on, and none before the time that was said.
    fn is_limited(&mut self, failure: &Failure, started: u64, now: u64, chance: f64) {
        self.limited += 1;
        self.made = 0;
        // Those that set out together are one answer.
        if started >= self.halved {
            self.width = (self.width / 2).max(1);
            self.halved = now + 1;
        }
        match failure.next(self.limited.min(MOST_TRIES - 1), chance) {
            Next::Wait(wait) if self.limited < MOST_LIMITED => {
                self.held = self.held.max(now + u64::from(wait));
            }
            _ => self.stop(failure.kind),
        }
    }

    /// Sends one once more that has come to an end without a picture, as a person asked for it.
    pub fn again(&mut self, id: Id) {
        if let Some(item) = self.item(id)
            && matches!(item.state, State::Failed | State::Unsure | State::Cancelled)
        {
            *item = Item { id, state: State::Waiting, tries: 0, not_before: 0, started: 0 };
        }
    }

    /// All that are so far.
    #[must_use]
    pub fn at(&self, state: State) -> Vec<Id> {
        self.items.iter().filter(|item| item.state == state).map(|item| item.id).collect()
    }

    /// Gives all that wait to a relay; they are not sent from here any more.
    pub fn hand_over(&mut self) -> Vec<Id> {
        let waiting = self.at(State::Waiting);
        for item in self.items.iter_mut().filter(|item| item.state == State::Waiting) {
            item.state = State::Away;
        }
        waiting
    }

    /// The relay has not taken it: its turn comes here.
    pub fn take_back(&mut self, id: Id) {
        if let Some(item) = self.item(id)
            && item.state == State::Away
        {
            item.state = State::Waiting;
        }
    }

    /// How long the rest takes, in milliseconds, where each takes so long.
    #[must_use]
    pub fn time_left(&self, each: u32) -> u64 {
        let counts = self.counts();
        let turns = (counts.waiting + counts.under_way).div_ceil(self.width);
        u64::from(turns) * u64::from(each)
    }

    fn item(&mut self, id: Id) -> Option<&mut Item> {
        self.items.iter_mut().find(|item| item.id == id)
    }

    /// How often it was sent, and when; none for one that is not on its way.
    fn end(&mut self, id: Id, state: State) -> Option<(u32, u64)> {
        let item = self.item(id)?;
        if !item.state.is_under_way() && item.state != State::Away {
            return None;
        }
        item.state = state;
        Some((item.tries, item.started))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashMap;

    fn queue(count: u32, most: u32) -> Schedule {
        let mut queue = Schedule::new(most);
        (0..count).for_each(|id| queue.add(id, State::Waiting));
        queue
    }

    fn status(status: u16) -> Failure {
        Failure::of_status(status, None)
    }

    fn started(queue: &mut Schedule, now: u64) -> Vec<Id> {
        let next = || match queue.next(now) {
            Step::Start(id) => Some(id),
            _ => None,
        };
        std::iter::from_fn(next).collect()
    }

    #[test]
    fn as_many_as_may_be_are_under_way_in_order() {
        let mut queue = queue(5, 3);
        assert_eq!(queue.next(0), Step::Rest, "nobody has said to begin");
        queue.go_on();
        assert_eq!(started(&mut queue, 0), [0, 1, 2]);
        queue.comes_to(1, State::Answering);
        queue.made(1);
        assert_eq!(started(&mut queue, 0), [3]);
        queue.pause();
        queue.made(0);
        assert_eq!(queue.next(0), Step::Rest);
        queue.go_on();
        assert_eq!(started(&mut queue, 0), [4]);
        let counts = queue.counts();
        assert_eq!((counts.done, counts.under_way, counts.left()), (2, 3, 3));
    }

    #[test]
    fn too_much_halves_it_once_and_holds_until_the_time_said() {
        let mut queue = queue(20, 4);
        queue.go_on();
        assert_eq!(started(&mut queue, 100).len(), 4);
        let failure = Failure { wait: Some(5_000), ..status(429) };
        for id in 0..4 {
            queue.failed(id, &failure, 200, 0.0);
        }
        assert_eq!(queue.width(), 2, "they set out together");
        assert_eq!(queue.next(300), Step::WaitUntil(5_200));
        assert_eq!(started(&mut queue, 5_200), [0, 1]);
        queue.failed(0, &failure, 5_300, 0.0);
        assert_eq!(queue.width(), 1);
        // Slowly back.
        let mut now = 20_000;
        let mut widths = Vec::new();
        queue.made(1);
        while queue.counts().left() > 0 {
            let ids = started(&mut queue, now);
            ids.into_iter().for_each(|id| queue.made(id));
            widths.push(queue.width());
            now += 1_000;
        }
        assert!(widths.is_sorted() && widths.last() == Some(&4), "{widths:?}");
        assert_eq!(queue.counts().done, 20);
    }

    #[test]
    fn what_would_befall_all_stops_it_and_nothing_is_lost() {
        for (code, kind) in [(401, FailureKind::Key), (402, FailureKind::Credits)] {
            let mut queue = queue(3, 2);
            queue.go_on();
            started(&mut queue, 0);
            queue.failed(0, &status(code), 1, 0.0);
            assert_eq!((queue.stopped(), queue.next(1)), (Some(kind), Step::Rest));
            // The one that was on its way before ends as it ends.
            queue.made(1);
            assert_eq!(queue.counts().waiting, 2);
            queue.go_on();
            assert_eq!(started(&mut queue, 2), [0, 2]);
        }
    }

    #[test]
    fn what_may_have_been_paid_waits_for_the_person() {
        for kind in FailureKind::ALL.into_iter().filter(|kind| kind.may_be_billed()) {
            let mut queue = queue(1, 1);
            queue.go_on();
            started(&mut queue, 0);
            queue.failed(0, &Failure::of_kind(kind), 1, 0.0);
            queue.go_on();
            assert_eq!(queue.next(u64::MAX), Step::Rest, "{kind:?}");
            assert!(queue.at(State::Failed).is_empty());
            queue.again(0);
            assert_eq!(queue.next(2), Step::Start(0));
        }
    }

    #[test]
    fn a_server_that_is_away_is_asked_again_a_few_times() {
        let mut queue = queue(1, 1);
        queue.go_on();
        let mut now = 0;
        let mut sent = 0;
        while queue.counts().left() > 0 {
            match queue.next(now) {
                Step::Start(id) => {
                    sent += 1;
                    queue.failed(id, &status(503), now, 0.5);
                }
                Step::WaitUntil(then) => now = then,
                Step::Rest => break,
            }
        }
        assert_eq!((sent, queue.counts().failed), (MOST_TRIES, 1));
        assert_eq!(queue.at(State::Failed), [0]);
    }

    #[test]
    fn a_limit_that_never_ends_stops_it() {
        let mut queue = queue(2, 1);
        queue.go_on();
        let mut now = 0;
        for _ in 0..99 {
            match queue.next(now) {
                Step::Start(id) => queue.failed(id, &status(429), now, 0.0),
                Step::WaitUntil(then) => now = then,
                Step::Rest => break,
            }
        }
        assert_eq!((queue.stopped(), queue.counts().waiting), (Some(FailureKind::RateLimited), 2));
    }

    #[test]
    fn what_is_handed_over_is_not_sent_from_here() {
        let mut queue = queue(3, 1);
        queue.go_on();
        assert_eq!(started(&mut queue, 0), [0]);
        assert_eq!(queue.hand_over(), [1, 2]);
        queue.made(0);
        assert_eq!(queue.next(1), Step::Rest);
        queue.made(1);
        queue.take_back(2);
        assert_eq!(started(&mut queue, 2), [2]);
    }

    #[derive(Clone, Debug)]
    enum Act {
        Add,
        Remove(u32),
        Pause,
        GoOn,
        Again(u32),
        HandOver,
        TakeBack(u32),
        Later(u16),
        Made(u32),
        Failed(u32, u16),
        Broke(u32, usize),
    }

    fn act() -> impl Strategy<Value = Act> {
        let id = 0_u32..30;
        let codes = [400_u16, 401, 402, 408, 422, 429, 500, 502, 503, 504];
        prop_oneof![
            3 => Just(Act::Add),
            1 => id.clone().prop_map(Act::Remove),
            1 => Just(Act::Pause),
            3 => Just(Act::GoOn),
            1 => id.clone().prop_map(Act::Again),
            1 => Just(Act::HandOver),
            1 => id.clone().prop_map(Act::TakeBack),
            3 => any::<u16>().prop_map(Act::Later),
            4 => id.clone().prop_map(Act::Made),
            4 => (id.clone(), 0..codes.len()).prop_map(move |(id, at)| Act::Failed(id, codes[at])),
            2 => (id, 0..FailureKind::ALL.len()).prop_map(|(id, at)| Act::Broke(id, at)),
        ]
    }

    proptest! {
        #[test]
        fn none_is_sent_twice_at_once_never_more_than_may_be_and_all_comes_to_an_end(
            most in 1_u32..5, acts in proptest::collection::vec(act(), 0..120),
        ) {
            let mut queue = Schedule::new(most);
            let (mut now, mut added) = (0_u64, 0_u32);
            // What is under way by the count of whoever sends.
            let mut sent: HashMap<Id, u32> = HashMap::new();
            let mut paid_and_unsure: Vec<Id> = Vec::new();
            for act in acts {
                match act {
                    Act::Add => { queue.add(added, State::Waiting); added += 1; }
                    Act::Remove(id) => {
                        // Its request is ended with it.
                        sent.remove(&id);
                        paid_and_unsure.retain(|one| *one != id);
                        queue.remove(id);
                    }
                    Act::Pause => queue.pause(),
                    Act::GoOn => queue.go_on(),
                    Act::Again(id) => {
                        paid_and_unsure.retain(|one| *one != id);
                        queue.again(id);
                    }
                    Act::HandOver => { queue.hand_over(); }
                    Act::TakeBack(id) => queue.take_back(id),
                    Act::Later(by) => now += u64::from(by),
                    Act::Made(id) => { sent.remove(&id); queue.made(id); }
                    Act::Failed(id, code) => {
                        let failure = status(code);
                        if sent.remove(&id).is_some() && failure.kind.may_be_billed() {
                            paid_and_unsure.push(id);
                        }
                        queue.failed(id, &failure, now, 0.5);
                    }
                    Act::Broke(id, at) => {
                        let failure = Failure::of_kind(FailureKind::ALL[at]);
                        if sent.remove(&id).is_some() && failure.kind.may_be_billed() {
                            paid_and_unsure.push(id);
                        }
                        queue.failed(id, &failure, now, 0.5);
                    }
                }
                while let Step::Start(id) = queue.next(now) {
                    prop_assert!(sent.insert(id, 1).is_none(), "{id} is sent twice at once");
                    prop_assert!(!paid_and_unsure.contains(&id), "{id} may be paid twice");
                    prop_assert!(sent.len() <= most as usize);
                }
                prop_assert_eq!(queue.counts().under_way as usize, sent.len());
                prop_assert!(queue.width() >= 1 && queue.width() <= most);
                prop_assert!(queue.counts().all() <= added);
            }
            // With a server in good health all that waits is made.
            queue.go_on();
            for _ in 0..1_000 {
                for id in queue.at(State::Away) { queue.made(id); }
                for (id, _) in sent.drain() { queue.made(id); }
                match queue.next(now) {
                    Step::Start(id) => { sent.insert(id, 1); }
                    Step::WaitUntil(then) => { prop_assert!(then > now); now = then; }
                    Step::Rest if queue.counts().left() == 0 => break,
                    Step::Rest => {}
                }
            }
            prop_assert_eq!(queue.counts().left(), 0);
        }
    }
}
