//! Which file of a repository is the network.
use std::path::Path;

/// The file that is taken if it is there.
pub(crate) const USUAL: &str = "model.safetensors";
const ENDINGS: [&str; 4] = ["onnx", "pt", "pth", "safetensors"];

/// What a list of files says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    /// This one.
    One(String),
    /// None or several could be meant.
    Open(Vec<String>),
}

/// `model.safetensors`, or else the only file with a network's ending.
pub(crate) fn choose(files: &[String]) -> Choice {
    if files.iter().any(|file| file == USUAL) {
        return Choice::One(USUAL.into());
    }
    let mut networks = networks(files);
    match networks.len() {
        1 => Choice::One(networks.remove(0)),
        _ => Choice::Open(networks),
    }
}

/// The files with a network's ending, sorted.
pub(crate) fn networks(files: &[String]) -> Vec<String> {
    let mut networks: Vec<String> = files.iter().filter(|file| is_network(file)).cloned().collect();
    networks.sort();
    networks
}

fn is_network(file: &str) -> bool {
    let ending = Path::new(file).extension().and_then(|e| e.to_str()).unwrap_or_default();
    ENDINGS.iter().any(|known| known.eq_ignore_ascii_case(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(files: &[&str]) -> Choice {
        choose(&files.iter().map(|f| f.to_string()).collect::<Vec<_>>())
    }

    #[test]
    fn the_usual_name_wins_and_otherwise_there_is_one() {
        assert_eq!(of(&["a.onnx", USUAL, "b.pth"]), Choice::One(USUAL.into()));
        assert_eq!(of(&["README.md", "folder/a.ONNX"]), Choice::One("folder/a.ONNX".into()));
        assert_eq!(of(&["b.pt", "a.pth", "config.json"]), Choice::Open(vec!["a.pth".into(), "b.pt".into()]));
        let two = vec!["folder/model.safetensors".to_string(), "x.onnx".into()];
        assert_eq!(choose(&two), Choice::Open(two.clone()), "the usual name lies at the top");
        assert_eq!(of(&["README.md", "onnx"]), Choice::Open(vec![]));
    }
}
