//! JSON answers to requests of our own: read up to a limit, refusals with the server's words.
use crate::failed::Failed;
use crate::remote::{header, refused, Remote};
use reqwest::header::HeaderMap;
use reqwest::{RequestBuilder, Response};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// No answer that is read here is longer.
const LONGEST: usize = 16 << 20;

/// An answer that came whole.
pub(super) struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    /// Its JSON.
    pub(super) fn json<T: DeserializeOwned>(&self) -> Result<T, Failed> {
        // Not the parser's words: they may quote what the server sent.
        serde_json::from_slice(&self.body).map_err(|_| Failed::odd("the answer is not the JSON that was expected"))
    }

    /// An error for every status but 2xx.
    pub(super) fn accepted(self, remote: &Remote<'_>) -> Result<Self, Failed> {
        match self.status {
            200..=299 => Ok(self),
            status => Err(self.refusal(status, remote)),
        }
    }

    fn refusal(self, status: u16, remote: &Remote<'_>) -> Failed {
        let mut headers = self.headers;
        let said: Option<Value> = serde_json::from_slice(&self.body).ok();
        let words = said.as_ref().and_then(|said| said.get("error")?.as_str()?.parse().ok());
        if let Some(words) = words.filter(|_| header(&headers, "x-error-message").is_none()) {
            headers.insert("x-error-message", words);
        }
        refused(status, &headers, remote.token())
    }
}

/// Sends a request and reads all of the answer, whatever its status.
pub(super) async fn answer(remote: &Remote<'_>, request: RequestBuilder) -> Result<Answer, Failed> {
    let failed = |e| remote.failed_request(&e);
    let response = request.send().await.map_err(failed)?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let body = read(response, remote).await?;
    Ok(Answer { status, headers, body })
}

async fn read(mut response: Response, remote: &Remote<'_>) -> Result<Vec<u8>, Failed> {
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(None) => return Ok(body),
            Ok(Some(part)) if body.len() + part.len() <= LONGEST => body.extend_from_slice(&part),
            Ok(Some(_)) => return Err(Failed::odd("the answer is longer than 16 MB")),
            Err(error) => return Err(Failed::broken_off(remote.failed_request(&error).text)),
        }
    }
}
