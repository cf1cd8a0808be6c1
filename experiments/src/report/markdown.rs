//! `report.md`.

use super::markdown_data as data;
use super::markdown_tables::{by_norm_table, search, training, verification, Mode};
use super::plot::PLOTS;
use super::schema::{DataKind, Results};
use super::shape::{findings, Verdict};
use super::table::legend;
use super::text::{self, escape_markdown};

/// The page in Markdown. Its plots are links into `plots/`.
pub fn markdown(results: &Results) -> String {
    let kind = match results.data.kind {
        DataKind::Generated => "generated faces",
        DataKind::Real => "photographs",
    };
    let title = format!("# {} on {kind}\n\n", escape_markdown(&results.experiment));
    let statement = format!("**{}**\n\n", escape_markdown(&results.data.statement));
    let sections = [
        ("Verification, 1:1", conservative(results)),
        ("Search, 1:N", search_section(results)),
        ("Did the paper's picture appear?", picture(results)),
        ("Plots", plots(results)),
        ("Verification, 1:1, interpolated", interpolated(results)),
        ("Verification by feature norm", by_norm(results)),
        ("What was run", data::data(results)),
        ("Training", training_section(results)),
        ("Alignment", data::alignment(&results.alignment)),
        ("Failures to enrol", data::failures(results)),
        ("Warnings", data::warnings(&results.warnings)),
        ("How to get these figures again", data::reproduce(results)),
        ("Source", data::source()),
    ];
    let body: Vec<String> = sections
        .iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(name, text)| format!("## {name}\n\n{text}"))
        .collect();
    title + &statement + &body.join("\n")
}

fn conservative(results: &Results) -> String {
    format!(
        "The threshold is set so that the achieved false accept rate is never above the target.\n\n{}\n{}",
        verification(results, Mode::Conservative),
        legend_lines(results)
    )
}

fn search_section(results: &Results) -> String {
    format!(
        "Rank: the share of mated probes whose mate is among the first k (closed set). TPIR: the share of mated \
         probes found at rank 1 and above the threshold that lets the given share of non-mated probes through \
         (open set).\n\n{}",
        search(results)
    )
}

/// Nothing, where no row has it.
fn by_norm(results: &Results) -> String {
    let thirds = results.rows.iter().flat_map(|r| &r.norm_tar);
    let Some(far) = thirds.map(|t| t.far).next() else {
        return String::new();
    };
    format!(
        "All comparisons in three equal groups, by the smaller feature norm of the two templates (before any \
         normalisation): TAR at FAR {} in each group, by a threshold of its own, and the range of the norms.\n\n{}",
        text::far(far),
        by_norm_table(results)
    )
}

fn interpolated(results: &Results) -> String {
    format!(
        "The ROC is interpolated linearly between its points; this mode is taken as nearest to the paper.\n\n{}",
        verification(results, Mode::Interp)
    )
}

/// The lines below the table, as one paragraph with a line break after each.
fn legend_lines(results: &Results) -> String {
    let lines = legend(results);
    let escaped: Vec<String> = lines.iter().map(|l| escape_markdown(l)).collect();
    escaped.join("  \n") + "\n"
}

fn picture(results: &Results) -> String {
    let lines = findings(results).into_iter().map(|f| {
        let verdict = match f.verdict {
            Verdict::Yes => "Yes.",
            Verdict::No => "No.",
            Verdict::Unknown => "Not measured:",
        };
        let detail = escape_markdown(&f.detail);
        format!("- {} **{verdict}** {detail}.\n", f.question)
    });
    lines.collect()
}

fn plots(results: &Results) -> String {
    let wanted = PLOTS.iter().filter(|p| p.has_data(results));
    wanted.map(|p| format!("![{}](plots/{})\n\n", p.caption, p.file)).collect()
}

fn training_section(results: &Results) -> String {
    format!("Final losses are given seed by seed.\n\n{}", training(results))
}
