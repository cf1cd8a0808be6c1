use super::super::fixture::{results, row};
use super::super::*;
use super::svg;

#[test]
fn every_picture_is_well_formed_and_has_text() {
    let all = plots(&results()).unwrap();
    let files: Vec<&str> = all.iter().map(|p| p.file).collect();
    let expected = ["roc.svg", "tar_alpha.svg", "norm_quality.svg", "loss.svg"];
    assert_eq!(files, expected);
    for plot in &all {
        svg::check(&plot.svg);
        assert!(plot.svg.contains("font-family=\"sans-serif\""), "{}", plot.file);
        assert!(!plot.svg.contains("NaN") && !plot.svg.contains("inf"));
    }
}

fn picture(results: &Results, file: &str) -> Option<String> {
    let all = plots(results).unwrap();
    all.into_iter().find(|p| p.file == file).map(|p| p.svg)
}

#[test]
fn rows_and_axes_are_named() {
    let roc = picture(&results(), "roc.svg").unwrap();
    for name in ["softmax", "alpha 16", "alpha trained", "1e-4", "0.550", "(FAR)"] {
        assert!(roc.contains(name), "{name}");
    }
    let alpha = picture(&results(), "tar_alpha.svg").unwrap();
    for name in ["lower bound 11.70", "trained alpha", "FAR 1e-2", "softmax"] {
        assert!(alpha.contains(name), "{name}");
    }
}

#[test]
fn hostile_names_are_escaped() {
    let mut r = results();
    r.rows[0].label = "<b>&\"\u{1}".to_owned();
    let names: Vec<String> = plots(&r).unwrap().into_iter().map(|p| p.svg).collect();
    names.iter().for_each(|s| svg::check(s));
    assert!(names[0].contains("&lt;b&gt;&amp;"));
}

#[test]
fn pictures_without_numbers_are_left_out() {
    let mut r = results();
    r.rows = vec![row("softmax", None, 0.5)];
    r.rows[0].norm_quality = None;
    r.rows[0].loss_curve.clear();
    let files: Vec<&str> = plots(&r).unwrap().iter().map(|p| p.file).collect();
    assert_eq!(files, ["roc.svg"]);
    let page = markdown(&r);
    assert!(page.contains("(plots/roc.svg)") && !page.contains("(plots/loss.svg)"));
}

/// No false accept fits, every rate is 0 or 1, one loss, one bin, one alpha: nothing divides by 0.
#[test]
fn flat_results_are_drawn() {
    let mut r = results();
    r.rows = vec![row("softmax", None, 0.5), row("l2:16", Some(16.0), 0.5)];
    for row in &mut r.rows {
        row.roc.mean.fill(1.0);
        row.roc.std.fill(0.0);
        row.loss_curve = vec![[0.0, 0.0], [0.0, 0.0]];
        for t in &mut row.mean.tar {
            t.k_zero_splits = 10;
            t.conservative = Stat::default();
        }
    }
    let bins = r.rows[0].norm_quality.as_mut().unwrap();
    bins.truncate(1);
    (bins[0].mean_norm, bins[0].p25, bins[0].p75) = (0.0, 0.0, 0.0);
    for plot in plots(&r).unwrap() {
        svg::check(&plot.svg);
        assert!(!plot.svg.contains("NaN"), "{}", plot.file);
    }
}
