//! Against Python's huggingface_hub, through a server in Python, and against Hugging Face's own storage server for large files.
//! `cargo xtask peers` runs these tests with `L2FACE_PEERS`, a folder with `venv`. The server is `../shared/tools/mock_hub.py`.
mod hub;
mod model;
mod python;
mod xet;
