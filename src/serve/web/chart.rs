//! Charts, drawn here as SVG: no script draws them, and the same numbers stand in a table below.

use std::fmt::Write;

use maud::{Markup, PreEscaped, html};

use crate::model::units::timestamp::Timestamp;

const WIDTH: f64 = 340.0;
const HEIGHT: f64 = 150.0;
/// Room for the words at the left and below.
const LEFT: f64 = 46.0;
const BELOW: f64 = 20.0;
const ABOVE: f64 = 8.0;

/// One span of time and what is drawn of it.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    pub at: Timestamp,
    /// From below: the first part, and what stands on it. `None`: nothing is known of that time.
    pub values: Option<[f64; 2]>,
}

/// How a chart is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// One part on the other.
    Bars,
    /// Two lines.
    Lines,
}

/// What is drawn.
pub struct Chart<'a> {
    /// Unique on its page.
    pub id: &'a str,
    pub title: &'a str,
    /// What the two values are called.
    pub names: [&'a str; 2],
    pub shape: Shape,
    pub columns: &'a [Column],
    /// How a value is said.
    pub say: &'a dyn Fn(f64) -> String,
    /// How a moment is said.
    pub when: &'a dyn Fn(Timestamp) -> String,
}

/// A chart with its title, its key, and its numbers as a table.
pub fn chart(chart: &Chart<'_>) -> Markup {
    let known = chart.columns.iter().filter_map(|column| column.values);
    let known: Vec<[f64; 2]> = known.collect();
    let most = known.iter().map(|values| match chart.shape {
        Shape::Bars => values[0] + values[1],
        Shape::Lines => values[0].max(values[1]),
    });
    let most = most.fold(0.0, f64::max);
    let top = round_up(most);
    html! {
        figure aria-labelledby=(chart.id) {
            figcaption id=(chart.id) { (chart.title) }
            p.key { (key(chart)) }
            @if known.is_empty() {
                p.dim { "Nothing is known of that time." }
            } @else {
                (PreEscaped(drawing(chart, top)))
                details {
                    summary { "The numbers" }
                    (table(chart))
                }
            }
        }
    }
}

fn key(chart: &Chart<'_>) -> Markup {
    html! {
        @for (class, name) in ["hit", "miss"].iter().zip(chart.names) {
            svg viewBox="0 0 10 10" aria-hidden="true" {
                g.chart { rect class=(class) width="10" height="10" {} }
            }
            // The blank is for browsers that draw nothing.
            (name) " "
        }
    }
}

/// The next of 1, 2 and 5 with zeros behind it.
fn round_up(most: f64) -> f64 {
    if most <= 0.0 {
        return 1.0;
    }
    let power = 10_f64.powf(most.log10().floor());
    let steps = [1.0, 2.0, 5.0, 10.0];
    let step = steps.iter().find(|step| **step * power >= most);
    step.copied().unwrap_or(10.0) * power
}

fn drawing(chart: &Chart<'_>, top: f64) -> String {
    let mut svg = format!(
        "<svg class=\"chart\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-labelledby=\"{}\">",
        chart.id
    );
    let (room, base) = (HEIGHT - BELOW - ABOVE, HEIGHT - BELOW);
    for part in [0.0, 0.5, 1.0] {
        let y = base - room * part;
        let said = (chart.say)(top * part);
        // Writing to a String cannot fail; what is said holds digits and units.
        let _ = write!(
            svg,
            "<path class=\"grid\" d=\"M{LEFT} {y:.1}H{WIDTH}\"/><text x=\"{:.0}\" y=\"{:.1}\" text-anchor=\"end\">{said}</text> ",
            LEFT - 6.0,
            y + 3.5
        );
    }
    let step = (WIDTH - LEFT) / count(chart.columns.len().max(1));
    match chart.shape {
        Shape::Bars => bars(&mut svg, chart, top, step),
        Shape::Lines => {
            for (line, class) in ["line", "slow"].into_iter().enumerate() {
                let _ = write!(
                    svg,
                    "<path class=\"{class}\" d=\"{}\"/>",
                    path(chart, line, top, step)
                );
            }
        }
    }
    let ends = [
        (0, "start"),
        (chart.columns.len() / 2, "middle"),
        (chart.columns.len().saturating_sub(1), "end"),
    ];
    for (at, anchor) in ends {
        if let Some(column) = chart.columns.get(at) {
            let x = match anchor {
                "start" => LEFT,
                "end" => WIDTH,
                _ => LEFT + step * (count(at) + 0.5),
            };
            let said = (chart.when)(column.at);
            let _ = write!(
                svg,
                "<text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"{anchor}\">{said}</text> ",
                HEIGHT - 5.0
            );
        }
    }
    svg.push_str("</svg>");
    svg
}

