//! What a person agrees to, and takes back.

use crate::errors::LifecertError;
use crate::phone::{Phone, read_person};
use crate::vocabulary::{ConsentMeans, Language, Relation};
use lifecert_client::{Agency, Asker, ShownText};
use lifecert_guidance::ConsentText;
use lifecert_protocol::ConsentPurposes as CorePurposes;
use lifecert_protocol::http::ConsentAnswer;

/// What a person agrees to, each by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct ConsentPurposes {
    /// A family member helps with their phone.
    pub helper: bool,
    /// The numbers of the face leave the phone.
    pub embedding_leaves: bool,
    /// A few pictures of the look leave the phone.
    pub pictures_leave: bool,
    /// The agency keeps sealed evidence for a while, to look again.
    pub evidence_kept: bool,
}

/// Which consent counts now.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ConsentOnRecord {
    /// The consent; absent where there is none, or it was withdrawn.
    pub consent: Option<String>,
    /// What it covers.
    pub purposes: ConsentPurposes,
}

#[uniffi::export(async_runtime = "tokio")]
impl Phone {
    /// Gives a person's consent to the text that
    /// [`Guidance::consent_text`](crate::guidance::Guidance::consent_text) shows in `language`. It
    /// rests on their newest accepted look on this phone. `relation` is who they are to whoever
    /// holds the phone, where that one says so.
    ///
    /// # Errors
    /// `request.unauthorised` before there is such a look; what the server says.
    pub async fn give_consent(
        &self,
        person: String,
        language: Language,
        purposes: ConsentPurposes,
        means: ConsentMeans,
        relation: Option<Relation>,
    ) -> Result<ConsentOnRecord, LifecertError> {
        let text = ConsentText::current(language.into());
        let shown = ShownText {
            version: text.version,
            digest: text.digest(),
            language: text.lang.to_string(),
        };
        let given = (purposes.into(), means.into());
        let (person, relation) = (read_person(&person)?, relation.map(Into::into));
        let answer = self.phone.consent_for(person, shown, given, relation);
        Ok(answer.await?.into())
    }

    /// Withdraws every consent of a person: what was kept by it is erased at the office. Certifying
    /// goes on as before.
    ///
    /// # Errors
    /// What the server says, or that it cannot be reached.
    pub async fn withdraw_consent(&self, person: String) -> Result<ConsentOnRecord, LifecertError> {
        let asking = async |agency: &Agency, asker: Asker<'_>| agency.withdraw_consent(asker).await;
        let answer = self.phone.ask(&self.binding(&person)?, asking).await?;
        Ok(answer.into())
    }
}

impl From<ConsentAnswer> for ConsentOnRecord {
    fn from(answer: ConsentAnswer) -> Self {
        Self {
            consent: answer.consent.map(|id| id.to_string()),
            purposes: answer.purposes.into(),
        }
    }
}

impl From<CorePurposes> for ConsentPurposes {
    fn from(core: CorePurposes) -> Self {
        Self {
            helper: core.helper,
            embedding_leaves: core.embedding_leaves,
            pictures_leave: core.key_frames_leave,
            evidence_kept: core.evidence_kept,
        }
    }
}

impl From<ConsentPurposes> for CorePurposes {
    fn from(own: ConsentPurposes) -> Self {
        Self {
            helper: own.helper,
            embedding_leaves: own.embedding_leaves,
            key_frames_leave: own.pictures_leave,
            evidence_kept: own.evidence_kept,
        }
    }
}
