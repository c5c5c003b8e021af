//! Charts as inline SVG. Each has a title that says what it shows, axes with units, and its figures as a table.

use std::fmt::Write;

use serde::Serialize;

/// The width of a chart, in its own units.
const WIDTH: f64 = 480.0;

/// A chart as the page shows it.
#[derive(Debug, Serialize)]
pub(super) struct Chart {
    pub(super) title: String,
    /// What it says, for who cannot see it.
    pub(super) description: String,
    pub(super) svg: String,
    pub(super) header: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
}

/// A bar with its name and its value in words.
pub(super) struct Bar {
    pub(super) name: String,
    pub(super) value: f64,
    pub(super) words: String,
}

/// Small multiples of columns over the same weeks, at the same scale.
pub(super) fn columns(title: &str, weeks: &[String], series: &[(&str, Vec<u64>)]) -> Chart {
    const HEIGHT: f64 = 84.0;
    const LEFT: f64 = 92.0;
    let most = series.iter().flat_map(|(_, values)| values).copied().max().unwrap_or_default().max(1);
    let step = (WIDTH - LEFT) / number(weeks.len().max(1));
    let mut svg = String::new();
    for (n, (name, values)) in series.iter().enumerate() {
        let top = HEIGHT.mul_add(number(n), 8.0);
        let base = top + HEIGHT - 26.0;
        let total: u64 = values.iter().sum();
        text(&mut svg, 0.0, base - 14.0, "name", name);
        text(&mut svg, 0.0, base, "note", &format!("{total} in all"));
        line(&mut svg, LEFT, base, WIDTH, base);
        for (week, value) in values.iter().enumerate() {
            let x = step.mul_add(number(week), LEFT);
            let height = (base - top - 12.0) * ratio(*value, most);
            let _ = write!(
                svg,
                "<rect class=\"s{n}\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{height:.1}\"/>",
                x + 2.0,
                base - height,
                (step - 4.0).max(1.0),
            );
            if *value > 0 {
                text_middle(&mut svg, x + step / 2.0, base - height - 3.0, &value.to_string());
            }
        }
    }
    let below = HEIGHT.mul_add(number(series.len()), -2.0);
    let every = weeks.len().div_ceil(6).max(1);
    for (week, name) in weeks.iter().enumerate().filter(|(week, _)| week % every == 0) {
        text_middle(&mut svg, step.mul_add(number(week), LEFT + step / 2.0), below, name);
    }
    let header = std::iter::once("Week from".to_owned()).chain(series.iter().map(|(name, _)| (*name).to_owned()));
    let rows = weeks.iter().enumerate().map(|(n, week)| {
        let values = series.iter().map(|(_, values)| values.get(n).copied().unwrap_or_default().to_string());
        std::iter::once(week.clone()).chain(values).collect()
    });
    let totals: Vec<String> =
        series.iter().map(|(name, values)| format!("{name} {}", values.iter().sum::<u64>())).collect();
    Chart {
        title: title.to_owned(),
        description: format!("Columns for each week, tickets at one scale; in all: {}.", totals.join(", ")),
        svg: framed(&svg, below + 8.0),
        header: header.collect(),
        rows: rows.collect(),
    }
}

/// Bars from the left, one for each name, with the value in words behind each; the longest is the greatest value, or
/// stands for `full`.
pub(super) fn bars(title: &str, unit: &str, name: &str, full: Option<f64>, bars: &[Bar]) -> Chart {
    const ROW: f64 = 24.0;
    const LEFT: f64 = 160.0;
    const RIGHT: f64 = 180.0;
    let most = full.unwrap_or_else(|| bars.iter().map(|bar| bar.value).fold(0.0, f64::max));
    let mut svg = String::new();
    for (n, bar) in bars.iter().enumerate() {
        let y = ROW * number(n);
        let width = if most > 0.0 { (WIDTH - LEFT - RIGHT) * bar.value / most } else { 0.0 };
        text(&mut svg, 0.0, y + 16.0, "name", &shortened(&bar.name));
        let _ =
            write!(svg, "<rect class=\"s0\" x=\"{LEFT}\" y=\"{:.1}\" width=\"{width:.1}\" height=\"14\"/>", y + 5.0);
        text(&mut svg, LEFT + width + 6.0, y + 16.0, "note", &bar.words);
    }
    line(&mut svg, LEFT, 0.0, LEFT, ROW * number(bars.len()));
    let said: Vec<String> = bars.iter().map(|bar| format!("{} {}", bar.name, bar.words)).collect();
    Chart {
        title: title.to_owned(),
        description: format!("Bars of {unit}: {}.", said.join("; ")),
        svg: framed(&svg, ROW * number(bars.len()) + 4.0),
        header: vec![name.to_owned(), unit.to_owned()],
        rows: bars.iter().map(|bar| vec![bar.name.clone(), bar.words.clone()]).collect(),
    }
}

fn framed(svg: &str, height: f64) -> String {
    format!("<svg viewBox=\"0 0 {WIDTH} {height:.0}\" aria-hidden=\"true\" focusable=\"false\">{svg}</svg>")
}

// Writing to a string does not fail.
fn text(svg: &mut String, x: f64, y: f64, class: &str, words: &str) {
    let _ = write!(svg, "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\">{}</text>", escaped(words));
}

fn text_middle(svg: &mut String, x: f64, y: f64, words: &str) {
    let words = escaped(words);
    let _ = write!(svg, "<text class=\"note\" text-anchor=\"middle\" x=\"{x:.1}\" y=\"{y:.1}\">{words}</text>");
}

fn line(svg: &mut String, x1: f64, y1: f64, x2: f64, y2: f64) {
    let _ = write!(svg, "<line x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\"/>");
}

/// A name that stands left of its bar.
fn shortened(name: &str) -> String {
    const LONGEST: usize = 22;
    if name.chars().count() <= LONGEST {
        return name.to_owned();
    }
    name.chars().take(LONGEST - 1).chain(['…']).collect()
}

fn escaped(words: &str) -> String {
    words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[expect(clippy::cast_precision_loss, reason = "a chart has few columns")]
fn number(n: usize) -> f64 {
    n as f64
}

#[expect(clippy::cast_precision_loss, reason = "a share of a count of tickets is exact enough")]
fn ratio(part: u64, whole: u64) -> f64 {
    part as f64 / whole as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_hostile_names_then_a_chart_shows_them_as_text() {
        let name = "</svg><script>alert(1)</script>".to_owned();
        let chart = bars("Top customers", "tickets", "Customer", None, &[Bar { name, value: 2.0, words: "2".into() }]);
        assert!(!chart.svg.contains("<script"), "{}", chart.svg);
        assert_eq!(chart.svg.matches("<svg").count(), chart.svg.matches("</svg>").count());
    }

    #[test]
    fn given_no_tickets_then_weeks_are_shown_empty() {
        let weeks = ["2 Mar".to_owned(), "9 Mar".to_owned()];
        let chart = columns("Tickets by week", &weeks, &[("arrived", vec![0, 0])]);
        assert_eq!(chart.rows, [["2 Mar", "0"], ["9 Mar", "0"]]);
        assert!(chart.svg.contains("height=\"0.0\""), "{}", chart.svg);
    }
}
