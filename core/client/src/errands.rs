//! What a phone does for somebody who is bound to it, besides certifying: where they stand, their
//! receipts, their consents, what waits to be sent, and leaving without a trace.

use crate::{
    Agency, Asker, Binding, Bound, ClientError, ConsentDraft, HolderCopy, Phone, Resent, Sent,
    resend_bindings,
};
use lifecert_protocol::http::{ConsentAnswer, ErasedAnswer, RoadAnswer, StatusAnswer};
use lifecert_protocol::{
    ConsentMeans, ConsentPurposes, Digest, ErrorCode, PersonRef, Receipt, ReceiptId, Relation, Road,
};

/// A text of consent as it was shown and said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownText {
    /// Its version.
    pub version: u32,
    /// Its SHA-256.
    pub digest: Digest,
    /// Its language, a BCP 47 tag.
    pub language: String,
}

/// What came of sending what waited.
#[derive(Debug)]
pub struct Synced {
    /// Bindings whose answers had got lost.
    pub bindings: Vec<Resent>,
    /// Claims.
    pub sent: Vec<Sent>,
    /// For each person bound here, how many challenges lie ahead, or why none could be had.
    pub ahead: Vec<(PersonRef, Result<usize, ErrorCode>)>,
    /// How many claims still wait.
    pub waiting: usize,
}

impl Synced {
    /// Bindings that are answered now.
    pub fn bindings_answered(&self) -> usize {
        let answered = self.bindings.iter();
        answered
            .filter(|one| !matches!(one.bound, Bound::Unanswered(_)))
            .count()
    }
}

