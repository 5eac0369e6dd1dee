//! One face from several pictures that differ: what a template and a probe are made of.

use crate::embedding::Embedding;

/// Similarity at or above which two pictures of a face count as one.
///
/// Measured on the clips of models/manifest.toml, 185 s of two men: a frame and its key frame are
/// 0.991 to 1.000 similar; frames a fifth of a second apart 0.972 to 0.986 (medians of the clips),
/// a second apart 0.921 to 0.958, five seconds apart 0.906 to 0.920. So what is taken within a
/// fifth of a second counts once as a rule, and what is taken a second apart counts twice.
pub const SAME_PICTURE: f32 = 0.97;

/// Different good pictures that a template is made of at least: the operating point is that of a
/// mean of three against a mean of two (`fmr_1e-5_3v2` of models/manifest.toml). A probe may have
/// fewer: the same threshold is then the stricter one (`fmr_1e-5_3v1` is 0.478), and one in eight
/// looks of five seconds at a quiet man gives no second picture that differs.
pub const TEMPLATE_PICTURES: usize = 3;

/// What a picture weighs at least in a mean, so that a poor one is not as good as none.
const LEAST_WEIGHT: f32 = 0.05;

/// Share of the first template in a renewed one: three parts to the new look's one.
///
/// Two faces are one person from a similarity of 0.519 on (less than 60 degrees). A look of 60
/// degrees from the first template moves the renewed one by 13.9 degrees from the first, however
/// often and by whomever it is renewed. So nobody whose similarity to the first is below 0.276 (74
/// degrees) can be led to match it. The person gains all the same: from 60 degrees to 46, a
/// similarity of 0.69.
const FIRST_SHARE: f32 = 3.0;

/// A face as several different pictures show it together.
#[derive(Debug, Clone, PartialEq)]
pub struct Combined {
    /// The mean of the pictures that count, better ones weighing more: a unit vector.
    pub embedding: Embedding,
    /// The places of the pictures that count, in ascending order.
    pub counted: Vec<usize>,
}

/// A template asks for more different good pictures than there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{found} different good pictures of the {wanted} that a template is made of")]
pub struct TooFewPictures {
    /// Different good pictures.
    pub found: usize,
    /// Wanted at least.
    pub wanted: usize,
}

impl TooFewPictures {
    /// There is no good picture at all.
    pub const NONE: Self = Self {
        found: 0,
        wanted: TEMPLATE_PICTURES,
    };
}

impl Combined {
    /// Combines embeddings, each with its picture's quality (0 to 1). The best picture counts, then
    /// every other, best first, that is not nearly the same ([`SAME_PICTURE`]) as one that counts:
    /// a moment that was taken five times says no more than once. Nothing where there are none, or
    /// where they cancel each other.
    pub fn of(pictures: &[(Embedding, f32)]) -> Option<Self> {
        let mut best_first: Vec<usize> = (0..pictures.len()).collect();
        best_first.sort_by(|&a, &b| pictures[b].1.total_cmp(&pictures[a].1));
        let mut counted: Vec<usize> = Vec::with_capacity(pictures.len());
        for place in best_first {
            let repeats =
                |&other: &usize| pictures[place].0.similarity(&pictures[other].0) >= SAME_PICTURE;
            if !counted.iter().any(repeats) {
                counted.push(place);
            }
        }
        counted.sort_unstable();
        let weighted = counted.iter().map(|&place| {
            let (embedding, quality) = &pictures[place];
            (embedding, weight(*quality))
        });
        Some(Self {
            embedding: Embedding::mean(weighted)?,
            counted,
        })
    }

    /// The embedding as a template.
    ///
    /// # Errors
    /// [`TooFewPictures`] below [`TEMPLATE_PICTURES`].
    pub fn template(self) -> Result<Embedding, TooFewPictures> {
        if self.counted.len() < TEMPLATE_PICTURES {
            return Err(TooFewPictures {
                found: self.counted.len(),
                ..TooFewPictures::NONE
            });
        }
        Ok(self.embedding)
    }
}

/// A template renewed by a later look, held near the first one: three parts of the first to one of
/// the look. Nothing where they are opposite.
pub fn renewed(first: &Embedding, look: &Embedding) -> Option<Embedding> {
    Embedding::mean([(first, FIRST_SHARE), (look, 1.0)])
}

