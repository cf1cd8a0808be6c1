//! Where a connection breaks.
use super::server::{Reply, Request};

/// A place in an answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cut {
    /// Nothing is answered.
    Before,
    /// In the middle of the headers.
    Headers,
    /// In the middle of the body, where there is one.
    Body,
}

impl Cut {
    pub const ALL: [Self; 3] = [Self::Before, Self::Headers, Self::Body];

    /// The answer as far as it comes.
    pub fn of(self, request: &Request, reply: Reply) -> Reply {
        match self {
            Self::Before => Reply::cut(),
            Self::Body if request.method != "HEAD" && reply.body.len() > 1 => {
                let (declared, half) = (Some(reply.body.len() as u64), reply.body.len() / 2);
                Reply { declared, body: reply.body[..half].to_vec(), ..reply }
            }
            Self::Headers | Self::Body => Reply { sent: Some(30), ..reply },
        }
    }
}
