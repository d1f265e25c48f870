//! Requests: Binding, Allocate, Refresh, CreatePermission, ChannelBind.

use std::{
    net::{SocketAddr, SocketAddrV4},
    time::Duration,
};

use rand::RngExt as _;
use stun_types::{
    AddressFamily,
    attribute::{
        Attribute as _, AttributeFromRaw, AttributeStaticType, AttributeType, ErrorCode, MessageIntegrity, MessageIntegritySha256, Nonce,
        Realm, Username, XorMappedAddress,
    },
    message::{BINDING, Message},
};
use turn_types::{
    attribute::{
        ChannelNumber, Data, DontFragment, Lifetime, RequestedAddressFamily, RequestedTransport, XorPeerAddress, XorRelayedAddress,
    },
    message::{ALLOCATE, CHANNEL_BIND, CREATE_PERMISSION, REFRESH},
};

use super::{
    Core, VIRTUAL_PORTS,
    allocation::{Allocation, BindError},
    auth::{Denial, User},
    link::{Link, Moment},
    reply::Reply,
};
use crate::{framing::CHANNEL_NUMBERS, stats::Refusal};

/// How long an allocation lives without a refresh, whatever the client asks for: RFC 8656 §7.2 makes ten minutes the least and lets the
/// server choose the most. Longer ones would only keep the allocations of closed laptops.
const LIFETIME: Duration = Duration::from_secs(600);

/// An allocation that carried nothing for this long gives way to a new one of the same participant. Browsers check
/// each candidate pair at least every 25 seconds, so what is silent for a minute belongs to a page that is gone.
const SILENT_AFTER: Duration = Duration::from_secs(60);

/// Attributes that must be understood (types below 0x8000) and are. DONT-FRAGMENT is kept by having no IP packets
/// between relayed addresses. EVEN-PORT and RESERVATION-TOKEN are for RTP without multiplexing, and left out.
const UNDERSTOOD: &[AttributeType] = &[
    Username::TYPE,
    MessageIntegrity::TYPE,
    MessageIntegritySha256::TYPE,
    Realm::TYPE,
    Nonce::TYPE,
    ChannelNumber::TYPE,
    Lifetime::TYPE,
    XorPeerAddress::TYPE,
    Data::TYPE,
    RequestedAddressFamily::TYPE,
    RequestedTransport::TYPE,
    DontFragment::TYPE,
];

/// The attributes of a message that must be understood and are not.
pub(super) fn not_understood(message: &Message<'_>) -> Vec<AttributeType> {
    let types = message.iter_attributes().map(|(_, attribute)| attribute.get_type());
    types.filter(|kind| kind.comprehension_required() && !UNDERSTOOD.contains(kind)).collect()
}

/// An attribute that may be missing but not broken.
fn optional<'a, A>(message: &'a Message<'a>) -> Result<Option<A>, Denial>
where
    A: AttributeFromRaw<'a> + AttributeStaticType,
{
    if !message.has_attribute(A::TYPE) {
        return Ok(None);
    }
    message.attribute::<A>().map(Some).map_err(|_| Denial::bad_request())
}

/// An attribute that must be there.
fn required<'a, A>(message: &'a Message<'a>) -> Result<A, Denial>
where
    A: AttributeFromRaw<'a> + AttributeStaticType,
{
    message.attribute::<A>().map_err(|_| Denial::bad_request())
}

impl Core {
    /// Answers a request. The answer always goes back to where the request came from.
    pub(super) fn request(&mut self, now: Moment, from: Link, request: &Message<'_>, out: &mut Vec<u8>) -> Option<Link> {
        let is_turn = [ALLOCATE, REFRESH, CREATE_PERMISSION, CHANNEL_BIND].contains(&request.method());
        let user = if is_turn { Some(self.authenticate(now, &from, request)) } else { None };
        let (reply, key) = match user {
            Some(Ok(user)) => (self.serve(now, from, request, &user), Some(user.key)),
            // Everything below can be had without credentials, so it is rationed.
            _ if !self.strangers.admit(now.monotonic, from.remote().ip()) => {
                self.counters.refuse(Refusal::Throttled);
                return None;
            }
            Some(Err(denial)) => (self.denied(now, &from, request, &denial), None),
            None => (self.binding(&from, request), None),
        };
        reply.finish(key.as_ref(), out);
        Some(from)
    }

    fn binding(&mut self, from: &Link, request: &Message<'_>) -> Reply {
        let unknown = not_understood(request);
        if !unknown.is_empty() {
            self.counters.refuse(Refusal::UnknownAttribute);
            return Reply::unknown(request, &unknown);
        }
        if request.method() != BINDING {
            self.counters.refuse(Refusal::BadRequest);
            return Reply::error(request, ErrorCode::BAD_REQUEST);
        }
        Reply::success(request).with(&XorMappedAddress::new(from.remote(), request.transaction_id()))
    }