/// What a picture of that quality (0 to 1) weighs in a mean: its root. Quality is a product of five
/// shares, and by itself leaves a mean to one picture too often: on LFW folds 1 to 5, three
/// pictures against two, 10 of 1,548 genuine trials miss at FMR 1e-5 with it, 6 with its root, and
/// 6 with equal weights, which give a wrong or spoiled picture as much say as a good one.
fn weight(quality: f32) -> f32 {
    quality.sqrt().max(LEAST_WEIGHT)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn random(rng: &mut fastrand::Rng) -> Embedding {
        let values: Vec<f32> = (0..Embedding::LEN).map(|_| rng.f32() - 0.5).collect();
        Embedding::from_direction(&values).unwrap()
    }

    /// The unit vector at so many degrees from `one` towards `other`, which is at right angles.
    fn turned(one: &Embedding, other: &Embedding, deg: f32) -> Embedding {
        let (sin, cos) = deg.to_radians().sin_cos();
        Embedding::mean([(one, cos), (other, sin)]).unwrap()
    }

    fn two_at_right_angles(seed: u64) -> (Embedding, Embedding) {
        let mut rng = fastrand::Rng::with_seed(seed);
        let (one, other) = (random(&mut rng), random(&mut rng));
        let along = one.similarity(&other);
        let across = Embedding::mean([(&other, 1.0), (&one, -along)]).unwrap();
        (one, across)
    }

    #[test]
    fn a_moment_counts_once_and_the_better_picture_stands_for_it() {
        let (one, other) = two_at_right_angles(1);
        let near = turned(&one, &other, 3.0);
        let far = turned(&one, &other, 40.0);
        let pictures = [
            (one.clone(), 0.5),
            (near.clone(), 0.9),
            (one.clone(), 0.5),
            (far.clone(), 0.3),
        ];
        let combined = Combined::of(&pictures).unwrap();
        assert_eq!(combined.counted, [1, 3]);
        let expected = Embedding::mean([(&near, 0.9_f32.sqrt()), (&far, 0.3_f32.sqrt())]).unwrap();
        assert!(combined.embedding.similarity(&expected) > 0.999_999);
        assert_eq!(Combined::of(&[]), None);
    }

    #[test]
    fn the_order_of_pictures_does_not_matter() {
        let (one, other) = two_at_right_angles(2);
        let mut pictures: Vec<(Embedding, f32)> = (0..12_u8)
            .map(|n| {
                let deg = 5.0 * f32::from(n);
                (
                    turned(&one, &other, deg),
                    0.2 + f32::from(n * 7 % 12) / 20.0,
                )
            })
            .collect();
        let first = Combined::of(&pictures).unwrap();
        fastrand::Rng::with_seed(3).shuffle(&mut pictures);
        let again = Combined::of(&pictures).unwrap();
        assert_eq!(first.counted.len(), again.counted.len());
        assert!(first.embedding.similarity(&again.embedding) > 0.999_999);
    }

    #[test]
    fn better_pictures_weigh_more_and_a_poor_one_still_counts() {
        let (one, other) = two_at_right_angles(4);
        let combined = Combined::of(&[(one.clone(), 0.64), (other.clone(), 0.0)]).unwrap();
        let expected = Embedding::mean([(&one, 0.8), (&other, 0.05)]).unwrap();
        assert!(combined.embedding.similarity(&expected) > 0.999_999);
    }

    #[test]
    fn a_template_asks_for_three_different_pictures() {
        let (one, other) = two_at_right_angles(5);
        let shots = [0.0, 1.0, 30.0, 60.0].map(|deg| (turned(&one, &other, deg), 0.7));
        let few = Combined::of(&shots[..3]).unwrap().template();
        assert_eq!(
            few,
            Err(TooFewPictures {
                found: 2,
                wanted: 3
            })
        );
        assert!(Combined::of(&shots).unwrap().template().is_ok());
    }

    /// The worst that geometry allows: every look lies in the plane of the first person and the
    /// second, as near to the second as a match with the first lets it.
    #[test]
    fn no_number_of_renewals_leads_a_template_to_another_person() {
        const MATCH: f32 = 0.5;
        let (first, across) = two_at_right_angles(6);
        for apart in [0.26, 0.2, 0.1, 0.0, -0.1] {
            let second = turned(&first, &across, f32::acos(apart).to_degrees());
            let mut current = first.clone();
            for step in 0..=90_u8 {
                let look = turned(&first, &across, f32::from(step));
                if look.similarity(&first) >= MATCH && look.similarity(&current) >= MATCH {
                    current = renewed(&first, &look).unwrap();
                }
                assert!(
                    current.similarity(&second) < MATCH,
                    "{apart} at {step} degrees"
                );
            }
            assert!(current.similarity(&first) > 0.97, "it did move: {apart}");
            assert!(current.similarity(&first) < 0.98, "it did move: {apart}");
        }
    }
}
