//! How often one account may ask: a device's key, a letter, a member of staff.
//!
//! A device and a member of staff are counted after their signature or token was verified, so that
//! nobody can use up somebody else's share; a letter before its code is looked at, whether or not
//! there is one.

use crate::error::ServiceError;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use lifecert_protocol::{ErrorCode, KeyId};
use std::hash::Hash;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};

/// Somebody who asks.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Account {
    /// A device, by its key.
    Key(KeyId),
    /// A letter, by its selector.
    Letter(String),
    /// A member of staff, by their id.
    Staff(String),
}

/// Requests a minute of one account.
#[derive(Debug, Clone, Copy)]
pub struct AccountRates {
    /// Of a device: a certification takes two.
    pub key: NonZeroU32,
    /// Of a letter: a binding takes two.
    pub letter: NonZeroU32,
    /// Of a member of staff.
    pub staff: NonZeroU32,
}

impl Default for AccountRates {
    fn default() -> Self {
        let rate = |per_minute| NonZeroU32::new(per_minute).unwrap_or(NonZeroU32::MIN);
        Self {
            key: rate(60),
            letter: rate(20),
            staff: rate(120),
        }
    }
}

/// The shares of all accounts.
pub(crate) struct AccountLimits {
    key: Limit<KeyId>,
    letter: Limit<String>,
    staff: Limit<String>,
}

impl AccountLimits {
    pub(crate) fn new(rates: AccountRates) -> Self {
        Self {
            key: Limit::new(rates.key),
            letter: Limit::new(rates.letter),
            staff: Limit::new(rates.staff),
        }
    }

    /// Takes one request off an account's share.
    ///
    /// # Errors
    /// [`ErrorCode::RequestRateLimited`] with the seconds to wait.
    pub(crate) fn take(&self, account: Account) -> Result<(), ServiceError> {
        match account {
            Account::Key(key) => self.key.take(&key),
            Account::Letter(selector) => self.letter.take(&selector),
            Account::Staff(staff_id) => self.staff.take(&staff_id),
        }
    }
}

/// After so many requests the shares that are whole again are forgotten.
const FORGET_EVERY: u32 = 4_096;

/// More shares than these are not kept at once: whoever is not among them waits.
const MOST_SHARES: usize = 200_000;

/// A share of requests a minute for each key, all of which may come at once.
pub(crate) struct Limit<K: Hash + Eq + Clone> {
    limiter: DefaultKeyedRateLimiter<K>,
    taken: AtomicU32,
}

impl<K: Hash + Eq + Clone> Limit<K> {
    pub(crate) fn new(per_minute: NonZeroU32) -> Self {
        Self {
            limiter: RateLimiter::keyed(Quota::per_minute(per_minute)),
            taken: AtomicU32::new(0),
        }
    }

    /// Takes one request off a key's share.
    ///
    /// # Errors
    /// [`ErrorCode::RequestRateLimited`] with the seconds to wait.
    pub(crate) fn take(&self, key: &K) -> Result<(), ServiceError> {
        let taken = self.taken.fetch_add(1, Ordering::Relaxed);
        if taken % FORGET_EVERY == FORGET_EVERY - 1 {
            self.limiter.retain_recent();
            self.limiter.shrink_to_fit();
        }
        let limited = |wait_s| ServiceError::Refused {
            code: ErrorCode::RequestRateLimited,
            retry_after_s: Some(wait_s),
        };
        if self.limiter.len() >= MOST_SHARES {
            return Err(limited(60));
        }
        self.limiter.check_key(key).map_err(|until| {
            let wait = until.wait_time_from(DefaultClock::default().now());
            limited(u32::try_from(wait.as_secs() + 1).unwrap_or(u32::MAX))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_one_keys_own_and_names_the_wait() {
        let limit = Limit::new(NonZeroU32::new(5).unwrap());
        for _ in 0..5 {
            limit.take(&"one").unwrap();
        }
        let refused = limit.take(&"one").unwrap_err();
        assert_eq!(refused.code(), ErrorCode::RequestRateLimited);
        assert!((1..=13).contains(&refused.retry_after_s().unwrap()));
        limit.take(&"another").unwrap();
    }

    #[test]
    fn shares_that_are_whole_again_are_forgotten() {
        let limit = Limit::new(NonZeroU32::MAX);
        for key in 0..3 * FORGET_EVERY {
            limit.take(&key).unwrap();
        }
        let kept = limit.limiter.len();
        assert!(kept <= FORGET_EVERY as usize, "{kept} shares are kept");
    }
}
