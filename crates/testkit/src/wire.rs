//! A person's browser over a real connection: HTTP/1.1 on one kept-alive socket, little enough to drive thousands of them on the machine that is measured.

use std::{io, net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpStream,
    time::timeout,
};

/// After this the answer is not waited for.
const PATIENCE: Duration = Duration::from_secs(120);

/// One open connection.
#[derive(Debug)]
pub struct Wire(BufReader<TcpStream>);

/// A request.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    pub method: &'a str,
    pub path: &'a str,
    /// `name=value`; empty for nobody.
    pub cookie: &'a str,
    /// The `Idempotency-Key`; empty for none.
    pub key: &'a str,
    /// JSON; empty for none.
    pub body: &'a str,
}

impl<'a> Ask<'a> {
    /// GET.
    pub fn get(path: &'a str, cookie: &'a str) -> Self {
        Self { method: "GET", path, cookie, key: "", body: "" }
    }

    /// POST of JSON under a key.
    pub fn post(path: &'a str, cookie: &'a str, key: &'a str, body: &'a str) -> Self {
        Self { method: "POST", path, cookie, key, body }
    }

    fn text(&self) -> String {
        let line = |name: &str, value: &str| if value.is_empty() { String::new() } else { format!("{name}: {value}\r\n") };
        let content = if self.method == "GET" {
            String::new()
        } else {
            format!("x-ponimau-csrf: 1\r\ncontent-type: application/json\r\ncontent-length: {}\r\n", self.body.len())
        };
        let (cookie, key) = (line("cookie", self.cookie), line("idempotency-key", self.key));
        format!("{} {} HTTP/1.1\r\nhost: localhost\r\n{cookie}{key}{content}\r\n{}", self.method, self.path, self.body)
    }
}

/// An answer.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    /// Status line and headers as they came, names in lower case.
    pub head: String,
    pub body: Vec<u8>,
}

impl Reply {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':').map(str::trim))
    }

    /// The body as JSON (null if it is none).
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

impl Wire {
    /// Opens a connection.
    pub async fn connect(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self(BufReader::new(stream)))
    }

    /// Asks and reads the whole answer. After an error nobody knows whether the request was carried out, and the connection is of no more use.
    pub async fn ask(&mut self, ask: Ask<'_>) -> io::Result<Reply> {
        timeout(PATIENCE, async {
            self.begin(ask).await?;
            self.answer().await
        })
        .await
        .unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
    }

    /// Asks and reads the answer's head alone: of an event stream, which stays open as long as this connection is kept.
    pub async fn open_stream(&mut self, ask: Ask<'_>) -> io::Result<u16> {
        self.begin(ask).await?;
        Ok(self.head().await?.0)
    }

    async fn begin(&mut self, ask: Ask<'_>) -> io::Result<()> {
        self.0.get_mut().write_all(ask.text().as_bytes()).await
    }

    async fn head(&mut self) -> io::Result<(u16, String)> {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if self.0.read_line(&mut head).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        let status = head.get(9..12).and_then(|digits| digits.parse().ok()).ok_or(io::ErrorKind::InvalidData)?;
        Ok((status, head.to_ascii_lowercase()))
    }

    async fn answer(&mut self) -> io::Result<Reply> {
        let (status, head) = self.head().await?;
        let mut reply = Reply { status, head, body: Vec::new() };
        if let Some(length) = reply.header("content-length").and_then(|length| length.parse().ok()) {
            reply.body = vec![0; length];
            self.0.read_exact(&mut reply.body).await?;
        } else if reply.header("transfer-encoding") == Some("chunked") {
            while self.chunk(&mut reply.body).await? {}
        }
        Ok(reply)
    }

    /// RFC 9112 §7.1, without extensions and trailers, of which we send none.
    async fn chunk(&mut self, body: &mut Vec<u8>) -> io::Result<bool> {
        let mut line = String::new();
        self.0.read_line(&mut line).await?;
        let size = usize::from_str_radix(line.trim(), 16).map_err(|_| io::ErrorKind::InvalidData)?;
        let begun = body.len();
        body.resize(begun + size, 0);
        self.0.read_exact(&mut body[begun..]).await?;
        self.0.read_exact(&mut [0; 2]).await?;
        Ok(size > 0)
    }
}
