//! Figures of `evaluate ijba`: means over splits.
use super::build::{figure, mean};
use super::ijba::{third_name, POOLED, THIRDS};
use crate::report::clopper_pearson_of;
use l2face_eval::{IjbaResult, MeanStd, NormBin, VerifyResult};
use l2face_metrics::mean_std;
use l2face_model::Figure;
use serde_json::json;

/// TAR in both modes, EER, AUC, TAR by feature norm.
pub(super) fn verification(r: &IjbaResult) -> Vec<Figure> {
    let over = ("splits", r.splits.len());
    let mut all = vec![];
    for cell in &r.summary.tar {
        let named = cell.named.map(|stat| (r.mode.to_string(), stat));
        let always = [("conservative".to_string(), cell.conservative), ("interpolated".to_string(), cell.interp)];
        for (mode, stat) in always.into_iter().chain(named) {
            let name = format!("TAR at FAR {:e}, {mode}", cell.far);
            let more = json!({"far": cell.far, "mode": mode, "splits_with_too_few_impostors": cell.k_zero_splits});
            all.push(mean("tar-at-far", name, pair(stat), over, more));
        }
    }
    let of = |get: fn(&VerifyResult) -> f64| mean_std(&r.splits.iter().map(|s| get(&s.verify)).collect::<Vec<_>>());
    all.push(mean("eer", "EER".into(), of(|v| v.eer), over, json!({})));
    all.push(mean("auc", "AUC".into(), of(|v| v.auc), over, json!({})));
    let far = r.norm_bins.far;
    all.extend(THIRDS.iter().zip(&r.norm_bins.bins).filter_map(|(which, bin)| third(which, far, bin)));
    all
}

/// CMC and TPIR.
pub(super) fn identification(r: &IjbaResult) -> Vec<Figure> {
    let over = ("splits", r.splits.len());
    let ranks = r.summary.ranks.iter().map(|t| {
        let args = json!({"rank": t.rank, "mode": "closed set"});
        mean("identification-rate", format!("rank {}", t.rank), pair(t.rate), over, args)
    });
    let tpir = r.summary.tpir.iter().map(|t| {
        let args = json!({"fpir": t.fpir, "mode": r.fpir_mode, "splits_with_too_few_probes": t.k_zero_splits});
        mean("tpir-at-fpir", format!("TPIR at FPIR {:e}", t.fpir), pair(t.tpir), over, args)
    });
    ranks.chain(tpir).collect()
}

fn pair(stat: MeanStd) -> (f64, f64) {
    (stat.mean, stat.std)
}

/// None where the third has no rate.
fn third(which: &str, far: f64, bin: &NormBin) -> Option<Figure> {
    let ends = clopper_pearson_of(bin).map(|(low, high)| [low, high]);
    let args = json!({"far": far, "mode": "conservative", "norms": [bin.low, bin.high], "genuine": bin.genuine, "impostor": bin.impostor,
        "too_few_impostors": bin.k_zero});
    Some(figure("tar-at-far-by-norm", third_name(far, which), bin.tar?, (ends, POOLED), args))
}
