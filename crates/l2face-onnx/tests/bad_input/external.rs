//! Weights beside the file: from its own folder, or from where a cache of the Hub keeps that folder's contents.
use crate::protobuf::{error, field, flatten, gemm, int, model, node, text};
use l2face_onnx::Model;

#[test]
fn weights_outside_the_folder_are_not_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let (inside, outside) = (folder.path().join("models"), folder.path().join("secret"));
    std::fs::create_dir(&inside).expect("a folder");
    std::fs::write(&outside, [0; 192]).expect("a file");
    std::fs::write(inside.join("weights.bin"), [0; 200]).expect("a file");
    let beside = |location: &str, more: &[(&str, &str)]| {
        let entry = |(key, value): (&str, &str)| field(13, &[text(1, key), text(2, value)].concat());
        let entries: Vec<u8> =
            std::iter::once(("location", location)).chain(more.iter().copied()).flat_map(entry).collect();
        let weight = [int(1, 4), int(1, 12), int(2, 1), text(8, "w"), entries, int(14, 1)].concat();
        Model::decode(gemm(weight), Some(&inside)).map(|_| ()).map_err(|e| e.to_string())
    };
    assert_eq!(beside("weights.bin", &[("offset", "8"), ("length", "192")]), Ok(()));
    let refused = |result: Result<(), String>, part: &str| {
        let error = result.expect_err("must be refused");
        assert!(error.contains("the constant w") && error.contains(part), "{part} is not in: {error}");
    };
    refused(beside("../secret", &[]), "outside the network's own folder");
    refused(beside(outside.to_str().expect("UTF-8"), &[]), "outside the network's own folder");
    refused(beside("nothing.bin", &[]), "nothing.bin");
    refused(beside("weights.bin", &[("offset", "9")]), "truncated");
    refused(beside("weights.bin", &[("offset", "18446744073709551615")]), "truncated");
    refused(beside("weights.bin", &[("offset", "x")]), "not a number");
    refused(beside("weights.bin", &[("length", "4")]), "another length");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(&outside, inside.join("link.bin")).expect("a link");
        refused(beside("link.bin", &[]), "outside the network's own folder");
    }
    let weight = [
        int(1, 4),
        int(1, 12),
        int(2, 1),
        text(8, "w"),
        field(13, &[text(1, "location"), text(2, "a")].concat()),
        int(14, 1),
    ];
    error(gemm(weight.concat()), &["without a folder"]);
}

/// However often a small file is named, no more is taken from it than it has.
#[test]
fn constants_do_not_share_bytes_of_another_file() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("weights.bin"), [0; 384]).expect("a file");
    let weight = |name: &str, location: &str, offset: &str| {
        let entry = |key: &str, value: &str| field(13, &[text(1, key), text(2, value)].concat());
        let place = [entry("location", location), entry("offset", offset)].concat();
        [int(1, 4), int(1, 12), int(2, 1), text(8, name), place, int(14, 1)].concat()
    };
    let opened = |weights: &[Vec<u8>]| {
        let nodes = [flatten(), node("Relu", &["flat"], "out", &[])];
        Model::decode(model(&nodes, weights, &[1, 3, 2, 2]), Some(folder.path())).map(drop).map_err(|e| e.to_string())
    };
    let [a, b, c] = [("a", "weights.bin", "0"), ("b", "weights.bin", "192"), ("c", "./weights.bin", "0")]
        .map(|(name, location, offset)| weight(name, location, offset));
    assert_eq!(opened(&[a.clone(), b.clone()]), Ok(()));
    let error = opened(&[a, b, c]).expect_err("must be refused");
    assert!(error.contains("the constant c") && error.contains("share bytes"), "{error}");
}

/// As huggingface_hub lays a repository out: files of a snapshot are links to blobs.
#[cfg(unix)]
#[test]
fn a_snapshot_s_weights_are_read_from_its_repository_s_blobs_alone() {
    use std::fs;
    use std::os::unix::fs::symlink;
    use std::path::Path;
    let hub = tempfile::tempdir().expect("a folder");
    let blob = |repository: &str, name: &str| {
        let blobs = hub.path().join(repository).join("blobs");
        fs::create_dir_all(&blobs).expect("a folder");
        fs::write(blobs.join(name), [0; 192]).expect("a file");
    };
    blob("models--o--n", "aa");
    blob("models--o--other", "bb");
    fs::write(hub.path().join("models--o--n/secret"), [0; 192]).expect("a file");
    let entry = field(13, &[text(1, "location"), text(2, "model.data")].concat());
    let weight = [int(1, 4), int(1, 12), int(2, 1), text(8, "w"), entry, int(14, 1)].concat();
    let bytes = gemm(weight);
    let opened = |folder: &Path, target: &str| {
        let folder = hub.path().join(folder);
        fs::create_dir_all(&folder).expect("a folder");
        let link = folder.join("model.data");
        drop(fs::remove_file(&link));
        symlink(target, &link).expect("a link");
        fs::write(folder.join("model.onnx"), &bytes).expect("a file");
        Model::open(&folder.join("model.onnx")).map(drop).map_err(|e| e.to_string())
    };
    let snapshot = Path::new("models--o--n/snapshots/c0ffee");
    assert_eq!(opened(snapshot, "../../blobs/aa"), Ok(()));
    assert_eq!(opened(&snapshot.join("onnx"), "../../../blobs/aa"), Ok(()));
    for (folder, target) in [
        (snapshot.to_path_buf(), "../../secret"),
        (snapshot.to_path_buf(), "../../../models--o--other/blobs/bb"),
        ("models--o--n/elsewhere/c0ffee".into(), "../../blobs/aa"),
        ("folder/snapshots/c0ffee".into(), "../../../models--o--n/blobs/aa"),
    ] {
        let error = opened(&folder, target).expect_err("must be refused");
        assert!(error.contains("outside the network's own folder"), "{folder:?} {target}: {error}");
    }
    // Blobs that are a link to elsewhere.
    fs::create_dir(hub.path().join("models--o--linked")).expect("a folder");
    symlink("../models--o--n/blobs", hub.path().join("models--o--linked/blobs")).expect("a link");
    let error = opened(Path::new("models--o--linked/snapshots/c"), "../../blobs/aa").expect_err("must be refused");
    assert!(error.contains("outside the network's own folder"), "{error}");
}
