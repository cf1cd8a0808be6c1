//! Other projects' names for the same variables.
use crate::backbone::{BackboneConfig, NetworkConfig};
use candle_core::{bail, Result, Shape};
use std::collections::BTreeMap;

/// What wrappers put before a network's own names.
const PREFIXES: [&str; 7] = ["", "module.", "model.", "net.", "model.net.", "backbone.", "module.backbone."];
/// The first layer of each family, by its own names.
const FIRST: [&str; 6] = [
    "conv1.weight",
    "input_layer.0.weight",
    "layers.0.layers.0.weight",
    "conv1a.weight",
    "conv1.0.weight",
    "conv1.bias",
];
/// The parts of a block of AdaFace and CVLface, and ours.
const BLOCK: [(&str, &str); 8] = [
    ("res_layer.0", "bn1"),
    ("res_layer.1", "conv1"),
    ("res_layer.2", "bn2"),
    ("res_layer.3", "prelu"),
    ("res_layer.4", "conv2"),
    ("res_layer.5", "bn3"),
    ("shortcut_layer.0", "downsample.0"),
    ("shortcut_layer.1", "downsample.1"),
];
/// What stands before and after the blocks.
const ENDS: [(&str, &str); 6] = [
    ("input_layer.0", "conv1"),
    ("input_layer.1", "bn1"),
    ("input_layer.2", "prelu"),
    ("output_layer.0", "bn2"),
    ("output_layer.3", "fc"),
    ("output_layer.4", "features"),
];

/// How a file names the variables of a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Naming {
    prefix: &'static str,
    ir: bool,
}

impl Naming {
    /// Told from the names of a file: what stands before the first layer, and whether that is `input_layer` (AdaFace and CVLface).
    pub fn of<'a>(names: impl IntoIterator<Item = &'a String>) -> Self {
        let names: Vec<&String> = names.into_iter().collect();
        let starts = |prefix: &str, first: &str| names.iter().any(|n| n.strip_prefix(prefix) == Some(first));
        let prefix = PREFIXES.into_iter().find(|prefix| FIRST.iter().any(|first| starts(prefix, first))).unwrap_or("");
        Self { prefix, ir: starts(prefix, "input_layer.0.weight") }
    }

    /// Whether the names are those of AdaFace and CVLface.
    pub fn is_ir(&self) -> bool {
        self.ir
    }

    /// Our name of a variable; a name that is not known stays as it is.
    pub(crate) fn ours(&self, theirs: &str, blocks: Option<[usize; 4]>) -> String {
        let own = theirs.strip_prefix(self.prefix).unwrap_or(theirs);
        let known = blocks.filter(|_| self.ir).and_then(|blocks| of_ir(own, blocks));
        known.unwrap_or_else(|| own.to_string())
    }

    /// The file's name of each of our variables that it holds, and what `held` says of it.
    ///
    /// # Errors
    /// Two names of the file that would be one of ours.
    pub fn translate<T: Clone>(
        &self,
        held: &BTreeMap<String, T>,
        config: &BackboneConfig,
    ) -> Result<BTreeMap<String, (String, T)>> {
        let blocks = match &config.network {
            NetworkConfig::Iresnet(net) => Some(net.blocks),
            _ => None,
        };
        let mut ours = BTreeMap::new();
        for (theirs, t) in held {
            let name = self.ours(theirs, blocks);
            if let Some((other, _)) = ours.insert(name.clone(), (theirs.clone(), t.clone())) {
                bail!("{other} and {theirs} would both be {name}: a file of more than one network?");
            }
        }
        Ok(ours)
    }

    /// Variables of ours that the file does not hold because they never change there, with their value: the last batch norm of AdaFace and
    /// CVLface has neither scale nor offset.
    pub(crate) fn constants(&self, wanted: &BTreeMap<String, Shape>) -> BTreeMap<String, (Shape, f64)> {
        let fixed = [("features.weight", 1.), ("features.bias", 0.)];
        let shape =
            |(name, value): (&str, f64)| wanted.get(name).map(|shape| (name.to_string(), (shape.clone(), value)));
        fixed.into_iter().filter(|_| self.ir).filter_map(shape).collect()
    }
}

