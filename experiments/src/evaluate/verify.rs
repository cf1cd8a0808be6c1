//! `cargo xtask verify`: are two photographs of one person?
use super::align::{Align, Aligner, Crop, DETECTOR, NOT_FOUND, WHOLE};
use super::calibrate::Calibration;
use super::cli::Set;
use super::embedder::Embedder;
use super::framing::Framing;
use super::preproc::Normalise;
use crate::files;
use crate::model::cli::Which;
use anyhow::{bail, ensure, Result};
use clap::Parser;
use l2face_eval::{dot, Face, Flip};
use l2face_image::Rgb8;
use std::path::{Path, PathBuf};

/// Detects, aligns and embeds two faces, and compares them. The answer goes to stdout.
#[derive(Clone, Debug, Parser)]
#[command(name = "cargo xtask verify")]
pub struct Args {
    /// A photograph.
    pub a: PathBuf,
    /// Another one.
    pub b: PathBuf,
    /// The embedder: .onnx, .safetensors, .pth, a model folder, a row's folder, or hf:OWNER/NAME.
    #[arg(long, value_name = "FILE")]
    pub model: PathBuf,
    /// Which network the weights are for.
    #[command(flatten)]
    pub which: Which,
    /// detect (needs --detector), or whole: photographs that are crops already.
    #[arg(long, default_value = "detect")]
    pub align: Align,
    /// MTCNN's weights: the folder of pnet.pt, rnet.pt and onet.pt, or a safetensors file.
    #[arg(long, value_name = "PATH")]
    pub detector: Option<PathBuf>,
    /// Colour order, mean and divisor of the network's input; the model's own, or the calibration's, without it.
    #[arg(long, value_name = "ORDER,MEAN,DIVISOR")]
    pub preproc: Option<Normalise>,
    /// How the network's crops lie; as in the calibration without it.
    #[command(flatten)]
    pub framing: Framing,
    /// calibration.json of `cargo xtask calibrate` for this model.
    #[arg(long, value_name = "FILE", conflicts_with = "threshold")]
    pub calibration: Option<PathBuf>,
    /// The cosine at or above which they count as one person.
    #[arg(long)]
    pub threshold: Option<f64>,
    /// A PNG of both crops, side by side.
    #[arg(long, value_name = "FILE", default_value = "verify.png")]
    pub picture: PathBuf,
}

/// The cosine and the decision, in words.
///
/// # Errors
/// A photograph that cannot be read or shows no face; a calibration for another model or another input.
pub fn verify(args: &Args) -> Result<String> {
    let calibration = args.calibration.as_deref().map(Calibration::open).transpose()?;
    let device = crate::device::choose("cpu")?;
    let normalise = args.preproc.or_else(|| calibration.as_ref().map(|c| Normalise::of(&c.model.input)));
    let framing = calibration.as_ref().map_or(args.framing, |c| args.framing.or(Framing::of(&c.model.input.target)));
    let embedder = Embedder::open_framed(&args.model, &args.which, normalise, framing, &device)?;
    calibration.iter().try_for_each(|c| fits(c, &embedder))?;
    let aligner = Aligner::new(args.align, args.detector.as_deref(), embedder.preproc.target, false)?;
    let aligner = aligner.antialias(embedder.antialias);
    let crops = [&args.a, &args.b].map(|path| crop(&aligner, path));
    let [a, b] = crops;
    let (a, b) = (a?, b?);
    let flip = calibration.as_ref().map_or(Flip::Sum, |c| c.pooling.flip);
    let cosine = cosine(&embedder, [&a, &b], flip)?;
    files::write(&args.picture, &side_by_side(&a, &b).encode_png()?)?;
    Ok(format!("cosine {cosine:.4}{}\n{}\n", decision(args, calibration.as_ref(), cosine), args.picture.display()))
}

