//! How a program that answers in one piece ends.

use std::process::ExitCode;

/// The answer to stdout, or the error to stderr in one line.
pub fn finish(answer: anyhow::Result<String>) -> ExitCode {
    match answer {
        Ok(text) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {}", crate::message(&error));
            ExitCode::FAILURE
        }
    }
}
