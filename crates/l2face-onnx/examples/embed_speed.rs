use candle_core::{DType, Device, Result, Tensor};
use candle_nn::ModuleT;
use l2face_onnx::Model;
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
fn main() -> Result<()> {
    let path = std::env::args().nth(1).unwrap();
    let n: usize = std::env::args().nth(2).unwrap().parse().unwrap();
    let model = Model::open(path.as_ref())?;
    println!("{:?}", model.graph.cost());
    let [c, h, w] = model.graph.image();
    let net = model.net(&Device::Cpu)?;
    let v: Vec<f32> = (0..n * c * h * w).map(|i| ((i * 37) % 101) as f32 / 50. - 1.).collect();
    let x = Tensor::from_vec(v, (n, c, h, w), &Device::Cpu)?;
    let y = net.forward_t(&x, false)?;
    println!("{:?}", y.narrow(0, n - 1, 1)?.flatten_all()?.narrow(0, 0, 4)?.to_vec1::<f32>()?);
    let mut best = f64::MAX;
    for _ in 0..8 {
        let t = std::time::Instant::now();
        net.forward_t(&x, false)?;
        best = best.min(t.elapsed().as_secs_f64());
    }
    println!("{} ms per image", best * 1e3 / n as f64);
    Ok(())
}
