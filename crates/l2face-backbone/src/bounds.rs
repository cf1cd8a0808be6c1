//! Sizes that a network may have: a configuration may come from a stranger's file.
use crate::backbone::NetworkConfig;
use candle_core::{bail, Result};

/// Largest width of a layer, side of an image, or length of an embedding.
const WIDTH: usize = 1 << 14;
/// Most blocks of a network.
const DEPTH: usize = 1 << 10;

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
}
