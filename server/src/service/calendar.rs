//! Until when evidence of life counts, and from when a person can certify again.

use crate::error::ServiceError;
use crate::store::{Cycle, EvidenceRow, PolicyRow};
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, ToSpan};

const DAY_MS: u64 = 24 * 60 * 60 * 1_000;

/// Where a person stands in their cycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Until when the newest evidence counts, if it counts now.
    pub valid_until_ms: Option<u64>,
    /// From when they can certify.
    pub opens_ms: u64,
    /// By when they should.
    pub due_ms: u64,
}

/// Until when evidence from `proved_ms` counts under a policy: to the end of a day on the agency's
/// clock.
///
/// # Errors
/// [`ServiceError::Inconsistent`] for a time beyond the calendar.
pub fn valid_until_ms(policy: &PolicyRow, proved_ms: u64) -> Result<u64, ServiceError> {
    let zone = zone(policy)?;
    let day = day_of(proved_ms, &zone)?;
    let until = match policy.cycle {
        Cycle::Days(days) => day.checked_add(i64::from(days).days()),
        Cycle::Months(months) => day
            .checked_add(i64::from(months).months())
            .map(Date::last_of_month),
        Cycle::Season { month, day: last } => {
            let this_year = Date::new(day.year(), month, last).map_err(beyond)?;
            let end = if day <= this_year {
                this_year
            } else {
                this_year.checked_add(1.year()).map_err(beyond)?
            };
            // What was shown before the window of a season opened is not yet for that season.
            let opens = end
                .checked_sub(i64::from(policy.window_days).days())
                .map_err(beyond)?;
            if day >= opens {
                end.checked_add(1.year())
            } else {
                Ok(end)
            }
        }
    };
    end_of_day_ms(until.map_err(beyond)?, &zone)
}

/// Where a person stands at `now_ms`, from their newest evidence and the day they came onto the
/// roster.
///
/// # Errors
/// [`ServiceError::Inconsistent`] for a time beyond the calendar.
pub fn standing(
    policy: &PolicyRow,
    newest_proved_ms: Option<u64>,
    first_due_ms: u64,
    now_ms: u64,
) -> Result<Standing, ServiceError> {
    let until_ms = newest_proved_ms
        .map(|proved_ms| valid_until_ms(policy, proved_ms))
        .transpose()?;
    let window_ms = u64::from(policy.window_days) * DAY_MS;
    Ok(match until_ms {
        Some(until_ms) if now_ms <= until_ms => Standing {
            valid_until_ms: Some(until_ms),
            opens_ms: until_ms.saturating_sub(window_ms),
            due_ms: until_ms,
        },
        // Nobody without valid evidence meets a closed door.
        overdue => Standing {
            valid_until_ms: None,
            opens_ms: 0,
            due_ms: overdue.unwrap_or(first_due_ms),
        },
    })
}

/// Since when the newest evidence proves life: it counts from the time that is certain.
pub fn newest(evidence: &[EvidenceRow]) -> Option<u64> {
    evidence.iter().map(|row| row.proved_from_ms).max()
}

/// The day at `at_ms` on the agency's clock.
///
/// # Errors
/// [`ServiceError::Inconsistent`] for a time beyond the calendar.
pub fn local_day(policy: &PolicyRow, at_ms: u64) -> Result<Date, ServiceError> {
    day_of(at_ms, &zone(policy)?)
}

fn zone(policy: &PolicyRow) -> Result<TimeZone, ServiceError> {
    let offset = Offset::from_seconds(policy.utc_offset_min.saturating_mul(60));
    Ok(TimeZone::fixed(offset.map_err(beyond)?))
}

fn day_of(at_ms: u64, zone: &TimeZone) -> Result<Date, ServiceError> {
    let at_ms = i64::try_from(at_ms).map_err(|_| ServiceError::Inconsistent("a time"))?;
    let at = Timestamp::from_millisecond(at_ms).map_err(beyond)?;
    Ok(at.to_zoned(zone.clone()).date())
}

fn end_of_day_ms(day: Date, zone: &TimeZone) -> Result<u64, ServiceError> {
    let next = day.checked_add(1.day()).map_err(beyond)?;
    let midnight = next.to_zoned(zone.clone()).map_err(beyond)?;
    let last_ms = midnight.timestamp().as_millisecond() - 1;
    u64::try_from(last_ms).map_err(|_| ServiceError::Inconsistent("a time"))
}

fn beyond(_: jiff::Error) -> ServiceError {
    ServiceError::Inconsistent("a time")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Unattested;
    use lifecert_protocol::{CapturePolicy, Digest};

    fn policy(cycle: &str, window_days: u32) -> PolicyRow {
        PolicyRow {
            version: 1,
            name: "default".into(),
            from_ms: 0,
            cycle: cycle.parse().unwrap(),
            utc_offset_min: 480,
            window_days,
            challenge_s: 600,
            below_hardware: Unattested::Refer,
            offline_below_hardware: Unattested::Refer,
            capture: CapturePolicy::standard(Digest::of(b"r"), vec![Digest::of(b"l")]),
        }
    }

    fn ms(text: &str) -> u64 {
        let at: Timestamp = text.parse().unwrap();
        at.as_millisecond() as u64
    }

    #[test]
    fn cycles_end_with_a_day_on_the_agencys_clock() {
        let rows = [
            (
                "months:12",
                "2026-02-10T04:00:00Z",
                "2027-02-28T15:59:59.999Z",
            ),
            (
                "months:12",
                "2027-02-28T16:30:00Z",
                "2028-03-31T15:59:59.999Z",
            ),
            (
                "days:365",
                "2026-02-10T04:00:00Z",
                "2027-02-10T15:59:59.999Z",
            ),
            // In the window of the season: counts to the end of the next one.
            (
                "season:09-28",
                "2026-08-01T04:00:00Z",
                "2027-09-28T15:59:59.999Z",
            ),
            // Before the window: only to the end of this one.
            (
                "season:09-28",
                "2026-01-15T04:00:00Z",
                "2026-09-28T15:59:59.999Z",
            ),
            (
                "season:09-28",
                "2026-11-15T04:00:00Z",
                "2027-09-28T15:59:59.999Z",
            ),
        ];
        for (cycle, proved, until) in rows {
            let found = valid_until_ms(&policy(cycle, 90), ms(proved)).unwrap();
            assert_eq!(found, ms(until), "{cycle} {proved}");
        }
    }

    #[test]
    fn the_window_opens_before_the_due_date_and_never_closes_on_the_overdue() {
        let policy = policy("days:365", 90);
        let proved = ms("2026-02-10T04:00:00Z");
        let until = ms("2027-02-10T15:59:59.999Z");
        let at = |now: &str| standing(&policy, Some(proved), 5, ms(now)).unwrap();
        assert_eq!(
            at("2026-03-01T00:00:00Z"),
            Standing {
                valid_until_ms: Some(until),
                opens_ms: until - 90 * DAY_MS,
                due_ms: until
            }
        );
        assert_eq!(
            at("2027-03-01T00:00:00Z"),
            Standing {
                valid_until_ms: None,
                opens_ms: 0,
                due_ms: until
            }
        );
        let new = standing(&policy, None, 5, proved).unwrap();
        assert_eq!((new.valid_until_ms, new.opens_ms, new.due_ms), (None, 0, 5));
    }

    #[test]
    fn times_beyond_the_calendar_are_errors() {
        assert!(valid_until_ms(&policy("days:365", 90), u64::MAX).is_err());
    }
}
