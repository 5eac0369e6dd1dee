//! A county with one man, for the tests of shells in other languages: a real server process on a
//! database file, and a camera's frames as bytes.
//!
//! It reads commands from its standard input, a line each, and answers with one line: `letter` with a
//! code, `person` with his number, `stop` and `start` with the server's address, and `frames FILE
//! FROM_S SECONDS` with width, height and count of the frames that it has written: planar YUV 4:2:0 at
//! full range, 25 a second. At the end of the input all is gone.

use lifecert_media::VideoReader;
use lifecert_protocol::PersonRef;
use lifecert_tests::office::Office;
use lifecert_tests::phone::{Phone, clip, full_range};
use std::fs::File;
use std::io::{BufRead, BufWriter, Write};

const MAN: &str = "王福生,resident,450324194910010013,,0773-8001234";

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let database = format!("sqlite://{}", folder.path().join("county.sqlite").display());
    let mut office = Office::at(&database);
    office.allow_demo(&[]);
    let man = office.import(&[MAN], "demo")[0];
    office.start();
    let enrolled = Phone::new().enrol(&office, man, &[&clip("franck.mp4")]);
    assert_eq!(enrolled.exit, 0, "{enrolled:?}");
    println!("{}", office.url());
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("a line");
        let words: Vec<&str> = line.split(' ').collect();
        let answer = answer(&mut office, man, &words);
        println!("{answer}");
    }
}

fn answer(office: &mut Office, man: PersonRef, words: &[&str]) -> String {
    match words {
        ["letter"] => office.letter(man).to_printed(),
        ["person"] => man.to_string(),
        ["stop"] => {
            office.kill();
            office.url().to_owned()
        }
        ["start"] => {
            office.start_where_it_was();
            office.url().to_owned()
        }
        ["frames", file, from_s, seconds] => {
            let number = |word: &str| word.parse::<u64>().expect("a number");
            frames(file, number(from_s), number(seconds))
        }
        _ => "what?".to_owned(),
    }
}

fn frames(file: &str, from_s: u64, seconds: u64) -> String {
    let mut video = VideoReader::open(&clip("franck.mp4")).expect("the video");
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
