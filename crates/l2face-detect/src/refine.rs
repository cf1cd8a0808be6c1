//! The second and third stage: a network over crops.
use crate::answers::{Answer, Answers};
use crate::area::{resample, Region};
use crate::corners::{pixels, shifted, squared, Corners};
use crate::face::Face;
use crate::network::Network;
use crate::nms::{kept, Overlap};
use crate::workers::map_all;
use candle_core::{Device, Result, Tensor};
use l2face_image::{BBox, Landmarks5, Rgb8};

/// Crops that a network sees at once.
const CROPS: usize = 64;

/// A square of a photograph to be judged.
struct Crop {
    image: usize,
    corners: Corners,
    region: Region,
}

/// A crop that passed, moved as the network says.
#[derive(Clone, Copy, Debug)]
struct Passed {
    corners: Corners,
    score: f32,
    shift: [f32; 4],
    points: [[f32; 2]; 5],
}

/// R-Net over each photograph's squares: those that stay, moved and square again, with their probabilities, the best first.
pub fn refine(
    images: &[&Rgb8],
    squares: &[Vec<(Corners, f32)>],
    net: &Network,
    threshold: f32,
    device: &Device,
) -> Result<Vec<Vec<(Corners, f32)>>> {
    let next = |passed: &Vec<Passed>| {
        let boxes: Vec<_> = passed.iter().map(|p| (p.corners, p.score)).collect();
        let moved = |i: usize| (squared(shifted(passed[i].corners, passed[i].shift, 1.)), passed[i].score);
        kept(&boxes, 0.7, Overlap::Union).into_iter().map(moved).collect()
    };
    let passed = judge(images, squares, net, 24, threshold, device, |_| [[0.; 2]; 5])?;
    Ok(passed.iter().map(next).collect())
}

/// O-Net over each photograph's squares: the faces, the largest first.
pub fn decide(
    images: &[&Rgb8],
    squares: &[Vec<(Corners, f32)>],
    net: &Network,
    threshold: f32,
    device: &Device,
) -> Result<Vec<Vec<Face>>> {
    let faces = |passed: &Vec<Passed>| {
        let boxes: Vec<_> = passed.iter().map(|p| (shifted(p.corners, p.shift, 1.), p.score)).collect();
        let kept = kept(&boxes, 0.7, Overlap::Smaller).into_iter();
        let mut faces: Vec<Face> = kept.map(|i| face(boxes[i], &passed[i])).collect();
        let area = |face: &Face| face.bbox.width * face.bbox.height;
        faces.sort_by(|a, b| area(b).total_cmp(&area(a)));
        faces
    };
    let passed = judge(images, squares, net, 48, threshold, device, |answer| answer.points())?;
    Ok(passed.iter().map(faces).collect())
}

/// Points are shares of the box that O-Net saw, not of the one that it moved.
fn face((b, score): (Corners, f32), passed: &Passed) -> Face {
    let seen = passed.corners;
    let (width, height) = (seen[2] - seen[0] + 1., seen[3] - seen[1] + 1.);
    let point = |[x, y]: [f32; 2]| [x * width + seen[0] - 1., y * height + seen[1] - 1.].map(f64::from);
    let [x, y, right, bottom] = b.map(f64::from);
    let bbox = BBox { x, y, width: right - x, height: bottom - y };
    Face { bbox, score: f64::from(score), points: Landmarks5(passed.points.map(point)) }
}

/// Of each photograph the squares whose `side` x `side` pixels the network takes for a face.
fn judge(
    images: &[&Rgb8],
    squares: &[Vec<(Corners, f32)>],
    net: &Network,
    side: usize,
    threshold: f32,
    device: &Device,
    points: impl Fn(&Answer<'_>) -> [[f32; 2]; 5],
) -> Result<Vec<Vec<Passed>>> {
    let crops = crops(images, squares);
    let chunks: Vec<&[Crop]> = crops.chunks(CROPS).collect();
    let answers = map_all(device, &chunks, |crops| answers(images, crops, net, side, device))?;
    let mut passed = vec![Vec::new(); images.len()];
    for (crop, answer) in crops.iter().zip(answers.iter().flat_map(Answers::iter)) {
        let (score, shift) = (answer.probability(), answer.shift());
        if score > threshold {
            passed[crop.image].push(Passed { corners: crop.corners, score, shift, points: points(&answer) });
        }
    }
    Ok(passed)
}

fn crops(images: &[&Rgb8], squares: &[Vec<(Corners, f32)>]) -> Vec<Crop> {
    let of_image = |(image, squares): (usize, &Vec<(Corners, f32)>)| -> Vec<Crop> {
        let (width, height) = (images[image].width(), images[image].height());
        let crop = |(corners, _): &(Corners, f32)| {
            Some(Crop { image, corners: *corners, region: pixels(*corners, width, height)? })
        };
        squares.iter().filter_map(crop).collect()
    };
    squares.iter().enumerate().flat_map(of_image).collect()
}

fn answers(images: &[&Rgb8], crops: &[Crop], net: &Network, side: usize, device: &Device) -> Result<Answers> {
    let pixels = crops.iter().flat_map(|c| resample(images[c.image], &c.region, [side, side], 0..side)).collect();
    Answers::of(&net.forward(&Tensor::from_vec(pixels, (crops.len(), 3, side, side), device)?)?)
}
