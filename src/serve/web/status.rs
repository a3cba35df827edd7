//! What the server has done, and how it went: numbers since its start, and charts of the last day and month.

use maud::{Markup, html};

use crate::serve::metrics::counters::Hits;
use crate::serve::registry::notices::Matter;
use crate::serve::registry::state::ServerState;
use crate::serve::web::charts::charts;
use crate::serve::web::frame::Told;
use crate::serve::web::view::{Made, View};
use crate::serve::web::words::{count, counted, size};

/// How many crates are listed that are asked for most.
const TOP: usize = 20;

pub fn status(view: &View<'_>) -> Made {
    let state = view.state;
    let main = html! {
        h1 { "Status" }
        (health(state))
        (figures(state))
        (charts(state))
        (kinds(state))
        (slowest(state))
        (top(view))
        p.dim {
            "The same for programs: "
            a href=(format!("{}-/stats", view.links.top())) { "/-/stats" } " as JSON, "
            a href=(format!("{}metrics", view.links.top())) { "/metrics" } " for Prometheus."
        }
    };
    let now = state.common.mirror.clock.now();
    let told = [Told::new(
        "Numbers",
        "this server, since its start",
        Some(now),
    )];
    view.page("Status", &main, &told)
}

fn health(state: &ServerState) -> Markup {
    let mut sources = state.sources().into_iter();
    let upstream = sources.any(|source| source.notices.is_wrong(Matter::Upstream));
    let asks = state.sources().iter().any(|source| source.pull.is_some());
    let storing = !state.notices.is_wrong(Matter::Store);
    html! {
        p.hello {
            @if upstream {
                strong.bad { "Upstream cannot be reached. " }
                "What is here is served as before."
            } @else if asks {
                strong.good { "Upstream answers." }
            } @else {
                "Upstream is not asked: what is in the mirror is all there is."
            }
            @if !storing {
                " " strong.bad { "What comes cannot be stored; " } "it is passed through, and the log says why."
            }
        }
    }
}

fn figures(state: &ServerState) -> Markup {
    let done = &state.stats;
    let asked = done.crates.hits.get() + done.crates.stale.get();
    let all = asked + done.crates.misses.get();
    // In whole parts of a hundred, downwards: 100 % is said of nothing that was not so.
    let share = (asked * 100).checked_div(all);
    let uptime = state.uptime().as_secs();
    html! {
        dl.figures {
            div {
                dt { "Crates from here" }
                dd {
                    @match share {
                        Some(share) => { (share) " %" " " small { (count(asked)) " of " (count(all)) " asked for" } }
                        None => { "–" " " small { "none was asked for yet" } }
                    }
                }
            }
            div {
                dt { "Saved" }
                dd { (size(done.saved.get())) " " small { "not fetched again" } }
            }
            div {
                dt { "Fetched" }
                dd { (size(done.fetched.get())) " " small { "of crates from upstream" } }
            }
            div {
                dt { "Asked upstream" }
                dd {
                    (count(done.upstream_requests.get()))
                    " " small { (count(done.upstream_errors.get())) " failed" }
                }
            }
            div {
                dt { "Requests" }
                dd { (count(done.requests.get())) " " small { (count(done.not_modified.get())) " unchanged" } }
            }
            div {
                dt { "Up" }
                dd { (span(uptime)) " " small { (counted(state.limits.connections(), "connection", "connections")) } }
            }
        }
    }
}

/// A span of time in its two largest units.
fn span(seconds: u64) -> String {
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, minutes) => format!("{hours} h {minutes} min"),
        (days, hours, _) => format!("{days} d {hours} h"),
    }
}

fn kinds(state: &ServerState) -> Markup {
    let done = &state.stats;
    let rows: [(&str, &Hits); 2] = [("Index files", &done.index), ("Crates", &done.crates)];
    html! {
        h2 { "Answers since the start" }
        div.wide tabindex="0" {
            table {
                thead {
                    tr {
                        th scope="col" { "Of" }
                        th.right scope="col" { "From here" }
                        th.right scope="col" { "From upstream" }
                        th.right scope="col" { "Older than asked for" }
                        th.right scope="col" { "No such thing" }
                        th.right scope="col" { "Failed" }
                    }
                }
                tbody {
                    @for (what, hits) in rows {
                        tr {
                            th scope="row" { (what) }
                            @for counter in [&hits.hits, &hits.misses, &hits.stale, &hits.absent, &hits.failed] {
                                td.right { (count(counter.get())) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn slowest(state: &ServerState) -> Markup {
    let slowest = state.slowest();
    html! {
        @if !slowest.is_empty() {
            h2 { "Slowest from upstream" }
            div.wide tabindex="0" {
                table {
                    thead { tr { th scope="col" { "What" } th.right scope="col" { "Milliseconds" } } }
                    tbody {
                        @for slow in &slowest {
                            tr {
                                th.mono scope="row" { (slow.what) }
                                td.right { (count(slow.milliseconds)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn top(view: &View<'_>) -> Markup {
    let used = view.source.usage.top(TOP);
    html! {
        @if !used.is_empty() {
            h2 { "Asked for most" }
            div.wide tabindex="0" {
                table {
                    thead {
                        tr {
                            th scope="col" { "Crate" }
                            th scope="col" { "Version" }
                            th.right scope="col" { "Times" }
                        }
                    }
                    tbody {
                        @for one in &used {
                            tr {
                                th.mono scope="row" { a href=(view.links.version(&one.id)) { (one.id.name) } }
                                td.mono { (one.id.version) }
                                td.right { (count(one.times)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_said_in_two_units() {
        for (seconds, said) in [
            (59, "59 s"),
            (60, "1 min"),
            (3 * 3600 + 61, "3 h 1 min"),
            (2 * 86_400 + 3600, "2 d 1 h"),
        ] {
            assert_eq!(span(seconds), said);
        }
    }
}
