//! What a run knows of the machine that it ran on does not leave it.
use crate::evaluate;
use crate::report::pairs::PairResults;
use crate::shell;
use crate::study::config::Config;
use l2face_eval::ListUsed;
use std::path::{Path, PathBuf};

/// Options of `evaluate` whose value is a path.
const NAMES_A_PATH: [&str; 7] =
    ["--data", "--pairs", "--train-pairs", "--model", "--arch", "--landmarks", "--detector"];

/// The configuration with the last part of every path; a place on the Hub stays.
pub(super) fn without_folders(config: &Config) -> Config {
    let mut config = config.clone();
    let data = &mut config.data;
    let named =
        [&mut data.ijba, &mut data.set, &mut data.pairs, &mut data.train, &mut data.train_list, &mut data.detector];
    for path in named.into_iter().flatten().chain(&mut data.landmarks) {
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
    let named = [&data.ijba, &data.set, &data.pairs, &data.train, &data.train_list, &data.detector]
        .into_iter()
        .flatten()
        .chain(&data.landmarks);
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

/// Lists of pairs by their own names.
pub(super) fn without_folder_of_lists(results: &mut PairResults) {
    let seeds = results.rows.iter_mut().flat_map(|row| &mut row.per_seed);
    let lists =
        seeds.flat_map(|seed| [Some(&mut seed.rates.list), seed.accuracy.chosen_on.as_mut().map(|on| &mut on.list)]);
    [&mut results.list].into_iter().chain(lists.flatten()).for_each(without_folder);
}

fn without_folder(list: &mut ListUsed) {
    list.file = last(&list.file);
    if let Some(errata) = &mut list.errata {
        errata.file = last(&errata.file);
    }
}

/// The same of an evaluation, and its command without what is not packaged.
pub(super) fn without_folders_of_evaluation(results: &mut evaluate::Results) {
    results.model.file = last(Path::new(&results.model.file)).display().to_string();
    let accuracy = results.accuracy.iter_mut().filter_map(|a| a.chosen_on.as_mut()).map(|on| &mut on.list);
    accuracy.chain(results.folds.iter_mut().map(|rates| &mut rates.list)).for_each(without_folder);
    let mut words = shell::words(&results.command);
    words.retain(|word| word != "--tpe");
    for at in 1..words.len() {
        if NAMES_A_PATH.contains(&words[at - 1].as_str()) {
            words[at] = last(Path::new(&words[at])).display().to_string();
        }
    }
    results.command = words.iter().map(|word| shell::quoted(word)).collect::<Vec<_>>().join(" ");
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