    fn denied(&mut self, now: Moment, from: &Link, request: &Message<'_>, denial: &Denial) -> Reply {
        if let Some(refusal) = denial.refusal {
            self.counters.refuse(refusal);
        }
        let reply = Reply::error(request, denial.code);
        // RFC 8489 §9.2.4: both invite another try, which needs a realm and a nonce.
        if [ErrorCode::UNAUTHORIZED, ErrorCode::STALE_NONCE].contains(&denial.code) {
            let nonce = self.nonces.make(now.monotonic, from);
            let realm = Realm::new(&self.realm).expect("checked when the relay started");
            return reply.with(&realm).with(&Nonce::new(&nonce).expect("a nonce is short ASCII"));
        }
        reply
    }

    fn serve(&mut self, now: Moment, from: Link, request: &Message<'_>, user: &User) -> Reply {
        let unknown = not_understood(request);
        if !unknown.is_empty() {
            self.counters.refuse(Refusal::UnknownAttribute);
            return Reply::unknown(request, &unknown);
        }
        let result = match request.method() {
            _ if self.is_revoked(now, user) => Err(Denial::new(ErrorCode::FORBIDDEN, Refusal::Revoked)),
            ALLOCATE => self.allocate(now, from, request, user),
            REFRESH => self.refresh(now, from, request, user),
            CREATE_PERMISSION => self.create_permission(now, from, request, user),
            _ => self.channel_bind(now, from, request, user),
        };
        result.unwrap_or_else(|denial| self.denied(now, &from, request, &denial))
    }

    fn is_revoked(&self, now: Moment, user: &User) -> bool {
        let identity = &user.identity;
        self.revocations.contains(now.unix_seconds, &identity.call, &identity.participant)
    }

    fn allocate(&mut self, now: Moment, from: Link, request: &Message<'_>, user: &User) -> Result<Reply, Denial> {
        let monotonic = now.monotonic;
        if let Some(index) = self.table.find(monotonic, &from) {
            let existing = self.table.allocation(index);
            // RFC 8656 §7.2: a repeated request gets the first answer again.
            if existing.made_by == request.transaction_id() && existing.username == user.username {
                let lifetime = existing.ends_at.saturating_sub(monotonic);
                return Ok(self.allocated(&from, request, existing.port, lifetime));
            }
            return Err(Denial::new(ErrorCode::ALLOCATION_MISMATCH, Refusal::AllocationMismatch));
        }
        if required::<RequestedTransport>(request)?.protocol() != RequestedTransport::UDP {
            let code = ErrorCode::UNSUPPORTED_TRANSPORT_PROTOCOL;
            return Err(Denial::new(code, Refusal::UnsupportedTransport));
        }
        let family = optional::<RequestedAddressFamily>(request)?;
        if family.is_some_and(|family| family.family() != AddressFamily::IPV4) {
            let code = ErrorCode::ADDRESS_FAMILY_NOT_SUPPORTED;
            return Err(Denial::new(code, Refusal::UnsupportedFamily));
        }
        let lifetime = lifetime_max(now, user);
        // What ended but was not swept yet must not hold the link.
        if let Some(ended) = self.table.at_link(&from) {
            self.end_allocation(monotonic, ended);
        }
        let participant = self.table.admit(monotonic, user.identity.clone());
        self.make_room(monotonic, participant)?;
        let no_capacity = || Denial::new(ErrorCode::INSUFFICIENT_CAPACITY, Refusal::NoCapacity);
        if self.table.len() >= self.quotas.allocations_max {
            return Err(no_capacity());
        }
        let port = self.free_port().ok_or_else(no_capacity)?;
        self.table.insert(Allocation::new(
            from,
            port,
            participant,
            user.username.clone(),
            request.transaction_id(),
            monotonic,
            monotonic + lifetime,
        ));
        if let Some(connection) = from.connection() {
            self.connections.busy(connection);
        }
        self.counters.allocations_made += 1;
        Ok(self.allocated(&from, request, port, lifetime))
    }

    fn allocated(&self, from: &Link, request: &Message<'_>, port: u16, lifetime: Duration) -> Reply {
        let transaction = request.transaction_id();
        let relayed = SocketAddrV4::new(self.advertised_ip, port).into();
        Reply::success(request)
            .with(&XorRelayedAddress::new(relayed, transaction))
            .with(&lifetime_attribute(lifetime))
            .with(&XorMappedAddress::new(from.remote(), transaction))
    }

    /// Keeps a participant within the quota, if need be at the cost of an allocation that nobody uses any more.
    fn make_room(&mut self, now: Duration, participant: usize) -> Result<(), Denial> {
        let held = self.table.allocations_of(participant);
        if held.len() < self.quotas.allocations_per_participant_max {
            return Ok(());
        }
        let is_silent = |index: &usize| self.table.allocation(*index).used_at + SILENT_AFTER <= now;
        match held.iter().copied().find(is_silent) {
            Some(silent) => {
                self.end_allocation(now, silent);
                Ok(())
            }
            None => Err(Denial::new(ErrorCode::ALLOCATION_QUOTA_REACHED, Refusal::ParticipantQuota)),
        }
    }

