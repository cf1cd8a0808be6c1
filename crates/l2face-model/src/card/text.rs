//! The card's text.
use super::template::{fill, plain};
use super::Card;
use crate::config::ModelConfig;
use l2face_backbone::NetworkConfig;
use std::fmt::Write;

const BODY: &str = include_str!("body.md");
const PROJECT: &str = env!("CARGO_PKG_REPOSITORY");

pub(super) fn body(card: &Card, config: &ModelConfig, with_head: bool) -> String {
    let (input, training) = (&config.input, &card.training);
    let head =
        "\n- `head.safetensors`: the classifier of the training; its rows are directions of the people trained on.";
    let values = [
        ("title", plain(&card.title)),
        ("project", PROJECT.into()),
        ("dim", config.embedding.to_string()),
        ("loss", loss(config)),
        ("network", network(&config.network).into()),
        ("width", input.target.width.to_string()),
        ("height", input.target.height.to_string()),
        ("order", input.order.to_string()),
        ("mean", input.mean.to_string()),
        ("scale", input.scale.to_string()),
        ("template", input.target.framing()),
        ("warp", if config.antialias { "shrunk by area, then bilinear" } else { "bilinear" }.into()),
        ("people", training.people.to_string()),
        ("images", training.images.to_string()),
        ("license", license(card)),
        ("statement", plain(&card.statement)),
        ("figures", figures(card)),
        ("data", plain(&training.data)),
        ("data_license", plain(&training.license)),
        ("bias", plain(&training.bias)),
        ("rust", rust(card)),
        ("python", python(card)),
        ("head", if with_head { head } else { "" }.into()),
        ("command", plain(&card.command).replace('`', "'")),
    ];
    fill(BODY, &values)
}

fn loss(config: &ModelConfig) -> String {
    match config.alpha {
        None => "softmax".into(),
        Some(alpha) => format!("L2-constrained softmax, alpha {alpha:.4} at the end"),
    }
}

fn network(network: &NetworkConfig) -> &'static str {
    match network {
        NetworkConfig::FaceResnet(_) => "Face-ResNet",
        NetworkConfig::Resnet(config) if config.groups > 1 => "ResNeXt",
        NetworkConfig::Resnet(_) => "ResNet",
        NetworkConfig::Iresnet(_) => "IResNet",
        NetworkConfig::MobileFaceNet(_) => "MobileFaceNet",
        NetworkConfig::AllInOne(_) => "All-In-One Face, recognition branch",
    }
}

fn license(card: &Card) -> String {
    match card.license.link() {
        Some(link) => format!("[{}]({link})", card.license.spdx()),
        None => card.license.spdx().into(),
    }
}

fn figures(card: &Card) -> String {
    if card.evaluations.is_empty() {
        return "Nothing was measured.".into();
    }
    let mut table = "| data | task | figure | value |\n|---|---|---|---|\n".to_string();
    for evaluation in &card.evaluations {
        for figure in &evaluation.metrics {
            let cells = [&evaluation.dataset.name, &evaluation.task.name, &figure.name].map(|cell| plain(cell));
            let [data, task, name] = cells;
            // Writing to a string cannot fail.
            let _ = writeln!(table, "| {data} | {task} | {name} | {:.4} |", figure.value);
        }
    }
    table.trim_end().into()
}

fn rust(card: &Card) -> String {
    let open = match &card.repository {
        Some(name) => format!("let hub = Hub::builder(\"cache/hub\").build()?;\nlet model = Model::from_hub(&hub, \"{name}\", &Device::Cpu)?; // \"{name}@COMMIT\" pins it"),
        None => "let model = Model::from_folder(\"FOLDER\".as_ref(), &Device::Cpu)?;".into(),
    };
    let (feature, names) = match card.repository {
        Some(_) => ("// l2face-model with its feature `hub`\n", "l2face_hub::Hub, Model"),
        None => ("", "Model"),
    };
    format!("{feature}use candle_core::Device;\nuse l2face_model::{{{names}}};\n\n{open}\nprintln!(\"{{:?}}\", model.check()?); // the weights give the embeddings stored with them\nlet embeddings = model.embed(&[&crop])?; // from model.crop(&photograph, &five_points)")
}

fn python(card: &Card) -> String {
    let package = if card.repository.is_some() { " huggingface_hub" } else { "" };
    format!(
        "`pip install torch torchvision safetensors{package}`; `load_in_torch.py` lies beside the weights.\n\n```python\n{}\n```\n\n\
         `python load_in_torch.py FOLDER` compares torch's embeddings with those in `check.safetensors`.",
        python_lines(card)
    )
}

fn python_lines(card: &Card) -> String {
    let (before, folder) = match &card.repository {
        Some(name) => (
            format!("import sys\nfrom huggingface_hub import snapshot_download\nfolder = snapshot_download(\"{name}\")  # revision=\"COMMIT\" pins it\nsys.path.insert(0, folder)\n"),
            "folder",
        ),
        None => (String::new(), "\".\""),
    };
    format!("{before}from load_in_torch import load, prepare\nnet, config = load({folder})\nembedding = net(prepare(crops, config))  # crops: (N, height, width, 3), uint8, RGB, aligned")
}
