//! Several pictures a side: which of a person's pictures make templates, and which probes.

use std::ops::Range;

/// How many pictures make a template and how many a probe, at least one each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sides {
    /// Pictures of a template.
    pub template: usize,
    /// Pictures of a probe.
    pub probe: usize,
}

/// Places in a person's list of pictures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// Each template's pictures, from the front of the list.
    pub templates: Vec<Range<usize>>,
    /// Each probe's pictures, from the back of the list.
    pub probes: Vec<Range<usize>>,
}

impl Sides {
    /// Splits a person's list of pictures: templates without a picture in common from its front,
    /// probes without one in common from its back. The rest of a list goes unused.
    pub fn split(self, pictures: usize) -> Split {
        let Self { template, probe } = self;
        let (templates, probes) = (template.max(1), probe.max(1));
        Split {
            templates: (0..pictures / templates)
                .map(|at| at * templates..(at + 1) * templates)
                .collect(),
            probes: (0..pictures / probes)
                .map(|at| pictures - (at + 1) * probes..pictures - at * probes)
                .collect(),
        }
    }
}

impl Split {
    /// The trials of one person: places of a template and of a probe that have no picture in
    /// common.
    pub fn trials(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        let each = self.templates.iter().enumerate();
        each.flat_map(|(template, of)| {
            let probes = self.probes.iter().enumerate();
            probes
                .filter(|(_, probe)| probe.start >= of.end || probe.end <= of.start)
                .map(move |(probe, _)| (template, probe))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIDES: Sides = Sides {
        template: 3,
        probe: 2,
    };

    fn trials(pictures: usize) -> Vec<(usize, usize)> {
        SIDES.split(pictures).trials().collect()
    }

    #[test]
    fn a_person_with_too_few_pictures_gives_no_trial() {
        assert!(trials(0).is_empty() && trials(4).is_empty());
        // But templates and probes for others to be tried against.
        let split = SIDES.split(4);
        assert_eq!((split.templates.len(), split.probes.len()), (1, 2));
    }

    #[test]
    fn trials_share_no_picture() {
        assert_eq!(trials(5), [(0, 0)]);
        assert_eq!(trials(6), [(0, 0), (1, 2)]);
        assert_eq!(trials(7), [(0, 0), (0, 1), (1, 2)]);
        for pictures in 5..40 {
            let split = SIDES.split(pictures);
            for (template, probe) in split.trials() {
                let template = split.templates[template].clone();
                assert!(!split.probes[probe].clone().any(|at| template.contains(&at)));
            }
        }
    }

    #[test]
    fn one_against_one_is_every_pair_both_ways() {
        let one = Sides {
            template: 1,
            probe: 1,
        };
        assert_eq!(one.split(4).trials().count(), 12);
    }
}
