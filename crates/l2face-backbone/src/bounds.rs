//! Sizes that a network may have: a configuration may come from a stranger's file.
use crate::backbone::NetworkConfig;
use candle_core::{bail, Result};
use l2face_image::CropTarget;

/// Largest width of a layer, side of an image, or length of an embedding.
const WIDTH: usize = 1 << 14;
/// Most blocks of a network.
const DEPTH: usize = 1 << 10;
/// Longest side of a crop, in pixels.
const SIDE: usize = 1 << 10;

/// # Errors
/// A size that no network has, which would take all memory to build or to count.
pub(crate) fn check(network: &NetworkConfig) -> Result<()> {
    let sizes = widths(network);
    if let Some(size) = sizes.iter().find(|size| **size > WIDTH) {
        bail!("a size of {size}: networks have at most {WIDTH}");
    }
    match blocks(network).iter().fold(0, |sum: usize, n| sum.saturating_add(*n)) {
        depth if depth > DEPTH => bail!("{depth} blocks: networks have at most {DEPTH}"),
        _ => Ok(()),
    }
}

/// # Errors
/// A crop without pixels, or one that would take all memory.
pub(crate) fn check_crop(target: &CropTarget) -> Result<()> {
    let (width, height) = (target.width, target.height);
    match [width, height].iter().all(|side| (1..=SIDE).contains(side)) {
        true => Ok(()),
        false => bail!("a crop of {width} x {height} pixels: a side has at least 1 and at most {SIDE}"),
    }
}

fn widths(network: &NetworkConfig) -> Vec<usize> {
    match network {
        NetworkConfig::FaceResnet(c) => {
            let own = [c.height, c.width, c.padding, c.embedding].into_iter();
            own.chain(c.stages.iter().flat_map(|stage| stage.convs.iter().copied())).collect()
        }
        NetworkConfig::Resnet(c) => vec![c.groups.saturating_mul(c.width_per_group), c.embedding],
        NetworkConfig::Iresnet(c) => vec![c.height, c.width, c.embedding],
        NetworkConfig::MobileFaceNet(c) => vec![c.height, c.width, c.scale.saturating_mul(128), c.embedding],
        NetworkConfig::AllInOne(c) => [&c.widths[..], &[c.height, c.width, c.hidden, c.embedding]].concat(),
    }
}

fn blocks(network: &NetworkConfig) -> Vec<usize> {
    match network {
        NetworkConfig::FaceResnet(c) => {
            c.stages.iter().map(|s| s.units.saturating_add(s.convs.len()).saturating_add(1)).collect()
        }
        NetworkConfig::Resnet(c) => c.blocks.to_vec(),
        NetworkConfig::Iresnet(c) => c.blocks.to_vec(),
        NetworkConfig::MobileFaceNet(c) => c.blocks.to_vec(),
        NetworkConfig::AllInOne(_) => vec![],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{BackboneConfig, FaceResNetConfig, IResNetConfig, MobileFaceNetConfig, ResNetConfig};

    #[test]
    fn every_published_network_is_within_and_monsters_are_not() {
        for name in BackboneConfig::names() {
            check(&BackboneConfig::named(name).expect("a network").network).expect(name);
        }
        let mut face = FaceResNetConfig::paper(112, 96);
        face.stages[1].units = usize::MAX;
        let resnet = ResNetConfig { groups: usize::MAX, width_per_group: 3, ..ResNetConfig::resnet50(8) };
        for monster in [
            NetworkConfig::FaceResnet(face),
            NetworkConfig::Resnet(resnet),
            NetworkConfig::Resnet(ResNetConfig { blocks: [1, usize::MAX, 1, 1], ..ResNetConfig::resnet50(8) }),
            NetworkConfig::Iresnet(IResNetConfig { blocks: [4_000_000_000, 1, 1, 1], ..IResNetConfig::iresnet18() }),
            NetworkConfig::Iresnet(IResNetConfig { height: 1 << 40, ..IResNetConfig::iresnet18() }),
            NetworkConfig::MobileFaceNet(MobileFaceNetConfig { scale: usize::MAX, ..MobileFaceNetConfig::mbf() }),
        ] {
            let error = check(&monster).expect_err("a monster").to_string();
            assert!(error.contains("at most"), "{error}");
        }
    }
    #[test]
    fn a_crop_has_sides_that_fit_into_memory() {
        let named = BackboneConfig::named("resnet50").expect("a network");
        let with = |width, height| {
            let mut config = named.clone();
            (config.input.target.width, config.input.target.height) = (width, height);
            config.variables().map(|_| ()).map_err(|e| e.to_string())
        };
        assert!(with(SIDE, 112).is_ok());
        for (width, height) in [(SIDE + 1, 112), (112, SIDE + 1), (112_000_000, 112_000_000), (0, 112), (112, 0)] {
            let error = with(width, height).expect_err("no crop");
            assert!(error.contains("at most 1024") && error.contains(&width.to_string()), "{error}");
        }
    }
}
