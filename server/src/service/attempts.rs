//! Tries in a row: after every so many refused looks of a person or of a device, a rest.

use crate::error::ServiceError;
use crate::store::{Attempts, Db};
use lifecert_protocol::{CapturePolicy, ErrorCode, KeyId, PersonRef};

/// Which try the next look is, from 1, counted by what the server decided.
///
/// It is asked when a challenge is given, when a claim comes and again in the transaction that
/// records it: whoever collects challenges ahead has no more tries by it.
///
/// # Errors
/// [`ErrorCode::AttemptsPause`] with the seconds to wait, while a rest is on for the person or for
/// the device; [`ServiceError::Store`].
pub(super) async fn next_attempt(
    db: &mut Db,
    (person, key): (PersonRef, KeyId),
    policy: &CapturePolicy,
    now_ms: u64,
) -> Result<u8, ServiceError> {
    let of_person = db.attempts_of_person(person).await?;
    let of_device = db.attempts_of_device(key).await?;
    let wait_s = rest_s(of_person, policy, now_ms).max(rest_s(of_device, policy, now_ms));
    if wait_s > 0 {
        return Err(ServiceError::Refused {
            code: ErrorCode::AttemptsPause,
            retry_after_s: Some(wait_s),
        });
    }
    Ok(u8::try_from(of_person.refused + 1).unwrap_or(u8::MAX))
}

/// Seconds of rest that are left; 0 where none is on.
fn rest_s(attempts: Attempts, policy: &CapturePolicy, now_ms: u64) -> u32 {
    let tries = u64::from(policy.tries.max(1));
    if attempts.refused == 0 || !attempts.refused.is_multiple_of(tries) {
        return 0;
    }
    let rested_ms = attempts.last_at_ms + u64::from(policy.pause_s) * 1_000;
    let wait_s = rested_ms.saturating_sub(now_ms).div_ceil(1_000);
    u32::try_from(wait_s).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use lifecert_protocol::Digest;

    #[test]
    fn every_fifth_refusal_in_a_row_is_followed_by_thirty_seconds() {
        let policy = CapturePolicy::standard(Digest::of(b"r"), vec![Digest::of(b"l")]);
        let rest = |refused, now_ms| {
            let last_at_ms = 100_000;
            rest_s(
                Attempts {
                    refused,
                    last_at_ms,
                },
                &policy,
                now_ms,
            )
        };
        assert_eq!(
            [0, 1, 4, 5, 6, 9, 10].map(|refused| rest(refused, 100_000)),
            [0, 0, 0, 30, 0, 0, 30]
        );
        assert_eq!(rest(5, 129_001), 1);
        assert_eq!(rest(5, 130_000), 0);
        assert_eq!(rest(5, 0), 130, "a clock that went back lengthens it");
    }
}
