//! The seam to what carries picture and sound: the built-in relay, or another provider.

use async_trait::async_trait;
use jiff::Timestamp;
use platform::db::Db;
use relay::{RelayHandle, Secret, issue_credentials};
use serde::Serialize;
use utoipa::ToSchema;

use domain::sessions::Party;

use crate::kernel::error::{Error, Result};

/// A way for browsers to the relay (WebRTC `RTCIceServer`).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IceServer {
    pub urls: Vec<String>,
    pub username: String,
    pub credential: String,
}

/// What one person needs to enter a room.
#[derive(Debug, Clone)]
pub struct Entry {
    pub ice_servers: Vec<IceServer>,
    /// When it stops being taken.
    pub expires_at: Timestamp,
}

/// Carries the picture and sound of calls.
#[async_trait]
pub trait VideoProvider: std::fmt::Debug + Send + Sync + 'static {
    /// The provider's name in the database and the API.
    fn name(&self) -> &'static str;

    /// Lets `party` into `room` until `until` at most.
    async fn enter(&self, room: &str, party: Party, until: Timestamp) -> Result<Entry>;

    /// Shows everybody out of `room` and lets nobody in again.
    async fn close(&self, room: &str);

    /// How many calls go on through this node: a stopping node waits for them.
    fn calls_in_progress(&self) -> usize;
}

/// One node's relay, as browsers reach it.
#[derive(Debug, Clone)]
pub struct RelayNode {
    /// `turn:` and `turns:` URLs, the fastest first.
    pub urls: Vec<String>,
}

/// The built-in provider: WebRTC from browser to browser through the deployment's relays.
#[derive(Debug)]
pub struct BuiltIn {
    secret: Secret,
    /// All relays of the deployment, in the same order on every node. Both people of a room meet at one of them, chosen by the room's name.
    nodes: Vec<RelayNode>,
    /// This node's own relay, if it runs one.
    local: Option<RelayHandle>,
}

impl BuiltIn {
    /// A provider over `nodes` (at least one), whose credentials are signed with `secret`.
    pub fn new(secret: Secret, nodes: Vec<RelayNode>, local: Option<RelayHandle>) -> Self {
        assert!(!nodes.is_empty(), "video needs a relay");
        Self { secret, nodes, local }
    }

    fn node(&self, room: &str) -> &RelayNode {
        let hash = platform::crypto::sha256(room.as_bytes());
        let number = u64::from_be_bytes(hash[..8].try_into().expect("SHA-256 has 32 bytes"));
        &self.nodes[usize::try_from(number % self.nodes.len() as u64).expect("below the number of relays")]
    }
}

#[async_trait]
impl VideoProvider for BuiltIn {
    fn name(&self) -> &'static str {
        "builtin"
    }

    async fn enter(&self, room: &str, party: Party, until: Timestamp) -> Result<Entry> {
        // A browser cannot exchange the credentials of a connection that lives, and the relay ends an allocation with its credentials: they last as
        // long as the room may, and are revoked when it closes.
        let expires_at = until;
        let seconds = u64::try_from(expires_at.as_second()).map_err(Error::internal)?;
        let credentials = issue_credentials(&self.secret, room, party.name(), seconds).map_err(Error::internal)?;
        let server = IceServer { urls: self.node(room).urls.clone(), username: credentials.username, credential: credentials.password };
        Ok(Entry { ice_servers: vec![server], expires_at })
    }

    async fn close(&self, room: &str) {
        if let Some(relay) = &self.local {
            relay.revoke_call(room);
        }
    }

    fn calls_in_progress(&self) -> usize {
        self.local.as_ref().map_or(0, |relay| usize::try_from(relay.stats().allocations).unwrap_or(usize::MAX))
    }
}

/// Listens for rooms that a cancellation closes, on whichever node it was made, until the process ends. A lost notification is made good by the
/// browsers, which hear of the end by their event stream, and by the credentials' end.
pub async fn listen(video: &dyn VideoProvider, db: &Db) {
    loop {
        if let Ok(mut listener) = db.listen("rooms").await {
            while let Ok(notification) = listener.try_recv().await {
                if let Some(notification) = notification {
                    video.close(notification.payload()).await;
                }
            }
        }
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    }
}
