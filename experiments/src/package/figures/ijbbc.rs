//! Figures of `evaluate ijbb` and `ijbc`.
use super::build::{figure, of_share, CLOPPER_PEARSON, NONE};
use anyhow::{Context, Result};
use l2face_eval::{GallerySummary, IjbBcResult, SearchResult, TarRow};
use l2face_model::Figure;
use serde_json::json;

/// TAR in both modes, EER, AUC.
pub(super) fn verification(r: &IjbBcResult) -> Result<Vec<Figure>> {
    let tars = r.verify.tar.iter().map(|cell| tar(cell, r.verify.genuine)).collect::<Result<Vec<_>>>()?;
    let mut all = tars.concat();
    all.push(figure("eer", "EER".into(), r.verify.eer, (None, NONE), json!({})));
    all.push(figure("auc", "AUC".into(), r.verify.auc, (None, NONE), json!({})));
    Ok(all)
}

fn tar(cell: &TarRow, genuine: usize) -> Result<[Figure; 2]> {
    let interval = Some(of_share(cell.conservative, genuine)?);
    let at_it = "95 % Clopper-Pearson at the conservative threshold, comparisons taken as independent";
    let of = |mode: &str, value, is: &str| {
        let args = json!({"far": cell.far, "mode": mode, "threshold": cell.threshold, "achieved_far": cell.achieved_far,
            "too_few_impostors": cell.k_zero});
        figure("tar-at-far", format!("TAR at FAR {:e}, {mode}", cell.far), value, (interval, is), args)
    };
    Ok([of("conservative", cell.conservative, CLOPPER_PEARSON), of("interpolated", cell.interp, at_it)])
}

/// CMC and TPIR over both galleries; nothing without 1:N.
pub(super) fn identification(r: &IjbBcResult) -> Result<Vec<Figure>> {
    let Some(search) = &r.search else { return Ok(vec![]) };
    Ok([ranks(search, &r.galleries)?, tpirs(search, &r.galleries)?].concat())
}

fn ranks(search: &GallerySummary, galleries: &[SearchResult]) -> Result<Vec<Figure>> {
    let mated = galleries.iter().map(|gallery| gallery.mated).sum();
    let one = |t: &l2face_eval::RankRate| {
        let interval = Some(of_share(t.rate, mated)?);
        let args = json!({"rank": t.rank, "mode": "closed set", "mated": mated, "galleries": galleries.len()});
        let is = "95 % Clopper-Pearson, mated probes of both galleries taken as independent";
        Ok(figure("identification-rate", format!("rank {}", t.rank), t.rate, (interval, is), args))
    };
    search.ranks.iter().map(one).collect()
}

fn tpirs(search: &GallerySummary, galleries: &[SearchResult]) -> Result<Vec<Figure>> {
    let one = |(i, (fpir, tpir)): (usize, &(f64, f64))| {
        let cells = galleries.iter().map(|gallery| gallery.tpir.get(i).context("a gallery without this FPIR"));
        let cells = cells.collect::<Result<Vec<_>>>()?;
        let ends = cells.iter().map(|cell| of_share(cell.tpir, cell.mated)).collect::<Result<Vec<_>>>()?;
        let mean = |end: usize| ends.iter().map(|e| e[end]).sum::<f64>() / ends.len() as f64;
        let few = cells.iter().filter(|cell| cell.k_zero).count();
        let args = json!({"fpir": fpir, "mode": "conservative, mean of the galleries", "galleries": cells.len(), "galleries_with_too_few_probes": few});
        let is =
            "means of the ends of the galleries' 95 % Clopper-Pearson intervals, mated probes taken as independent";
        Ok(figure("tpir-at-fpir", format!("TPIR at FPIR {fpir:e}"), *tpir, (Some([mean(0), mean(1)]), is), args))
    };
    search.tpir.iter().enumerate().map(one).collect()
}
