//! What a run knows of the machine that it ran on does not leave it.
use crate::study::config::Config;
use std::path::{Path, PathBuf};

/// The configuration with the last part of every path; a place on the Hub stays.
pub(super) fn without_folders(config: &Config) -> Config {
    let mut config = config.clone();
    let data = &mut config.data;
    let paths = [&mut data.ijba, &mut data.train, &mut data.train_list];
    for path in paths.into_iter().flatten().chain(&mut data.landmarks) {
        *path = last(path);
    }
    if let Some(start) = &mut config.start {
        start.weights = last(&start.weights);
    }
    config
}

/// The command with the last part of every path.
pub(super) fn shortened(command: &str, config: &Config) -> String {
    let data = &config.data;
    let named = [&data.ijba, &data.train, &data.train_list].into_iter().flatten().chain(&data.landmarks);
    let named = named.chain(config.start.as_ref().map(|start| &start.weights));
    let mut known: Vec<String> =
        named.map(|path| path.display().to_string()).filter(|path| path.contains('/')).collect();
    // One path may begin another.
    known.sort_by_key(|path| std::cmp::Reverse(path.len()));
    let text = known
        .iter()
        .fold(command.to_string(), |text, path| text.replace(path, &last(Path::new(path)).display().to_string()));
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

/// Whatever else looks like a path of this machine, as in `--config /mnt/me/a.toml`.
fn word(word: &str) -> String {
    let inner = word.trim_matches('\'');
    let path = inner.starts_with(['/', '~', '.']) && inner.contains('/');
    if path {
        last(Path::new(inner)).display().to_string()
    } else {
        word.into()
    }
}

fn last(path: &Path) -> PathBuf {
    match path.to_str() {
        Some(place) if place.starts_with("hf:") => path.into(),
        _ => path.file_name().map_or_else(|| "data".into(), PathBuf::from),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::config::Experiment;

    #[test]
    fn nothing_of_the_machine_stays() {
        let mut config = Config::load(Experiment::Ijba, "photos", &[]).expect("a configuration");
        config.data.ijba = Some("/mnt/me/my sets/IJB-A".into());
        config.data.train = Some("../faces".into());
        config.data.landmarks = vec!["/mnt/me/points.csv".into(), "..".into()];
        let command = "cargo xtask reproduce ijba --config /mnt/me/x.toml --ijba '/mnt/me/my sets/IJB-A' --train ../faces --landmarks /mnt/me/points.csv --rows l2:16";
        let short = shortened(command, &config);
        assert_eq!(short, "cargo xtask reproduce ijba --config x.toml --ijba 'IJB-A' --train faces --landmarks points.csv --rows l2:16");
        let config = without_folders(&config);
        assert_eq!(config.data.ijba, Some("IJB-A".into()));
        assert_eq!(config.data.landmarks, [PathBuf::from("points.csv"), "data".into()]);
    }

    #[test]
    fn places_on_the_hub_stay() {
        assert_eq!(last(Path::new("hf:o/n@main")), Path::new("hf:o/n@main"));
    }
}
