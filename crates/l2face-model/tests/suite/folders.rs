//! Making a folder and opening it.
use crate::common::{config, face_resnet, head, network, pack, packed};
use candle_core::{Device, Tensor};
use candle_nn::ModuleT;
use l2face_image::{Landmarks5, Rgb8};
use l2face_model::*;
use std::path::Path;

#[test]
fn a_model_comes_back_with_its_embeddings() {
    let backbone = face_resnet();
    let (_keep, path) = packed(&backbone);
    let model = Model::from_folder(&path, &Device::Cpu).expect("a model");
    assert_eq!(model.config(), &config(&backbone));
    let crops: Vec<Rgb8> = (0..40).map(|i| Rgb8::from_fn(48, 48, |x, y| [x as u8 * 5, y as u8 * 3, i * 6])).collect();
    let got = model.embed(&crops.iter().collect::<Vec<_>>()).expect("embeddings");
    assert_eq!((got.len(), got[0].len()), (40, 16));
    // The slow way: pixel by pixel, blue first, one image at a time, by the network as it was trained.
    for (crop, got) in crops.iter().zip(&got).step_by(13) {
        let value = |i: usize| {
            let (plane, y, x) = (i / (48 * 48), i / 48 % 48, i % 48);
            (f32::from(crop.pixel(x, y)[2 - plane]) - 100.) * 0.01
        };
        let image = Tensor::from_vec((0..3 * 48 * 48).map(value).collect::<Vec<f32>>(), (1, 3, 48, 48), &Device::Cpu);
        let want =
            network(&backbone).forward_t(&image.expect("a tensor"), false).and_then(|y| y.squeeze(0)?.to_vec1::<f32>());
        for (got, want) in got.iter().zip(want.expect("an embedding")) {
            assert!((got - want).abs() < 1e-5 * 3., "{got} and {want}");
        }
    }
}

#[test]
fn the_check_passes_and_says_how_well() {
    let (_keep, path) = packed(&face_resnet());
    let report = Model::from_folder(&path, &Device::Cpu).and_then(|model| model.check()).expect("a check");
    assert_eq!(report.images, 4);
    assert!(report.difference <= TOLERANCE, "{report:?}");
}

#[test]
fn the_same_model_gives_the_same_bytes() {
    let [(_a, a), (_b, b)] = [packed(&face_resnet()), packed(&face_resnet())];
    let names = files(&a).expect("files");
    assert_eq!(
        names,
        [
            "README.md",
            "check.safetensors",
            "config.json",
            "head.safetensors",
            "load_in_torch.py",
            "model.safetensors",
            "results.json"
        ]
    );
    for name in names {
        assert!(
            std::fs::read(a.join(&name)).expect("a file") == std::fs::read(b.join(&name)).expect("a file"),
            "{name}"
        );
    }
}

#[test]
fn the_head_comes_back() {
    let (_keep, path) = packed(&face_resnet());
    let folder = ModelFolder::open(&path).expect("a folder");
    let loaded = folder.head().expect("a head").expect("there is one");
    assert_eq!(
        loaded.alpha().transpose().expect("alpha"),
        head(folder.config())["alpha"].to_vec1::<f32>().ok().map(|a| f64::from(a[0]))
    );
    std::fs::remove_file(path.join(HEAD)).expect("a file");
    assert!(ModelFolder::open(&path).expect("without it").head().expect("no error").is_none());
}

#[test]
fn a_face_is_aligned_as_in_training() {
    let (_keep, path) = packed(&face_resnet());
    let model = Model::from_folder(&path, &Device::Cpu).expect("a model");
    let photo = Rgb8::from_fn(200, 200, |x, y| [x as u8, y as u8, 90]);
    let target = model.config().input.target;
    let points = Landmarks5(target.points().map(|[x, y]| [2. * x + 30., 2. * y + 40.]));
    let crop = model.crop(&photo, &points).expect("a face");
    assert_eq!((crop.width(), crop.height()), (48, 48));
    // Twice as large, moved by (30, 40): the crop's pixel (20, 10) is the photograph's (70, 60).
    let [r, g, b] = crop.pixel(20, 10);
    assert!(r.abs_diff(70) <= 1 && g.abs_diff(60) <= 1 && b == 90, "{r} {g} {b}");
    assert!(model.crop(&photo, &Landmarks5([[5., 5.]; 5])).is_none(), "no face in one point");
}

