//! The first stage: P-Net over every level of the pyramid.
use crate::answers::Answers;
use crate::area::{resample, Region};
use crate::config::MtcnnConfig;
use crate::corners::{shifted, squared, Corners};
use crate::network::Network;
use crate::nms::{kept, Overlap};
use crate::pyramid::{levels, Level, CELL};
use crate::workers::map_all;
use candle_core::{Device, Result, Tensor};
use l2face_image::Rgb8;
use std::ops::Range;

/// Distance of P-Net's places in its input.
const STRIDE: usize = 2;
/// Pixels that P-Net sees at once, about; a larger level goes through it in strips, so that memory does not grow with the photograph.
const STRIP: usize = 1 << 18;

/// A window that looks like a face.
#[derive(Clone, Copy, Debug)]
struct Window {
    corners: Corners,
    score: f32,
    shift: [f32; 4],
}

/// Rows of places of one level of one photograph.
struct Strip {
    image: usize,
    level: Level,
    places: Range<usize>,
}

/// Of each photograph the squares in which faces may be, with their probabilities, the best first.
pub fn propose<'a>(
    images: &[&'a Rgb8],
    net: &Network,
    config: &MtcnnConfig,
    device: &Device,
) -> Result<Vec<Vec<(Corners, f32)>>> {
    let all = |(i, image): (usize, &&'a Rgb8)| -> Vec<Strip> {
        levels(image.width(), image.height(), config).into_iter().flat_map(|level| strips(i, level)).collect()
    };
    let strips: Vec<Strip> = images.iter().enumerate().flat_map(all).collect();
    let found = map_all(device, &strips, |s| windows(images[s.image], s, net, config.thresholds[0], device))?;
    let mut proposals = vec![Vec::new(); images.len()];
    let mut of_level = Vec::new();
    for (i, (strip, windows)) in strips.iter().zip(found).enumerate() {
        of_level.extend(windows);
        let next = strips.get(i + 1);
        if next.is_none_or(|next| next.image != strip.image || next.level != strip.level) {
            proposals[strip.image].extend(suppressed(&of_level, 0.5));
            of_level.clear();
        }
    }
    let square = |w: &Window| (squared(shifted(w.corners, w.shift, 0.)), w.score);
    Ok(proposals.iter().map(|windows| suppressed(windows, 0.7).iter().map(square).collect()).collect())
}

fn suppressed(windows: &[Window], limit: f64) -> Vec<Window> {
    let boxes: Vec<_> = windows.iter().map(|w| (w.corners, w.score)).collect();
    kept(&boxes, limit, Overlap::Union).into_iter().map(|i| windows[i]).collect()
}

/// The level cut so that none has many more than [`STRIP`] pixels.
fn strips(image: usize, level: Level) -> impl Iterator<Item = Strip> {
    // Two convolutions after the pooling and the one before it take rows; P-Net's answer to a photograph of 12 rows is one.
    let places = level.height.div_ceil(STRIDE).saturating_sub(CELL / STRIDE - 1);
    let rows = (STRIP / STRIDE / level.width).max(CELL);
    (0..places).step_by(rows).map(move |from| Strip { image, level, places: from..(from + rows).min(places) })
}

/// The pixel rows that a strip's places see. The last place of an odd level sees one row less: the pooling takes what is left over.
fn pixel_rows(strip: &Strip) -> Range<usize> {
    STRIDE * strip.places.start..(STRIDE * (strip.places.end - 1) + CELL).min(strip.level.height)
}

fn windows(image: &Rgb8, strip: &Strip, net: &Network, threshold: f32, device: &Device) -> Result<Vec<Window>> {
    let (size, rows) = ([strip.level.width, strip.level.height], pixel_rows(strip));
    let shape = (1, 3, rows.len(), size[0]);
    let pixels = resample(image, &Region::whole(image), size, rows);
    let answers = Answers::of(&net.forward(&Tensor::from_vec(pixels, shape, device)?)?)?;
    let columns = answers.size()[1];
    let mut windows = Vec::new();
    for (i, answer) in answers.iter().enumerate() {
        let score = answer.probability();
        if score >= threshold {
            let corners = window(i % columns, strip.places.start + i / columns, strip.level.scale);
            windows.push(Window { corners, score, shift: answer.shift() });
        }
    }
    Ok(windows)
}

/// The photograph's pixels that a place sees, rounded down, counted from 1 as in MATLAB.
fn window(x: usize, y: usize, scale: f64) -> Corners {
    let edge = |place: usize, add: usize| ((STRIDE * place + add) as f32 / scale as f32).floor();
    [edge(x, 1), edge(y, 1), edge(x, CELL), edge(y, CELL)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::PNET;
    use crate::tests::generator::{builder, picture};
    use candle_core::DType;

    #[test]
    fn strips_see_what_the_whole_sees() -> Result<()> {
        let net = Network::new(&PNET, &builder(DType::F32)?)?;
        for (width, height) in [(50, 61), (51, 60), (40, 13)] {
            let (image, level) = (picture(70, 80), Level { scale: 0.6, width, height });
            let whole: Vec<Strip> = strips(0, level).collect();
            assert_eq!(whole.len(), 1);
            let all = |places| windows(&image, &Strip { image: 0, level, places }, &net, 0., &Device::Cpu);
            let (count, mut parts) = (whole[0].places.len(), Vec::new());
            for from in (0..count).step_by(7) {
                parts.extend(all(from..(from + 7).min(count))?);
            }
            let want = all(0..count)?;
            assert_eq!(parts.len(), want.len());
            assert_eq!(want.len() % count, 0, "P-Net has as many rows of places as were counted");
            for (got, want) in parts.iter().zip(&want) {
                assert_eq!(got.corners, want.corners);
                assert!((got.score - want.score).abs() < 1e-5, "{got:?} is not {want:?}");
            }
        }
        Ok(())
    }

    #[test]
    fn a_large_level_is_cut() {
        let level = Level { scale: 1., width: 10_000, height: 5_001 };
        let strips: Vec<Strip> = strips(0, level).collect();
        assert_eq!((strips[0].places.start, strips[strips.len() - 1].places.end), (0, 2_496));
        assert!(strips.windows(2).all(|pair| pair[0].places.end == pair[1].places.start));
        assert!(strips.iter().all(|s| pixel_rows(s).len() * level.width < 2 * STRIP));
        assert_eq!(pixel_rows(&strips[strips.len() - 1]).end, 5_001);
    }

    #[test]
    fn places_in_the_photograph() {
        assert_eq!(window(0, 3, 0.6), [1., 11., 20., 29.]);
    }
}
