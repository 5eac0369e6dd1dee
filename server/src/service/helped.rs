//! People who are helped, and people whom no picture shows to the office: whoever holds the phone
//! for somebody could go on doing so after a death, so that somebody else sees the person now and
//! then.

use super::{Decision, Service};
use crate::error::ServiceError;
use crate::store::{Db, EvidencePolicy};
use lifecert_protocol::{
    CapturePolicy, Channel, Claim, ErrorCode, EvidenceLevel, PersonRef, Verdict,
};

/// The task of seeing a person who is helped: at the counter, on a visit or in a video call.
pub(super) const SEE: &str = "helper-recheck";

/// So long before a person has to be seen again, somebody is asked to.
const AHEAD_DAYS: u32 = 365;

const DAY_MS: u64 = 24 * 60 * 60 * 1_000;

/// What has to happen with the claim of a person who is helped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seen {
    /// Nothing: somebody saw the person not long ago.
    Lately,
    /// It counts, and somebody is asked to see the person.
    SeeThem,
    /// It waits until somebody has seen the person.
    TooLongAgo,
}

impl Service {
    /// What a decision comes to where the person is helped, or the device alone compared the face;
    /// `lot` is drawn by the server, 0 to 999.
    pub(super) async fn helped(
        &self,
        db: &mut Db,
        claim: &Claim,
        (person, received_ms): (PersonRef, u64),
        (decision, capture, lot): (Decision, &CapturePolicy, u32),
    ) -> Result<Decision, ServiceError> {
        if decision.0 != Verdict::Accept {
            return Ok(decision);
        }
        let agreed = db.consent(person).await?;
        let helper = agreed.is_some_and(|consent| consent.purposes.helper);
        let unseen = capture.evidence == EvidenceLevel::MatchOnly;
        if !helper && !unseen && claim.channel != Channel::Family {
            return Ok(decision);
        }
        let policy = db.evidence_policy(capture.version).await?;
        let vouched_at_ms = db.vouched_at_ms(person).await?;
        Ok(match seen(vouched_at_ms, received_ms, &policy, lot) {
            Seen::Lately => decision,
            Seen::TooLongAgo => (Verdict::Refer, Some(ErrorCode::ReviewRequired)),
            Seen::SeeThem => {
                if !db.has_open_task(person, SEE).await? {
                    let task = (SEE, Some(ErrorCode::ReviewRequired));
                    let source = claim.claim_id.to_string();
                    db.add_task(person, task, &source, received_ms).await?;
                }
                decision
            }
        })
    }
}

/// The rule. A person whom nobody ever saw is not certified by a helper's phone.
fn seen(vouched_at_ms: Option<u64>, now_ms: u64, policy: &EvidencePolicy, lot: u32) -> Seen {
    let Some(vouched_at_ms) = vouched_at_ms else {
        return Seen::TooLongAgo;
    };
    let days = now_ms.saturating_sub(vouched_at_ms) / DAY_MS;
    let soon = policy.vouch_days.saturating_sub(AHEAD_DAYS);
    if days >= u64::from(policy.vouch_days) {
        Seen::TooLongAgo
    } else if (soon > 0 && days >= u64::from(soon)) || lot < policy.helper_permille {
        Seen::SeeThem
    } else {
        Seen::Lately
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_for_people_who_are_helped() {
        let three_years = EvidencePolicy::default();
        let one_year = EvidencePolicy {
            vouch_days: 365,
            ..three_years
        };
        let now = 4_000 * DAY_MS;
        let rows = [
            (three_years, None, 999, Seen::TooLongAgo),
            (three_years, Some(0), 999, Seen::Lately),
            (three_years, Some(0), 99, Seen::SeeThem),
            (three_years, Some(0), 100, Seen::Lately),
            (three_years, Some(729), 999, Seen::Lately),
            (three_years, Some(730), 999, Seen::SeeThem),
            (three_years, Some(1_094), 999, Seen::SeeThem),
            (three_years, Some(1_095), 999, Seen::TooLongAgo),
            (one_year, Some(364), 999, Seen::Lately),
            (one_year, Some(365), 999, Seen::TooLongAgo),
        ];
        for (policy, days, lot, expected) in rows {
            let vouched = days.map(|days| now - days * DAY_MS);
            assert_eq!(seen(vouched, now, &policy, lot), expected, "{days:?} {lot}");
        }
        // A clock that went back makes nobody overdue.
        assert_eq!(seen(Some(now + 1), now, &three_years, 999), Seen::Lately);
    }
}
