//! MTCNN's weights in a file, so made that it sees a face everywhere, or nowhere.
use candle_core::{Device, Tensor};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// Outputs and other sides of the layers of MTCNN's three networks.
type Layers = &'static [(&'static str, &'static [usize])];
const PNET: Layers = &[
    ("conv1", &[10, 3, 3, 3]),
    ("conv2", &[16, 10, 3, 3]),
    ("conv3", &[32, 16, 3, 3]),
    ("conv4_1", &[2, 32, 1, 1]),
    ("conv4_2", &[4, 32, 1, 1]),
];
const RNET: Layers = &[
    ("conv1", &[28, 3, 3, 3]),
    ("conv2", &[48, 28, 3, 3]),
    ("conv3", &[64, 48, 2, 2]),
    ("dense4", &[128, 576]),
    ("dense5_1", &[2, 128]),
    ("dense5_2", &[4, 128]),
];
const ONET: Layers = &[
    ("conv1", &[32, 3, 3, 3]),
    ("conv2", &[64, 32, 3, 3]),
    ("conv3", &[64, 64, 3, 3]),
    ("conv4", &[128, 64, 2, 2]),
    ("dense5", &[256, 1152]),
    ("dense6_1", &[2, 256]),
    ("dense6_2", &[4, 256]),
    ("dense6_3", &[10, 256]),
];

/// What a layer answers: a face or none, no shift of its edges, and points where those of a face lie in its box.
fn bias(layer: &str, outputs: usize, face: bool) -> Vec<f32> {
    match outputs {
        2 if face => vec![-9., 9.],
        2 => vec![9., -9.],
        10 => vec![0.34, 0.66, 0.5, 0.37, 0.63, 0.46, 0.46, 0.64, 0.82, 0.82],
        _ => vec![if layer.ends_with("_2") { 0. } else { 0.1 }; outputs],
    }
}

/// Weights that see a face wherever they look.
pub fn detector(folder: &Path) -> PathBuf {
    write(&folder.join("everywhere.safetensors"), true)
}

/// Weights that see none, whatever they look at.
#[allow(dead_code)] // not every test program needs them
pub fn blind_detector(folder: &Path) -> PathBuf {
    write(&folder.join("nowhere.safetensors"), false)
}

fn write(path: &Path, face: bool) -> PathBuf {
    let mut all = HashMap::new();
    let mut put = |name: String, values: Vec<f32>, shape: &[usize]| {
        all.insert(name, Tensor::from_vec(values, shape, &Device::Cpu).expect("a tensor"));
    };
    for (net, layers) in [("pnet", PNET), ("rnet", RNET), ("onet", ONET)] {
        for (layer, shape) in layers {
            put(format!("{net}.{layer}.weight"), vec![0.; shape.iter().product()], shape);
            put(format!("{net}.{layer}.bias"), bias(layer, shape[0], face), &shape[..1]);
            if !layer.contains('_') {
                let name = layer.replace("conv", "prelu").replace("dense", "prelu");
                put(format!("{net}.{name}.weight"), vec![0.25; shape[0]], &shape[..1]);
            }
        }
    }
    candle_core::safetensors::save(&all, path).expect("a file");
    path.into()
}
