//! The model card, seen by the Hub before it is sent.
use super::answer::answer;
use super::cause::PublishCause;
use super::local::Local;
use super::publisher::Stop;
use crate::failed::Failed;
use crate::remote::Remote;
use crate::retry::retry;
use crate::token::clean;
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;

/// The file that is the card.
pub(super) const CARD: &str = "README.md";

#[derive(Default, Deserialize)]
struct Verdict {
    #[serde(default)]
    errors: Vec<Remark>,
    #[serde(default)]
    warnings: Vec<Remark>,
}

#[derive(Deserialize)]
struct Remark {
    #[serde(default)]
    message: String,
}

/// The Hub's warnings; its errors are an error. A server that does not look at cards has neither.
pub(super) async fn check(remote: &Remote<'_>, card: &Local) -> Result<Vec<String>, Stop> {
    let fault = |fault| PublishCause::Folder { path: card.disk.clone(), fault };
    let bytes = card.bytes.as_deref().ok_or_else(|| fault("is too long for a model card"))?;
    let text = std::str::from_utf8(bytes).map_err(|_| fault("is not UTF-8"))?;
    let verdict = retry(|| async { Ok(ask(remote, text).await?) }).await?;
    let words = |remarks: Vec<Remark>| remarks.iter().map(|r| clean(&r.message, remote.token())).collect::<Vec<_>>();
    match verdict.errors.is_empty() {
        true => Ok(words(verdict.warnings)),
        false => Err(PublishCause::Card(words(verdict.errors)).into()),
    }
}

async fn ask(remote: &Remote<'_>, content: &str) -> Result<Verdict, Failed> {
    let request = remote.request(Method::POST, ["api", "validate-yaml"])?;
    let answer = answer(remote, request.json(&json!({"content": content, "repoType": "model"}))).await?;
    match answer.status {
        404 | 405 => Ok(Verdict::default()),
        // It refuses a card by 400, with the errors in the body.
        400 => match answer.json::<Verdict>() {
            Ok(verdict) if !verdict.errors.is_empty() => Ok(verdict),
            _ => Err(answer.accepted(remote).err().unwrap_or_else(|| Failed::odd("status 400"))),
        },
        _ => answer.accepted(remote)?.json(),
    }
}
