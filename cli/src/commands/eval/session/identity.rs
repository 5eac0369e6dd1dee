//! Each person's template against their own clips and everybody else's, through the session.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use lifecert_cli::cores::{on_all_cores, on_all_cores_lent};
use lifecert_cli::eval::{Identities, Rate};
use lifecert_inference::ModelStore;
use lifecert_media::{MediaError, VideoReader};
use lifecert_protocol::ErrorCode;
use lifecert_session::good_face;
use lifecert_vision::{Analyzer, Combined, Depth, Embedding};
use serde_json::{Value, json};

use super::super::super::{Context, Failure};
use super::super::read_text;
use super::clip::{Outcome, try_on};

/// Frames that a template is made of, each the best of its part of the first third.
const PARTS: u64 = 5;

/// How often the first third is looked at.
const LOOK_EVERY_MS: u64 = 200;

/// A second try needs this much of a clip: the shortest look, and a little.
const ENOUGH_MS: u64 = 5_500;

/// What came of it.
pub struct Identity {
    genuine: u64,
    accepted_in_2_tries: u64,
    impostor_trials: u64,
    false_accepts: u64,
    /// People without a template, each with the reason.
    not_enrolled: Vec<(String, String)>,
    /// Files that cannot be read, each with the reason.
    unread: Vec<(String, String)>,
    /// Trials that went wrong.
    wrong: Vec<Wrong>,
}

struct Wrong {
    person: String,
    file: String,
    is_genuine: bool,
    outcome: Outcome,
    code: Option<ErrorCode>,
}

/// A clip with whom it shows.
struct Row {
    path: PathBuf,
    person: String,
    /// Whether the person is enrolled from it.
    enrols: bool,
}

/// A clip, read through.
struct Read {
    length_ms: u64,
    template: Option<Result<Embedding, String>>,
}

struct Trial<'a> {
    template: &'a Embedding,
    person: &'a str,
    row: &'a Row,
    from_ms: u64,
    length_ms: u64,
}

impl Trial<'_> {
    fn is_genuine(&self) -> bool {
        self.person == self.row.person
    }
}

impl Identity {
    /// Enrols everybody and tries everything.
    pub fn measure(context: &Context, store: &ModelStore, path: &Path) -> Result<Self, Failure> {
        let rows = rows(path)?;
        let bar = context.progress(Some(rows.len() as u64), "enrolments");
        let read = on_all_cores(store, &rows, |analyzer, row| {
            let read = read(analyzer, row)?;
            bar.inc(1);
            Ok::<_, Failure>(read)
        })?;
        bar.finish_and_clear();
        let trials = trials(&rows, &read);
        let bar = context.progress(Some(trials.len() as u64), "tries");
        let ends = on_all_cores_lent(store, &trials, |analyzer, trial| {
            let end = trial.run(analyzer)?;
            bar.inc(1);
            Ok::<_, Failure>(end)
        })?;
        bar.finish_and_clear();
        let mut found = Self {
            genuine: 0,
            accepted_in_2_tries: 0,
            impostor_trials: 0,
            false_accepts: 0,
            not_enrolled: Vec::new(),
            unread: Vec::new(),
            wrong: Vec::new(),
        };
        for (row, read) in rows.iter().zip(&read) {
            match read {
                Ok(Read {
                    template: Some(Err(why)),
                    ..
                }) => found.not_enrolled.push((row.person.clone(), why.clone())),
                Ok(_) => {}
                Err(error) => {
                    let file = row.path.display().to_string();
                    found
                        .unread
                        .push((file, format!("{error} [{}]", error.code())));
                    if row.enrols {
                        let why = "their first clip cannot be read".to_owned();
                        found.not_enrolled.push((row.person.clone(), why));
                    }
                }
            }
        }
        for (trial, (outcome, code)) in trials.iter().zip(ends) {
            found.count(trial, outcome, code);
        }
        Ok(found)
    }

