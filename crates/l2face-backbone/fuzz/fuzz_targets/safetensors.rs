//! Any bytes as a safetensors file.
#![no_main]
mod tensors;

libfuzzer_sys::fuzz_target!(|data: &[u8]| tensors::read("safetensors", data));
