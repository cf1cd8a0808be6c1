//! The tables of IJB-A, -B and -C.
use super::page::flagged;
use l2face_eval::{FaceCounts, GallerySummary, IjbBcResult, IjbaResult, SearchResult, VerifyResult};
use l2face_metrics::{FarMode, FpirMode};
use std::fmt::Write;

/// Coverage of intervals.
const CONFIDENCE: f64 = 0.95;

/// Mean and deviation over the splits.
pub(super) fn ijba(text: &mut String, r: &IjbaResult) {
    text.push_str("| rate | at | mean over splits | deviation |\n|---|--:|--:|--:|\n");
    for t in &r.summary.tar {
        let mean = flagged(t.tar().mean, t.k_zero_splits > 0);
        let _ = writeln!(text, "| TAR | FAR {:e} | {mean} | {:.4} |", t.far, t.tar().std);
    }
    for t in &r.summary.ranks {
        let _ = writeln!(text, "| rank-{} | | {:.4} | {:.4} |", t.rank, t.rate.mean, t.rate.std);
    }
    for t in &r.summary.tpir {
        let mean = flagged(t.tpir.mean, t.k_zero_splits > 0);
        let _ = writeln!(text, "| TPIR | FPIR {:e} | {mean} | {:.4} |", t.fpir, t.tpir.std);
    }
    let _ = writeln!(
        text,
        "\n{} splits; {}; * in some of them too few for one error (k=0). {}\n",
        r.splits.len(),
        modes(r.mode, r.fpir_mode),
        failures(&r.faces, r.splits.iter().map(|s| &s.verify), r.splits.iter().map(|s| &s.search))
    );
}

/// 1:1, 1:N over both galleries, and each gallery by itself.
pub(super) fn ijbbc(text: &mut String, r: &IjbBcResult) {
    text.push_str("| rate | at | value | 95 % interval |\n|---|--:|--:|---|\n");
    for t in &r.verify.tar {
        let (tar, interval) = (flagged(t.tar(), t.k_zero), ends(t.interval(CONFIDENCE).ok()));
        let _ = writeln!(text, "| TAR | FAR {:e} | {tar} | {interval} |", t.far);
    }
    r.search.iter().for_each(|search| both_galleries(text, r, search));
    let interpolated = match r.mode {
        FarMode::Interp => ", of a TAR at the highest achieved FAR below the one asked for",
        _ => "",
    };
    let _ = writeln!(
        text,
        "\nIntervals are Clopper-Pearson's{interpolated}: comparisons and mated probes are taken as independent, which they are not, so that the truth \
         varies more; of the mean of the galleries they are the means of both galleries' ends. The two galleries are searched apart; {}. * too few impostors for one false accept, or in a gallery too few non-mated probes for \
         one false alarm (k=0). {}\n",
        modes(r.mode, r.fpir_mode),
        failures(&r.faces, [&r.verify], &r.galleries)
    );
    galleries(text, r);
}

fn both_galleries(text: &mut String, r: &IjbBcResult, search: &GallerySummary) {
    let mated = r.galleries.iter().map(|g| g.mated).sum();
    for t in &search.ranks {
        let interval = ends(t.interval(mated, CONFIDENCE).ok());
        let _ = writeln!(text, "| rank-{} | both galleries | {:.4} | {interval} |", t.rank, t.rate);
    }
    for (i, (fpir, tpir)) in search.tpir.iter().enumerate() {
        let mean = flagged(*tpir, r.k_zero_galleries(i) > 0);
        let interval = ends(mean_ends(&r.galleries, i));
        let _ = writeln!(text, "| TPIR | FPIR {fpir:e}, mean of the galleries | {mean} | {interval} |");
    }
}

/// The means of the ends of the galleries' intervals at the `i`-th FPIR.
fn mean_ends(galleries: &[SearchResult], i: usize) -> Option<(f64, f64)> {
    let interval = |g: &SearchResult| g.tpir.get(i)?.interval(CONFIDENCE).ok();
    let all = galleries.iter().map(interval).collect::<Option<Vec<_>>>()?;
    let mean = |end: fn(&(f64, f64)) -> f64| all.iter().map(end).sum::<f64>() / all.len() as f64;
    Some((mean(|e| e.0), mean(|e| e.1)))
}

