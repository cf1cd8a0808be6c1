//! A server before the mock that answers 503 where a test wants it; everything else it passes on.
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

/// Its endpoint, for requests without a body; `fault` sees the first line of each. It runs until the program ends.
pub fn before(endpoint: &str, fault: fn(&str) -> bool) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let (own, mock) = (listener.local_addr().expect("an address"), endpoint.trim_start_matches("http://").to_string());
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mock = mock.clone();
            std::thread::spawn(move || answer(stream, &mock, fault));
        }
    });
    format!("http://{own}")
}

fn answer(mut client: TcpStream, mock: &str, fault: fn(&str) -> bool) -> std::io::Result<()> {
    let mut request = vec![];
    let mut byte = [0];
    while !request.ends_with(b"\r\n\r\n") && client.read(&mut byte)? == 1 {
        request.push(byte[0]);
    }
    let text = String::from_utf8_lossy(&request);
    let line = text.lines().next().unwrap_or_default();
    if fault(line) {
        return client.write_all(b"HTTP/1.1 503 X\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    }
    let mut server = TcpStream::connect(mock)?;
    server.write_all(text.replacen("\r\n", "\r\nConnection: close\r\n", 1).as_bytes())?;
    let mut reply = vec![];
    server.read_to_end(&mut reply)?;
    let end = reply.iter().position(|byte| *byte == b'\r').unwrap_or(0);
    client.write_all(&reply[..end])?;
    client.write_all(b"\r\nConnection: close")?;
    client.write_all(&reply[end..])
}
