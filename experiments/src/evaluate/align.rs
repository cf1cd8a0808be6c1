//! From a face of a protocol to its crop.
use anyhow::{bail, Context, Result};
use candle_core::Device;
use l2face_detect::{nearest_centre, weights, Mtcnn, MtcnnConfig};
use l2face_eval::Face;
use l2face_image::{
    align, warp, warp_antialiased, AlignPolicy, AlignSource, BBox, CropTarget, FaceHints, Rgb8, Similarity,
};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::slice::from_ref;
use std::str::FromStr;

/// Version of all that makes a crop of a photograph: decoding, detection, alignment, warp. It is raised with every change that makes another crop,
/// so that embeddings kept from before are not taken for those of today.
pub const CROPS: u32 = 1;
/// How far a protocol's box is enlarged before a face is searched for in it, as a share of its sides.
const MARGIN: f64 = 0.5;
/// Photographs that a detector gets at once.
const AT_ONCE: usize = 32;
/// The centre's crop: this share of the photograph's shorter side is the face box.
const CENTRE: f64 = 0.5;

/// The source of a crop that a detector's points made.
pub const DETECTOR: &str = "detector";
/// The source of a crop that the photograph is.
pub const WHOLE: &str = "whole photograph";
/// The source of no crop.
pub const NOT_FOUND: &str = "not found";

/// What aligns a face.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Points and boxes that are given.
    Given(AlignPolicy),
    /// A detector's points, then what is given.
    Detect,
    /// The photograph is a crop already.
    Whole,
}

impl FromStr for Align {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "detect" => Ok(Self::Detect),
            "whole" => Ok(Self::Whole),
            other => match other.parse() {
                Ok(policy) => Ok(Self::Given(policy)),
                Err(_) => bail!("`{other}` is none of auto, landmarks, protocol, box, detect, whole"),
            },
        }
    }
}

/// A face's crop and where it came from.
#[derive(Clone, Debug)]
pub struct Crop {
    /// The crop, or nothing: the face was not found.
    pub image: Option<Rgb8>,
    /// The crop is that of the photograph's centre, since the face was not found.
    pub fallback: bool,
    /// What it was made from, in words.
    pub source: String,
    /// The detector's score of the points that made it, where there is one.
    pub score: Option<f32>,
}

/// Makes crops.
pub struct Aligner {
    align: Align,
    target: CropTarget,
    detector: Option<Mtcnn>,
    /// Whether faces that are not found get a crop of the centre.
    centre: bool,
    antialias: bool,
}

#[derive(Clone, Copy, Default, Serialize, Deserialize)]
struct Detected {
    points: Option<l2face_image::Landmarks5>,
    score: f32,
}

impl Aligner {
    /// Loads the detector where one is needed.
    ///
    /// # Errors
    /// `--align detect` without weights, weights that cannot be read.
    pub fn new(align: Align, detector: Option<&Path>, target: CropTarget, centre: bool) -> Result<Self> {
        let detector = match (align, detector) {
            (Align::Detect, None) => bail!(
                "--align detect needs --detector PATH: the folder with pnet.pt, rnet.pt and onet.pt of the Python package facenet-pytorch"
            ),
            (Align::Detect, Some(path)) => {
                let loaded = weights::load(path, &Device::Cpu).with_context(|| format!("--detector {}", path.display()))?;
                Some(Mtcnn::new(MtcnnConfig::default(), &loaded)?)
            }
            (_, Some(_)) => bail!("--detector is for --align detect"),
            _ => None,
        };
        Ok(Self { align, target, detector, centre, antialias: false })
    }

    /// Whether photographs are shrunk by area before the bilinear warp, as the network was trained.
    pub fn antialias(self, antialias: bool) -> Self {
        Self { antialias, ..self }
    }

    /// The crops of faces, in order.
    ///
    /// # Errors
    /// A photograph that cannot be read, a crop of another size with `--align whole`.
    pub fn crops(&self, faces: &[Face]) -> Result<Vec<Crop>> {
        let chunks = faces.chunks(AT_ONCE).map(|faces| self.some(faces));
        Ok(chunks.collect::<Result<Vec<_>>>()?.concat())
    }

    fn some(&self, faces: &[Face]) -> Result<Vec<Crop>> {
        let read = |face: &Face| Rgb8::open(&face.path).with_context(|| face.at.clone());
        let images = faces.par_iter().map(read).collect::<Result<Vec<_>>>()?;
        let detected = match &self.detector {
            Some(detector) => detect(detector, faces, &images)?,
            None => vec![Detected::default(); faces.len()],
        };
        let all = faces.par_iter().zip(&images).zip(detected);
        all.map(|((face, image), detected)| self.crop(face, image, detected)).collect()
    }

