//! The last day and the last month as charts: what was answered from here, what that saved, how fast upstream was.

use maud::{Markup, html};

use crate::model::mirror::history::{FigureHistory, Figures, Slot, Span};
use crate::model::units::timestamp::Timestamp;
use crate::serve::registry::state::ServerState;
use crate::serve::web::chart::{Chart, Column, Shape, chart};
use crate::serve::web::words::{count, size};

/// Half an hour, and a day: columns wide enough to be seen.
const SLOTS_OF_A_COLUMN: [(Span, usize); 2] = [(Span::Day, 6), (Span::Month, 12)];

/// The charts of both spans; nothing before upstream or a client has done anything.
pub fn charts(state: &ServerState) -> Markup {
    let now = state.common.mirror.clock.now();
    let history = state.recorder.now(&state.stats, now);
    html! {
        @for (span, slots) in SLOTS_OF_A_COLUMN {
            h2 { (title(span)) }
            (of_span(&history, span, slots, now))
        }
    }
}

fn title(span: Span) -> &'static str {
    match span {
        Span::Day => "The last day",
        Span::Month => "The last month",
    }
}

fn of_span(history: &FigureHistory, span: Span, slots: usize, now: Timestamp) -> Markup {
    let all = history.of(span, now);
    let columns: Vec<(Timestamp, Figures)> = all.chunks(slots).map(joined).collect();
    let values = |of: &dyn Fn(&Figures) -> Option<[f64; 2]>| -> Vec<Column> {
        let columns = columns.iter();
        columns
            .map(|(at, figures)| Column {
                at: *at,
                values: of(figures),
            })
            .collect()
    };
    let when = |at: Timestamp| {
        let whole = at.to_string();
        let part = match span {
            Span::Day => whole.get(11..16),
            Span::Month => whole.get(5..10),
        };
        part.unwrap_or_default().to_owned()
    };
    let draw = |kind: &str,
                title: &str,
                names: [&str; 2],
                shape: Shape,
                columns: &[Column],
                say: &dyn Fn(f64) -> String| {
        let id = format!("{}-{kind}", span.name());
        chart(&Chart {
            id: &id,
            title,
            names,
            shape,
            columns,
            say,
            when: &when,
        })
    };
    let answers =
        values(&|figures| Some([number(figures.hits + figures.stale), number(figures.misses)]));
    let bytes = values(&|figures| Some([number(figures.saved), number(figures.fetched)]));
    let times = values(&|figures| Some([number(figures.time(50)?), number(figures.time(95)?)]));
    html! {
        div.charts {
            (draw("answers", "Index files and crates answered", ["from here", "from upstream"], Shape::Bars, &answers, &said_count))
            (draw("bytes", "Bytes of crates", ["saved", "fetched"], Shape::Bars, &bytes, &said_size))
            (draw("times", "Upstream answered within", ["half of the time", "95 of 100 times"], Shape::Lines, &times, &said_time))
        }
    }
}

/// Some slots as one.
fn joined(slots: &[Slot]) -> (Timestamp, Figures) {
    let at = slots.first().map(|slot| slot.at).unwrap_or_default();
    let none = Figures::default();
    (
        at,
        slots.iter().fold(none, |sum, slot| sum.and(&slot.figures)),
    )
}

/// Exact up to what no chart can tell apart.
#[expect(
    clippy::cast_precision_loss,
    reason = "it is drawn, and said in three digits"
)]
fn number(value: u64) -> f64 {
    value as f64
}

/// A value of a chart, which never is below zero.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it was a whole number, or is half of one"
)]
fn whole(value: f64) -> u64 {
    value.round() as u64
}

fn said_count(value: f64) -> String {
    // Half of one is the middle of an axis.
    if value > 0.0 && value < 1.0 {
        format!("{value:.1}")
    } else {
        count(whole(value))
    }
}

fn said_size(value: f64) -> String {
    size(whole(value))
}

fn said_time(value: f64) -> String {
    if value < 1000.0 {
        format!("{value:.0} ms")
    } else {
        format!("{:.1} s", value / 1000.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_and_a_month_are_drawn_in_few_columns() {
        let now = Timestamp(1_790_000_000);
        let mut history = FigureHistory::default();
        let mut figures = Figures {
            hits: 30,
            misses: 10,
            saved: 5_000_000,
            ..Figures::default()
        };
        figures.times[4] = 7;
        history.add(now, &figures);
        for (span, slots) in SLOTS_OF_A_COLUMN {
            let html = of_span(&history, span, slots, now).into_string();
            let columns = span.slots() / slots;
            assert_eq!(html.matches("<figure").count(), 3);
            assert_eq!(
                html.matches("scope=\"row\"").count(),
                3 * columns,
                "a row for each column of each chart"
            );
            assert!(
                html.contains(">16 ms</td>")
                    && html.contains(">5.0 MB</td>")
                    && html.contains(">30</td>"),
                "{html}"
            );
        }
    }

    #[test]
    fn values_are_said_in_their_units() {
        assert_eq!(said_count(0.5), "0.5");
        assert_eq!(said_count(1000.0), "1\u{202f}000");
        assert_eq!(said_size(1500.0), "1.5 kB");
        assert_eq!(
            (said_time(16.0), said_time(32_768.0)),
            ("16 ms".to_owned(), "32.8 s".to_owned())
        );
    }
}