/// Ours in a table of theirs and ours.
fn replaced(table: &[(&str, &'static str)], theirs: &str) -> Option<&'static str> {
    table.iter().find(|(t, _)| *t == theirs).map(|(_, ours)| *ours)
}

/// `body.5.res_layer.0.weight` is the second block of the second stage of IR-50: `layer2.1.bn1.weight`.
fn of_ir(theirs: &str, blocks: [usize; 4]) -> Option<String> {
    let (module, variable) = theirs.rsplit_once('.')?;
    if let Some(ours) = replaced(&ENDS, module) {
        return Some(format!("{ours}.{variable}"));
    }
    let (index, part) = module.strip_prefix("body.")?.split_once('.')?;
    let (mut k, part) = (index.parse::<usize>().ok()?, replaced(&BLOCK, part)?);
    for (stage, count) in blocks.into_iter().enumerate() {
        if k < count {
            return Some(format!("layer{}.{k}.{part}.{variable}", stage + 1));
        }
        k -= count;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn naming(names: &[&str]) -> Naming {
        Naming::of(&names.iter().map(|n| n.to_string()).collect::<Vec<_>>())
    }

    #[test]
    fn wrappers_are_seen_through() {
        for prefix in PREFIXES {
            let naming = naming(&[&format!("{prefix}conv1.weight"), "head.kernel"]);
            assert_eq!(naming.ours(&format!("{prefix}layer1.0.bn1.bias"), None), "layer1.0.bn1.bias");
            assert_eq!(naming.ours("head.kernel", None), "head.kernel");
            assert!(!naming.is_ir());
        }
        assert_eq!(naming(&["something"]), Naming { prefix: "", ir: false });
    }

    #[test]
    fn two_names_for_one_variable_are_an_error() {
        let config = BackboneConfig::named("iresnet50").expect("a network");
        for two in [
            ["module.conv1.weight", "fc.weight", "module.fc.weight"],
            ["input_layer.0.weight", "body.1.res_layer.1.weight", "layer1.1.conv1.weight"],
        ] {
            let held = two.map(|name| (name.to_string(), ())).into();
            let error = naming(&two).translate(&held, &config).expect_err("two names").to_string();
            assert!(two[1..].iter().all(|name| error.contains(name)), "{error}");
        }
    }

    #[test]
    fn adaface_s_blocks_are_counted_through() {
        let naming = naming(&["model.input_layer.0.weight"]);
        let ours = |theirs: &str| naming.ours(theirs, Some([3, 4, 14, 3]));
        for (theirs, expected) in [
            ("model.input_layer.2.weight", "prelu.weight"),
            ("model.body.0.res_layer.0.running_mean", "layer1.0.bn1.running_mean"),
            ("model.body.2.res_layer.3.weight", "layer1.2.prelu.weight"),
            ("model.body.3.shortcut_layer.1.bias", "layer2.0.downsample.1.bias"),
            ("model.body.23.res_layer.5.weight", "layer4.2.bn3.weight"),
            ("model.body.24.res_layer.5.weight", "body.24.res_layer.5.weight"),
            ("model.output_layer.4.running_var", "features.running_var"),
        ] {
            assert_eq!(ours(theirs), expected);
        }
    }

    /// The names that ../tests/networks.py gave to the variables of AdaFace's network, whose values suite/networks.rs compares by ours.
    #[test]
    fn adaface_s_names_are_those_of_the_fixture() {
        #[derive(serde::Deserialize)]
        struct Fixture {
            names: BTreeMap<String, String>,
        }
        let fixture: Fixture = serde_json::from_str(include_str!("../tests/fixtures/ir.json")).expect("a fixture");
        let naming = Naming::of(fixture.names.keys());
        assert!(naming.is_ir() && fixture.names.len() > 60);
        for (theirs, ours) in &fixture.names {
            assert_eq!(naming.ours(theirs, Some([1, 2, 1, 1])), *ours, "{theirs}");
        }
    }
}
