//! Presentation attacks made by rendering: a person's picture or a short clip of them, shown to a
//! seeded camera.
//!
//! ```text
//! file --> Footage (the face and its surround) --> Attack --> frames --> a session, or a file
//!                                                    |
//!   hand (motion) + sheet (plane, cylinder) + print, screen or replay + camera (noise, JPEG)
//! ```
//!
//! What is rendered without print or screen in between is as live to a passive net as the picture
//! was: only time can tell, and that is what these are for. Hands, cameras and light are the
//! seed's; the same seed gives the same frames.

mod camera;
mod footage;
mod hand;
mod print;
mod replay;
mod screen;
mod sheet;

use fastrand::Rng;
use image::RgbImage;
use lifecert_vision::Picture;

pub use footage::Footage;
pub use print::bilinear;

use camera::{Camera, Pixel};
use hand::{Hand, Sizes, Swing};
use print::{Edge, Room};
use replay::Plan;
use screen::Screen;
use sheet::{Bend, Sheet};

/// What kind of attack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Species {
    /// A print, held by a hand.
    Held,
    /// A print, shaken and tilted to look alive.
    Shaken,
    /// A print, brought closer over the look, as the person would be asked to come.
    Closer,
    /// A print, bent round a cylinder that sways.
    Bent,
    /// A picture on a screen.
    Screen,
    /// A clip of 0.5 to 3.5 s, shown again and again, forwards or to and fro.
    Loop,
}

impl Species {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Held,
        Self::Shaken,
        Self::Closer,
        Self::Bent,
        Self::Screen,
        Self::Loop,
    ];

    /// Its name on the command line and in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Shaken => "shaken",
            Self::Closer => "closer",
            Self::Bent => "bent",
            Self::Screen => "screen",
            Self::Loop => "loop",
        }
    }
}

impl std::fmt::Display for Species {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The name is none of a species.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the species are held, shaken, closer, bent, screen and loop")]
pub struct UnknownSpecies;

impl std::str::FromStr for Species {
    type Err = UnknownSpecies;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let mut all = Self::ALL.into_iter();
        all.find(|species| species.as_str() == name)
            .ok_or(UnknownSpecies)
    }
}

/// One attack before one camera.
pub struct Attack {
    footage: Footage,
    hand: Hand,
    medium: Medium,
    bending: Option<Bending>,
    room: Room,
    camera: Camera,
}

/// What the picture is shown on.
enum Medium {
    Print(Edge),
    // Boxed: it has three tables of colours.
    Screen(Box<Screen>),
    Replay(Plan, Edge),
}

impl Attack {
    /// An attack with that footage; all but a loop show its first picture.
    pub fn new(species: Species, footage: Footage, seed: u64) -> Self {
        let mut random = Rng::with_seed(seed);
        let camera = Camera::new(&mut random);
        let camera = match species {
            Species::Shaken => camera.with_motion_blur(),
            _ => camera,
        };
        let sizes = match species {
            Species::Shaken => &Sizes::SHAKEN,
            _ => &Sizes::HELD,
        };
        let hand = Hand::new(&mut random, sizes, camera.usual_distance());
        let hand = match species {
            Species::Closer => hand.approaching(&mut random),
            _ => hand,
        };
        let edge = Edge::new(&mut random);
        let medium = match species {
            Species::Screen => {
                let camera_pixel = 1.0 / camera.usual_face_side();
                Medium::Screen(Box::new(Screen::new(&mut random, camera_pixel)))
            }
            Species::Loop => Medium::Replay(Plan::of(seed), edge),
            _ => Medium::Print(edge),
        };
        let bending = (species == Species::Bent).then(|| Bending::new(&mut random));
        let room = Room::new(&mut random);
        Self {
            footage,
            hand,
            medium,
            bending,
            room,
            camera,
        }
    }

    /// What the camera gives at that time, as a frame for a session.
    pub fn frame(&mut self, at_ms: u64) -> Picture {
        let image = self.image(at_ms);
        let (width, height) = image.dimensions();
        // Unwrap safety: the size is that of the pixels.
        Picture::from_rgb(width as usize, height as usize, image.into_raw())
            .expect("a whole picture")
    }

    /// The same as pixels; both sides are even.
    pub fn image(&mut self, at_ms: u64) -> RgbImage {
        let time_s = at_ms as f32 / 1000.0;
        let Self {
            footage,
            hand,
            medium,
            bending,
            room,
            camera,
        } = self;
        let bend = |time_s: f32| bending.as_ref().map_or(Bend::NONE, |way| way.at(time_s));
        let sheet = |time_s: f32| Sheet::new(&hand.pose(time_s), bend(time_s));
        let light = hand.light(time_s);
        let lit = |colour: camera::Colour| colour.map(|value| light * value);
        match medium {
            Medium::Print(edge) => {
                let image = footage.at(0);
                let colour = |pixel: &Pixel| lit(edge.colour(&image, room, pixel));
                camera.shoot(time_s, sheet, colour)
            }
            Medium::Screen(screen) => {
                let (image, moment) = (footage.at(0), screen.at(&hand.pose(time_s), time_s));
                let colour = |pixel: &Pixel| lit(moment.colour(&image, room, pixel));
                camera.shoot(time_s, sheet, colour)
            }
            Medium::Replay(plan, edge) => {
                let image = footage.at(plan.moment_ms(at_ms));
                let colour = |pixel: &Pixel| lit(edge.colour(&image, room, pixel));
                camera.shoot(time_s, sheet, colour)
            }
        }
    }
}

/// How far a bent sheet is bent over time.
struct Bending {
    /// One over face sides, about which it sways.
    middle: f32,
    sway: Swing,
    direction: f32,
}

impl Bending {
    fn new(random: &mut Rng) -> Self {
        // Mostly round an upright axis, as a face is round; some round a lying one.
        let turned = 0.3 * (random.f32() - 0.5);
        let lying = random.f32() < 0.25;
        Self {
            middle: 0.2 + 0.7 * random.f32(),
            sway: {
                let size = 0.2 + 0.6 * random.f32();
                Swing::new(random, size, 1.0)
            },
            direction: turned
                + if lying {
                    std::f32::consts::FRAC_PI_2
                } else {
                    0.0
                },
        }
    }

    fn at(&self, time_s: f32) -> Bend {
        Bend {
            curvature: self.middle + self.sway.at(time_s),
            direction: self.direction,
        }
    }
}

#[cfg(test)]
mod tests;
