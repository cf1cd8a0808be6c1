//! Requests of a publication, each once.
use super::answer::{answer, Answer};
use super::local::Local;
use super::plan::Way;
use crate::failed::Failed;
use crate::remote::Remote;
use crate::token::clean;
use base64::prelude::{Engine, BASE64_STANDARD};
use reqwest::Method;
use serde::Deserialize;
use serde_json::{json, Value};
use std::collections::HashMap;

/// The Hub takes no more files in one question.
const MOST_ASKED: usize = 256;
const LFS: &str = "application/vnd.git-lfs+json";

#[derive(Deserialize)]
struct Modes {
    files: Vec<Mode>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Mode {
    path: String,
    upload_mode: String,
    #[serde(default)]
    should_ignore: bool,
}

#[derive(Deserialize)]
struct Visibility {
    private: Option<bool>,
}

#[derive(Deserialize)]
struct Batch {
    #[serde(default)]
    transfer: Option<String>,
    #[serde(default)]
    objects: Vec<Object>,
}

#[derive(Deserialize)]
struct Object {
    error: Option<Fault>,
}

#[derive(Deserialize)]
struct Fault {
    #[serde(default)]
    message: String,
}

/// What the Hub answers for one file before it is sent.
pub(super) struct Asked {
    pub way: Way,
    pub ignored: bool,
}

impl Remote<'_> {
    fn api<'p>(&'p self, verb: &'p str, revision: &'p str) -> [&'p str; 6] {
        ["api", "models", self.place.owner(), self.place.name(), verb, revision]
    }

    /// Creates the repository; one that is there already is as good. The Hub knows a private one by two names, `visibility` (Python) and `private`
    /// (hf-hub and JavaScript): it gets both, and `private` alone where it refuses that.
    pub(super) async fn create_repository(&self, private: bool) -> Result<(), Failed> {
        let (name, organization) = (self.place.name(), self.place.owner());
        let plain = json!({"type": "model", "name": name, "organization": organization, "private": private});
        let mut both = plain.clone();
        if private {
            both["visibility"] = "private".into();
        }
        let made = match self.create(&both).await? {
            refused if refused.status == 400 && private => self.create(&plain).await?,
            made => made,
        };
        match made.status {
            409 => Ok(()),
            _ => made.accepted(self)?.json::<Value>().map(|_| ()),
        }
    }

    async fn create(&self, body: &Value) -> Result<Answer, Failed> {
        answer(self, self.request(Method::POST, ["api", "repos", "create"])?.json(body)).await
    }

    /// Whether only its owner and those whom the owner lets see the repository.
    pub(super) async fn is_private(&self) -> Result<bool, Failed> {
        let request = self.request(Method::GET, ["api", "models", self.place.owner(), self.place.name()])?;
        let said: Visibility = answer(self, request).await?.accepted(self)?.json()?;
        said.private.ok_or_else(|| Failed::odd("it does not say whether the repository is private"))
    }

    /// Creates the branch at a commit.
    pub(super) async fn create_branch(&self, commit: &str) -> Result<(), Failed> {
        let made = self.repository.create_branch().branch(self.place.revision()).revision(commit).send().await;
        made.map_err(|e| self.failed(&e))
    }

    /// How each file is to travel, in their order.
    pub(super) async fn ways(&self, files: &[&Local]) -> Result<Vec<Asked>, Failed> {
        let mut asked = Vec::with_capacity(files.len());
        for files in files.chunks(MOST_ASKED) {
            asked.extend(self.some_ways(files).await?);
        }
        Ok(asked)
    }

    async fn some_ways(&self, files: &[&Local]) -> Result<Vec<Asked>, Failed> {
        let sample = |file: &Local| BASE64_STANDARD.encode(&file.sample);
        let line = |file: &&Local| json!({"path": file.path, "size": file.size, "sample": sample(file)});
        let lines: Vec<Value> = files.iter().map(line).collect();
        let request = self.request(Method::POST, self.api("preupload", self.place.revision()))?;
        let request = request.json(&json!({ "files": lines }));
        let modes: Modes = answer(self, request).await?.accepted(self)?.json()?;
        let modes: HashMap<String, Mode> = modes.files.into_iter().map(|mode| (mode.path.clone(), mode)).collect();
        let missing = || Failed::odd("it does not say how each file is to travel");
        files.iter().map(|file| modes.get(&file.path).map(|mode| asked(mode, file)).ok_or_else(missing)).collect()
    }

    /// The transfer that the Hub wants for these large files, cleaned; empty if it names none.
    pub(super) async fn transfer(&self, files: &[&Local]) -> Result<String, Failed> {
        let repository = format!("{}.git", self.place.name());
        let parts = [self.place.owner(), &repository, "info", "lfs", "objects", "batch"];
        let objects: Vec<Value> = files.iter().map(|file| json!({"oid": file.sha256, "size": file.size})).collect();
        let question = json!({
            "operation": "upload", "transfers": ["basic", "multipart", "xet"], "objects": objects,
            "hash_algo": "sha256", "ref": {"name": self.place.revision()},
        });
        let request = self.request(Method::POST, parts)?.header("accept", LFS).header("content-type", LFS);
        let batch: Batch = answer(self, request.body(question.to_string())).await?.accepted(self)?.json()?;
        match batch.objects.into_iter().find_map(|object| object.error) {
            Some(fault) => {
                Err(Failed::odd(&format!("a large file is refused: {}", clean(&fault.message, self.token()))))
            }
            None => Ok(clean(&batch.transfer.unwrap_or_default(), self.token())),
        }
    }

    /// Whose token it is, and what it may, in words.
    pub(super) async fn who(&self) -> String {
        if self.token().is_none() {
            return "no token was sent: give one (HF_TOKEN)".into();
        }
        let asked = async {
            let answer = answer(self, self.request(Method::GET, ["api", "whoami-v2"])?).await?;
            match answer.status {
                401 | 403 => Ok("the Hub does not know this token: it is wrong or has expired".into()),
                _ => Ok::<_, Failed>(self.described(&answer.accepted(self)?.json()?)),
            }
        };
        asked.await.unwrap_or_else(|_| "whose token it is could not be found out".into())
    }

    fn described(&self, user: &Value) -> String {
        let text = |value: Option<&Value>| clean(value.and_then(Value::as_str).unwrap_or("?"), self.token());
        let (name, role) = (text(user.get("name")), text(user.pointer("/auth/accessToken/role")));
        match role.as_str() {
            "read" => format!("the token is {name}'s and may only read: make one that may write"),
            _ => format!(
                "the token is {name}'s: does {name} own `{}`, and may the token write there?",
                self.place.owner()
            ),
        }
    }
}

/// Empty files are never large.
fn asked(mode: &Mode, file: &Local) -> Asked {
    let large = mode.upload_mode == "lfs" && file.size > 0;
    Asked { way: if large { Way::Large } else { Way::Inline }, ignored: mode.should_ignore }
}
