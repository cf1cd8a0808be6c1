//! Any bytes as an ONNX file; what can be read is run on one image, if it is small.
#![no_main]
use candle_core::{DType, Device, Tensor};
use candle_nn::ModuleT;
use l2face_onnx::Model;

/// Largest cost of a network that is run.
const SMALL: u64 = 1 << 22;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Ok(model) = Model::decode(data.to_vec(), None) else { return };
    let values: usize = model.graph.nodes().iter().map(|node| node.shape.iter().product::<usize>()).sum();
    let [c, h, w] = model.graph.image();
    if model.graph.cost().multiply_adds > SMALL || values as u64 > SMALL || (c * h * w) as u64 > SMALL {
        return;
    }
    let Ok(net) = model.net(&Device::Cpu) else { return };
    let image = Tensor::ones((1, c, h, w), DType::F32, &Device::Cpu).expect("an image");
    let _ = net.forward_t(&image, false);
});
