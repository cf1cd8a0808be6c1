//! A small HTTP/1.1 server on a free port of this machine; one request a connection.
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

/// What was asked.
#[derive(Clone, Debug)]
pub struct Request {
    pub method: String,
    pub path: String,
    pub headers: String,
    pub body: Vec<u8>,
}

/// What is answered.
#[derive(Clone, Debug, Default)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// The length that is declared, if it is not the body's.
    pub declared: Option<u64>,
    /// The time before anything is sent.
    pub delay: Duration,
    /// How many bytes are sent, those of the headers among them; all if there is no number.
    pub sent: Option<usize>,
    /// The time after each [`PIECE`] of what is sent.
    pub pace: Duration,
    /// The time that the connection stays open after that.
    pub held: Duration,
}

/// Bytes that are sent at a time.
const PIECE: usize = 4096;

impl Reply {
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, body: body.into(), ..Self::default() }
    }

    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.headers.push((name.into(), value.to_string()));
        self
    }

    fn takes_time(&self) -> bool {
        [self.delay, self.pace, self.held].iter().any(|time| !time.is_zero())
    }

    /// The connection is closed without an answer.
    pub fn cut() -> Self {
        Self::default()
    }

    /// Accepted, and never answered.
    pub fn silence() -> Self {
        Self { sent: Some(0), held: Duration::from_secs(3600), ..Self::new(200, "") }
    }

    /// A refusal with the Hub's code for it.
    pub fn refusal(status: u16, code: &str, message: &str) -> Self {
        Self::new(status, "").with("X-Error-Code", code).with("X-Error-Message", message)
    }
}

/// Runs until it is dropped.
pub struct Server {
    pub address: SocketAddr,
    requests: Arc<Mutex<Vec<Request>>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub fn start(mut answer: impl FnMut(&Request) -> Reply + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (requests, stop) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
        let (log, stopped) = (requests.clone(), stop.clone());
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if stopped.load(Ordering::SeqCst) {
                    return;
                }
                let Some(request) = stream.as_ref().ok().and_then(read) else { continue };
                log.lock().expect("the log").push(request.clone());
                let reply = answer(&request);
                let Ok(stream) = stream else { continue };
                match reply.takes_time() {
                    false => write(stream, &request, &reply),
                    true => drop(std::thread::spawn(move || write(stream, &request, &reply))),
                }
            }
        });
        Self { address, requests, stop, thread: Some(thread) }
    }

    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().expect("the log").clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        drop(TcpStream::connect(self.address));
        self.thread.take().map(JoinHandle::join).expect("a thread").expect("a sound server");
    }
}

fn read(stream: &TcpStream) -> Option<Request> {
    let mut stream = BufReader::new(stream);
    let mut lines = stream.by_ref().lines().map_while(Result::ok);
    let first = lines.next()?;
    let mut words = first.split(' ');
    let (method, path) = (words.next()?.to_string(), words.next()?.to_string());
    let headers: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
    let length = |line: &String| line.to_lowercase().strip_prefix("content-length:").map(|n| n.trim().parse().ok());
    let mut body = vec![0; headers.iter().find_map(length).flatten().unwrap_or(0)];
    stream.read_exact(&mut body).ok()?;
    Some(Request { method, path, headers: headers.join("\n"), body })
}

/// The other side may have had enough: that is no error.
fn write(stream: TcpStream, request: &Request, reply: &Reply) {
    if reply.status != 0 {
        let _ = try_write(stream, request, reply);
    }
}

fn try_write(mut stream: TcpStream, request: &Request, reply: &Reply) -> std::io::Result<()> {
    std::thread::sleep(reply.delay);
    let length = reply.declared.unwrap_or(reply.body.len() as u64);
    let mut head = format!("HTTP/1.1 {} X\r\nConnection: close\r\nContent-Length: {length}\r\n", reply.status);
    for (name, value) in &reply.headers {
        head += &format!("{name}: {value}\r\n");
    }
    let body: &[u8] = if request.method == "HEAD" { b"" } else { &reply.body };
    let mut bytes = [(head + "\r\n").as_bytes(), body].concat();
    bytes.truncate(reply.sent.unwrap_or(bytes.len()));
    for piece in bytes.chunks(PIECE) {
        stream.write_all(piece)?;
        stream.flush()?;
        std::thread::sleep(reply.pace);
    }
    std::thread::sleep(reply.held);
    Ok(())
}
