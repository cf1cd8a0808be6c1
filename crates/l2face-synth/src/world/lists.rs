//! `pairs.txt` of LFW and `splits.txt` of YouTube Faces, as text.

use super::folds::{Fold, Item};
use super::layout::name;
use std::fmt::Write;

/// LFW's: folds and pairs of each kind, then for each fold rows `name n1 n2` and rows `name1 n1 name2 n2`.
pub(super) fn pairs_txt(folds: &[Fold]) -> String {
    let mut out = format!("{}\t{}\n", folds.len(), folds.first().map_or(0, |f| f.genuine.len()));
    for fold in folds {
        for [a, b] in &fold.genuine {
            let _ = writeln!(out, "{}\t{}\t{}", name(a.0), a.1, b.1);
        }
        for [a, b] in &fold.impostor {
            let _ = writeln!(out, "{}\t{}\t{}\t{}", name(a.0), a.1, name(b.0), b.1);
        }
    }
    out
}

/// YouTube Faces': a header, then `fold, pair, Name/video, Name/video, 0|1`.
pub(super) fn splits_txt(folds: &[Fold]) -> String {
    let mut out = String::from("split number, pair number, first name, second name, is same identity\n");
    let video = |item: &Item| format!("{}/{}", name(item.0), item.1);
    for (k, fold) in folds.iter().enumerate() {
        let labelled = fold.genuine.iter().map(|p| (p, 1)).chain(fold.impostor.iter().map(|p| (p, 0)));
        for (i, ([a, b], same)) in labelled.enumerate() {
            let _ = writeln!(out, "{}, {}, {}, {}, {same}", k + 1, i + 1, video(a), video(b));
        }
    }
    out
}
