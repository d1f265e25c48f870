//! Requests to addresses that a person typed in (calendar feeds): guarded against being turned on our own network.
//!
//! Server-side request forgery, and what stops it here: only `https`; every address a name resolves to must be public;
//! the check happens where the connection is made, on the very addresses that are then connected to, so a name that
//! changes its answer between check and use gains nothing; each redirect passes the same gate; proxies of the
//! environment are not used; time and size are bounded, and nothing is decompressed.

mod addresses;

use std::{
    error::Error,
    fmt, io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use futures::future::BoxFuture;
use reqwest::{
    Client, Response, StatusCode, Url,
    dns::{Addrs, Name, Resolve, Resolving},
    header::{self, HeaderMap, HeaderName, HeaderValue},
    redirect,
};

pub use addresses::is_public;

/// Longest address that is accepted.
const URL_BYTES_MAX: usize = 2048;
const REDIRECTS_MAX: u32 = 3;
/// A validator longer than this is not kept; the next request is then simply not conditional.
const VALIDATOR_BYTES_MAX: usize = 512;

/// What a whole request to a stranger may take unless there is a reason for another limit.
pub const TIME_LIMIT: Duration = Duration::from_secs(5);

/// How far a request may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// `https` to the public internet.
    Public,
    /// `http` and any address too. Only for tests and demonstrations, where the other side runs on this machine.
    Anywhere,
}

/// Turns a name into addresses.
pub trait Resolver: Send + Sync + 'static {
    /// All addresses of `host`.
    fn resolve(&self, host: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>>;
}

/// The system's resolver.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemResolver;

