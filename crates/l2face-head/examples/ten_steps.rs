//! Ten steps of a linear embedding under the L2-softmax: `cargo run --release -p l2face-head --example ten_steps`.

use l2face_head::candle_core::{DType, Device, Module, Result, Tensor};
use l2face_head::candle_nn::{linear, Optimizer, VarBuilder, VarMap, SGD};
use l2face_head::{Alpha, Head, L2Softmax};

fn main() -> Result<()> {
    let vars = VarMap::new();
    let vb = VarBuilder::from_varmap(&vars, DType::F32, &Device::Cpu);
    let net = linear(3, 8, vb.pp("net"))?;
    let head = L2Softmax::new(8, 3, Alpha::Fixed(8.), vb.pp("head"))?;
    let (faces, labels) = (Tensor::eye(3, DType::F32, &Device::Cpu)?, Tensor::new(&[0u32, 1, 2], &Device::Cpu)?);
    let mut sgd = SGD::new(vars.all_vars(), 0.05)?;
    let loss = || head.loss(&net.forward(&faces)?, &labels);
    let first = loss()?.to_scalar::<f32>()?;
    for _ in 0..10 {
        sgd.backward_step(&loss()?)?;
    }
    assert!(loss()?.to_scalar::<f32>()? < first);
    Ok(())
}
