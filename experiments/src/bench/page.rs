//! The table, `report.md` and `report.html`.
use super::results::{Results, Row};
use crate::report;
use std::fmt::Write;

fn number(value: Option<f64>, digits: usize) -> String {
    value.map_or("-".into(), |v| format!("{v:.digits$}"))
}

fn goal(row: &Row) -> String {
    let mut text = format!("{}x", row.goal.ratio);
    if let Some(most) = row.goal.memory_ratio {
        let _ = write!(text, ", memory {most}");
    }
    if let Some(most) = row.goal.extra_mb {
        let _ = write!(text, ", {most} MB");
    }
    text
}

fn verdict(row: &Row) -> &'static str {
    match row.reached {
        Some(true) => "yes",
        Some(false) => "no",
        None => "-",
    }
}

/// The rows as a Markdown table.
pub fn table(results: &Results) -> String {
    let mut text = String::from(
        "| row | CPU s: ours | PyTorch | ratio | wall ratio | memory ratio | extra MB | goal | reached |\n\
         |---|--:|--:|--:|--:|--:|--:|---|---|\n",
    );
    for row in &results.rows {
        let theirs = row.pytorch.and_then(|p| p.cpu_s);
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} | {} | {} | {} |",
            row.name,
            number(row.ours.cpu_s, 3),
            number(theirs, 3),
            number(row.ratio, 2),
            number(row.wall_ratio, 2),
            number(row.memory_ratio, 2),
            number(row.extra_mb, 0),
            goal(row),
            verdict(row),
        );
    }
    text
}

/// `report.md`.
pub fn markdown(results: &Results) -> String {
    let mut text = String::from("# Speed against PyTorch\n\n");
    let version = results.pytorch.as_deref().unwrap_or("not installed, so there are no ratios");
    let _ = writeln!(
        text,
        "{} threads, {} processes per row and side, alternating; medians. PyTorch: {version}.\n",
        results.threads, results.rounds
    );
    text += &table(results);
    text += "\nCPU seconds are those of one step, all threads. Ratios are PyTorch's seconds over ours (above 1 we are faster) and our peak \
             memory over PyTorch's (below 1 we take less). Extra is our peak beyond the program, the inputs, the weights and the \
             gradient of W.\n\n";
    for row in &results.rows {
        let _ = writeln!(text, "- `{}`: {}", row.name, row.what);
    }
    text
}

/// `report.html`, self-contained.
pub fn html(results: &Results) -> String {
    report::page("Speed against PyTorch", &markdown(results), &[])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::{Measured, SCHEMA};

    #[test]
    fn the_table_has_a_line_per_row_and_dashes_for_what_is_not_known() {
        let ours = Measured { cpu_s: Some(1.), wall_s: 0.5, peak_mb: Some(300.), base_mb: Some(100.) };
        let theirs = Measured { cpu_s: Some(1.8), wall_s: 1., peak_mb: Some(600.), base_mb: Some(100.) };
        let rows = vec![
            Row::new("small-train", &[ours], &[theirs]).unwrap(),
            Row::new("face-resnet-train", &[ours], &[]).unwrap(),
        ];
        let results = Results { schema: SCHEMA.into(), threads: 2, rounds: 1, pytorch: None, rows };
        let table = table(&results);
        assert!(table.contains("| small-train | 1.000 | 1.800 | 1.80 | 2.00 | 0.50 | 200 | 1.5x | yes |"), "{table}");
        assert!(
            table.contains("| face-resnet-train | 1.000 | - | - | - | - | 200 | 1.5x, memory 0.6 | - |"),
            "{table}"
        );
        let html = html(&results);
        assert!(html.contains("<td>small-train</td>") && !html.contains("http"), "{html}");
    }
}
