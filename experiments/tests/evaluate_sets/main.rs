//! `cargo xtask evaluate` on YouTube Faces, IJB-B and IJB-C, on trees that the tests make: people are colours.
#[allow(dead_code)]
#[path = "../common/colours.rs"]
mod colours;
mod detected;
#[path = "../common/detector.rs"]
mod detector;
mod framing;
mod ijbbc;
#[allow(dead_code)]
#[path = "../../../crates/l2face-eval/tests/ijbbc/made_up.rs"]
mod made_up;
mod ytf;
