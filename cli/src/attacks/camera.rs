//! A phone's camera: perspective, rows read one after another, sensor noise, JPEG.

use std::io::Cursor;

use fastrand::Rng;
use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, ImageFormat, RgbImage};

use super::sheet::Sheet;

/// Width and height in pixels: small as a session's frames are, lying and upright.
const SIZES: [(u32, u32); 4] = [(400, 300), (480, 360), (360, 480), (480, 640)];

/// The face's longer side over the camera's shorter side: as a person would hold the phone.
const FACE_SHARE: f32 = 0.6;

/// Noise values that are made once; a frame takes a stretch of them for each row.
const NOISE: usize = 1 << 16;

/// Red, green, blue, 0 to 255.
pub(super) type Colour = [f32; 3];

/// One camera.
pub(super) struct Camera {
    width: u32,
    height: u32,
    /// In pixels.
    focal: f32,
    /// From the first row to the last: the sensor is not read at once.
    readout_s: f32,
    /// How often light is gathered within a frame, and over which time.
    exposures: u8,
    exposure_s: f32,
    noise: Vec<f32>,
    quality: u8,
    random: Rng,
}

/// Where a pixel lies.
pub(super) struct Pixel {
    /// From the picture's middle, in its shorter sides.
    pub(super) place: (f32, f32),
    /// The point of the sheet that it sees, in face sides from the face's middle.
    pub(super) sheet: Option<(f32, f32)>,
}

impl Camera {
    /// A camera of the seed's.
    pub(super) fn new(random: &mut Rng) -> Self {
        let (width, height) = SIZES[random.usize(..SIZES.len())];
        let sigma = 2.0 + 2.0 * random.f32();
        // Three dice of the same width make a bell of standard deviation 1.
        let mut bell = || (0..3).map(|_| random.f32() * 2.0 - 1.0).sum::<f32>();
        let noise = (0..NOISE).map(|_| sigma * bell()).collect();
        Self {
            width,
            height,
            focal: width.max(height) as f32 * (0.7 + 0.25 * random.f32()),
            readout_s: 0.01 + 0.02 * random.f32(),
            exposures: 1,
            exposure_s: 0.01 + 0.01 * random.f32(),
            noise,
            quality: random.u8(80..=92),
            random: random.fork(),
        }
    }

    /// What moves fast is blurred.
    pub(super) fn with_motion_blur(self) -> Self {
        Self {
            exposures: 3,
            ..self
        }
    }

    /// How far away a face is to be, in face sides, so that it is as large as a phone's user's.
    pub(super) fn usual_distance(&self) -> f32 {
        self.focal / (FACE_SHARE * self.width.min(self.height) as f32)
    }

    /// Pixels of a face side at the usual distance.
    pub(super) fn usual_face_side(&self) -> f32 {
        FACE_SHARE * self.width.min(self.height) as f32
    }

    /// Takes a picture: of the sheet as it is at each time, coloured by what each pixel sees.
    pub(super) fn shoot(
        &mut self,
        time_s: f32,
        sheet: impl Fn(f32) -> Sheet,
        colour: impl Fn(&Pixel) -> Colour,
    ) -> RgbImage {
        let mut seen = RgbImage::new(self.width, self.height);
        let shorter = self.width.min(self.height) as f32;
        let (middle_x, middle_y) = (self.width as f32 / 2.0, self.height as f32 / 2.0);
        let share = 1.0 / f32::from(self.exposures);
        let row_s = self.readout_s / self.height as f32;
        let mut sum = vec![[0.0_f32; 3]; self.width as usize];
        for (row, pixels) in seen.chunks_exact_mut(3 * self.width as usize).enumerate() {
            sum.fill([0.0; 3]);
            let y = row as f32 + 0.5 - middle_y;
            for exposure in 0..self.exposures {
                let late_s = row as f32 * row_s + f32::from(exposure) * share * self.exposure_s;
                let sheet = sheet(time_s + late_s);
                for (column, sum) in sum.iter_mut().enumerate() {
                    let x = column as f32 + 0.5 - middle_x;
                    let pixel = Pixel {
                        place: (x / shorter, y / shorter),
                        sheet: sheet.hit(x / self.focal, y / self.focal),
                    };
                    for (sum, value) in sum.iter_mut().zip(colour(&pixel)) {
                        *sum += share * value;
                    }
                }
            }
            let mut noise = self.random.usize(..NOISE);
            for (value, sum) in pixels.iter_mut().zip(sum.as_flattened()) {
                noise = (noise + 1) % NOISE;
                // A cast of a float saturates.
                *value = (sum + self.noise[noise] + 0.5) as u8;
            }
        }
        self.compressed(&seen)
    }

    fn compressed(&self, seen: &RgbImage) -> RgbImage {
        let (width, height) = seen.dimensions();
        let mut jpeg = Vec::new();
        JpegEncoder::new_with_quality(&mut jpeg, self.quality)
            .encode(seen, width, height, ExtendedColorType::Rgb8)
            .and_then(|()| image::load(Cursor::new(&jpeg), ImageFormat::Jpeg))
            // Unwrap safety: a picture in memory encodes and decodes.
            .expect("a picture that was just encoded")
            .into_rgb8()
    }
}
