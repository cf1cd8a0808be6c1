//! The async runtime, on a thread that ends with the call: callers may themselves be inside another runtime.
use crate::error::HubError;
use std::future::Future;
use std::io;
use std::thread;

/// Runs a future to its end.
pub(crate) fn block_on<F>(future: F) -> Result<F::Output, HubError>
where
    F: Future + Send,
    F::Output: Send,
{
    thread::scope(|scope| {
        let handle = thread::Builder::new().name("l2face-hub".into()).spawn_scoped(scope, || run(future));
        let done = handle.map_err(system)?.join();
        done.unwrap_or_else(|panic| std::panic::resume_unwind(panic)).map_err(system)
    })
}

fn run<F: Future>(future: F) -> io::Result<F::Output> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let output = runtime.block_on(future);
    runtime.shutdown_background(); // does not wait for a look-up of a host's name that hangs
    Ok(output)
}

fn system(error: io::Error) -> HubError {
    HubError::System(error.to_string())
}
