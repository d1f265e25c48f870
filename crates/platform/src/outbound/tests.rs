//! Two servers on this machine play the world: 127.0.0.2 the public internet, 127.0.0.1 what must not be reached.

use std::{
    collections::VecDeque,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use super::*;

const OUTSIDE: &str = "127.0.0.2";
const INSIDE: &str = "127.0.0.1";
const LIMIT: Duration = Duration::from_secs(60);

/// Answers each request with what `reply` makes of it; counts the connections.
struct Server {
    port: u16,
    connections: Arc<AtomicUsize>,
}

impl Server {
    async fn start(address: &str, port: u16, reply: impl Fn(&str) -> String + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((address, port)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let connections = Arc::new(AtomicUsize::new(0));
        let seen = Arc::clone(&connections);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                seen.fetch_add(1, Ordering::SeqCst);
                let mut request = Vec::new();
                while !request.ends_with(b"\r\n\r\n") {
                    let mut byte = [0];
                    if stream.read(&mut byte).await.unwrap_or(0) == 0 {
                        break;
                    }
                    request.extend(byte);
                }
                let reply = reply(&String::from_utf8_lossy(&request));
                let _ = stream.write_all(reply.as_bytes()).await;
            }
        });
        Self { port, connections }
    }

    fn count(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

/// Gives one prepared answer after another, whatever the name.
#[derive(Default)]
struct Scripted(Arc<Mutex<VecDeque<Vec<IpAddr>>>>);

impl Scripted {
    fn new(answers: &[&[&str]]) -> Self {
        let parse = |answer: &&[&str]| answer.iter().map(|text| text.parse().unwrap()).collect();
        Self(Arc::new(Mutex::new(answers.iter().map(parse).collect())))
    }

    fn left(&self) -> impl Fn() -> usize + use<> {
        let answers = Arc::clone(&self.0);
        move || answers.lock().unwrap().len()
    }
}

impl Resolver for Scripted {
    fn resolve(&self, _: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        let next = self.0.lock().unwrap().pop_front();
        Box::pin(async move { next.ok_or_else(|| io::Error::other("asked too often")) })
    }
}

/// The real client, for which 127.0.0.2 is the public internet and needs no TLS.
fn client(resolver: Scripted) -> Outbound {
    let gate = Gate { http: true, admits: |address| address.to_string() == OUTSIDE };
    Outbound::build(gate, "test", LIMIT, resolver).unwrap()
}

fn get(url: &str) -> Get<'_> {
    Get { url, accept: "text/calendar", etag: None, last_modified: None, bytes_max: 1000 }
}

fn ok(body: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nETag: \"v1\"\r\nLast-Modified: Sun, 01 Mar 2026 00:00:00 GMT\r\n\r\n{body}",
        body.len()
    )
}

fn redirect_to(target: &str) -> String {
    format!("HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: {target}\r\n\r\n")
}

async fn refused(url: &str, answers: &[&[&str]]) -> OutboundError {
    let client = Outbound::with_resolver(Reach::Public, "test", LIMIT, Scripted::new(answers)).unwrap();
    client.get(get(url)).await.unwrap_err()
}

#[tokio::test]
async fn an_answer_is_fetched_and_then_asked_for_conditionally() {
    let server = Server::start(OUTSIDE, 0, |request| {
        assert!(request.contains("accept: text/calendar"), "{request}");
        assert!(!request.to_lowercase().contains("accept-encoding"), "nothing is decompressed: {request}");
        if request.contains("if-none-match: \"v1\"") && request.contains("if-modified-since: Sun, 01 Mar") {
            "HTTP/1.1 304 Not Modified\r\n\r\n".to_owned()
        } else {
            ok("BEGIN:VCALENDAR")
        }
    })
    .await;
    let url = format!("http://feeds.test:{}/a.ics", server.port);
    let client = client(Scripted::new(&[&[OUTSIDE], &[OUTSIDE]]));
    let Answer::Fetched { body, etag, last_modified } = client.get(get(&url)).await.unwrap() else {
        panic!("the first answer has a body");
    };
    assert_eq!(body, b"BEGIN:VCALENDAR");
    let again = Get { etag: etag.as_deref(), last_modified: last_modified.as_deref(), ..get(&url) };
    assert_eq!(client.get(again).await.unwrap(), Answer::NotModified);
}

