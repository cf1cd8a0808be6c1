//! Poolings as text.

use std::fmt;
use std::str::FromStr;

use super::{Det, Flip, Frames, Pool, Pooling, QUALITY_LAMBDA};
use crate::EvalError;

impl fmt::Display for Pooling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let frames = match self.frames {
            Frames::Raw => "raw",
            Frames::Unit => "unit",
        };
        let det = match self.det {
            Det::Off => "off",
            Det::On => "on",
        };
        let flip = match self.flip {
            Flip::None => "none",
            Flip::Sum => "sum",
            Flip::Concat => "concat",
        };
        write!(f, "frames={frames},det={det},flip={flip},pool={}", self.pool)
    }
}

impl FromStr for Pooling {
    type Err = EvalError;

    fn from_str(text: &str) -> Result<Self, EvalError> {
        let (mut pooling, mut seen) = (Self::default(), Vec::new());
        for part in text.split(',') {
            let (key, value) =
                part.split_once('=').ok_or_else(|| problem(text, format!("{part:?} is not KEY=VALUE")))?;
            let (key, value) = (key.trim(), value.trim());
            if seen.contains(&key) {
                return Err(problem(text, format!("{key} stands twice")));
            }
            seen.push(key);
            let bad = || problem(text, format!("{key} cannot be {value:?}"));
            match key {
                "frames" => pooling.frames = frames(value).ok_or_else(bad)?,
                "det" => pooling.det = det(value).ok_or_else(bad)?,
                "flip" => pooling.flip = flip(value).ok_or_else(bad)?,
                "pool" => pooling.pool = value.parse()?,
                _ => return Err(problem(text, format!("{key:?} is no part of a pooling"))),
            }
        }
        Ok(pooling)
    }
}

impl fmt::Display for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Media => f.write_str("media"),
            Self::Flat => f.write_str("flat"),
            Self::Quality { lambda } => write!(f, "quality:{lambda}"),
        }
    }
}

impl FromStr for Pool {
    type Err = EvalError;

    fn from_str(text: &str) -> Result<Self, EvalError> {
        let lambda = match text {
            "media" => return Ok(Self::Media),
            "flat" => return Ok(Self::Flat),
            "quality" => Some(QUALITY_LAMBDA),
            _ => text.strip_prefix("quality:").and_then(|l| l.parse().ok()),
        };
        match lambda.filter(|l: &f64| l.is_finite() && *l >= 0.0) {
            Some(lambda) => Ok(Self::Quality { lambda }),
            None => Err(problem(text, "pool is media, flat, quality or quality:LAMBDA with LAMBDA from 0".into())),
        }
    }
}

impl TryFrom<String> for Pool {
    type Error = EvalError;

    fn try_from(text: String) -> Result<Self, EvalError> {
        text.parse()
    }
}

impl From<Pool> for String {
    fn from(pool: Pool) -> Self {
        pool.to_string()
    }
}

fn frames(text: &str) -> Option<Frames> {
    [("raw", Frames::Raw), ("unit", Frames::Unit)].into_iter().find(|(n, _)| *n == text).map(|(_, v)| v)
}

fn det(text: &str) -> Option<Det> {
    [("off", Det::Off), ("on", Det::On)].into_iter().find(|(n, _)| *n == text).map(|(_, v)| v)
}

fn flip(text: &str) -> Option<Flip> {
    let all = [("none", Flip::None), ("sum", Flip::Sum), ("concat", Flip::Concat)];
    all.into_iter().find(|(n, _)| *n == text).map(|(_, v)| v)
}

fn problem(text: &str, problem: String) -> EvalError {
    EvalError::PoolingName { text: text.to_owned(), problem }
}