    fn count(&mut self, trial: &Trial<'_>, outcome: Outcome, code: Option<ErrorCode>) {
        let accepted = outcome == Outcome::Accepted;
        let is_genuine = trial.is_genuine();
        if is_genuine {
            self.genuine += 1;
            self.accepted_in_2_tries += u64::from(accepted);
        } else {
            self.impostor_trials += 1;
            self.false_accepts += u64::from(accepted);
        }
        if accepted != is_genuine {
            self.wrong.push(Wrong {
                person: trial.person.to_owned(),
                file: trial.row.path.display().to_string(),
                is_genuine,
                outcome,
                code,
            });
        }
    }

    /// How often the true person was not accepted within two tries.
    pub fn not_accepted(&self) -> Rate {
        Rate::of(self.genuine - self.accepted_in_2_tries, self.genuine)
    }

    /// How often somebody else was accepted.
    pub fn falsely_accepted(&self) -> Rate {
        Rate::of(self.false_accepts, self.impostor_trials)
    }

    /// As one object.
    pub fn object(&self) -> Value {
        let named = |list: &[(String, String)], key: &str| -> Vec<Value> {
            let each = list.iter();
            each.map(|(name, why)| json!({ key: name, "reason": why }))
                .collect()
        };
        let wrong = self.wrong.iter().map(|one| {
            json!({
                "person": one.person,
                "file": one.file,
                "genuine": one.is_genuine,
                "outcome": one.outcome.as_str(),
                "code": one.code,
            })
        });
        json!({
            "genuine": self.genuine,
            "accepted_in_2_tries": self.accepted_in_2_tries,
            "impostor_trials": self.impostor_trials,
            "false_accepts": self.false_accepts,
            "not_accepted": self.not_accepted(),
            "falsely_accepted": self.falsely_accepted(),
            "not_enrolled": named(&self.not_enrolled, "person"),
            "unread": named(&self.unread, "file"),
            "wrong": wrong.collect::<Vec<_>>(),
        })
    }

    /// Lines about what went wrong.
    pub fn lines(&self) -> Vec<String> {
        let wrong = self.wrong.iter().map(|one| {
            let who = if one.is_genuine {
                "themselves"
            } else {
                "another"
            };
            let code = one.code.map_or("", ErrorCode::as_str);
            let outcome = one.outcome.as_str();
            format!("{} as {who} on {}: {outcome} {code}", one.person, one.file)
        });
        let missing = self.not_enrolled.iter().chain(&self.unread);
        let missing = missing.map(|(name, why)| format!("{name}: {why}"));
        wrong.chain(missing).collect()
    }
}

/// Reads the list; a file is looked for from the list's folder, then from here.
fn rows(path: &Path) -> Result<Vec<Row>, Failure> {
    let listed = Identities::read(&read_text(path)?);
    let listed = listed.map_err(|error| Failure::from(error).about(path))?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut enrolled = HashSet::new();
    let rows: Vec<Row> = listed
        .rows()
        .iter()
        .map(|row| {
            let beside = folder.join(&row.file);
            Row {
                path: if beside.exists() {
                    beside
                } else {
                    (&row.file).into()
                },
                person: row.person.clone(),
                enrols: enrolled.insert(row.person.as_str()),
            }
        })
        .collect();
    if rows.is_empty() {
        let why = "no clips are listed; give the columns file and person_id, and a row for each";
        return Err(Failure::new(ErrorCode::MediaUnreadable, why).about(path));
    }
    Ok(rows)
}

/// Measures a clip's length and makes the person's template of its first third.
fn read(analyzer: &mut Analyzer, row: &Row) -> Result<Result<Read, MediaError>, Failure> {
    let length_ms = match length_ms(&row.path) {
        Ok(length_ms) => length_ms,
        Err(error) => return Ok(Err(error)),
    };
    let template = match row.enrols {
        false => None,
        true => match good_frames(analyzer, &row.path, length_ms / 3)? {
            Ok(frames) => Some(template(&frames)),
            Err(error) => return Ok(Err(error)),
        },
    };
    Ok(Ok(Read {
        length_ms,
        template,
    }))
}

