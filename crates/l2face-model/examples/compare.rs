//! Are two photographs of one person? MTCNN finds the largest face of each, its points align it, a published network compares the two.
//!
//! cargo run --release -p l2face-model --features hub --example compare -- MODEL MTCNN A.jpg B.jpg
//!
//! MODEL is a model folder or hf:OWNER/NAME[@REVISION]; MTCNN the folder `facenet_pytorch/data` of the Python package facenet-pytorch.
use candle_core::Device;
use l2face_detect::{largest, weights, Mtcnn, MtcnnConfig};
use l2face_model::{cosine, Model};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn open(name: &str) -> Result<Model> {
    #[cfg(feature = "hub")]
    if name.starts_with("hf:") {
        let endpoint = std::env::var("HF_ENDPOINT").unwrap_or("https://huggingface.co".into());
        let hub = l2face_model::l2face_hub::Hub::builder("cache/hub").endpoint(endpoint).build()?;
        return Ok(Model::from_hub(&hub, name, &Device::Cpu)?);
    }
    Ok(Model::from_folder(name.as_ref(), &Device::Cpu)?)
}

fn face(path: &str, mtcnn: &Mtcnn, model: &Model) -> Result<l2face_image::Rgb8> {
    let photo = l2face_image::Rgb8::open(path.as_ref())?;
    let faces = mtcnn.detect(&[&photo])?;
    let crop = largest(&faces[0]).and_then(|face| model.crop(&photo, &face.points));
    Ok(crop.ok_or(format!("{path}: MTCNN finds no face"))?)
}

/// The cosine of the two faces: the higher, the more alike.
pub fn compare(args: &[String]) -> Result<f64> {
    let [model, mtcnn, a, b] = args else { return Err("compare MODEL MTCNN A.jpg B.jpg".into()) };
    let model = open(model)?;
    let mtcnn = Mtcnn::new(MtcnnConfig::default(), &weights::load(mtcnn.as_ref(), &Device::Cpu)?)?;
    let embeddings = model.embed(&[&face(a, &mtcnn, &model)?, &face(b, &mtcnn, &model)?])?;
    Ok(cosine(&embeddings[0], &embeddings[1]))
}

fn main() -> Result<()> {
    compare(&std::env::args().skip(1).collect::<Vec<_>>()).map(|cosine| println!("cosine {cosine:.4}"))
}
