//! A county for the tests of shells in other languages: a real server process on a database file,
//! and what a camera sees as bytes.
//!
//! At first there is one man, modelled from a clip; people are named by their place. It reads
//! commands from its standard input, a line each, and answers with one line:
//!
//! | command | answer |
//! |---|---|
//! | `add CLIP POLICY` | the place of another person, modelled from that clip, or not at all for `-` |
//! | `person N` | their number |
//! | `letter N` | the code of a fresh letter |
//! | `pattern N FILE` | width, height and 1: the pattern of a fresh letter as a frame |
//! | `expire` | nothing: the time of all letters is over |
//! | `tasks` | the kinds of what waits for the staff |
//! | `accept` | how much of it a clerk proposed and a reviewer accepted |
//! | `stop`, `start` | the server's address |
//! | `frames CLIP FROM_S SECONDS FILE` | width, height and count of a clip's frames, 25 a second |
//!
//! Frames are written as planar YUV 4:2:0 at full range. At the end of the input all is gone.

use image::{GrayImage, Luma, imageops};
use lifecert_media::VideoReader;
use lifecert_protocol::PersonRef;
use lifecert_protocol::http::staff as wire;
use lifecert_tests::database::run;
use lifecert_tests::office::Office;
use lifecert_tests::paper::pattern_on;
use lifecert_tests::phone::{Phone, clip, full_range};
use lifecert_tests::staff::AtWork;
use serde_json::json;
use std::fs::File;
use std::io::{BufRead, BufWriter, Write};
use tokio::runtime::Runtime;

const MAN: &str = "王福生,resident,450324194910010013,,0773-8001234";

/// A table on which a letter lies.
const TABLE: (u32, u32, u8) = (800, 600, 170);

struct County {
    office: Office,
    people: Vec<PersonRef>,
    staff: Option<[AtWork; 2]>,
    runtime: Runtime,
}

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let database = format!("sqlite://{}", folder.path().join("county.sqlite").display());
    let mut office = Office::at(&database);
    office.allow_demo(&[]);
    office.start();
    let mut county = County {
        office,
        people: Vec::new(),
        staff: None,
        runtime: Runtime::new().expect("a runtime"),
    };
    county.add("franck.mp4", "demo");
    println!("{}", county.office.url());
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("a line");
        let words: Vec<&str> = line.split(' ').collect();
        println!("{}", county.answer(&words));
    }
}

impl County {
    fn answer(&mut self, words: &[&str]) -> String {
        match words {
            ["add", clip, policy] => self.add(clip, policy),
            ["person", place] => self.person(place).to_string(),
            ["letter", place] => self.office.letter(self.person(place)).to_printed(),
            ["pattern", place, file] => self.pattern(place, file),
            ["expire"] => self.expire(),
            ["tasks"] => self.tasks(),
            ["accept"] => self.accept(),
            ["stop"] => {
                self.office.kill();
                self.office.url().to_owned()
            }
            ["start"] => {
                self.office.start_where_it_was();
                self.office.url().to_owned()
            }
            ["frames", clip, from_s, seconds, file] => {
                frames(clip, (number(from_s), number(seconds)), file)
            }
            _ => "what?".to_owned(),
        }
    }

    fn add(&mut self, media: &str, policy: &str) -> String {
        let place = self.people.len();
        let line = match place {
            0 => MAN.to_owned(),
            _ => format!("李秀英,passport,E765{place:04},1944-03-02,0773-8005678"),
        };
        let person = self.office.import(&[&line], policy)[0];
        self.people.push(person);
        if media != "-" {
            let enrolled = Phone::new().enrol(&self.office, person, &[&clip(media)]);
            assert_eq!(enrolled.exit, 0, "{enrolled:?}");
        }
        place.to_string()
    }

    fn person(&self, place: &str) -> PersonRef {
        self.people[place.parse::<usize>().expect("a place")]
    }

    fn pattern(&self, place: &str, file: &str) -> String {
        let page = self
            .office
            .letter_page(self.person(place), self.office.url());
        let pattern = pattern_on(&page);
        let (width, height, light) = TABLE;
        let mut picture = GrayImage::from_pixel(width, height, Luma([light]));
        let [left, top] = [width - pattern.width(), height - pattern.height()].map(|rest| rest / 2);
        imageops::replace(&mut picture, &pattern, left.into(), top.into());
        let mut bytes = picture.into_raw();
        // No colour.
        bytes.resize(bytes.len() * 3 / 2, 128);
        std::fs::write(file, bytes).expect("written");
        format!("{width} {height} 1")
    }

    fn expire(&self) -> String {
        let over = "UPDATE letter SET expires_at_ms = 1".to_owned();
        self.runtime.block_on(run(self.office.database(), over));
        String::new()
    }

    /// A clerk and a reviewer, taken on when there is something for them to do.
    fn staff(&mut self) -> &[AtWork; 2] {
        let Self {
            office,
            staff,
            runtime,
            ..
        } = self;
        staff.get_or_insert_with(|| {
            ["clerk", "reviewer"].map(|role| {
                let app = office.staff(role, role);
                runtime.block_on(AtWork::begin(office, role, &app))
            })
        })
    }

    fn waiting(&mut self) -> Vec<wire::Task> {
        self.staff();
        let Self { staff, runtime, .. } = self;
        let [clerk, _] = staff.as_ref().expect("taken on");
        runtime.block_on(clerk.tasks())
    }

    fn tasks(&mut self) -> String {
        let kinds = self.waiting().into_iter().map(|task| task.kind);
        kinds.collect::<Vec<_>>().join(" ")
    }

    fn accept(&mut self) -> String {
        let waiting = self.waiting();
        let Self { staff, runtime, .. } = self;
        let [clerk, reviewer] = staff.as_ref().expect("taken on");
        let count = waiting.len();
        runtime.block_on(async {
            for task in waiting {
                let propose = json!({ "task": task.task, "reason": "seen at the office" });
                let open: wire::Proposal = clerk.done(wire::PROPOSALS, propose).await;
                let approve = wire::APPROVE.replace("{id}", &open.proposal);
                let _: wire::Proposal = reviewer.done(&approve, json!({})).await;
            }
        });
        count.to_string()
    }
}

fn number(word: &str) -> u64 {
    word.parse().expect("a number")
}

fn frames(name: &str, (from_s, seconds): (u64, u64), file: &str) -> String {
    let mut video = VideoReader::open(&clip(name)).expect("the video");
    let mut out = BufWriter::new(File::create(file).expect("a file"));
    let stretch = from_s * 1_000..(from_s + seconds) * 1_000;
    let (mut size, mut count) = ((0, 0), 0);
    while let Some(shown) = video.next_frame().expect("a frame") {
        if shown.at_ms >= stretch.end {
            break;
        }
        if shown.at_ms >= stretch.start {
            out.write_all(&full_range(&shown.raw)).expect("written");
            size = (shown.raw.width, shown.raw.height);
            count += 1;
        }
    }
    out.flush().expect("written");
    format!("{} {} {count}", size.0, size.1)
}