fn template(frames: &[(Embedding, f32)]) -> Result<Embedding, String> {
    let Some(combined) = Combined::of(frames) else {
        return Err("no good frame in the first third of the clip".to_owned());
    };
    combined.template().map_err(|error| error.to_string())
}

fn length_ms(path: &Path) -> Result<u64, MediaError> {
    let mut video = VideoReader::open(path)?;
    let mut last_ms = 0;
    while let Some(shown) = video.next_frame()? {
        last_ms = shown.at_ms;
    }
    Ok(last_ms)
}

/// The best frame of each part of a clip up to a time, with its quality.
fn good_frames(
    analyzer: &mut Analyzer,
    path: &Path,
    to_ms: u64,
) -> Result<Result<Vec<(Embedding, f32)>, MediaError>, Failure> {
    let mut video = match VideoReader::open(path) {
        Ok(video) => video,
        Err(error) => return Ok(Err(error)),
    };
    let mut best = vec![None::<(Embedding, f32)>; PARTS as usize];
    let mut due_ms = 0;
    loop {
        let shown = match video.next_frame() {
            Ok(Some(shown)) if shown.at_ms < to_ms => shown,
            Ok(_) => return Ok(Ok(best.into_iter().flatten().collect())),
            Err(error) => return Ok(Err(error)),
        };
        if shown.at_ms < due_ms {
            continue;
        }
        due_ms = shown.at_ms + LOOK_EVERY_MS;
        let seen = analyzer.analyze(&shown.frame, shown.at_ms, Depth::Identity)?;
        let (Ok(face), Some(embedding)) = (good_face(&seen.observation), seen.embedding) else {
            continue;
        };
        let place = &mut best[(shown.at_ms * PARTS / to_ms.max(1)) as usize];
        if place
            .as_ref()
            .is_none_or(|(_, quality)| *quality < face.quality)
        {
            *place = Some((embedding, face.quality));
        }
    }
}

/// Every person with a template on every clip that can be read.
fn trials<'a>(rows: &'a [Row], read: &'a [Result<Read, MediaError>]) -> Vec<Trial<'a>> {
    let mut trials = Vec::new();
    for (owner, enrolled) in rows.iter().zip(read) {
        let Ok(Read {
            template: Some(Ok(template)),
            ..
        }) = enrolled
        else {
            continue;
        };
        for (row, read) in rows.iter().zip(read) {
            let Ok(Read { length_ms, .. }) = read else {
                continue;
            };
            let is_enrolment = std::ptr::eq(owner, row);
            trials.push(Trial {
                template,
                person: &owner.person,
                row,
                from_ms: if is_enrolment { length_ms / 3 } else { 0 },
                length_ms: *length_ms,
            });
        }
    }
    trials
}

impl Trial<'_> {
    /// One look for somebody else, up to two for the person.
    fn run(&self, analyzer: Analyzer) -> Result<((Outcome, Option<ErrorCode>), Analyzer), Failure> {
        let (first, analyzer) = try_on(analyzer, self.template, &self.row.path, self.from_ms)?;
        let first = first.map_err(|error| Failure::from(error).about(&self.row.path))?;
        let outcome = Outcome::of(&first.end);
        // Where too little is left, the second try begins where the first did, and the same frames
        // give the same answer.
        let again_ms = first
            .until_ms
            .filter(|until_ms| until_ms + ENOUGH_MS <= self.length_ms);
        match again_ms {
            Some(from_ms) if self.is_genuine() && outcome != Outcome::Accepted => {
                let (second, analyzer) = try_on(analyzer, self.template, &self.row.path, from_ms)?;
                let second = second.map_err(|error| Failure::from(error).about(&self.row.path))?;
                Ok(((Outcome::of(&second.end), second.code), analyzer))
            }
            _ => Ok(((outcome, first.code), analyzer)),
        }
    }
}
