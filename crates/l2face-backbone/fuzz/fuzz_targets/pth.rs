//! Any bytes as a PyTorch checkpoint, or (first byte odd) as the pickle of a sound zip with one storage.
#![no_main]
#[path = "../../tests/suite/checkpoint.rs"]
#[allow(dead_code)]
mod checkpoint;
mod tensors;

libfuzzer_sys::fuzz_target!(|data: &[u8]| match data.split_first() {
    Some((first, pickle)) if first % 2 == 1 && *first != b'P' => {
        tensors::read("pth", &checkpoint::zip(&[("made/data.pkl", pickle), ("made/data/0", &[0; 64])]));
    }
    _ => tensors::read("pth", data),
});
