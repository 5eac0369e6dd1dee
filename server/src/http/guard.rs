//! What stands before the handlers: how often one address may ask, how long a body may take, how
//! much is worked on at once.

use super::answer::Failure;
use crate::service::Limit;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, FromRequest, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use ipnet::IpNet;
use lifecert_protocol::ErrorCode;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The header in which a proxy names whom it speaks for.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// Seconds after which a server that is busy is worth asking again.
pub(super) const BUSY_S: u32 = 2;

/// The bounds of what the server takes on.
#[derive(Debug, Clone)]
pub struct Bounds {
    /// Requests a minute from one address. A county hall is one address: a hundred people a minute
    /// take four requests each.
    pub address_per_minute: NonZeroU32,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Requests worked on at once; more are told to come back.
    pub at_once: usize,
    /// Bodies read at once; they wait for slow networks and hold memory, but no worker.
    pub bodies_at_once: usize,
    /// How long a body may take: the largest claim over a slow mobile network, and more.
    pub body: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            address_per_minute: NonZeroU32::new(600).unwrap_or(NonZeroU32::MIN),
            trusted_proxies: Vec::new(),
            at_once: 256,
            bodies_at_once: 1_024,
            body: Duration::from_secs(60),
        }
    }
}

/// Keeps the bounds.
pub struct Guard {
    trusted_proxies: Vec<IpNet>,
    addresses: Limit<IpAddr>,
    work: Arc<Semaphore>,
    bodies: Semaphore,
    body: Duration,
}

impl Guard {
    /// A guard of these bounds.
    pub fn new(bounds: Bounds) -> Self {
        Self {
            trusted_proxies: bounds.trusted_proxies,
            addresses: Limit::new(bounds.address_per_minute),
            work: Arc::new(Semaphore::new(bounds.at_once)),
            bodies: Semaphore::new(bounds.bodies_at_once),
            body: bounds.body,
        }
    }

    /// Reads a body within its time; gives it with leave to work on it.
    pub(super) async fn body<S: Send + Sync>(
        &self,
        request: Request,
        state: &S,
    ) -> Result<(Bytes, OwnedSemaphorePermit), Failure> {
        let _reading = self.bodies.try_acquire().map_err(|_| busy())?;
        let reading = tokio::time::timeout(self.body, Bytes::from_request(request, state));
        let bytes = match reading.await {
            Ok(Ok(bytes)) => bytes,
            Ok(Err(rejected)) if rejected.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                return Err(ErrorCode::RequestTooLarge.into());
            }
            Ok(Err(_)) | Err(_) => return Err(ErrorCode::RequestMalformed.into()),
        };
        let work = self.work.clone().try_acquire_owned().map_err(|_| busy())?;
        Ok((bytes, work))
    }

    /// The address that a request counts for: the peer's or, where that is a trusted proxy, the
    /// last one in `X-Forwarded-For` that is none. What stands before it was written by whoever
    /// asks.
    fn address(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let is_trusted = |address: &IpAddr| {
            let mut proxies = self.trusted_proxies.iter();
            proxies.any(|proxy| proxy.contains(&address.to_canonical()))
        };
        let mut client = peer;
        let named = headers.get_all(FORWARDED_FOR).iter();
        let named: Vec<&str> = named.filter_map(|value| value.to_str().ok()).collect();
        for name in named.iter().flat_map(|value| value.split(',')).rev() {
            if !is_trusted(&client) {
                break;
            }
            match name.trim().parse() {
                Ok(address) => client = address,
                Err(_) => break,
            }
        }
        share_of(client)
    }
}

/// Counts a request against its address before anything of it is read.
pub(super) async fn limit_address(
    State(guard): State<Arc<Guard>>,
    request: Request,
    next: Next,
) -> Result<Response, Failure> {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    if let Some(ConnectInfo(peer)) = peer {
        let address = guard.address(peer.ip(), request.headers());
        guard.addresses.take(&address)?;
    }
    Ok(next.run(request).await)
}

fn busy() -> Failure {
    Failure::waiting(ErrorCode::ServerBusy, BUSY_S)
}

/// A home has a whole IPv6 network of 64 bits, and one IPv4 address.
fn share_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64).into(),
        v4 => v4,
    }
}

/// Answers that must not tell by their time why they are what they are leave at a multiple of this
/// after the request was read: more than any of those ways through the database takes, so that all
/// of them leave at the first multiple, and a look at the multiple after its end.
pub const ANSWER_GRID: Duration = Duration::from_millis(250);

/// Waits until the next multiple of [`ANSWER_GRID`] after `arrived`.
pub(super) async fn next_on_grid(arrived: Instant) {
    let grid_ms = ANSWER_GRID.as_millis();
    let steps = arrived.elapsed().as_millis() / grid_ms + 1;
    let steps = u32::try_from(steps).unwrap_or(u32::MAX);
    tokio::time::sleep_until((arrived + ANSWER_GRID * steps).into()).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard(proxies: &[&str]) -> Guard {
        let trusted_proxies = proxies.iter().map(|one| one.parse().unwrap()).collect();
        Guard::new(Bounds {
            trusted_proxies,
            ..Bounds::default()
        })
    }

    fn seen(guard: &Guard, peer: &str, forwarded: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(FORWARDED_FOR, value.parse().unwrap());
        }
        let address = guard.address(peer.parse().unwrap(), &headers);
        address.to_string()
    }

    #[test]
    fn a_stranger_cannot_name_another_address() {
        let guard = guard(&[]);
        assert_eq!(
            seen(&guard, "203.0.113.7", &["198.51.100.1"]),
            "203.0.113.7"
        );
    }

    #[test]
    fn the_last_address_that_no_trusted_proxy_has_counts() {
        let guard = guard(&["10.0.0.0/8", "fd00::/8"]);
        let through = |forwarded: &[&str]| seen(&guard, "10.0.0.1", forwarded);
        assert_eq!(through(&["198.51.100.1, 203.0.113.7"]), "203.0.113.7");
        assert_eq!(
            through(&["198.51.100.1, 203.0.113.7, 10.2.3.4"]),
            "203.0.113.7"
        );
        assert_eq!(
            through(&["198.51.100.1", "203.0.113.7", "10.2.3.4"]),
            "203.0.113.7"
        );
        assert_eq!(through(&[]), "10.0.0.1");
        assert_eq!(through(&["203.0.113.7, nonsense"]), "10.0.0.1");
        assert_eq!(
            seen(&guard, "::ffff:10.0.0.1", &["203.0.113.7"]),
            "203.0.113.7"
        );
        assert_eq!(through(&["2001:db8:1:2:3:4:5:6"]), "2001:db8:1:2::");
    }
}
