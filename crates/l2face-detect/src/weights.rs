//! The networks' weights from files, strictly: every variable, of its shape, and nothing else.
use crate::plan::{Plan, ONET, PNET, RNET};
use candle_core::{bail, DType, Device, Error, Result, Tensor};
use candle_nn::VarBuilder;
use safetensors::SafeTensors;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// Largest file that is read, bytes; the weights have 2 MB.
const MOST: u64 = 64 << 20;
/// Names of a list that an error shows.
const SHOWN: usize = 5;

/// For [`Mtcnn::new`](crate::Mtcnn::new): the weights at `path`, a safetensors file with the names of facenet-pytorch's `MTCNN.state_dict()`
/// (`pnet.conv1.weight`, ..), or a folder of `pnet.safetensors`, `rnet.safetensors` and `onet.safetensors` (`conv1.weight`, ..).
///
/// # Errors
/// A file that cannot be read or is damaged; missing and unexpected names and wrong shapes, listed.
pub fn load(path: &Path, device: &Device) -> Result<VarBuilder<'static>> {
    let plans = [&PNET, &RNET, &ONET];
    let mut all = HashMap::new();
    if path.is_dir() {
        for plan in plans {
            let tensors = read(&path.join(format!("{}.safetensors", plan.name)), &wanted(&[plan], false))?;
            all.extend(tensors.into_iter().map(|(name, tensor)| (format!("{}.{name}", plan.name), tensor)));
        }
    } else {
        all.extend(read(path, &wanted(&plans, true))?);
    }
    Ok(VarBuilder::from_tensors(all, DType::F32, device))
}

type Shapes = BTreeMap<String, Vec<usize>>;

/// Names and shapes, with the network's name before them if `prefixed`.
fn wanted(plans: &[&Plan], prefixed: bool) -> Shapes {
    let named = |plan: &Plan, name: String| if prefixed { format!("{}.{name}", plan.name) } else { name };
    plans.iter().flat_map(|p| p.variables().into_iter().map(move |(name, shape)| (named(p, name), shape))).collect()
}

fn read(path: &Path, wanted: &Shapes) -> Result<HashMap<String, Tensor>> {
    let failed = |e: String| Error::msg(format!("{}: {e}", path.display()));
    let size = std::fs::metadata(path).map_err(|e| failed(e.to_string()))?.len();
    if size > MOST {
        return Err(failed(format!("{size} bytes: MTCNN's weights have 2 MB, and at most {MOST} bytes are read")));
    }
    let bytes = std::fs::read(path).map_err(|e| failed(e.to_string()))?;
    let file = SafeTensors::deserialize(&bytes).map_err(|e| failed(format!("not a whole safetensors file: {e}")))?;
    let held = file.tensors().into_iter().map(|(name, view)| (name, view.shape().to_vec())).collect();
    compare(wanted, &held).map_err(|e| failed(e.to_string()))?;
    candle_core::safetensors::load_buffer(&bytes, &Device::Cpu)
}

fn compare(wanted: &Shapes, held: &Shapes) -> Result<()> {
    let missing = wanted.keys().filter(|name| !held.contains_key(*name)).cloned();
    let unexpected = held.keys().filter(|name| !wanted.contains_key(*name)).cloned();
    let differs = |(name, shape): (&String, &Vec<usize>)| {
        let is = held.get(name).filter(|held| *held != shape)?;
        Some(format!("{name} is {is:?} in place of {shape:?}"))
    };
    let wrong = wanted.iter().filter_map(differs);
    let lists = [("missing", list(missing)), ("unexpected", list(unexpected)), ("of another shape", list(wrong))];
    let found: Vec<String> = lists.into_iter().filter_map(|(what, list)| Some(format!("{what}: {}", list?))).collect();
    match found.is_empty() {
        true => Ok(()),
        false => bail!("not MTCNN's weights: {}; facenet-pytorch's are meant", found.join("; ")),
    }
}

/// The first of the names and the number of the others; none of none.
fn list(names: impl Iterator<Item = String>) -> Option<String> {
    let names: Vec<String> = names.collect();
    let more = names.len().saturating_sub(SHOWN);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    (!names.is_empty()).then(|| format!("{}{rest}", names[..names.len() - more].join(", ")))
}
