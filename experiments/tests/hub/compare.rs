//! The example that compares two photographs, on a model of the Hub, as its own program.
use crate::detector::detector;
use crate::mock::{program, texts, Mock};
use crate::packed::packed;
use l2face_image::Rgb8;

/// `cargo xtask peers` builds the example and names it.
#[test]
fn two_photographs_by_a_model_of_the_hub() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(example) = std::env::var_os("L2FACE_COMPARE") else {
        println!("SKIPPED: the example `compare` is built and run by `cargo xtask peers`");
        return;
    };
    let Some(mock) = Mock::start(folder.path()) else { return };
    let path = packed(folder.path());
    for file in ["README.md", "check.safetensors", "config.json", "model.safetensors"] {
        mock.upload("owner/faces", file, &path.join(file));
    }
    let photo = |name: &str, seed: usize| {
        let drawn = Rgb8::from_fn(64, 64, |x, y| [x * seed, y * 3 + x, x * y / 17].map(|v| (v % 256) as u8));
        std::fs::write(folder.path().join(name), drawn.encode_png().expect("a photograph")).expect("a file");
    };
    photo("a.png", 2);
    photo("b.png", 3);
    let mtcnn = detector(folder.path());
    let compare = |model: &str, a: &str, b: &str| {
        let mut command = program(&example.to_string_lossy(), &mock.endpoint, folder.path());
        let done =
            command.arg(model).arg(&mtcnn).args([a, b]).current_dir(folder.path()).output().expect("the example");
        let [out, err] = texts(&done);
        assert!(done.status.success(), "{out}{err}");
        out
    };
    let fetched = compare("hf:owner/faces", "a.png", "b.png");
    assert_eq!(fetched, compare("model", "a.png", "b.png"), "the folder that was published");
    assert!(
        fetched.starts_with("cosine ") && folder.path().join("cache/hub/models--owner--faces").is_dir(),
        "{fetched}"
    );
    assert_eq!(compare("hf:owner/faces", "a.png", "a.png"), "cosine 1.0000\n");
}
