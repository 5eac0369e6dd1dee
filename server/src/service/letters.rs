//! Letters: a one-time code to one person, on paper.

use super::{Account, Service};
use crate::error::ServiceError;
use crate::run_tx;
use crate::store::{Db, LetterRow};
use lifecert_protocol::{ErrorCode, LetterCode, PersonRef};
use zeroize::Zeroizing;

/// How long a code counts.
const LETTER_MS: u64 = 60 * 24 * 60 * 60 * 1_000;

/// Wrong codes after which a letter is void.
const WRONG_TRIES: u64 = 5;

/// In place of a letter's HMAC where there is no letter; no code fits it.
const NO_MAC: [u8; 32] = [0; 32];

/// A letter to be printed.
pub struct IssuedLetter {
    /// To whom.
    pub person: PersonRef,
    /// Their name.
    pub name: Zeroizing<String>,
    /// The code.
    pub code: LetterCode,
    /// Until when it counts.
    pub expires_at_ms: u64,
}

impl Service {
    /// Draws a code for each of these people; nothing but its HMAC is kept.
    ///
    /// # Errors
    /// [`ErrorCode::RequestNotFound`] for somebody who is not on the roster;
    /// [`ServiceError::Store`].
    pub async fn issue_letters(
        &self,
        people: &[PersonRef],
    ) -> Result<Vec<IssuedLetter>, ServiceError> {
        let now_ms = self.clock.now_ms();
        let expires_at_ms = now_ms + LETTER_MS;
        run_tx!(self.store, "issue_letters", |db| {
            db.forget_letters(now_ms.saturating_sub(LETTER_MS)).await?;
            let mut issued = Vec::with_capacity(people.len());
            for person in people {
                let identity = db.identity(*person).await?;
                let identity = identity.ok_or(ErrorCode::RequestNotFound)?;
                let code = self
                    .add_letter(db, *person, (now_ms, expires_at_ms))
                    .await?;
                issued.push(IssuedLetter {
                    person: *person,
                    name: identity.name,
                    code,
                    expires_at_ms,
                });
            }
            Ok(issued)
        })
    }

    async fn add_letter(
        &self,
        db: &mut Db,
        person: PersonRef,
        times: (u64, u64),
    ) -> Result<LetterCode, ServiceError> {
        // Selectors have 20 bits: among a county's open letters some draws hit a taken one.
        for _ in 0..64 {
            let code = LetterCode::random();
            let mac = self.keys.code_mac(&code);
            if db
                .add_letter(person, (&code.selector(), &mac), times)
                .await?
            {
                return Ok(code);
            }
        }
        Err(ServiceError::Inconsistent("a free letter code"))
    }

    /// The letter that a code belongs to. A wrong code is counted against the letter in a
    /// transaction of its own, so that no later failure takes the count back.
    ///
    /// # Errors
    /// [`ErrorCode::CodeMistyped`], [`ErrorCode::RequestRateLimited`],
    /// [`ErrorCode::CodeInvalid`], [`ErrorCode::CodeVoid`], [`ServiceError::Store`].
    pub(super) async fn letter_of(&self, typed: &str) -> Result<LetterRow, ServiceError> {
        let code: LetterCode = typed.parse().map_err(|_| ErrorCode::CodeMistyped)?;
        self.limits.take(Account::Letter(code.selector()))?;
        let now_ms = self.clock.now_ms();
        let found = run_tx!(self.store, "letter_of", |db| {
            let letter = db.letter(&code.selector()).await?;
            // The same work whether or not there is such a letter.
            let mac = letter.as_ref().map_or(&NO_MAC[..], |one| &one.code_mac);
            let fits = self.keys.code_fits(&code, mac);
            let Some(letter) = letter else {
                db.count_wrong_code("").await?;
                return Ok(Err(ErrorCode::CodeInvalid));
            };
            if letter.wrong_tries >= WRONG_TRIES {
                return Ok(Err(ErrorCode::CodeVoid));
            }
            if !fits {
                db.count_wrong_code(&letter.letter_id).await?;
                let void = letter.wrong_tries + 1 >= WRONG_TRIES;
                return Ok(Err(if void {
                    ErrorCode::CodeVoid
                } else {
                    ErrorCode::CodeInvalid
                }));
            }
            let over = letter.expires_at_ms < now_ms;
            Ok(if over {
                Err(ErrorCode::CodeInvalid)
            } else {
                Ok(letter)
            })
        });
        Ok(found??)
    }
}
