//! What was counted over the last day and month, for whoever draws it.

use serde::Serialize;

use crate::model::mirror::history::{Slot, Span};
use crate::serve::registry::state::ServerState;

#[derive(Serialize)]
struct HistoryPage {
    day: SpanPage,
    month: SpanPage,
}

#[derive(Serialize)]
struct SpanPage {
    /// The length of a slot.
    seconds: u64,
    /// The oldest first, one for each slot.
    slots: Vec<Slot>,
}

/// As JSON.
pub fn history(state: &ServerState) -> String {
    let now = state.common.mirror.clock.now();
    let history = state.recorder.now(&state.stats, now);
    let page = |span: Span| SpanPage {
        seconds: span.seconds(),
        slots: history.of(span, now),
    };
    let page = HistoryPage {
        day: page(Span::Day),
        month: page(Span::Month),
    };
    serde_json::to_string(&page).unwrap_or_default() + "\n"
}
