//! The pages of made-up results.

use super::super::fixture;
use super::super::row::RowId;
use super::*;
use crate::folds::{accuracy, by_identity, rates, FARS};
use crate::paper::accuracy::lfw_ms_small;
use l2face_eval::{FaceCounts, FailurePolicy, FoldScores, ListUsed};
use l2face_metrics::{AccuracyMode, FarMode};

fn list() -> ListUsed {
    ListUsed { file: "pairs.txt".into(), form: "labels of the list".into(), errata: None }
}

/// Three folds of ten pairs of each kind; `weak` genuine scores of each fold lie among the impostors.
fn scores(weak: usize) -> FoldScores {
    let one = |fold: u32, i: usize, same: bool| {
        let low = !same || i < weak + fold as usize;
        (if low { 0.1 } else { 0.8 } + i as f64 / 100., same, fold)
    };
    let all: Vec<_> =
        (0..3).flat_map(|fold| (0..10).flat_map(move |i| [true, false].map(|same| one(fold, i, same)))).collect();
    FoldScores {
        list: list(),
        pooling: Default::default(),
        failures: FailurePolicy::default(),
        faces: FaceCounts { total: 60, failed: 2, centre_cropped: 0, zero: 0 },
        templates: 60,
        failed_templates: 0,
        failed_pairs: 0,
        folds: 3,
        scores: all.iter().map(|a| a.0).collect(),
        same: all.iter().map(|a| a.1).collect(),
        fold: all.iter().map(|a| a.2).collect(),
        identities: all
            .iter()
            .enumerate()
            .map(|(i, a)| [i as u64 / 2 % 5, (i as u64 / 2 % 5) + 5 * u64::from(!a.1)])
            .collect(),
    }
}

fn row(name: &str, label: &str, alpha: Option<f64>, weak: usize) -> PairRow {
    let id = RowId { name: name.into(), label: label.into(), alpha, alpha_trained: false, learning_rate: 0.1 };
    let scores = scores(weak);
    let measured = SeedPairs {
        seed: 1,
        final_loss: 0.5,
        earlier_loss: 0.6,
        failed_faces: 2,
        accuracy: accuracy(&scores, AccuracyMode::Exact).unwrap(),
        rates: rates(&scores, FarMode::Conservative).unwrap(),
        by_identity: by_identity(&scores, &FARS).unwrap(),
    };
    let curve = (0..10).map(|i| [f64::from(i), 3. - f64::from(i) / 5.]).collect();
    let run = PairRun { measured, val_folds: vec![0.5, 0.6, 0.7], alpha_final: alpha, loss_curve: curve };
    PairRow::from_seeds(id, &[run], None).unwrap()
}

fn results() -> PairResults {
    let like = fixture::results();
    PairResults {
        schema: SCHEMA.into(),
        experiment: "lfw".into(),
        weights: None,
        data: like.data,
        config: like.config,
        alpha_lower_bound: like.alpha_lower_bound,
        alignment: like.alignment,
        list: list(),
        accuracy_mode: AccuracyMode::Exact,
        far_mode: FarMode::Conservative,
        rows: vec![row("softmax", "softmax", None, 2), row("l2:16", "alpha 16", Some(16.), 1)],
        paper: lfw_ms_small(),
        warnings: vec!["beware | of <b>".into()],
    }
}

#[test]
fn the_page_says_the_figures_the_papers_and_that_they_do_not_compare() {
    let results = results();
    let page = markdown(&results, &plots::plots(&results).unwrap());
    for part in [
        "# LFW on generated faces",
        "| **softmax** | 85.00 ±4.08 |",
        "| **alpha 16** | 90.00 ±4.08 |",
        "*98.10 (recalled)*",
        "*99.28 (recalled)*",
        "| ResNeXt-101, MS-large | 99.78\\* |",
        "+5.00 ±.00, above in 3 of 3",
        "cannot be compared",
        "by resampling people",
        "30 pairs of one person and 30 of two (pairs.txt",
        "![ROC over all pairs",
        "plots/loss.svg",
        "beware \\| of \\<b\\>",
        "2 faces without an embedding",
        "reproduce lfw --data /path/to/LFW",
    ] {
        assert!(page.contains(part), "{part} is not in:\n{page}");
    }
    let mut real = results;
    real.data.kind = super::super::DataKind::Real;
    let page = markdown(&real, &[]);
    assert!(page.starts_with("# LFW on photographs") && !page.contains("cannot be compared"));
}

#[test]
fn the_terminals_table_is_narrow_and_flags_what_the_data_cannot_support() {
    let text = table(&results());
    assert!(text.lines().next().unwrap().contains("TAR@1e-3"), "{text}");
    assert!(text.contains("†") && text.contains("99.28 (recalled)") && text.contains("85.00 ±4.08"), "{text}");
}

#[test]
fn everything_is_written_and_read_back_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let results = results();
    write_all(&results, folder.path()).unwrap();
    for file in ["plots/roc.svg", "plots/loss.svg", "report.md"] {
        assert!(folder.path().join(file).is_file(), "{file}");
    }
    let text = std::fs::read_to_string(folder.path().join("results.json")).unwrap();
    let back: PairResults = serde_json::from_str(&text).unwrap();
    assert_eq!(json(&back).unwrap(), text);
    let html = std::fs::read_to_string(folder.path().join("report.html")).unwrap();
    assert_eq!(html.matches("<svg").count(), 2);
    assert!(!html.contains("NaN") && !html.contains("of <b>"));
    assert!(write_all(&PairResults { rows: vec![], ..results }, folder.path()).is_err());
}