impl Resolver for SystemResolver {
    fn resolve(&self, host: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        Box::pin(async move {
            let found = tokio::net::lookup_host((host.as_str(), 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Get<'a> {
    /// Address; `webcal` counts as `https`.
    pub url: &'a str,
    /// Media types for `Accept`.
    pub accept: &'a str,
    /// `ETag` of the answer that is already known.
    pub etag: Option<&'a str>,
    /// `Last-Modified` of the answer that is already known.
    pub last_modified: Option<&'a str>,
    /// Largest body to take.
    pub bytes_max: usize,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The known answer still holds (304).
    NotModified,
    /// A new one.
    Fetched {
        /// The body as it was sent.
        body: Vec<u8>,
        /// `ETag`, to be sent next time.
        etag: Option<String>,
        /// `Last-Modified`, to be sent next time.
        last_modified: Option<String>,
    },
}

/// Why there is no answer. No variant carries the address: it may hold a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OutboundError {
    /// Not an address, or longer than 2048 bytes.
    #[error("this is not a web address")]
    InvalidAddress,
    /// Another scheme than `https`.
    #[error("only https addresses are allowed")]
    SchemeNotAllowed,
    /// It leads to this machine, its network or its cloud.
    #[error("the address leads into a private network")]
    Forbidden,
    /// The name does not exist, nothing answers there, or TLS fails.
    #[error("no connection: {0}")]
    Unreachable(String),
    /// The whole request took too long.
    #[error("no complete answer in time")]
    TooSlow,
    /// The answer is longer than asked for.
    #[error("the answer is too large")]
    TooLarge,
    /// More than three redirects.
    #[error("too many redirects")]
    TooManyRedirects,
    /// An answer other than success.
    #[error("the server answered {0}")]
    Status(u16),
}

/// A guarded HTTP client. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Outbound {
    client: Client,
    gate: Gate,
    limit: Duration,
}

impl Outbound {
    /// A client with the system's resolver. `agent` is sent as `User-Agent`; `limit` bounds a whole request.
    ///
    /// # Errors
    /// If TLS cannot be set up, for example without any trusted root certificate.
    pub fn new(reach: Reach, agent: &str, limit: Duration) -> Result<Self, OutboundError> {
        Self::with_resolver(reach, agent, limit, SystemResolver)
    }

    /// The same with another resolver.
    ///
    /// # Errors
    /// As [`Outbound::new`].
    pub fn with_resolver(reach: Reach, agent: &str, limit: Duration, resolver: impl Resolver) -> Result<Self, OutboundError> {
        let gate = match reach {
            Reach::Public => Gate { http: false, admits: is_public },
            Reach::Anywhere => Gate { http: true, admits: |_| true },
        };
        Self::build(gate, agent, limit, resolver)
    }

    fn build(gate: Gate, agent: &str, limit: Duration, resolver: impl Resolver) -> Result<Self, OutboundError> {
        let client = Client::builder()
            .user_agent(agent)
            .no_proxy()
            .redirect(redirect::Policy::none())
            .referer(false)
            // Nothing to keep open: the next request to the same stranger comes in a quarter of an hour.
            .pool_max_idle_per_host(0)
            .dns_resolver(Arc::new(GuardedResolver { resolver: Arc::new(resolver), gate }))
            .build()
            .map_err(|error| unreachable_because(&error))?;
        Ok(Self { client, gate, limit })
    }

    /// Fetches, conditionally if something is known already.
    ///
    /// # Errors
    /// See [`OutboundError`].
    pub async fn get(&self, request: Get<'_>) -> Result<Answer, OutboundError> {
        tokio::time::timeout(self.limit, self.follow(request)).await.unwrap_or(Err(OutboundError::TooSlow))
    }

    /// Sends a form to `url` and gives what comes back, whether it is a success or not. To that address alone: a redirect is not followed.
    ///
    /// # Errors
    /// See [`OutboundError`].
    pub async fn post_form(&self, url: &str, form: &[(&str, &str)], bytes_max: usize) -> Result<Vec<u8>, OutboundError> {
        let sent = async {
            let url = self.gate.parse(url)?;
            let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
            let request = self.client.post(url).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(body);
            let response = request.send().await.map_err(|error| failure(&error))?;
            if response.status().is_redirection() {
                return Err(OutboundError::Status(response.status().as_u16()));
            }
            match read(response, bytes_max).await? {
                Answer::Fetched { body, .. } => Ok(body),
                Answer::NotModified => Ok(Vec::new()),
            }
        };
        tokio::time::timeout(self.limit, sent).await.unwrap_or(Err(OutboundError::TooSlow))
    }

    async fn follow(&self, request: Get<'_>) -> Result<Answer, OutboundError> {
        let mut url = self.gate.parse(request.url)?;
        let headers = conditions(&request)?;
        for _ in 0..=REDIRECTS_MAX {
            let sent = self.client.get(url.clone()).headers(headers.clone()).send().await;
            let response = sent.map_err(|error| failure(&error))?;
            match response.status() {
                // Only an answer to a condition.
                StatusCode::NOT_MODIFIED if request.etag.is_some() || request.last_modified.is_some() => {
                    return Ok(Answer::NotModified);
                }
                status if status.is_success() => return read(response, request.bytes_max).await,
                status if status.is_redirection() && status != StatusCode::NOT_MODIFIED => url = self.gate.redirect(&url, &response)?,
                status => return Err(OutboundError::Status(status.as_u16())),
            }
        }
        Err(OutboundError::TooManyRedirects)
    }
}

/// The rules, for the address as it is written and for what it resolves to.
#[derive(Debug, Clone, Copy)]
struct Gate {
    http: bool,
    admits: fn(IpAddr) -> bool,
}

impl Gate {
    fn parse(self, text: &str) -> Result<Url, OutboundError> {
        let text = text.trim();
        if text.len() > URL_BYTES_MAX {
            return Err(OutboundError::InvalidAddress);
        }
        // What Apple's and many other calendars call their https addresses.
        let webcal = text.get(..9).filter(|start| start.eq_ignore_ascii_case("webcal://"));
        let text = webcal.map_or_else(|| text.to_owned(), |start| format!("https://{}", &text[start.len()..]));
        self.check(Url::parse(&text).map_err(|_| OutboundError::InvalidAddress)?)
    }

    fn redirect(self, from: &Url, response: &Response) -> Result<Url, OutboundError> {
        let target = response.headers().get(header::LOCATION).and_then(|value| value.to_str().ok());
        let target = target.and_then(|target| from.join(target).ok());
        self.check(target.ok_or(OutboundError::Status(response.status().as_u16()))?)
    }

    /// A name is checked when it is resolved; an address in numbers never is, so it is checked here.
    fn check(self, url: Url) -> Result<Url, OutboundError> {
        match url.scheme() {
            "https" => {}
            "http" if self.http => {}
            _ => return Err(OutboundError::SchemeNotAllowed),
        }
        // The parser has brought every writing of an IPv4 address (0x7f.1, 2130706433) into dotted form.
        let host = url.host_str().ok_or(OutboundError::InvalidAddress)?;
        match host.trim_matches(['[', ']']).parse::<IpAddr>() {
            Ok(address) if !(self.admits)(address) => Err(OutboundError::Forbidden),
            _ => Ok(url),
        }
    }
}

/// Resolves for the connector: what passes here is what is connected to.
struct GuardedResolver {
    resolver: Arc<dyn Resolver>,
    gate: Gate,
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let addresses = self.resolver.resolve(name.as_str().to_owned());
        let gate = self.gate;
        Box::pin(async move {
            let addresses = addresses.await?;
            // One private address among public ones is no accident either.
            if addresses.iter().any(|address| !(gate.admits)(*address)) {
                return Err(Box::new(PrivateAddress) as Box<dyn Error + Send + Sync>);
            }
            let sockets: Vec<_> = addresses.into_iter().map(|address| SocketAddr::new(address, 0)).collect();
            Ok(Box::new(sockets.into_iter()) as Addrs)
        })
    }
}

/// How the resolver says no through the layers of the client.
#[derive(Debug)]
struct PrivateAddress;

impl fmt::Display for PrivateAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name leads to a private address")
    }
}

