//! The options of `cargo xtask model`.
use clap::{Args as ClapArgs, Parser, Subcommand};
use l2face_image::ColourOrder;
use std::path::PathBuf;

/// Looks into a network's file (.safetensors, .pt, .pth, .ckpt, .onnx) or a model folder, or writes it in another format.
///
/// It may lie on the Hugging Face Hub: hf:OWNER/NAME, followed by /FILE and @REVISION where wanted. Without FILE it is the model folder or model.safetensors, or else the only network of
/// the repository. It is kept in the cache that Python's tools use, under HF_HOME or HF_HUB_CACHE; HF_TOKEN, HF_ENDPOINT and HF_HUB_OFFLINE
/// mean what they mean there. A commit after @ that is in the cache costs no request.
#[derive(Clone, Debug, Parser)]
#[command(name = "cargo xtask model")]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do with a file.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Print layers, shapes, parameters and multiply-adds.
    Inspect {
        /// The file, a model folder, or hf:OWNER/NAME, followed by /FILE and @REVISION where wanted.
        path: PathBuf,
        /// Which network it is.
        #[command(flatten)]
        which: Which,
        /// Print JSON in place of the table.
        #[arg(long)]
        json: bool,
    },
    /// Open a model folder and see whether its weights give the embeddings stored with them.
    Check {
        /// The folder, or hf:OWNER/NAME, followed by @REVISION where wanted.
        path: PathBuf,
    },
    /// Write the network as .safetensors (our names, the configuration among its notes) or .onnx (opset 13, dynamic batch).
    Convert {
        /// The file to read, or hf:OWNER/NAME, followed by /FILE and @REVISION where wanted.
        from: PathBuf,
        /// The file to write; its ending says the format.
        to: PathBuf,
        /// Which network it is.
        #[command(flatten)]
        which: Which,
        /// Replace the file if it is there.
        #[arg(long)]
        force: bool,
    },
}

/// Which network a file of weights is for, where the file does not say it.
#[derive(Clone, Debug, Default, ClapArgs)]
pub struct Which {
    /// A published network (iresnet50, resnet101, ...), or a JSON file with a configuration; found out without it.
    #[arg(long, value_name = "NAME|FILE")]
    pub arch: Option<String>,
    /// The order of the colours it was trained on, where the file does not say it: AdaFace's names are taken for BGR, as its authors' are,
    /// while a model of CVLface, with the same names, states its own.
    #[arg(long, value_name = "rgb|bgr", value_parser = colour)]
    pub colour: Option<ColourOrder>,
    /// Beginnings of names to leave out, for example `head.`: other variables of the same file.
    #[arg(long, value_name = "PREFIX")]
    pub but: Vec<String>,
}

fn colour(name: &str) -> Result<ColourOrder, String> {
    [ColourOrder::Rgb, ColourOrder::Bgr].into_iter().find(|order| order.to_string() == name).ok_or("rgb or bgr".into())
}