#[test]
fn a_crop_of_another_size_is_refused() {
    let (_keep, path) = packed(&face_resnet());
    let model = Model::from_folder(&path, &Device::Cpu).expect("a model");
    let error = model.embed(&[&Rgb8::from_fn(47, 48, |_, _| [0; 3])]).expect_err("another size").to_string();
    assert!(error.contains("48") && error.contains("47"), "{error}");
}

#[test]
fn cosines() {
    assert!((cosine(&[1., 0.], &[1., 1.]) - 0.5f64.sqrt()).abs() < 1e-12);
    assert_eq!(cosine(&[0., 0.], &[1., 1.]), 0.);
    assert!((cosine(&[3e30, 0.], &[-2e30, 0.]) + 1.).abs() < 1e-12);
}

#[test]
fn a_folder_is_replaced_on_request_only_and_nothing_else_ever() {
    let (keep, path) = packed(&face_resnet());
    let again = pack(&face_resnet(), &path, false).expect_err("it is there").to_string();
    assert!(again.contains("--force"), "{again}");
    std::fs::write(path.join(METRICS), "old").expect("a file");
    pack(&face_resnet(), &path, true).expect("replaced");
    assert!(!path.join(METRICS).exists());
    let other = keep.path().join("photographs");
    std::fs::create_dir(&other).expect("a folder");
    std::fs::write(other.join("a.jpg"), "a").expect("a file");
    std::fs::write(keep.path().join("file"), "a").expect("a file");
    for taken in ["photographs", "file"] {
        let error = pack(&face_resnet(), &keep.path().join(taken), true).expect_err("no model").to_string();
        assert!(error.contains("no model folder"), "{error}");
    }
    assert!(other.join("a.jpg").exists());
    let names = |folder: &Path| std::fs::read_dir(folder).expect("a folder").count();
    assert_eq!(names(keep.path()), 3, "nothing temporary stays");
}

#[test]
fn what_fails_leaves_nothing() {
    let keep = tempfile::tempdir().expect("a folder");
    let out = keep.path().join("model");
    let staged = Staged::new(&out, false).expect("a folder");
    std::fs::write(staged.path().join(CONFIG), "half").expect("a file");
    drop(staged);
    assert_eq!(std::fs::read_dir(keep.path()).expect("a folder").count(), 0);
}

#[test]
fn every_file_that_may_lie_in_a_folder_is_its_own() {
    let (_keep, path) = packed(&face_resnet());
    let lfw = format!("{EVALUATIONS}/lfw");
    for folder in [PLOTS.into(), format!("{lfw}/{PLOTS}")] {
        std::fs::create_dir_all(path.join(folder)).expect("a folder");
    }
    let of_lfw = [RESULTS, "plots/roc.svg"].map(|name| format!("{lfw}/{name}"));
    let own = [HEAD, METRICS, "report.md", "report.html", "plots/roc.svg"];
    for name in own.into_iter().chain(of_lfw.iter().map(String::as_str)) {
        std::fs::write(path.join(name), "x").expect("a file");
    }
    let own = own_names();
    let is_own = |file: &String| own.iter().any(|name| file == name || name.ends_with('/') && file.starts_with(name));
    let all = files(&path).expect("files");
    assert!(all.len() == 13 && all.iter().all(is_own), "{all:?} and {own:?}");
    assert!(!is_own(&".gitattributes".into()) && !is_own(&"mine.txt".into()));
}
