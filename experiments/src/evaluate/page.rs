//! The table, `report.md` and `report.html`.
use super::cli::Set;
use super::ijb_tables::{ijba, ijbbc};
use super::plots::caption;
use super::results::Results;
use crate::folds::{AccuracyPercent, FoldRates};
use crate::report::{self, Plot};
use l2face_eval::Legacy1n;
use std::fmt::Write;
use std::path::Path;

/// The report as Markdown; the table at its head is what a terminal shows.
pub fn markdown(results: &Results) -> String {
    let mut text = format!("# {}\n\n", title(results));
    results.accuracy.iter().for_each(|a| accuracy(&mut text, a));
    results.folds.iter().for_each(|f| folds(&mut text, f));
    results.ijba.iter().for_each(|r| ijba(&mut text, r));
    results.ijba_tpe.iter().for_each(|r| {
        text.push_str("## With TPE, trained on each split's training part\n\n");
        ijba(&mut text, r);
    });
    results.ijbbc.iter().for_each(|r| ijbbc(&mut text, r));
    results.legacy_insightface_1n.iter().for_each(|l| legacy(&mut text, l));
    by_identity(&mut text, results);
    caption(results).iter().for_each(|c| text.push_str(&format!("![{c}](plots/roc.svg)\n\n")));
    how(&mut text, results);
    text
}

/// The same as a page, with its plots in line.
pub fn html(results: &Results, plots: &[Plot]) -> String {
    report::page(&title(results), &markdown(results), plots)
}

/// The protocol, and the model's file without its folder.
fn title(results: &Results) -> String {
    let file = Path::new(&results.model.file).file_name().map(|name| name.to_string_lossy().into_owned());
    format!("{}: {}", name(results.set), file.unwrap_or_else(|| results.model.file.clone()))
}

fn name(set: Set) -> &'static str {
    match set {
        Set::Lfw => "LFW",
        Set::Ytf => "YouTube Faces",
        Set::Ijba => "IJB-A",
        Set::Ijbb => "IJB-B",
        Set::Ijbc => "IJB-C",
        Set::Bin => "Verification set",
    }
}

/// `*` where the data cannot support the rate.
pub(super) fn flagged(rate: f64, k_zero: bool) -> String {
    format!("{rate:.4}{}", if k_zero { " *" } else { "" })
}

fn accuracy(text: &mut String, a: &AccuracyPercent) {
    let deviation = a.std.map_or(String::new(), |std| format!(" +- {std:.2}"));
    let how = match &a.chosen_on {
        None => format!("mean and deviation of {} folds, `{}`", a.folds.len(), a.mode),
        Some(on) => format!(
            "one threshold, {:.4}, chosen on the {} pairs of {}, where it gives {:.2} %; {} of them with a failure to enrol; `{}`",
            a.thresholds.first().copied().unwrap_or(f64::NAN),
            on.pairs,
            on.list.file.display(),
            on.accuracy,
            on.failed_pairs,
            a.mode
        ),
    };
    let _ = writeln!(
        text,
        "Accuracy **{:.2}{deviation} %** ({how}); {} of {} pairs right, {:.2} %, 95 % Clopper-Pearson interval of that share {:.2} to {:.2} %, \
         pairs taken as independent.{}\n",
        a.mean,
        a.right,
        a.pairs,
        100. * a.right as f64 / a.pairs as f64,
        a.interval[0],
        a.interval[1],
        uneven(a)
    );
}

/// What a mean over folds that are not alike is; nothing if they are.
fn uneven(a: &AccuracyPercent) -> String {
    let unequal = match a.unequal_folds {
        true => {
            " **The folds differ in size**: the mean gives every fold the same weight, the interval is that of the share of all pairs, not \
             of the mean."
        }
        false => "",
    };
    let empty = match a.empty_folds {
        0 => String::new(),
        n => format!(
            " **{n} of the list's {} folds have no pair left**, since failures to enrol were dropped: they are in no mean.",
            n + a.folds.len()
        ),
    };
    format!("{unequal}{empty}")
}

