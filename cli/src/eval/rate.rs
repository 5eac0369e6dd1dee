//! An error rate with its 95 % confidence interval.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What an exact interval leaves out at each end.
const TAIL: f64 = 0.025;

/// A count of errors among independent trials, as a rate with its 95 % confidence interval.
///
/// The interval is Clopper and Pearson's exact one (Biometrika 26, 1934): its ends are quantiles of
/// beta distributions. It has both ends also where nothing failed: 0 of 150 may be up to 2.4 %.
/// Trials that share a person are not independent, and true intervals are then wider.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Rate {
    /// Errors over trials, 0 to 1; nothing where there was no trial.
    pub rate: Option<f64>,
    /// Lower end of the interval, 0 to 1.
    pub low: f64,
    /// Upper end of the interval, 0 to 1; 1 where there was no trial.
    pub high: f64,
    /// How often it was tried.
    pub trials: u64,
    /// How often it went wrong.
    pub errors: u64,
}

impl Rate {
    /// The rate of that many errors among that many trials; errors beyond the trials do not count.
    pub fn of(errors: u64, trials: u64) -> Self {
        let errors = errors.min(trials);
        let (failed, passed) = (errors as f64, (trials - errors) as f64);
        Self {
            rate: (trials > 0).then(|| failed / trials as f64),
            low: match errors {
                0 => 0.0,
                _ => beta_quantile(failed, passed + 1.0, TAIL),
            },
            high: match trials - errors {
                0 => 1.0,
                _ => beta_quantile(failed + 1.0, passed, 1.0 - TAIL),
            },
            trials,
            errors,
        }
    }

    /// The rate of errors in a list of outcomes.
    pub fn of_outcomes(is_error: impl IntoIterator<Item = bool>) -> Self {
        let (mut errors, mut trials) = (0, 0);
        for is_error in is_error {
            errors += u64::from(is_error);
            trials += 1;
        }
        Self::of(errors, trials)
    }

    /// The rule of three: where nothing failed, the rate is below three over the trials with 95 %
    /// confidence (one-sided; the interval's upper end, which leaves 2.5 % above it, is 3.7 over
    /// them). It holds from some 30 trials on.
    pub fn rule_of_three(&self) -> Option<f64> {
        (self.errors == 0 && self.trials >= 30).then(|| 3.0 / self.trials as f64)
    }
}

/// `1.20 % (0.45 to 2.59 %; 6 of 500)`.
impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            rate,
            low,
            high,
            trials,
            errors,
        } = *self;
        let Some(rate) = rate else {
            return f.write_str("no trials");
        };
        let [rate, low, high] = [rate, low, high].map(percent);
        write!(f, "{rate} % ({low} to {high} %; {errors} of {trials})")
    }
}

/// A share as per cent with the digits that matter: two places, more where it is very small.
pub fn percent(share: f64) -> String {
    let percent = 100.0 * share;
    if percent == 0.0 || percent >= 0.1 {
        return format!("{percent:.2}");
    }
    let places = (1.0 - percent.log10().floor()).clamp(2.0, 9.0) as usize;
    format!("{percent:.places$}")
}

/// Where the beta distribution function of `a` and `b` reaches `share`.
///
/// By halving, which always ends: the inverses of `statrs` 0.19 and `puruspe` 0.4 were tried and do
/// not end, or are wrong from some thousand trials on.
fn beta_quantile(a: f64, b: f64, share: f64) -> f64 {
    let (mut low, mut high) = (0.0_f64, 1.0_f64);
    loop {
        let middle = low.midpoint(high);
        if middle <= low || middle >= high || high - low < 1e-12 * high {
            return middle;
        }
        if beta_distribution(a, b, middle) < share {
            low = middle;
        } else {
            high = middle;
        }
    }
}

/// The regularised incomplete beta function I_x(a, b) for `x` within 0 and 1.
fn beta_distribution(a: f64, b: f64, x: f64) -> f64 {
    // The fraction converges fast on this side of the mean only; DLMF 8.17.4 leads there.
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - beta_distribution_below_mean(b, a, 1.0 - x);
    }
    beta_distribution_below_mean(a, b, x)
}

