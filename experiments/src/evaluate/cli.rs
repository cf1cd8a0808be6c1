//! The options of `cargo xtask evaluate`.
use super::align::Align;
use super::framing::Framing;
use super::preproc::Normalise;
use crate::model::cli::Which;
use clap::{Parser, ValueEnum};
use l2face_eval::{FailurePolicy, Pooling};
use l2face_metrics::{AccuracyMode, FarMode};
use serde::{Deserialize, Serialize};
use std::num::NonZeroUsize;
use std::path::PathBuf;

/// What to evaluate on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Set {
    /// Labeled Faces in the Wild, ten folds of `pairs.txt`.
    Lfw,
    /// YouTube Faces, ten folds of `splits.txt`.
    Ytf,
    /// IJB-A, ten splits, 1:1 and 1:N.
    Ijba,
    /// IJB-B, 1:1 and 1:N.
    Ijbb,
    /// IJB-C, 1:1 and 1:N.
    Ijbc,
    /// A verification set in one file of InsightFace's form (LFW, CFP-FP, AgeDB-30, CALFW, CPLFW, ...): aligned already.
    Bin,
}

/// Evaluates an embedder on a protocol. The table goes to stdout; results.json, report.md, report.html and the scores
/// (scores.json; scores.safetensors of more than a million pairs) to --out.
#[derive(Clone, Debug, Parser)]
#[command(name = "cargo xtask evaluate")]
pub struct Args {
    /// The protocol.
    #[arg(value_enum)]
    pub set: Set,
    /// Its folder, or the .bin file.
    #[arg(long, value_name = "PATH")]
    pub data: PathBuf,
    /// The list of pairs, if it does not lie in --data: pairs.txt, pairsDevTest.txt; splits.txt, splits_corrected.txt.
    #[arg(long, value_name = "FILE")]
    pub pairs: Option<PathBuf>,
    /// The list that the threshold is chosen on, where --pairs is one fold: pairsDevTrain.txt with --pairs pairsDevTest.txt (LFW's view 1).
    #[arg(long, value_name = "FILE")]
    pub train_pairs: Option<PathBuf>,
    /// The embedder: .onnx, .safetensors, .pth, a model folder, a row's folder of `reproduce`, or hf:OWNER/NAME.
    #[arg(long, value_name = "FILE")]
    pub model: PathBuf,
    /// Which network the weights are for.
    #[command(flatten)]
    pub which: Which,
    /// A detector's points (CSV); may be repeated.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub landmarks: Vec<PathBuf>,
    /// What aligns a face: auto, landmarks, protocol, box; detect (needs --detector); whole (photographs that are crops already).
    #[arg(long, default_value = "auto")]
    pub align: Align,
    /// MTCNN's weights for --align detect: the folder of pnet.pt, rnet.pt and onet.pt, or a safetensors file.
    #[arg(long, value_name = "PATH")]
    pub detector: Option<PathBuf>,
    /// Colour order, mean and divisor of the network's input, for example rgb,127.5,128; the model's own without it.
    #[arg(long, value_name = "ORDER,MEAN,DIVISOR")]
    pub preproc: Option<Normalise>,
    /// How the network's crops lie.
    #[command(flatten)]
    pub framing: Framing,
    /// How TAR is read off at a FAR: conservative, insightface, bob, interp, pfe. insightface and bob have a rule for IJB's TPIR at FPIR, too;
    /// with the others it is conservative.
    #[arg(long, default_value = "conservative")]
    pub mode: FarMode,
    /// How thresholds of folds are chosen: insightface-grid, facenet-arccos, sphereface, exact.
    #[arg(long, default_value = "insightface-grid")]
    pub accuracy: AccuracyMode,
    /// How templates are made: frames=unit|raw,det=off|on,flip=none|sum|concat,pool=media|flat|quality:0.3. det=on and quality weigh faces by the
    /// scores of --align detect, of the CSV of --landmarks or of the protocol; a face without one, among others that have one, counts as 0.5.
    #[arg(long, default_value = "frames=raw,det=off,flip=sum,pool=media")]
    pub pool: Pooling,
    /// What becomes of failures to enrol: nist, drop, centre-crop.
    #[arg(long, default_value = "nist", value_parser = failures)]
    pub failures: FailurePolicy,
    /// ijba: the table once more with TPE, trained on each split's training part.
    #[arg(long)]
    pub tpe: bool,
    /// ijbb, ijbc: InsightFace's old 1:N figures (ijb_1n.py), too. They are wrong, and only good for comparison with figures published by it.
    #[arg(long)]
    pub legacy_insightface_1n: bool,
    /// At most so many frames of a video (ytf), evenly spaced; all without it.
    #[arg(long, value_name = "N")]
    pub max_frames: Option<NonZeroUsize>,
    /// Faces that go through the network at once.
    #[arg(long, default_value_t = 32)]
    pub batch: usize,
    /// cpu, cuda:0 or metal.
    #[arg(long, default_value = "cpu")]
    pub device: String,
    /// Where embeddings are kept for the next run with the same model, preprocessing and faces.
    #[arg(long, value_name = "DIR", default_value = "runs/embeddings")]
    pub cache: PathBuf,
    /// Where results go.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Print results.json in place of the table.
    #[arg(long)]
    pub json: bool,
}