/// Why the calibration's threshold may not hold for these two faces, in one line; nothing if it was made as they are.
///
/// # Errors
/// A calibration that cannot be read.
pub fn warning(args: &Args) -> Result<Option<String>> {
    let Some(calibration) = args.calibration.as_deref().map(Calibration::open).transpose()? else { return Ok(None) };
    let reasons: Vec<String> =
        [otherwise_aligned(&calibration, args.align), of_several(&calibration)].into_iter().flatten().collect();
    let all = || format!("the threshold may not hold: {}", reasons.join("; "));
    Ok((!reasons.is_empty()).then(all))
}

fn otherwise_aligned(calibration: &Calibration, align: Align) -> Option<String> {
    let ours = if align == Align::Whole { WHOLE } else { DETECTOR };
    if calibration.sources.is_empty() {
        return Some("the calibration does not say how its faces were aligned".into());
    }
    let other = |(source, _): &(&String, &usize)| ![ours, NOT_FOUND].contains(&source.as_str());
    let others: Vec<String> = calibration.sources.iter().filter(other).map(|(s, n)| format!("{s} {n}")).collect();
    let text = || format!("faces of the calibration were aligned by other than `{ours}` ({})", others.join(", "));
    (!others.is_empty()).then(text)
}

/// Frames, detector scores and the kind of mean change nothing of a single photograph, but they do of several.
fn of_several(calibration: &Calibration) -> Option<String> {
    match calibration.set {
        None | Some(Set::Lfw | Set::Bin) => None,
        _ => Some(format!(
            "its scores are of templates of several photographs (`{}`), not of one each",
            calibration.pooling
        )),
    }
}

fn fits(calibration: &Calibration, embedder: &Embedder) -> Result<()> {
    let (theirs, ours) = (&calibration.model.sha256, &embedder.sha256);
    ensure!(theirs == ours, "the calibration is for another model: its SHA-256 is {theirs}, this one's {ours}");
    Ok(embedder.preproc.check_same(&calibration.model.input)?)
}

fn crop(aligner: &Aligner, path: &Path) -> Result<Rgb8> {
    let name = path.display().to_string();
    let face = Face { file: name.clone(), path: path.into(), hints: Default::default(), at: name.clone() };
    let crop = aligner.crops(std::slice::from_ref(&face))?.pop();
    match crop {
        Some(Crop { image: Some(image), .. }) => Ok(image),
        _ => bail!("{name}: no face was found in it"),
    }
}

fn cosine(embedder: &Embedder, crops: [&Rgb8; 2], flip: Flip) -> Result<f64> {
    let plain = embedder.embed(&crops, false)?;
    let mirrored = embedder.embed(&crops, true)?;
    let template = |i: usize| -> Vec<f32> {
        match flip {
            Flip::None => plain[i].clone(),
            Flip::Sum => plain[i].iter().zip(&mirrored[i]).map(|(a, b)| a + b).collect(),
            Flip::Concat => [plain[i].as_slice(), &mirrored[i]].concat(),
        }
    };
    let (a, b) = (template(0), template(1));
    let norms = dot(&a, &a).sqrt() * dot(&b, &b).sqrt();
    ensure!(norms > 0. && norms.is_finite(), "an embedding is zero or not finite");
    Ok(dot(&a, &b) / norms)
}

fn side_by_side(a: &Rgb8, b: &Rgb8) -> Rgb8 {
    let (w, h) = (a.width(), a.height());
    Rgb8::from_fn(2 * w, h, |x, y| if x < w { a.pixel(x, y) } else { b.pixel(x - w, y) })
}

fn decision(args: &Args, calibration: Option<&Calibration>, cosine: f64) -> String {
    let (threshold, why) = match (calibration, args.threshold) {
        (Some(c), _) => (c.threshold, format!(", FAR {:e} on {}", c.far, c.list)),
        (None, Some(threshold)) => (threshold, String::new()),
        (None, None) => return "; no decision without --calibration or --threshold".into(),
    };
    let answer = if cosine >= threshold { "one person" } else { "two persons" };
    format!(": {answer} (threshold {threshold:.4}{why})")
}