/// An interval in words; nothing of a result without counts.
fn ends(interval: Option<(f64, f64)>) -> String {
    interval.map_or(String::new(), |(low, high)| format!("{low:.4} to {high:.4}"))
}

/// 1:N in each gallery; nothing without 1:N.
fn galleries(text: &mut String, r: &IjbBcResult) {
    if r.galleries.is_empty() {
        return;
    }
    text.push_str(
        "| gallery | rate | at | mated | non-mated | threshold (cosine) | value | 95 % interval |\n|---|---|--:|--:|--:|--:|--:|---|\n",
    );
    r.set.galleries().iter().zip(&r.galleries).for_each(|(name, g)| gallery(text, name, g));
    text.push('\n');
}

fn gallery(text: &mut String, name: &str, g: &SearchResult) {
    let probes = format!("{} | {}", g.mated, g.non_mated);
    for t in &g.ranks {
        let interval = ends(t.interval(g.mated, CONFIDENCE).ok());
        let _ = writeln!(text, "| {name} | rank-{} | | {probes} | | {:.4} | {interval} |", t.rank, t.rate);
    }
    for t in &g.tpir {
        let (threshold, value) = (cosine(t.threshold), flagged(t.tpir, t.k_zero));
        let interval = ends(t.interval(CONFIDENCE).ok());
        let _ =
            writeln!(text, "| {name} | TPIR | FPIR {:e} | {probes} | {threshold} | {value} | {interval} |", t.target);
    }
}

/// A threshold, or in words that all scores are above it.
fn cosine(threshold: f64) -> String {
    match threshold < -2. {
        true => "below all".into(),
        false => format!("{threshold:.4}"),
    }
}

/// How many failed to enrol and what became of them, added up over splits or galleries.
fn failures<'a>(
    faces: &FaceCounts,
    verify: impl IntoIterator<Item = &'a VerifyResult>,
    search: impl IntoIterator<Item = &'a SearchResult>,
) -> String {
    let add = |a: [usize; 3], b: [usize; 3]| [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
    let compared = verify.into_iter().map(|v| [v.failed_templates, v.templates, v.dropped_pairs]).fold([0; 3], add);
    let of = |s: &SearchResult| {
        [[s.failed_gallery, s.gallery, s.dropped_gallery], [s.failed_probes, s.probes, s.dropped_probes]]
    };
    let both = |a: [[usize; 3]; 2], b: [[usize; 3]; 2]| [add(a[0], b[0]), add(a[1], b[1])];
    let [gallery, probes] = search.into_iter().map(of).fold([[0; 3]; 2], both);
    let failed = |counts: [usize; 3]| format!("{} of {}", counts[0], counts[1]);
    format!(
        "Failures to enrol: {} of {} faces; of templates 1:1 {}, gallery {}, probes {}.{}{}",
        faces.failed,
        faces.total,
        failed(compared),
        failed(gallery),
        failed(probes),
        left_out([compared[2], gallery[2], probes[2]]),
        used(faces)
    )
}

/// What the policy leaves out; nothing if that is nothing. Probes are left out with their mates, too.
fn left_out([pairs, gallery, probes]: [usize; 3]) -> String {
    match pairs + gallery + probes {
        0 => String::new(),
        _ => format!(" Left out: {pairs} comparisons, {gallery} gallery templates, {probes} probes."),
    }
}

/// Faces that were used and yet say little; nothing if there are none.
fn used(faces: &FaceCounts) -> String {
    let some = |n: usize, what: &str| if n == 0 { String::new() } else { format!(" {n} {what}.") };
    some(faces.centre_cropped, "of the failed faces are used all the same, by a crop of the photograph's centre")
        + &some(faces.zero, "embeddings are zero vectors; a template of nothing else fails to enrol")
}

/// The rules of the two kinds of rates; curves have one of their own.
fn modes(far: FarMode, fpir: FpirMode) -> String {
    let curve = if far == FarMode::Conservative { "" } else { ", the curve `conservative`" };
    format!("TAR `{far}`, TPIR `{fpir}`{curve}")
}