fn bars(svg: &mut String, chart: &Chart<'_>, top: f64, step: f64) {
    let (room, base) = (HEIGHT - BELOW - ABOVE, HEIGHT - BELOW);
    let width = (step * 0.78).max(0.5);
    for (at, column) in chart.columns.iter().enumerate() {
        let Some(values) = column.values else {
            continue;
        };
        let x = LEFT + step * count(at) + (step - width) / 2.0;
        let mut y = base;
        for (value, class) in values.into_iter().zip(["hit", "miss"]) {
            let height = room * value / top;
            if height > 0.0 {
                y -= height;
                // Writing to a String cannot fail.
                let _ = write!(
                    svg,
                    "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\"/>"
                );
            }
        }
    }
}

/// A line that breaks where nothing is known.
fn path(chart: &Chart<'_>, line: usize, top: f64, step: f64) -> String {
    let (room, base) = (HEIGHT - BELOW - ABOVE, HEIGHT - BELOW);
    let (mut path, mut down) = (String::new(), false);
    for (at, column) in chart.columns.iter().enumerate() {
        let Some(values) = column.values else {
            down = false;
            continue;
        };
        let (x, y) = (
            LEFT + step * (count(at) + 0.5),
            base - room * values[line] / top,
        );
        // One point alone is a dot: a line of no length with round ends.
        let command = if down { "L" } else { "M" };
        let _ = write!(path, "{command}{x:.1} {y:.1}");
        if !down {
            let _ = write!(path, "h.01");
        }
        down = true;
    }
    path
}

fn table(chart: &Chart<'_>) -> Markup {
    html! {
        div.wide tabindex="0" {
            table {
                thead {
                    tr {
                        th scope="col" { "From (UTC)" }
                        @for name in chart.names { th.right scope="col" { (name) } }
                    }
                }
                tbody {
                    @for column in chart.columns {
                        tr {
                            th.nobreak scope="row" { ((chart.when)(column.at)) }
                            @if let Some(values) = column.values {
                                @for value in values { td.right { ((chart.say)(value)) } }
                            } @else {
                                td.right { "–" }
                                td.right { "–" }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A small number as it is drawn.
fn count(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::MAX, f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(shape: Shape, values: &[Option<[f64; 2]>]) -> String {
        let columns: Vec<Column> = (0..)
            .zip(values)
            .map(|(hour, values)| Column {
                at: Timestamp(hour * 3600),
                values: *values,
            })
            .collect();
        chart(&Chart {
            id: "c",
            title: "T",
            names: ["here", "upstream"],
            shape,
            columns: &columns,
            say: &|value| format!("{value:.0}"),
            when: &|at| at.to_string(),
        })
        .into_string()
    }

    #[test]
    fn bars_stand_on_each_other_and_gaps_stay_open() {
        let svg = drawn(Shape::Bars, &[Some([3.0, 1.0]), None, Some([0.0, 0.0])]);
        assert_eq!(
            svg.matches("<rect").count(),
            2 + 2,
            "two bars and the key: {svg}"
        );
        assert!(svg.contains(">5</text>") && svg.contains("<td class=\"right\">–</td>"));
    }

    #[test]
    fn a_line_breaks_where_nothing_is_known() {
        let point = Some([10.0, 20.0]);
        let svg = drawn(Shape::Lines, &[point, point, None, point]);
        let line = svg.split("class=\"line\" d=\"").nth(1).unwrap();
        let line = line.split('"').next().unwrap();
        assert_eq!(
            (line.matches('M').count(), line.matches('L').count()),
            (2, 1)
        );
    }

    #[test]
    fn nothing_is_drawn_of_nothing() {
        for svg in [drawn(Shape::Bars, &[]), drawn(Shape::Lines, &[None])] {
            assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
        }
        for (most, top) in [
            (0.0, 1.0),
            (1.0, 1.0),
            (1.1, 2.0),
            (40.0, 50.0),
            (0.03, 0.05),
        ] {
            assert!((round_up(most) - top).abs() < 1e-9, "{most}");
        }
    }
}
