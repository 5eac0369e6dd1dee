//! A short clip of a person, shown again and again.

use fastrand::Rng;

/// How a loop runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Plan {
    period_ms: u64,
    direction: Direction,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    /// From the end back to the beginning by a cut.
    Forwards,
    /// From the end back the same way: nothing jumps.
    ToAndFro,
}

impl Plan {
    /// The seed's plan: 1 to 3.5 s until everything comes again.
    pub(super) fn of(seed: u64) -> Self {
        let mut random = Rng::with_seed(seed);
        let direction = if random.bool() {
            Direction::Forwards
        } else {
            Direction::ToAndFro
        };
        Self {
            period_ms: random.u64(1_000..=3_500),
            direction,
        }
    }

    /// How long until everything comes again.
    #[cfg(test)]
    pub(super) fn period_ms(self) -> u64 {
        self.period_ms
    }

    /// How long a clip it needs.
    pub(super) fn footage_ms(self) -> u64 {
        match self.direction {
            Direction::Forwards => self.period_ms,
            Direction::ToAndFro => self.period_ms / 2,
        }
    }

    /// Which moment of the clip is shown at a time.
    pub(super) fn moment_ms(self, at_ms: u64) -> u64 {
        let phase_ms = at_ms % self.period_ms;
        match self.direction {
            Direction::Forwards => phase_ms,
            Direction::ToAndFro => phase_ms.min(self.period_ms - phase_ms),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loop_comes_again_after_its_period() {
        for seed in 0..20 {
            let plan = Plan::of(seed);
            assert!((1_000..=3_500).contains(&plan.period_ms));
            for at_ms in (0..plan.period_ms).step_by(40) {
                let moment_ms = plan.moment_ms(at_ms);
                assert_eq!(plan.moment_ms(at_ms + plan.period_ms), moment_ms);
                assert!(moment_ms <= plan.footage_ms());
            }
            if plan.direction == Direction::ToAndFro {
                let turn_ms = plan.period_ms / 2;
                let [before, after] = [turn_ms - 40, turn_ms + 40].map(|at| plan.moment_ms(at));
                assert!(before.abs_diff(after) <= 1, "{before} {after}");
            }
        }
        let directions = (0..20).filter(|&seed| Plan::of(seed).direction == Direction::Forwards);
        assert!((1..20).contains(&directions.count()));
    }
}