impl Phone {
    /// Where a person stands; it is remembered. A receipt that a person at the office gave
    /// meanwhile is fetched and kept.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn status(&self, person: PersonRef) -> Result<StatusAnswer, ClientError> {
        let binding = self.binding(person)?;
        let asking = async |agency: &Agency, asker: Asker<'_>| agency.status(asker).await;
        let answer = self.ask(&binding, asking).await?;
        self.fetch_newest(&binding, &answer).await?;
        self.keep_status(person, &answer);
        Ok(answer)
    }

    /// Fetches the receipt that an answer names, where it does not lie here: a person at the office
    /// gave it.
    pub(crate) async fn fetch_newest(
        &self,
        binding: &Binding,
        answer: &StatusAnswer,
    ) -> Result<(), ClientError> {
        if let Some(id) = answer.receipt
            && self.device().receipt(id)?.is_none()
        {
            self.fetch_receipt(binding, id).await?;
        }
        Ok(())
    }

    /// Asks for a receipt once more, with the proof that the log gives now, and keeps it.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn fetch_receipt(
        &self,
        binding: &Binding,
        id: ReceiptId,
    ) -> Result<HolderCopy, ClientError> {
        let asking = async |agency: &Agency, asker: Asker<'_>| agency.receipt(asker, id).await;
        let copy = self.ask(binding, asking).await?;
        let receipt = copy.receipt().map_err(|_| ClientError::Untrusted)?;
        self.device().keep_receipt(&receipt, &copy)?;
        Ok(copy)
    }

    /// The receipts that this phone holds of a person, newest first.
    ///
    /// # Errors
    /// A storage error.
    pub fn receipts(&self, person: PersonRef) -> Result<Vec<(Receipt, HolderCopy)>, ClientError> {
        let mut all = Vec::new();
        for id in self.device().receipts()? {
            let copy = self.device().receipt(id)?;
            let read = copy.and_then(|copy| Some((copy.receipt().ok()?, copy)));
            all.extend(read.filter(|(receipt, _)| receipt.person == person));
        }
        all.sort_by_key(|(receipt, _)| std::cmp::Reverse(receipt.proved_to_ms));
        Ok(all)
    }

    /// Gives a person's consent to a text that was shown and said. It rests on their newest
    /// accepted look on this phone: who agreed was there.
    ///
    /// # Errors
    /// [`ErrorCode::RequestUnauthorised`] before there is such a look; [`ClientError`].
    pub async fn consent(
        &self,
        person: PersonRef,
        text: ShownText,
        agreed: (ConsentPurposes, ConsentMeans),
    ) -> Result<ConsentAnswer, ClientError> {
        self.consent_for(person, text, agreed, None).await
    }

    /// The same with who they are to whoever holds the phone.
    ///
    /// # Errors
    /// Those of [`Phone::consent`].
    pub async fn consent_for(
        &self,
        person: PersonRef,
        text: ShownText,
        (purposes, means): (ConsentPurposes, ConsentMeans),
        relation: Option<Relation>,
    ) -> Result<ConsentAnswer, ClientError> {
        let binding = self.binding(person)?;
        let looks = self.receipts(person)?.into_iter();
        let newest = looks
            .map(|(receipt, _)| receipt)
            .find(|receipt| receipt.device_key == binding.key)
            .map(|receipt| receipt.claim_digest);
        // Before the first certification it is the look that bound this phone.
        let session = newest.or_else(|| self.device().look_of(&binding));
        let session = session.ok_or(ClientError::Problem {
            code: ErrorCode::RequestUnauthorised,
            retry_after_s: None,
        })?;
        let draft = ConsentDraft {
            text_version: text.version,
            text: text.digest,
            language: text.language,
            purposes,
            means,
            session,
            relation,
        };
        let giving = async |agency: &Agency, asker: Asker<'_>| agency.consent(asker, draft).await;
        let answer = self.ask(&binding, giving).await?;
        if let Some(relation) = relation {
            self.relate(person, relation)?;
        }
        Ok(answer)
    }

    /// Asks the office for a road without the face; another choice takes the place of an earlier
    /// one.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn other_road(
        &self,
        person: PersonRef,
        road: Road,
    ) -> Result<RoadAnswer, ClientError> {
        let binding = self.binding(person)?;
        let asking = async |agency: &Agency, asker: Asker<'_>| agency.other_road(asker, road).await;
        self.ask(&binding, asking).await
    }

    /// Sends what waits and fetches challenges ahead. One that cannot have any blocks no other.
    ///
    /// # Errors
    /// A storage error.
    pub async fn sync(&self) -> Result<Synced, ClientError> {
        let connect = |address: &str| self.connect(address);
        let bindings = resend_bindings(self.device(), self.vault(), connect).await?;
        let sent = self.send_waiting().await?;
        let mut ahead = Vec::new();
        for binding in self.device().bindings()? {
            let agency = self.own_agency(&binding)?;
            let fetched = self.offline().fetch_ahead(&agency, self.asker(&binding));
            let fetched = fetched.await.map_err(|error| error.code());
            self.device().learn(&agency)?;
            ahead.push((binding.person, fetched));
        }
        Ok(Synced {
            bindings,
            sent,
            ahead,
            waiting: self.offline().waiting()?,
        })
    }

    /// Sends the claims that wait, each to its own agency.
    ///
    /// # Errors
    /// A storage error.
    pub async fn send_waiting(&self) -> Result<Vec<Sent>, ClientError> {
        let _alone = self.sending.lock().await;
        let here = (self.device(), self.vault());
        let connect = |binding: &Binding| self.own_agency(binding);
        self.offline().send_waiting(here, connect).await
    }

    /// Looks for a newer list of the keys of a person's agency; gives the list's number, 0 where
    /// there is none.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn refresh_keys(&self, person: PersonRef) -> Result<u64, ClientError> {
        let binding = self.binding(person)?;
        let greeting = async |agency: &Agency, _: Asker<'_>| {
            agency.hello().await?;
            Ok(agency.pinned().list_number())
        };
        self.ask(&binding, greeting).await
    }

    /// Has the office erase everything that it has of a person's face, and then erases them from
    /// this phone. Certifying goes on by a road without the face.
    ///
    /// # Errors
    /// [`ClientError`]; where the office did not answer, nothing is erased here either, and it can
    /// be asked again.
    pub async fn erase_everywhere(&self, person: PersonRef) -> Result<ErasedAnswer, ClientError> {
        let binding = self.binding(person)?;
        let erasing = async |agency: &Agency, asker: Asker<'_>| agency.erase_face(asker).await;
        let answer = self.ask(&binding, erasing).await?;
        self.erase(person).await?;
        Ok(answer)
    }

    /// Erases a person from this phone: keys, bindings, template, receipts, challenges, and claims
    /// that wait. What the office has is erased by
    /// [`Phone::erase_everywhere`].
    ///
    /// # Errors
    /// A storage error; what was not erased yet can be erased by asking again.
    pub async fn erase(&self, person: PersonRef) -> Result<(), ClientError> {
        for (receipt, _) in self.receipts(person)? {
            self.device().forget_receipt(receipt.receipt_id)?;
        }
        self.device().forget_notes(person)?;
        let bindings = self.device().bindings()?.into_iter();
        for binding in bindings.filter(|binding| binding.person == person) {
            self.offline().forget(binding.key)?;
            self.vault().destroy(binding.key).await?;
            // Last: as long as it is there, the rest can be found again.
            self.device().forget(binding.key)?;
        }
        Ok(())
    }
}
