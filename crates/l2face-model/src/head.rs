//! `head.safetensors`: the classifier that the network was trained with.
use crate::config::ModelConfig;
use crate::error::{ModelError, Result};
use crate::files::CONFIG;
use crate::folder::difference;
use candle_core::{DType, Device, Shape};
use candle_nn::VarBuilder;
use l2face_backbone::WeightsFile;
use l2face_head::{Alpha, Head};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// Its variables, as `l2face-head` names them.
fn variables(config: &ModelConfig) -> BTreeMap<String, Shape> {
    let (classes, dim) = (config.classes, config.embedding);
    let mut all = BTreeMap::from([("weight".into(), (classes, dim).into()), ("bias".into(), classes.into())]);
    if matches!(config.loss.alpha(), Some(Alpha::Trained(_))) {
        all.insert("alpha".into(), 1.into());
    }
    all
}

/// Whether the file's header is that of the configuration's head, and its alpha the one that stands there.
pub(crate) fn agrees(path: &Path, config: &ModelConfig) -> Result<WeightsFile> {
    let mut file = WeightsFile::open(path)?;
    let held = file.held().iter().map(|(name, (shape, _))| (name.clone(), shape.clone())).collect();
    difference(&variables(config), &held).map_err(|why| ModelError::file(path, why))?;
    alpha_agrees(path, config, &mut file)?;
    Ok(file)
}

/// A trained alpha is an f32: as such, both are the same number.
fn alpha_agrees(path: &Path, config: &ModelConfig, file: &mut WeightsFile) -> Result<()> {
    let (Some(Alpha::Trained(_)), Some(said)) = (config.loss.alpha(), config.alpha) else { return Ok(()) };
    let held = file.tensor("alpha")?.to_dtype(DType::F32)?.flatten_all()?.to_vec1::<f32>()?;
    match held == [said as f32] {
        true => Ok(()),
        false => Err(ModelError::file(
            path,
            format_args!(
                "{CONFIG} and the tensors disagree: alpha is {said} there, {held:?} here: package the model again"
            ),
        )),
    }
}

pub(crate) fn load(path: &Path, config: &ModelConfig) -> Result<Box<dyn Head>> {
    let mut file = agrees(path, config)?;
    let names: Vec<String> = file.held().keys().cloned().collect();
    let tensors =
        names.into_iter().map(|name| Ok((name.clone(), file.tensor(&name)?))).collect::<Result<HashMap<_, _>>>()?;
    let vb = VarBuilder::from_tensors(tensors, DType::F32, &Device::Cpu);
    Ok(config.loss.build(config.embedding, config.classes, vb)?)
}
