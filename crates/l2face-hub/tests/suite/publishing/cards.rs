//! The Hub's opinion of the card.
use super::given::{given, is_published, refused, writes};
use crate::writable::Writable;

#[test]
fn a_card_that_the_hub_refuses_is_not_sent() {
    let (given, remote) = (given(), Writable::new());
    remote.state().card_errors = vec!["\"license\" must be one of ..", "\"tags\" must be an array"];
    let server = remote.serve();
    refused(
        given.publish(&server),
        &["README.md", "\"license\" must be one of ..; \"tags\" must be an array", "as it was"],
    );
    assert!(!server.requests().iter().any(writes));
}

#[test]
fn a_hub_that_does_not_look_at_cards() {
    let (given, remote) = (given(), Writable::new());
    remote.state().validates = false;
    assert!(given.publish(&remote.serve()).expect("published").plan.warnings.is_empty());
    assert!(is_published(&remote, "main"));
}

#[test]
fn a_card_must_be_text() {
    let (given, server) = (given(), Writable::new().serve());
    given.put("README.md", b"---\nlicense: \xff\n---\n");
    refused(given.publish(&server), &["README.md", "is not UTF-8"]);
    given.put("README.md", &vec![b'a'; 2 << 20]);
    refused(given.publish(&server), &["README.md", "too long"]);
}
