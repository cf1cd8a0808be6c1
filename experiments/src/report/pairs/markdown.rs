//! `report.md`.

use super::super::markdown_data::{alignment, code, source, trained_on, warnings};
use super::super::markdown_tables::{head, line, training_table, Training};
use super::super::plot::Plot;
use super::super::schema::DataKind;
use super::super::table::plural;
use super::super::text::{self, escape_markdown};
use super::cells;
use super::schema::{PairResults, PairRow};
use super::table::{k_zero, legend, real};
use crate::paper::Mark;

/// The page in Markdown. Its plots are links into `plots/`.
pub fn markdown(results: &PairResults, plots: &[Plot]) -> String {
    let kind = match results.data.kind {
        DataKind::Generated => "generated faces",
        DataKind::Real => "photographs",
    };
    let title = format!("# {} on {kind}\n\n**{}**\n\n", real(results), escape_markdown(&results.data.statement));
    let sections = [
        ("Accuracy", accuracy(results)),
        ("TAR at FAR", tar(results)),
        ("Plots", plots.iter().map(|p| format!("![{}](plots/{})\n\n", p.caption, p.file)).collect()),
        ("The paper's figures", paper(results)),
        ("What was run", data(results)),
        ("Training", training(results)),
        ("Alignment", alignment(&results.alignment)),
        ("Failures to enrol", failures(results)),
        ("Warnings", warnings(&results.warnings)),
        ("How to get these figures again", reproduce(results)),
        ("Source", source()),
    ];
    let body: Vec<String> = sections.iter().map(|(name, text)| format!("## {name}\n\n{text}")).collect();
    title + &body.join("\n")
}

fn name(row: &PairRow) -> String {
    format!("**{}**", escape_markdown(&row.id.label))
}

fn or_dash(cell: Option<String>) -> String {
    cell.map_or("–".to_owned(), |c| escape_markdown(&c))
}

fn accuracy(results: &PairResults) -> String {
    let columns = ["row", "accuracy, %", "95 % interval", "against softmax, by folds", "paper"];
    let mut out = head(&columns.map(str::to_owned));
    for row in &results.rows {
        let paper = or_dash(cells::paper(results, row));
        out.push_str(&line(&[
            name(row),
            cells::accuracy(row),
            cells::interval(row),
            or_dash(cells::gain(results, row)),
            format!("*{paper}*"),
        ]));
    }
    let lines: Vec<String> = legend(results).iter().map(|l| escape_markdown(l)).collect();
    out + "\n" + &lines.join("  \n") + "\n"
}

fn tar(results: &PairResults) -> String {
    let fars = results.rows.iter().take(1).flat_map(|r| &r.tar).map(|t| format!("TAR@FAR {}", text::far(t.far)));
    let last = ["VAL@FAR 1e-3", "EER", "AUC"].map(str::to_owned);
    let columns: Vec<String> = std::iter::once("row".to_owned()).chain(fars).chain(last).collect();
    let mut out = format!(
        "Over all pairs (`{}`), with the 95 % interval {}; VAL over the folds, as facenet defines it.\n\n",
        results.far_mode,
        intervals(results)
    ) + &head(&columns);
    for row in &results.rows {
        let mut cells = vec![name(row)];
        cells.extend(row.tar.iter().map(cells::tar_with_interval));
        cells.extend([text::stat(row.val), format!("{:.4}", row.eer), format!("{:.5}", row.auc)]);
        out.push_str(&line(&cells));
    }
    out + &k_zero(results, 0.0).map_or(String::new(), |flag| format!("\n{flag}\n"))
}

/// Pairs share people, so that intervals by people are wider.
fn intervals(results: &PairResults) -> &'static str {
    let by_identity = results.rows.iter().flat_map(|r| &r.tar).all(|t| t.by_identity.is_some());
    match by_identity {
        true => "by resampling people, which is wider than that of independent pairs",
        false => "of pairs taken as independent",
    }
}

fn paper(results: &PairResults) -> String {
    let mut out = head(&["method", "network and training set", "accuracy, %"].map(str::to_owned));
    for figure in &results.paper {
        let cells = [&figure.method, &figure.setting, &cells::figure(figure)].map(|c| escape_markdown(c));
        out.push_str(&line(&cells));
    }
    if results.paper.iter().any(|f| f.accuracy.mark == Mark::Confirmed) {
        out.push_str("\n\\* Confirmed in a source. The others are recalled: not seen in the paper's own text.\n");
    }
    out
}

fn data(results: &PairResults) -> String {
    let rates = results.rows.first().and_then(|r| r.per_seed.first()).map(|s| &s.rates);
    let pairs = rates.map_or(String::new(), |r| {
        let (list, form) = (r.list.file.display().to_string(), &r.list.form);
        format!(", {} pairs of one person and {} of two ({}; {form})", r.genuine, r.impostor, escape_markdown(&list))
    });
    trained_on(&results.data, results.alpha_lower_bound, &pairs)
}

fn training(results: &PairResults) -> String {
    let rows = results.rows.iter().map(|row| Training {
        label: &row.id.label,
        learning_rate: row.id.learning_rate,
        alpha: row.id.alpha,
        alpha_final: &row.alpha_final,
        losses: row.per_seed.iter().map(|s| (s.earlier_loss, s.final_loss)).collect(),
        start: row.loss_curve.first().map(|p| p[1]),
        deviation: row.accuracy.seed_std.map_or(String::new(), |std| format!("{std:.2} % accuracy")),
    });
    format!("Final losses are given seed by seed.\n\n{}", training_table(rows))
}

fn failures(results: &PairResults) -> String {
    let Some(seed) = results.rows.first().and_then(|r| r.per_seed.first()) else { return String::new() };
    format!(
        "{} without an embedding; {} without any face left, in {} (first seed). They are not left out: such a pair is never accepted.\n",
        plural(seed.failed_faces, "face"),
        plural(seed.rates.failed_templates, if results.experiment == "ytf" { "video" } else { "photograph" }),
        plural(seed.rates.failed_pairs, "pair")
    )
}

fn reproduce(results: &PairResults) -> String {
    let mut out = code(&results.data.command);
    if results.data.kind == DataKind::Generated {
        let set = results.experiment.as_str();
        let line = format!(
            "cargo xtask reproduce {set} --data /path/to/{} --train /path/to/training/images --landmarks /path/to/points.csv --out runs/{set}",
            real(results).replace(' ', "")
        );
        out.push_str(&format!("\nOn the real {}:\n\n{}", real(results), code(&line)));
    }
    out + "\nEvery figure of this page is in `results.json`; the same seeds give the same file, byte for byte.\n"
}