impl Error for PrivateAddress {}

fn conditions(request: &Get<'_>) -> Result<HeaderMap, OutboundError> {
    let mut headers = HeaderMap::new();
    let mut put = |name: HeaderName, value: Option<&str>| {
        // A known tag comes from the stranger's earlier answer; one that cannot be a header is not sent.
        if let Some(value) = value.and_then(|value| HeaderValue::from_str(value).ok()) {
            headers.insert(name, value);
        }
    };
    put(header::ACCEPT, Some(request.accept));
    put(header::IF_NONE_MATCH, request.etag);
    put(header::IF_MODIFIED_SINCE, request.last_modified);
    Ok(headers)
}

async fn read(mut response: Response, bytes_max: usize) -> Result<Answer, OutboundError> {
    let text = |name: HeaderName| {
        let value = response.headers().get(name)?.to_str().ok()?;
        (value.len() <= VALIDATOR_BYTES_MAX).then(|| value.to_owned())
    };
    let (etag, last_modified) = (text(header::ETAG), text(header::LAST_MODIFIED));
    if response.content_length().is_some_and(|length| length > bytes_max as u64) {
        return Err(OutboundError::TooLarge);
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| failure(&error))? {
        if chunk.len() > bytes_max - body.len() {
            return Err(OutboundError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answer::Fetched { body, etag, last_modified })
}

fn failure(error: &reqwest::Error) -> OutboundError {
    let mut source: Option<&(dyn Error + 'static)> = error.source();
    while let Some(inner) = source {
        if inner.is::<PrivateAddress>() {
            return OutboundError::Forbidden;
        }
        source = inner.source();
    }
    unreachable_because(error)
}

/// The innermost reason; the outer texts repeat the address.
fn unreachable_because(error: &dyn Error) -> OutboundError {
    let mut innermost = error;
    while let Some(inner) = innermost.source() {
        innermost = inner;
    }
    OutboundError::Unreachable(innermost.to_string())
}

#[cfg(test)]
mod tests;
