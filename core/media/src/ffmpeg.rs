//! Frames of any other video through the `ffmpeg` program, where it is installed.

use std::io::{BufRead, BufReader, ErrorKind, Read};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, sync_channel};

use lifecert_vision::{ColorRange, MAX_SIDE};

use super::VideoFrame;
use super::buffer::Buffer;
use super::error::MediaError;

/// Most pixels of a frame: 4096x2304, as for videos decoded in this process.
const MOST_PIXELS: usize = 4096 * 2304;

/// A running `ffmpeg` that writes raw frames to its output and a line about each to its error
/// stream, where a thread collects them.
pub(super) struct FfmpegReader {
    child: Child,
    frames: ChildStdout,
    lines: Receiver<FrameLine>,
    /// The first frame's line, which is read when the file is opened.
    first: Option<FrameLine>,
    /// When the first frame is shown; all times count from there.
    start_ms: u64,
    buffer: Buffer,
}

/// What the filter `showinfo` says of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct FrameLine {
    width: usize,
    height: usize,
    shown_ms: u64,
}

impl FfmpegReader {
    /// Starts the program and waits for its first frame; `why` says why it is needed.
    ///
    /// # Errors
    /// [`MediaError::Unsupported`] where the program is not installed,
    /// [`MediaError::Unreadable`] where it finds no video in the file,
    /// [`MediaError::TooLarge`] above 4096x2304 pixels.
    pub(super) fn open(path: &Path, why: &MediaError) -> Result<Self, MediaError> {
        let mut child = command(path).spawn().map_err(|error| match error.kind() {
            ErrorKind::NotFound => MediaError::unsupported(format!(
                "{why}; with ffmpeg installed, other kinds of video can be read (package ffmpeg)"
            )),
            _ => MediaError::Io(error),
        })?;
        let (Some(frames), Some(log)) = (child.stdout.take(), child.stderr.take()) else {
            return Err(MediaError::unreadable("ffmpeg has no output"));
        };
        let (sender, lines) = sync_channel(64);
        std::thread::spawn(move || {
            // Read to the end even where nobody listens: a full pipe would stop the program.
            for line in BufReader::new(log).split(b'\n').map_while(Result::ok) {
                if let Some(line) = parse(&String::from_utf8_lossy(&line)) {
                    let _ = sender.send(line);
                }
            }
        });
        // Dropping it ends the program, whatever happens from here on.
        let mut reader = Self {
            child,
            frames,
            lines,
            first: None,
            start_ms: 0,
            buffer: Buffer::default(),
        };
        reader.first = reader.lines.recv().ok();
        reader.start_ms = reader.first.map_or(0, |line| line.shown_ms);
        match reader.first {
            None => Err(MediaError::unreadable(format!(
                "{why}; ffmpeg finds no video in it"
            ))),
            Some(line) if !line.is_within_limits() => {
                Err(MediaError::too_large("pictures above 4096x2304"))
            }
            Some(_) => Ok(reader),
        }
    }

    pub(super) fn next_frame(&mut self) -> Result<Option<VideoFrame<'_>>, MediaError> {
        let Some(line) = self.first.take().or_else(|| self.lines.recv().ok()) else {
            return Ok(None);
        };
        if !line.is_within_limits() {
            return Err(MediaError::too_large("pictures above 4096x2304"));
        }
        let buffer = &mut self.buffer;
        buffer
            .bytes
            .resize(Buffer::len_of(line.width, line.height), 0);
        self.frames
            .read_exact(&mut buffer.bytes)
            .map_err(|_| MediaError::unreadable("ffmpeg stopped within a frame"))?;
        (buffer.width, buffer.height) = (line.width, line.height);
        buffer.shown_ms = line.shown_ms.saturating_sub(self.start_ms);
        buffer.range = ColorRange::Video;
        buffer.frame().map(Some)
    }
}

impl Drop for FfmpegReader {
    fn drop(&mut self) {
        // It may have ended by itself; either way it is waited for and leaves nothing behind.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl FrameLine {
    fn is_within_limits(&self) -> bool {
        let sides = [self.width, self.height];
        sides.iter().all(|&side| (1..=MAX_SIDE).contains(&side))
            && self.width * self.height <= MOST_PIXELS
    }
}

/// Upright frames (ffmpeg turns them itself) in video range, each once, with its own time. Only
/// this one local file may be read, whatever it refers to.
fn command(path: &Path) -> Command {
    let mut input = std::ffi::OsString::from("file:");
    input.push(path);
    let mut command = Command::new("ffmpeg");
    command
        .args(["-nostdin", "-hide_banner", "-loglevel", "info", "-nostats"])
        .args(["-protocol_whitelist", "file", "-i"])
        .arg(input)
        .args(["-map", "0:v:0", "-an", "-sn", "-fps_mode", "passthrough"])
        .args(["-vf", "scale=out_range=tv,format=yuv420p,showinfo"])
        .args(["-f", "rawvideo", "-pix_fmt", "yuv420p", "pipe:1"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Reads a line like `[Parsed_showinfo_2 @ 0x5] n:   0 pts:  0 pts_time:0.04 ... s:640x480 ...`.
fn parse(line: &str) -> Option<FrameLine> {
    if !line.contains("showinfo") {
        return None;
    }
    let mut words = line.split_whitespace();
    let seconds: f64 = words
        .by_ref()
        .find_map(|word| word.strip_prefix("pts_time:"))?
        .parse()
        .ok()?;
    let (width, height) = words
        .find_map(|word| word.strip_prefix("s:"))?
        .split_once('x')?;
    // A cast of a float saturates.
    let shown_ms = (seconds * 1000.0).round() as u64;
    Some(FrameLine {
        width: width.parse().ok()?,
        height: height.parse().ok()?,
        shown_ms,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_about_frames_are_told_from_others() {
        let line = "[Parsed_showinfo_2 @ 0x55d] n:   7 pts:   3584 pts_time:0.28    duration:512 \
                    fmt:yuv420p cl:left sar:1/1 s:368x640 i:P iskey:0 type:P checksum:E3C2";
        let expected = FrameLine {
            width: 368,
            height: 640,
            shown_ms: 280,
        };
        assert_eq!(parse(line), Some(expected));
        for other in [
            "",
            "  Stream #0:0: Video: vp8, yuv420p, 1920x1080",
            "[Parsed_showinfo_2 @ 0x55d] config in time_base: 1/1000, frame_rate: 30/1",
            "[Parsed_showinfo_2 @ 0x55d] n: 0 pts_time:NOPTS s:368x640",
            "[Parsed_showinfo_2 @ 0x55d] n: 0 pts_time:0 s:368",
        ] {
            assert_eq!(parse(other), None, "{other}");
        }
    }

    #[test]
    fn sizes_beyond_the_limits_are_not_read() {
        let line = |width, height| FrameLine {
            width,
            height,
            shown_ms: 0,
        };
        assert!(line(4096, 2304).is_within_limits());
        assert!(!line(0, 10).is_within_limits());
        assert!(!line(usize::MAX, 10).is_within_limits());
        assert!(!line(8000, 8000).is_within_limits());
    }
}