    /// A port at random (RFC 8656 §7.2), so that nobody can guess the others in use.
    fn free_port(&mut self) -> Option<u16> {
        // At most half of the ports are ever in use, so 64 misses in a row do not happen.
        (0..64).map(|_| self.rng.random_range(VIRTUAL_PORTS)).find(|&port| !self.table.is_port_taken(port))
    }

    fn refresh(&mut self, now: Moment, from: Link, request: &Message<'_>, user: &User) -> Result<Reply, Denial> {
        let index = self.own_allocation(now, &from, user)?;
        let family = optional::<RequestedAddressFamily>(request)?;
        if family.is_some_and(|family| family.family() != AddressFamily::IPV4) {
            let code = ErrorCode::PEER_ADDRESS_FAMILY_MISMATCH;
            return Err(Denial::new(code, Refusal::UnsupportedFamily));
        }
        // RFC 8656 §8.2: zero ends the allocation; anything else is raised or cut to what we grant.
        let requested = optional::<Lifetime>(request)?;
        if requested.is_some_and(|requested| requested.seconds() == 0) {
            self.end_allocation(now.monotonic, index);
            return Ok(Reply::success(request).with(&Lifetime::new(0)));
        }
        let lifetime = lifetime_max(now, user);
        self.table.allocation_mut(index).ends_at = now.monotonic + lifetime;
        Ok(Reply::success(request).with(&lifetime_attribute(lifetime)))
    }

    fn create_permission(&mut self, now: Moment, from: Link, request: &Message<'_>, user: &User) -> Result<Reply, Denial> {
        let index = self.own_allocation(now, &from, user)?;
        let types = request.iter_attributes().map(|(_, attribute)| attribute.get_type());
        let peers = types.filter(|&kind| kind == XorPeerAddress::TYPE).count();
        if peers == 0 {
            return Err(Denial::bad_request());
        }
        // RFC 8656 §10.2: all of them or none.
        let mut ports = Vec::with_capacity(peers);
        for nth in 0..peers {
            let peer = request.nth_attribute::<XorPeerAddress>(nth).map_err(|_| Denial::bad_request())?;
            let peer = peer.addr(request.transaction_id());
            let is_known = peer.ip() == self.advertised_ip && self.table.allocation(index).knows(peer.port());
            ports.push(if is_known { peer.port() } else { self.peer_port(now, index, peer)? });
        }
        for port in ports {
            self.table.allocation_mut(index).permit(now.monotonic, port);
        }
        Ok(Reply::success(request))
    }

    fn channel_bind(&mut self, now: Moment, from: Link, request: &Message<'_>, user: &User) -> Result<Reply, Denial> {
        let index = self.own_allocation(now, &from, user)?;
        let number = required::<ChannelNumber>(request)?.channel();
        let peer = required::<XorPeerAddress>(request)?.addr(request.transaction_id());
        if !CHANNEL_NUMBERS.contains(&number) {
            return Err(Denial::bad_request());
        }
        let port = self.peer_port(now, index, peer)?;
        let bound = self.table.allocation_mut(index).bind(now.monotonic, number, port);
        bound.map_err(|error| match error {
            BindError::Conflict => Denial::bad_request(),
            BindError::TooMany => Denial::new(ErrorCode::INSUFFICIENT_CAPACITY, Refusal::NoCapacity),
        })?;
        Ok(Reply::success(request))
    }

    /// The allocation that a request is about (RFC 8656 §5): there, and the user's own.
    fn own_allocation(&self, now: Moment, from: &Link, user: &User) -> Result<usize, Denial> {
        let index =
            self.table.find(now.monotonic, from).ok_or_else(|| Denial::new(ErrorCode::ALLOCATION_MISMATCH, Refusal::AllocationMismatch))?;
        if self.table.allocation(index).username != user.username {
            return Err(Denial::new(ErrorCode::WRONG_CREDENTIALS, Refusal::OtherUser));
        }
        Ok(index)
    }

    /// The port of a peer to which the allocation may send: a relayed address of the same call. Loopback, private and
    /// all other real addresses fail here because they are none.
    fn peer_port(&self, now: Moment, index: usize, peer: SocketAddr) -> Result<u16, Denial> {
        if peer.is_ipv6() {
            let code = ErrorCode::PEER_ADDRESS_FAMILY_MISMATCH;
            return Err(Denial::new(code, Refusal::UnsupportedFamily));
        }
        // One code for all reasons: nobody learns which addresses another call has.
        self.peer(now.monotonic, index, peer).map_err(|refusal| Denial::new(ErrorCode::FORBIDDEN, refusal))?;
        Ok(peer.port())
    }
}

/// How long an allocation may live from now on: never beyond the credentials.
fn lifetime_max(now: Moment, user: &User) -> Duration {
    LIFETIME.min(Duration::from_secs(user.expires_at - now.unix_seconds))
}

fn lifetime_attribute(lifetime: Duration) -> Lifetime {
    Lifetime::new(lifetime.as_secs().try_into().unwrap_or(u32::MAX))
}
