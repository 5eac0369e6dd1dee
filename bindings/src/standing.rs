//! Where a person stands with their agency: due dates, review, phones, evidence on record.

use crate::errors::LifecertError;
use crate::phone::{Phone, read_person};
use crate::vocabulary::{Assurance, Channel, Modality, Road};
use lifecert_client::{Agency, Asker};
use lifecert_protocol::http::{DeviceEntry, HistoryEntry, RoadAnswer, StatusAnswer};
use lifecert_roads::OnRecord;
use std::collections::HashMap;

/// Where a person stands. Times are the server's clock, milliseconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Standing {
    /// Whether they are certified now.
    pub certified: bool,
    /// Until when, if so.
    pub valid_until_ms: Option<u64>,
    /// From when they can certify next.
    pub window_opens_ms: u64,
    /// By when they should.
    pub due_ms: u64,
    /// Whether somebody at the office is looking at it.
    pub under_review: bool,
    /// The newest receipt that counts, which lies in the phone.
    pub receipt: Option<String>,
    /// Receipts that the office revoked.
    pub revoked_receipts: Vec<String>,
    /// Phones that wait to be let in by this one.
    pub pending_devices: Vec<String>,
    /// All phones of the person, oldest first.
    pub devices: Vec<KnownDevice>,
    /// The road without the face that they asked for and that is not at its end.
    pub road: Option<AskedRoad>,
    /// The office's telephone.
    pub office_phone: Option<String>,
}

/// A road without the face that a person asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct AskedRoad {
    /// Which one.
    pub road: Road,
    /// Since when it waits for the office.
    pub asked_at_ms: u64,
}

/// A phone of a person.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct KnownDevice {
    /// The phone, as the agency calls it.
    pub device: String,
    /// `bound`, `pending` or `revoked`.
    pub state: String,
    /// How well it is known.
    pub assurance: Assurance,
    /// Why no better: a stable name.
    pub reason: Option<String>,
}

/// One piece of evidence of life.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct EvidenceOnRecord {
    /// By what kind.
    pub modality: Modality,
    /// Where.
    pub channel: Channel,
    /// How well the phone was known.
    pub assurance: Assurance,
    /// Alive between this time
    pub proved_from_ms: u64,
    /// and this one.
    pub proved_to_ms: u64,
}

#[uniffi::export(async_runtime = "tokio")]
impl Phone {
    /// Where a person stands. A receipt that a person at the office gave meanwhile is fetched.
    ///
    /// # Errors
    /// What the server says, or that it cannot be reached.
    pub async fn standing(&self, person: String) -> Result<Standing, LifecertError> {
        Ok(self.phone.status(read_person(&person)?).await?.into())
    }

    /// Asks each person's agency where they stand, for the list of [`Phone::people`]; one that
    /// fails holds up no other. Gives those who could not be asked about, each with a code.
    ///
    /// # Errors
    /// A storage error.
    pub async fn refresh_people(&self) -> Result<HashMap<String, String>, LifecertError> {
        let asked = self.phone.refresh_people().await?.into_iter();
        let failed = asked.filter_map(|(person, answer)| Some((person, answer.err()?)));
        Ok(failed
            .map(|(person, code)| (person.to_string(), code.as_str().to_owned()))
            .collect())
    }

    /// Asks the office for a road without the face; another choice takes the place of an earlier
    /// one.
    ///
    /// # Errors
    /// What the server says, or that it cannot be reached.
    pub async fn ask_other_road(
        &self,
        person: String,
        road: Road,
    ) -> Result<AskedRoad, LifecertError> {
        let asking = self.phone.other_road(read_person(&person)?, road.into());
        Ok(asking.await?.into())
    }

    /// All evidence of life on record, newest first.
    ///
    /// # Errors
    /// What the server says, or that it cannot be reached.
    pub async fn history(&self, person: String) -> Result<Vec<EvidenceOnRecord>, LifecertError> {
        let asking = async |agency: &Agency, asker: Asker<'_>| agency.history(asker).await;
        let answer = self.phone.ask(&self.binding(&person)?, asking).await?;
        Ok(answer.evidence.into_iter().map(Into::into).collect())
    }
}

impl Phone {
    /// All evidence of life on record, newest first, for the roads.
    pub(crate) async fn history_records(
        &self,
        person: &str,
    ) -> Result<Vec<OnRecord>, LifecertError> {
        let asking = async |agency: &Agency, asker: Asker<'_>| agency.history(asker).await;
        let answer = self.phone.ask(&self.binding(person)?, asking).await?;
        let records = answer.evidence.into_iter().map(|entry| OnRecord {
            modality: entry.modality,
            from_ms: entry.proved_from_ms,
            to_ms: entry.proved_to_ms,
        });
        Ok(records.collect())
    }
}

impl From<StatusAnswer> for Standing {
    fn from(answer: StatusAnswer) -> Self {
        let ids = answer.revoked_receipts.iter();
        let revoked_receipts = ids.map(ToString::to_string).collect();
        let ids = answer.pending_devices.iter();
        let pending_devices = ids.map(ToString::to_string).collect();
        Self {
            certified: answer.certified,
            valid_until_ms: answer.valid_until_ms,
            window_opens_ms: answer.window_opens_ms,
            due_ms: answer.due_ms,
            under_review: answer.under_review,
            receipt: answer.receipt.map(|id| id.to_string()),
            revoked_receipts,
            pending_devices,
            devices: answer.devices.into_iter().map(Into::into).collect(),
            road: answer.road.map(Into::into),
            office_phone: answer.office_phone,
        }
    }
}

impl From<RoadAnswer> for AskedRoad {
    fn from(answer: RoadAnswer) -> Self {
        Self {
            road: answer.road.into(),
            asked_at_ms: answer.asked_at_ms,
        }
    }
}

impl From<DeviceEntry> for KnownDevice {
    fn from(entry: DeviceEntry) -> Self {
        Self {
            device: entry.device.to_string(),
            state: entry.state,
            assurance: entry.assurance.into(),
            reason: entry.reason.map(|reason| reason.as_str().to_owned()),
        }
    }
}

impl From<HistoryEntry> for EvidenceOnRecord {
    fn from(entry: HistoryEntry) -> Self {
        Self {
            modality: entry.modality.into(),
            channel: entry.channel.into(),
            assurance: entry.assurance.into(),
            proved_from_ms: entry.proved_from_ms,
            proved_to_ms: entry.proved_to_ms,
        }
    }
}
