//! `cargo xtask reproduce lfw`: everything is in the library.

use l2face_experiments::{pairs, study::config::Experiment};

/// glibc hands every large buffer back to the kernel after each operation; page faults then cost up to a third of a step.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    pairs::main(Experiment::Lfw)
}
