//! Are two photographs of one person?
//!
//! cargo run --release -p l2face-model --features hub --example compare -- FOLDER|hf:OWNER/NAME[@REVISION] A.jpg B.jpg
//!
//! The photographs are aligned crops in any size; `cargo xtask verify` finds the faces in others.
use candle_core::Device;
use l2face_image::Rgb8;
use l2face_model::{cosine, Model};

fn open(name: &str) -> Result<Model, Box<dyn std::error::Error>> {
    #[cfg(feature = "hub")]
    if name.starts_with("hf:") {
        let hub = l2face_model::l2face_hub::Hub::builder("cache/hub").build()?;
        return Ok(Model::from_hub(&hub, name, &Device::Cpu)?);
    }
    Ok(Model::from_folder(name.as_ref(), &Device::Cpu)?)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [model, a, b] = &args[..] else { return Err("compare MODEL A.jpg B.jpg".into()) };
    let model = open(model)?;
    let size = model.config().input.target;
    let crop = |path: &String| Rgb8::open(path.as_ref()).map(|photo| photo.resized(size.width, size.height));
    let embeddings = model.embed(&[&crop(a)?, &crop(b)?])?;
    println!("cosine {:.4}", cosine(&embeddings[0], &embeddings[1]));
    Ok(())
}
