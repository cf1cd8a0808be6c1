//! A file of weights from bytes; every tensor in it is read.
use l2face_backbone::WeightsFile;

/// No tensor may have more bytes than the file.
pub fn read(extension: &str, bytes: &[u8]) {
    let path = std::env::temp_dir().join(format!("l2face-fuzz-{}.{extension}", std::process::id()));
    std::fs::write(&path, bytes).expect("a folder for temporary files");
    if let Ok(mut file) = WeightsFile::open(&path) {
        let names: Vec<String> = file.held().keys().cloned().collect();
        for name in names {
            let tensor = file.tensor(&name);
            assert!(tensor.map_or(true, |t| t.elem_count() * t.dtype().size_in_bytes() <= bytes.len()));
        }
    }
}