fn failures(text: &str) -> Result<FailurePolicy, String> {
    let known = serde_json::from_value(serde_json::Value::String(text.into()));
    known.map_err(|_| format!("`{text}` is none of nist, drop, centre-crop"))
}

impl Args {
    /// The command that gives the same results again; without `--out`, `--cache` and `--json`, which change none.
    pub fn command(&self) -> String {
        let mut words = vec![format!("cargo xtask evaluate {}", name(self.set))];
        let mut add = |flag: &str, value: String| words.extend([flag.to_string(), crate::shell::quoted(&value)]);
        let path = |path: &PathBuf| path.display().to_string();
        add("--data", path(&self.data));
        self.pairs.iter().for_each(|p| add("--pairs", path(p)));
        self.train_pairs.iter().for_each(|p| add("--train-pairs", path(p)));
        add("--model", path(&self.model));
        self.which.arch.iter().for_each(|a| add("--arch", a.clone()));
        self.which.colour.iter().for_each(|c| add("--colour", c.to_string()));
        self.which.but.iter().for_each(|b| add("--but", b.clone()));
        self.landmarks.iter().for_each(|p| add("--landmarks", path(p)));
        add("--align", self.align.to_string());
        self.detector.iter().for_each(|p| add("--detector", path(p)));
        self.preproc.iter().for_each(|p| add("--preproc", p.to_string()));
        self.framing.template.iter().for_each(|t| add("--template", t.to_string()));
        self.framing.origin.iter().for_each(|o| add("--origin", o.to_string()));
        add("--mode", self.mode.to_string());
        add("--accuracy", self.accuracy.to_string());
        add("--pool", self.pool.to_string());
        self.max_frames.iter().for_each(|n| add("--max-frames", n.to_string()));
        let failures = serde_json::to_value(self.failures).unwrap_or_default();
        failures.as_str().iter().for_each(|f| add("--failures", f.to_string()));
        words.extend(self.tpe.then(|| "--tpe".to_string()));
        words.extend(self.legacy_insightface_1n.then(|| "--legacy-insightface-1n".to_string()));
        words.join(" ")
    }
}

fn name(set: Set) -> String {
    set.to_possible_value().map(|value| value.get_name().to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whatever changes a result is in the command: parsed again, it is the same.
    #[test]
    fn the_command_says_everything() {
        let all = "evaluate lfw --data d --pairs p.txt --train-pairs t.txt --model m.pth --arch iresnet18 --colour bgr --but head. --landmarks a.csv \
            --landmarks b.csv --align detect --detector w --preproc bgr,127,128 --template arc128 --origin matlab --mode bob --accuracy exact --pool frames=unit,det=on,flip=none,pool=flat \
            --failures drop --tpe --legacy-insightface-1n --max-frames 7 --out o";
        let parse = |text: &str| Args::try_parse_from(text.split_whitespace()).expect("arguments");
        let given = parse(all);
        let again = parse(&format!("{} --out o", given.command().trim_start_matches("cargo xtask ")));
        assert_eq!(format!("{again:?}"), format!("{given:?}"));
    }
}