    fn crop(&self, face: &Face, image: &Rgb8, detected: Detected) -> Result<Crop> {
        if self.align == Align::Whole {
            return whole(image, &self.target).with_context(|| face.file.clone());
        }
        if let Some(crop) = self.by_points(face, image, detected) {
            return Ok(Crop {
                image: Some(crop),
                fallback: false,
                source: DETECTOR.into(),
                score: Some(detected.score),
            });
        }
        let policy = match self.align {
            Align::Given(policy) => policy,
            _ => AlignPolicy::Auto,
        };
        Ok(self.given(&face.hints, policy, image).unwrap_or_else(|| self.not_found(image)))
    }

    /// The crop by the points that the detector finds, if there is a detector and it finds a face.
    ///
    /// # Errors
    /// Those of the network.
    pub fn found(&self, face: &Face, image: &Rgb8) -> Result<Option<Rgb8>> {
        let Some(detector) = &self.detector else { return Ok(None) };
        let detected = detect(detector, from_ref(face), from_ref(image))?;
        Ok(detected.first().and_then(|detected| self.by_points(face, image, *detected)))
    }

    fn by_points(&self, face: &Face, image: &Rgb8, detected: Detected) -> Option<Rgb8> {
        let hints = FaceHints { points: Some(detected.points?), ..face.hints.clone() };
        Some(self.warp(image, &align(&hints, AlignPolicy::Landmarks, &self.target)?.transform))
    }

    fn warp(&self, image: &Rgb8, to_crop: &Similarity) -> Rgb8 {
        let warp = if self.antialias { warp_antialiased } else { warp };
        warp(image, to_crop, self.target.width, self.target.height)
    }

    fn given(&self, hints: &FaceHints, policy: AlignPolicy, image: &Rgb8) -> Option<Crop> {
        let found = align(hints, policy, &self.target)?;
        let image = self.warp(image, &found.transform);
        let by_points = found.source == AlignSource::FivePoints;
        let score = hints.score.filter(|_| by_points).map(|score| score as f32);
        Some(Crop { image: Some(image), fallback: false, source: found.source.to_string(), score })
    }

    fn not_found(&self, image: &Rgb8) -> Crop {
        let none = Crop { image: None, fallback: false, source: NOT_FOUND.into(), score: None };
        if !self.centre {
            return none;
        }
        let side = CENTRE * image.width().min(image.height()) as f64;
        let middle = |size: usize| (size as f64 - side) / 2.;
        let bbox = BBox { x: middle(image.width()), y: middle(image.height()), width: side, height: side };
        let hints = FaceHints { bbox: Some(bbox), ..FaceHints::default() };
        let crop = self.given(&hints, AlignPolicy::Box, image);
        crop.map_or(none, |crop| Crop { fallback: true, source: "centre".into(), score: None, ..crop })
    }
}

/// Face by face the one that a protocol's box means, or without a box the one nearest the centre; what stands beside a face in `faces`
/// changes nothing.
fn detect(detector: &Mtcnn, faces: &[Face], images: &[Rgb8]) -> Result<Vec<Detected>> {
    let of = |face: &l2face_detect::Face| Detected { points: Some(face.points), score: face.score as f32 };
    let near = |(face, image): (&Face, &Rgb8)| match &face.hints.bbox {
        Some(bbox) if bbox.is_valid() => {
            Ok(detector.detect_near(image, bbox, MARGIN)?.as_ref().map(of).unwrap_or_default())
        }
        _ => Ok(Detected::default()),
    };
    let mut all = faces.par_iter().zip(images).map(near).collect::<Result<Vec<_>>>()?;
    let boxless: Vec<usize> = (0..faces.len()).filter(|&i| faces[i].hints.bbox.is_none()).collect();
    if boxless.is_empty() {
        return Ok(all);
    }
    let photographs: Vec<&Rgb8> = boxless.iter().map(|&i| &images[i]).collect();
    for (&i, found) in boxless.iter().zip(detector.detect(&photographs)?) {
        let nearest = nearest_centre(&found, images[i].width(), images[i].height());
        all[i] = nearest.map(of).unwrap_or_default();
    }
    Ok(all)
}

/// A photograph that is a crop: of the network's size, or of its shape.
pub fn whole(image: &Rgb8, target: &CropTarget) -> Result<Crop> {
    let (w, h) = (image.width(), image.height());
    if w * target.height != h * target.width {
        bail!(
            "a photograph of {w}x{h} is no crop of {}x{}: give --landmarks or --align detect",
            target.width,
            target.height
        );
    }
    let image = if (w, h) == (target.width, target.height) {
        image.clone()
    } else {
        image.resized(target.width, target.height)
    };
    Ok(Crop { image: Some(image), fallback: false, source: WHOLE.into(), score: None })
}