fn folds(text: &mut String, f: &FoldRates) {
    text.push_str("| FAR | TAR | 95 % interval | threshold (cosine) | FAR reached |\n|--:|--:|---|--:|--:|\n");
    for t in &f.tar {
        let [low, high] = t.interval;
        let _ = writeln!(
            text,
            "| {:e} | {} | {low:.4} to {high:.4} | {:.4} | {:.1e} |",
            t.far,
            flagged(t.tar, t.k_zero),
            t.threshold,
            t.achieved_far
        );
    }
    let mode = f.tar.first().map_or(String::new(), |t| t.mode.to_string());
    let _ = writeln!(
        text,
        "\n{} genuine and {} impostor pairs, `{mode}`; * too few impostors for one false accept (k=0). EER {:.4}, AUC {:.5}, \
         {}. Failures to enrol: {} templates in {} pairs.\n",
        f.genuine, f.impostor, f.eer, f.auc, val(f.val), f.failed_templates, f.failed_pairs
    );
    let _ = writeln!(text, "Pairs: {} ({}).\n", f.list.file.display(), f.list.form);
}

fn val(val: Option<[f64; 3]>) -> String {
    match val {
        Some([mean, std, far]) => format!("VAL {mean:.4} +- {std:.4} at FAR {far:.1e} (facenet's)"),
        None => "no VAL (facenet's needs two folds, each with pairs of both kinds)".into(),
    }
}

/// TAR with an interval that respects that comparisons share people.
fn by_identity(text: &mut String, results: &Results) {
    let Some(first) = results.by_identity.first() else { return };
    text.push_str("## Intervals by identity\n\n| FAR | TAR | 95 % interval |\n|--:|--:|---|\n");
    for i in &results.by_identity {
        let _ = writeln!(text, "| {:e} | {} | {:.4} to {:.4} |", i.target, flagged(i.tar, i.k_zero), i.low, i.high);
    }
    let _ = writeln!(
        text,
        "\nAll comparisons{}, `conservative`; {} people resampled {} times.\n",
        if results.ijba.is_some() { " of all splits together, one threshold" } else { "" },
        first.identities,
        first.replicates
    );
}

/// Figures that are no rates of the protocol, apart from those that are.
fn legacy(text: &mut String, l: &Legacy1n) {
    text.push_str("## InsightFace's old 1:N figures\n\n| figure | at | value |\n|---|--:|--:|\n");
    for t in &l.ranks {
        let _ = writeln!(text, "| rank-{} | | {:.4} |", t.rank, t.rate);
    }
    for t in &l.tpir {
        let _ = writeln!(text, "| \"TPIR\" | \"FPIR\" {:e} | {:.4} |", t.target, t.tpir);
    }
    let _ = writeln!(
        text,
        "\n`legacy-insightface-1n`, **to be compared with figures published by `ijb_1n.py` only**: the {} templates of both galleries are searched \
         as one, so that none of the {} probes is non-mated, and the threshold comes from all scores of pairs. It is no TPIR at a FPIR.\n",
        l.gallery, l.probes
    );
}

fn how(text: &mut String, results: &Results) {
    let (input, t) = (&results.model.input, &results.model.input.target);
    text.push_str("## How\n\n| | |\n|---|---|\n");
    let mut row = |what: &str, value: String| {
        let _ = writeln!(text, "| {what} | {value} |");
    };
    row("model", format!("{}, SHA-256 {}", results.model.file, &results.model.sha256[..16]));
    row(
        "input",
        format!("{} {}x{}, {}, (x - {}) x {}", input.order, t.width, t.height, t.framing(), input.mean, input.scale),
    );
    row("alignment", results.align.clone());
    let sources: Vec<String> = results.sources.iter().map(|(source, n)| format!("{source} {n}")).collect();
    row("faces", sources.join(", "));
    row("pooling", format!("`{}`", results.pooling));
    row(
        "failures",
        serde_json::to_value(results.failures).ok().and_then(|v| v.as_str().map(str::to_string)).unwrap_or_default(),
    );
    results.warnings.iter().for_each(|warning| row("note", warning.clone()));
    let _ = writeln!(text, "\n```\n{}\n```", results.command);
}
