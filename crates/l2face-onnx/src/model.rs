//! An ONNX file as a graph and its weights.
use crate::{proto::ModelProto, read, wire, write};
use candle_core::{bail, DType, Device, Error, Result, Tensor};
use l2face_graph::{Graph, Net};
use prost::bytes::Bytes;
use prost::Message;
use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Largest file: what protobuf allows.
const LARGEST: u64 = (1 << 31) - 1;

/// A network with its weights, as an ONNX file holds it.
#[derive(Clone, Debug)]
pub struct Model {
    /// The operations.
    pub graph: Graph,
    /// The weights by the names that the graph gives them, f32 on the CPU.
    pub weights: HashMap<String, Tensor>,
    /// The file's free notes (`metadata_props`).
    pub metadata: BTreeMap<String, String>,
}

impl Model {
    /// Reads an embedder: one image input, one 2-D output, batch 1 or dynamic. Nothing of the file is executed; weights outside it are read
    /// from its own folder only.
    ///
    /// # Errors
    /// A file that is damaged, an operation or a setting that is not known, shapes that do not fit; each names the node.
    pub fn open(path: &Path) -> Result<Self> {
        let load = || {
            let file = File::open(path)?;
            let len = file.metadata()?.len();
            if len > LARGEST {
                bail!("{len} bytes are more than an ONNX file may have");
            }
            let mut bytes = Vec::new();
            file.take(LARGEST).read_to_end(&mut bytes)?;
            Self::decode(bytes, path.parent())
        };
        load().map_err(|e| e.context(path.display().to_string()))
    }

    /// As [`Model::open`], from the bytes of a file. `folder` is where weights outside the file may stand; none: nowhere.
    ///
    /// # Errors
    /// As [`Model::open`].
    pub fn decode(bytes: Vec<u8>, folder: Option<&Path>) -> Result<Self> {
        wire::check(&bytes)?;
        let model = ModelProto::decode(Bytes::from(bytes))
            .map_err(|e| Error::msg(format!("not an ONNX file, or truncated: {e}")))?;
        read::model(model, folder)
    }

    /// The bytes of a file: opset 13, input `data` (batch, channels, height, width), output `embedding` (batch, D), weights by their names.
    ///
    /// # Errors
    /// A weight that is missing, of another shape or named as the file's input or output is, more than 2 GiB, an output that is not (D).
    pub fn encode(&self) -> Result<Vec<u8>> {
        let bytes = write::model(self)?.encode_to_vec();
        match bytes.len() as u64 <= LARGEST {
            true => Ok(bytes),
            false => bail!("{} bytes are more than an ONNX file may have", bytes.len()),
        }
    }

    /// The network, for evaluation.
    ///
    /// # Errors
    /// A weight that is missing or of another shape.
    pub fn net(&self, device: &Device) -> Result<Net> {
        Net::new(&self.graph, &self.weights, DType::F32, device)
    }
}
