//! Several connections to one host that multiplexes requests: another one when those there are full.
//!
//! One connection carries as many requests at once as the server lets it, mostly 100 or 128. A line with a long round trip
//! has room for more; one request goes ahead on each new connection, or the others would open one each.

use std::sync::{Mutex, PoisonError};

/// Requests that a connection carries before another one is opened.
const FULL: usize = 100;

/// The connections to one host.
#[derive(Debug)]
pub struct Lanes(Mutex<Vec<Lane>>);

#[derive(Debug, Clone, Copy, Default)]
struct Lane {
    state: LaneState,
    busy: usize,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum LaneState {
    #[default]
    Closed,
    /// Its first request is under way.
    Opening,
    Open,
}

impl Lanes {
    /// At most so many; the first is always open.
    pub fn new(most: usize) -> Self {
        let mut lanes = vec![Lane::default(); most.max(1)];
        lanes[0].state = LaneState::Open;
        Self(Mutex::new(lanes))
    }

    /// A lane for a request: the emptiest that is open, or a new one where all are full.
    pub fn enter(&self) -> usize {
        let mut lanes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let open = lanes.iter().enumerate();
        let open = open.filter(|(_, lane)| lane.state == LaneState::Open);
        let mut at = open
            .min_by_key(|(_, lane)| lane.busy)
            .map_or(0, |(at, _)| at);
        let opens = lanes.iter().any(|lane| lane.state == LaneState::Opening);
        if lanes[at].busy >= FULL && !opens {
            let closed = lanes
                .iter()
                .position(|lane| lane.state == LaneState::Closed);
            if let Some(closed) = closed {
                lanes[closed].state = LaneState::Opening;
                at = closed;
            }
        }
        lanes[at].busy += 1;
        at
    }

    /// A request on it was answered: others may follow.
    pub fn answered(&self, at: usize) {
        let mut lanes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lanes[at].state = LaneState::Open;
    }

    pub fn leave(&self, at: usize) {
        let mut lanes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lanes[at].busy -= 1;
        if lanes[at].state == LaneState::Opening {
            lanes[at].state = LaneState::Closed;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_is_opened_when_those_there_are_full_and_one_request_goes_ahead() {
        let lanes = Lanes::new(3);
        for _ in 0..FULL {
            assert_eq!(lanes.enter(), 0);
        }
        assert_eq!(lanes.enter(), 1);
        assert_eq!(lanes.enter(), 0, "the new one has not answered");
        lanes.answered(1);
        assert_eq!(lanes.enter(), 1);
        // One that never answered is tried again.
        for _ in 2..FULL {
            assert_eq!(lanes.enter(), 1);
        }
        let opening = lanes.enter();
        assert_eq!(opening, 2);
        lanes.leave(2);
        assert_eq!(lanes.enter(), 2);
        let only = Lanes::new(0);
        assert!((0..3 * FULL).all(|_| only.enter() == 0));
    }
}