/// By the continued fraction DLMF 8.17.22, evaluated forwards (Lentz, Applied Optics 15, 1976).
fn beta_distribution_below_mean(a: f64, b: f64, x: f64) -> f64 {
    /// The terms needed grow with the root of the larger parameter: enough for 1e10 trials.
    const MOST_TERMS: u32 = 200_000;
    let away_from_zero = |value: f64| {
        if value.abs() < 1e-300 { 1e-300 } else { value }
    };
    let log_beta = libm::lgamma(a) + libm::lgamma(b) - libm::lgamma(a + b);
    let front = (a * x.ln() + b * (-x).ln_1p() - log_beta).exp() / a;
    let (mut fraction, mut c, mut d) = (1.0, 1.0, 0.0);
    for term in 1..=MOST_TERMS {
        let m = f64::from(term / 2);
        let numerator = if term % 2 == 0 {
            m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m))
        } else {
            -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0))
        };
        d = 1.0 / away_from_zero(1.0 + numerator * d);
        c = away_from_zero(1.0 + numerator / c);
        fraction *= c * d;
        if (c * d - 1.0).abs() < 1e-14 {
            break;
        }
    }
    (front / fraction).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: f64, expected: f64, within: f64) {
        assert!((found - expected).abs() <= within, "{found} {expected}");
    }

    /// Exact 95 % limits as tables of binomial confidence limits print them, in per cent.
    #[test]
    fn limits_are_those_of_published_tables() {
        for (errors, trials, low, high) in [
            (0, 10, 0.00, 30.85),
            (1, 10, 0.25, 44.50),
            (5, 10, 18.71, 81.29),
            (10, 10, 69.15, 100.00),
            (0, 20, 0.00, 16.84),
            (4, 20, 5.73, 43.66),
            (1, 50, 0.05, 10.65),
            (10, 100, 4.90, 17.62),
            (50, 100, 39.83, 60.17),
        ] {
            let found = Rate::of(errors, trials);
            near(100.0 * found.low, low, 0.0051);
            near(100.0 * found.high, high, 0.0051);
        }
    }

    #[test]
    fn nothing_failed_is_not_no_error() {
        let none = Rate::of(0, 150);
        // In closed form 1 - 0.025^(1/n).
        near(none.high, 1.0 - 0.025_f64.powf(1.0 / 150.0), 1e-9);
        assert_eq!((none.rate, none.low), (Some(0.0), 0.0));
        near(none.rule_of_three().unwrap(), 0.02, 1e-12);
        assert_eq!(Rate::of(1, 150).rule_of_three(), None);
        assert_eq!(Rate::of(0, 29).rule_of_three(), None);
        let all = Rate::of(150, 150);
        near(all.low, 0.025_f64.powf(1.0 / 150.0), 1e-9);
        assert_eq!(all.high, 1.0);
    }

    /// With many trials the exact interval comes near to Wilson's (JASA 22, 1927).
    #[test]
    fn millions_of_trials_are_no_harder() {
        for (errors, trials) in [
            (296_u64, 29_600_000_u64),
            (29_600, 29_600_000),
            (3_000_000, 30_000_000),
            (150_000, 300_000),
            (5_000_000_000, 10_000_000_000),
        ] {
            let (z, n) = (1.959_964_f64, trials as f64);
            let p = errors as f64 / n;
            let middle = (p + z * z / (2.0 * n)) / (1.0 + z * z / n);
            let half = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt() / (1.0 + z * z / n);
            let found = Rate::of(errors, trials);
            near(found.low, middle - half, 0.05 * half);
            near(found.high, middle + half, 0.05 * half);
        }
    }

    #[test]
    fn no_trial_says_nothing() {
        let none = Rate::of(0, 0);
        assert_eq!((none.rate, none.low, none.high), (None, 0.0, 1.0));
        assert_eq!(none.rule_of_three(), None);
        assert_eq!(none.to_string(), "no trials");
        assert_eq!(Rate::of_outcomes([]), none);
    }

    #[test]
    fn it_is_written_with_exactly_its_keys() {
        let rate = Rate::of_outcomes([true, false, false, false]);
        let object = serde_json::to_value(rate).unwrap();
        let keys: Vec<_> = object.as_object().unwrap().keys().cloned().collect();
        assert_eq!(keys, ["errors", "high", "low", "rate", "trials"]);
        assert!(object["trials"] == 4 && object["errors"] == 1 && object["rate"] == 0.25);
        assert_eq!(
            serde_json::to_value(Rate::of(0, 0)).unwrap()["rate"],
            serde_json::Value::Null
        );
        assert_eq!(rate.to_string(), "25.00 % (0.63 to 80.59 %; 1 of 4)");
        assert_eq!(serde_json::from_value::<Rate>(object).unwrap(), rate);
        assert_eq!(
            Rate::of(3, 29_600_000).to_string(),
            "0.000010 % (0.0000021 to 0.000030 %; 3 of 29600000)"
        );
    }
}
