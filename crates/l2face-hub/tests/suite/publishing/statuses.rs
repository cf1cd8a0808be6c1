//! Statuses that no second try can change, at every step of a publication.
use super::given::{each, given, is_published};
use crate::server::Reply;
use crate::writable::Writable;
use l2face_hub::RemoteState;

/// Parts of the paths of a first publication, in their order.
const STEPS: [&str; 8] =
    ["/revision/main", "/validate-yaml", "/repos/create", "/tree/", "/preupload/", "/batch", "/commit/", "/resolve/"];

#[test]
fn each_is_one_error_and_the_next_publication_ends_well() {
    let cases = STEPS.into_iter().flat_map(|step| [400, 403, 404, 409, 412, 451].map(|status| (step, status)));
    each(cases, |(step, status)| {
        let (given, remote, at) = (given(), Writable::new(), format!("{status} in place of {step}"));
        let reply = Reply::new(status, "{\"error\": \"these words\"}");
        let server =
            remote.serve_but(move |_, request| request.path.contains(step).then(|| reply.clone()), |_, _, reply| reply);
        match (step, status, given.publish(&server)) {
            // A Hub that looks at no cards.
            ("/validate-yaml", 404, published) => assert!(published.is_ok() && is_published(&remote, "main"), "{at}"),
            (_, _, published) => {
                let error = published.map(|_| ()).expect_err(&at);
                let sent = if step == "/resolve/" { 1 } else { 0 };
                assert_eq!(remote.repo().messages.len(), sent, "{at}: {error}");
                assert_eq!(matches!(error.state, RemoteState::Committed(_)), sent == 1, "{at}: {error}");
                assert!(error.state != RemoteState::Unknown, "{at}: {error}");
            }
        }
        // Once; what was not found is looked for again after the repository was created.
        let most = if status == 404 { 3 } else { 1 };
        let asked = server.requests().iter().filter(|request| request.path.contains(step)).count();
        assert!((1..=most).contains(&asked), "{at}: {asked} times");
        given.publish(&remote.serve()).unwrap_or_else(|error| panic!("{at}, again: {error}"));
        assert!(is_published(&remote, "main") && remote.repo().messages.len() == 1, "{at}");
    });
}
