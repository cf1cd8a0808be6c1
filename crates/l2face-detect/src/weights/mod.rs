//! The networks' weights from files, strictly: every variable, of its shape, and nothing else.
mod compare;
mod pytorch;
mod safetensors;

use crate::plan::{Plan, ONET, PNET, RNET};
use candle_core::{bail, DType, Device, Error, Result, Tensor};
use candle_nn::VarBuilder;
use compare::Shapes;
use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Largest file that is read, bytes; the weights have 2 MB.
const MOST: u64 = 64 << 20;
/// In a folder, looked for in this order.
const ENDINGS: [&str; 2] = ["safetensors", "pt"];

/// For [`Mtcnn::new`](crate::Mtcnn::new): the weights at `path`, as `f32`.
///
/// `path` is a folder of `pnet`, `rnet` and `onet`, each a `.safetensors` or a `.pt` with names like `conv1.weight`: the folder
/// `facenet_pytorch/data` of the Python package facenet-pytorch (MIT) is one. Or it is one file of either form with names like
/// `pnet.conv1.weight`, those of `MTCNN().state_dict()`. A `.pt` is PyTorch's form before 1.6, as the package has it; its pickles are read
/// without running any of them. The form is told by content, not by name.
///
/// # Errors
/// A file that cannot be read, is damaged or of another form; missing and unexpected names and wrong shapes, listed.
pub fn load(path: &Path, device: &Device) -> Result<VarBuilder<'static>> {
    let plans = [&PNET, &RNET, &ONET];
    let mut all = HashMap::new();
    if path.is_dir() {
        for plan in plans {
            let tensors = read(&file_of(path, plan)?, &wanted(&[plan], false))?;
            all.extend(tensors.into_iter().map(|(name, tensor)| (format!("{}.{name}", plan.name), tensor)));
        }
    } else {
        all.extend(read(path, &wanted(&plans, true))?);
    }
    Ok(VarBuilder::from_tensors(all, DType::F32, device))
}

fn file_of(folder: &Path, plan: &Plan) -> Result<PathBuf> {
    let mut files = ENDINGS.iter().map(|ending| folder.join(format!("{}.{ending}", plan.name)));
    match files.find(|file| file.is_file()) {
        Some(file) => Ok(file),
        None => bail!(
            "{}: neither {name}.safetensors nor {name}.pt is in it; facenet-pytorch's folder data has all three",
            folder.display(),
            name = plan.name
        ),
    }
}

/// Names and shapes, with the network's name before them if `prefixed`.
fn wanted(plans: &[&Plan], prefixed: bool) -> Shapes {
    let named = |plan: &Plan, name: String| if prefixed { format!("{}.{name}", plan.name) } else { name };
    plans.iter().flat_map(|p| p.variables().into_iter().map(move |(name, shape)| (named(p, name), shape))).collect()
}

fn read(path: &Path, wanted: &Shapes) -> Result<HashMap<String, Tensor>> {
    let tensors = bytes(path).and_then(|bytes| match bytes.starts_with(b"PK\x03\x04") {
        true => bail!(
            "a zip, the form of torch.save since 1.6, is not read here; write it with safetensors.torch.save_file, or with \
             torch.save(.., _use_new_zipfile_serialization=False)"
        ),
        false if bytes.starts_with(pytorch::MAGIC) => pytorch::tensors(&bytes, wanted),
        false => safetensors::tensors(&bytes, wanted),
    });
    tensors.map_err(|e| Error::msg(format!("{}: {e}", path.display())))
}

fn bytes(path: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MOST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MOST {
        bail!("more than {MOST} bytes; MTCNN's weights have 2 MB: is it another file?");
    }
    Ok(bytes)
}
