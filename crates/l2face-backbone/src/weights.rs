//! Weights from a file, strictly: every variable of the network, of its shape, and nothing else; looked at before anything is read.
use crate::backbone::BackboneConfig;
use candle_core::pickle::PthTensors;
use candle_core::{bail, DType, Device, Error, Result, Shape, Tensor};
use candle_nn::VarBuilder;
use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Longest header of a safetensors file that is read, bytes.
const HEADER: u64 = 16 << 20;
/// Names of a list that an error shows.
const SHOWN: usize = 5;

/// The variables of one network.
#[derive(Clone, Debug)]
pub struct Weights {
    tensors: HashMap<String, Tensor>,
}

impl Weights {
    /// From a safetensors file, or from PyTorch's (`.pt`, `.pth`), whose pickle is read without running any of it.
    ///
    /// PyTorch's counters `num_batches_tracked` are passed over. `but` are beginnings of names that may differ: with `["fc."]` an ImageNet
    /// classifier is not taken, and the network's own layer of that name is to come from elsewhere.
    ///
    /// # Errors
    /// A file that is truncated or damaged; missing and unexpected names and wrong shapes, listed.
    pub fn load(path: &Path, config: &BackboneConfig, but: &[&str]) -> Result<Self> {
        let wanted: BTreeMap<String, Shape> =
            config.variables()?.into_iter().filter(|(name, _)| !excluded(name, but)).collect();
        let is_pytorch = path.extension().is_some_and(|e| ["pt", "pth"].iter().any(|p| e.eq_ignore_ascii_case(p)));
        let loaded = match is_pytorch {
            true => pytorch(path, &wanted, but),
            false => safetensors(path, &wanted, but),
        };
        Ok(Self { tensors: loaded.map_err(|e| Error::msg(format!("{}: {e}", path.display())))? })
    }

    /// The variables by name.
    pub fn tensors(&self) -> &HashMap<String, Tensor> {
        &self.tensors
    }

    /// For [`build`](crate::build): the weights as constants.
    pub fn builder(&self, dtype: DType, device: &Device) -> VarBuilder<'static> {
        VarBuilder::from_tensors(self.tensors.clone(), dtype, device)
    }
}

fn excluded(name: &str, but: &[&str]) -> bool {
    name.ends_with("num_batches_tracked") || but.iter().any(|start| name.starts_with(start))
}

fn pytorch(path: &Path, wanted: &BTreeMap<String, Shape>, but: &[&str]) -> Result<HashMap<String, Tensor>> {
    let file = PthTensors::new(path, None)?;
    let held = file.tensor_infos().iter().map(|(name, info)| (name.clone(), info.layout.shape().clone()));
    compare(wanted, &held.collect(), but)?;
    let tensor = |name: &String| match file.get(name)? {
        Some(tensor) => Ok((name.clone(), tensor)),
        None => bail!("{name} cannot be read"),
    };
    wanted.keys().map(tensor).collect()
}

fn safetensors(path: &Path, wanted: &BTreeMap<String, Shape>, but: &[&str]) -> Result<HashMap<String, Tensor>> {
    let mut file = File::open(path)?;
    let len = file.metadata()?.len();
    let mut bytes = vec![0; 8];
    file.read_exact(&mut bytes).map_err(|_| Error::msg("shorter than 8 bytes: not a safetensors file"))?;
    let header = u64::from_le_bytes(bytes[..8].try_into().map_err(Error::wrap)?);
    if header > HEADER || header + 8 > len {
        bail!("its header would have {header} bytes, of a file of {len}: truncated, or not a safetensors file");
    }
    (&mut file).take(header).read_to_end(&mut bytes)?;
    let (held, end) = parse(&bytes[8..])?;
    if end != len - header - 8 {
        bail!(
            "its tensors take {end} bytes, but {} are there: truncated, or written by a broken program",
            len - header - 8
        );
    }
    compare(wanted, &held, but)?;
    file.take(end).read_to_end(&mut bytes)?;
    let mut tensors = candle_core::safetensors::load_buffer(&bytes, &Device::Cpu)?;
    tensors.retain(|name, _| wanted.contains_key(name));
    Ok(tensors)
}

/// Shapes by name, and the end of the last tensor.
fn parse(header: &[u8]) -> Result<(BTreeMap<String, Shape>, u64)> {
    #[derive(serde::Deserialize)]
    struct Entry {
        shape: Vec<usize>,
        data_offsets: [u64; 2],
    }
    let all: BTreeMap<String, serde_json::Value> = serde_json::from_slice(header).map_err(Error::wrap)?;
    let (mut shapes, mut end) = (BTreeMap::new(), 0);
    for (name, value) in all.into_iter().filter(|(name, _)| name != "__metadata__") {
        let entry: Entry = serde_json::from_value(value).map_err(|e| Error::msg(format!("header, {name}: {e}")))?;
        shapes.insert(name, Shape::from(entry.shape));
        end = end.max(entry.data_offsets[1]);
    }
    Ok((shapes, end))
}

fn compare(wanted: &BTreeMap<String, Shape>, held: &BTreeMap<String, Shape>, but: &[&str]) -> Result<()> {
    let missing = wanted.keys().filter(|name| !held.contains_key(*name)).cloned();
    let unexpected = held.keys().filter(|name| !wanted.contains_key(*name) && !excluded(name, but)).cloned();
    let differs = |(name, shape): (&String, &Shape)| {
        let is = held.get(name).filter(|held| *held != shape)?;
        Some(format!("{name} is {:?} in place of {:?}", is.dims(), shape.dims()))
    };
    let wrong = wanted.iter().filter_map(differs);
    let lists = [("missing", list(missing)), ("unexpected", list(unexpected)), ("of another shape", list(wrong))];
    let found: Vec<String> =
        lists.into_iter().filter_map(|(what, list)| list.map(|list| format!("{what}: {list}"))).collect();
    match found.is_empty() {
        true => Ok(()),
        false => bail!(
            "not the weights of this network: {}; is the configuration the one they were trained with?",
            found.join("; ")
        ),
    }
}

/// The first of the names and the number of the others; none of none.
fn list(names: impl Iterator<Item = String>) -> Option<String> {
    let names: Vec<String> = names.collect();
    let more = names.len().saturating_sub(SHOWN);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    (!names.is_empty()).then(|| format!("{}{rest}", names[..names.len() - more].join(", ")))
}
