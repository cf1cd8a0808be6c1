//! The example of a README as a program.

/// The first block marked as Rust, with the lines that rustdoc hides.
pub fn first_example(readme: &str) -> Option<String> {
    let (_, rest) = readme.split_once("```rust\n")?;
    let (block, _) = rest.split_once("\n```")?;
    let shown = block.lines().map(|line| match line.trim_start() {
        "#" => "",
        hidden if hidden.starts_with("# ") => &hidden[2..],
        _ => line,
    });
    Some(shown.collect::<Vec<_>>().join("\n"))
}

/// An example is a program already, or the body of one; rustdoc allows both.
pub fn as_program(example: &str) -> String {
    if example.contains("fn main()") {
        return example.to_owned();
    }
    let last = example.lines().rev().find(|l| !l.trim().is_empty()).unwrap_or("");
    let returns = if last.trim_start().starts_with("Ok") { "" } else { "Ok::<(), ()>(())" };
    format!("fn main() {{\nlet body = || {{\n{example}\n{returns}\n}};\nbody().unwrap();\n}}\n")
}

#[test]
fn the_example_is_taken_from_the_readme() {
    let readme =
        "# a\n```toml\nx = 1\n```\n```rust\n# use a;\nlet b = 1;\n#\n# Ok::<(), ()>(())\n```\n```rust\nno\n```\n";
    assert_eq!(first_example(readme).unwrap(), "use a;\nlet b = 1;\n\nOk::<(), ()>(())");
    assert_eq!(first_example("no example"), None);
}

#[test]
fn a_body_becomes_a_program() {
    assert!(as_program("fn main() { }").starts_with("fn main() { }"));
    assert!(as_program("let a = 1;").contains("Ok::<(), ()>(())\n};"));
    assert!(!as_program("f()?;\nOk::<(), E>(())").contains("(), ()"));
}

/// The workspace's README shows what a crate's own README shows, so that it is compiled and run as well.
#[test]
fn the_front_page_shows_the_example_of_the_head() {
    let root = super::workspace_root();
    let example = |file: &str| first_example(&std::fs::read_to_string(root.join(file)).unwrap());
    assert_eq!(example("README.md"), example("crates/l2face-head/README.md"));
}