#[tokio::test]
async fn a_name_that_changes_its_answer_reaches_only_what_was_checked() {
    let outside = Server::start(OUTSIDE, 0, |_| ok("public")).await;
    let inside = Server::start(INSIDE, outside.port, |_| ok("secret")).await;
    let url = format!("http://rebind.test:{}/", outside.port);
    let resolver = Scripted::new(&[&[OUTSIDE], &[INSIDE]]);
    let left = resolver.left();
    let client = client(resolver);
    let answer = client.get(get(&url)).await.unwrap();
    assert!(matches!(answer, Answer::Fetched { body, .. } if body == b"public"));
    assert_eq!(left(), 1, "resolved once for one connection");
    assert_eq!(client.get(get(&url)).await, Err(OutboundError::Forbidden));
    assert_eq!((outside.count(), inside.count()), (1, 0));
}

#[tokio::test]
async fn one_private_address_among_public_ones_is_enough_to_refuse() {
    let outside = Server::start(OUTSIDE, 0, |_| ok("public")).await;
    let url = format!("http://mixed.test:{}/", outside.port);
    let client = client(Scripted::new(&[&[OUTSIDE, INSIDE]]));
    assert_eq!(client.get(get(&url)).await, Err(OutboundError::Forbidden));
    assert_eq!(outside.count(), 0);
}

#[tokio::test]
async fn a_redirect_passes_the_same_gate() {
    let inside = Server::start(INSIDE, 0, |_| ok("secret")).await;
    let port = inside.port;
    let outside = Server::start(OUTSIDE, 0, move |request| {
        let path = request.split(' ').nth(1).unwrap();
        match path {
            "/good" => redirect_to("/end"),
            "/end" => ok("public"),
            "/number" => redirect_to(&format!("http://{INSIDE}:{port}/")),
            "/mapped" => redirect_to(&format!("http://[::ffff:{INSIDE}]:{port}/")),
            "/name" => redirect_to(&format!("http://inside.test:{port}/")),
            "/file" => redirect_to("file:///etc/passwd"),
            "/nowhere" => "HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n".to_owned(),
            _ => redirect_to("/loop"),
        }
    })
    .await;
    let ask = async |path: &str, answers: &[&[&str]]| {
        let url = format!("http://public.test:{}{path}", outside.port);
        client(Scripted::new(answers)).get(get(&url)).await
    };
    let followed = ask("/good", &[&[OUTSIDE], &[OUTSIDE]]).await.unwrap();
    assert!(matches!(followed, Answer::Fetched { body, .. } if body == b"public"));
    assert_eq!(ask("/number", &[&[OUTSIDE]]).await, Err(OutboundError::Forbidden));
    assert_eq!(ask("/mapped", &[&[OUTSIDE]]).await, Err(OutboundError::Forbidden));
    assert_eq!(ask("/name", &[&[OUTSIDE], &[INSIDE]]).await, Err(OutboundError::Forbidden));
    assert_eq!(ask("/file", &[&[OUTSIDE]]).await, Err(OutboundError::SchemeNotAllowed));
    assert_eq!(ask("/nowhere", &[&[OUTSIDE]]).await, Err(OutboundError::Status(302)));
    assert_eq!(ask("/loop", &[&[OUTSIDE] as &[&str]; 4]).await, Err(OutboundError::TooManyRedirects));
    assert_eq!(inside.count(), 0);
}

#[tokio::test]
async fn a_body_is_cut_off_at_its_limit_announced_or_not() {
    let server = Server::start(OUTSIDE, 0, |request| {
        let body = "x".repeat(1001);
        if request.contains("/announced") {
            ok(&body)
        } else if request.contains("/chunked") {
            format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3E9\r\n{body}\r\n0\r\n\r\n")
        } else {
            ok(&body[1..])
        }
    })
    .await;
    let ask = async |path: &str| {
        let url = format!("http://{OUTSIDE}:{}{path}", server.port);
        client(Scripted::default()).get(get(&url)).await
    };
    assert_eq!(ask("/announced").await, Err(OutboundError::TooLarge));
    assert_eq!(ask("/chunked").await, Err(OutboundError::TooLarge));
    assert!(matches!(ask("/fits").await, Ok(Answer::Fetched { body, .. }) if body.len() == 1000));
}

#[tokio::test]
async fn a_server_that_never_answers_is_given_up() {
    let listener = TcpListener::bind((OUTSIDE, 0)).await.unwrap();
    let url = format!("http://{OUTSIDE}:{}/", listener.local_addr().unwrap().port());
    let mut client = client(Scripted::default());
    client.limit = Duration::from_millis(50);
    assert_eq!(client.get(get(&url)).await, Err(OutboundError::TooSlow));
}

#[tokio::test]
async fn errors_and_failures_say_what_happened_without_the_address() {
    let server = Server::start(OUTSIDE, 0, |_| "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_owned()).await;
    let secret = format!("http://{OUTSIDE}:{}/private-token", server.port);
    let error = client(Scripted::default()).get(get(&secret)).await.unwrap_err();
    assert_eq!(error, OutboundError::Status(404));
    let unasked = Server::start(OUTSIDE, 0, |_| "HTTP/1.1 304 Not Modified\r\n\r\n".to_owned()).await;
    let error = client(Scripted::default()).get(get(&format!("http://{OUTSIDE}:{}/", unasked.port))).await.unwrap_err();
    assert_eq!(error, OutboundError::Status(304));
    // A port that was free a moment ago.
    let closed = TcpListener::bind((OUTSIDE, 0)).await.unwrap().local_addr().unwrap();
    let url = format!("http://{closed}/private-token");
    let error = client(Scripted::default()).get(get(&url)).await.unwrap_err();
    assert!(matches!(error, OutboundError::Unreachable(_)), "{error:?}");
    assert!(!format!("{error} {error:?}").contains("token"), "{error:?}");
}

#[tokio::test]
async fn the_public_reach_takes_only_https_to_public_addresses() {
    for url in ["http://example.org/", "ftp://example.org/", "file:///etc/passwd", "gopher://x/", "data:text/plain,x"] {
        assert_eq!(refused(url, &[]).await, OutboundError::SchemeNotAllowed, "{url}");
    }
    for url in ["", "calendar", "https://", "https://exa mple/"] {
        assert_eq!(refused(url, &[]).await, OutboundError::InvalidAddress, "{url}");
    }
    assert_eq!(refused(&format!("https://x.test/{}", "a".repeat(2048)), &[]).await, OutboundError::InvalidAddress);
    // Every writing of an inner address.
    for host in
        ["127.0.0.1", "2130706433", "0x7f.1", "0177.0.0.1", "127.1", "[::1]", "[::ffff:7f00:1]", "169.254.169.254", "[fd00:ec2::254]", "0"]
    {
        assert_eq!(refused(&format!("https://{host}/"), &[]).await, OutboundError::Forbidden, "{host}");
        assert_eq!(refused(&format!("webcal://{host}/"), &[]).await, OutboundError::Forbidden, "{host}");
    }
    for address in ["127.0.0.1", "10.0.0.5", "::ffff:10.0.0.5", "fe80::1"] {
        assert_eq!(refused("https://name.test/", &[&[address]]).await, OutboundError::Forbidden, "{address}");
    }
}

#[tokio::test]
async fn the_reach_for_demonstrations_is_wider_and_the_system_resolves() {
    let server = Server::start(INSIDE, 0, |_| ok("local")).await;
    let url = format!("http://localhost:{}/", server.port);
    let anywhere = Outbound::new(Reach::Anywhere, "test", LIMIT).unwrap();
    assert!(matches!(anywhere.get(get(&url)).await, Ok(Answer::Fetched { body, .. }) if body == b"local"));
    let public = Outbound::new(Reach::Public, "test", LIMIT).unwrap();
    let https = url.replace("http", "https");
    assert_eq!(public.get(get(&https)).await, Err(OutboundError::Forbidden));
    assert_eq!(server.count(), 1);
}
