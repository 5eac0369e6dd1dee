//! The person's template on this device, where a policy says that nothing of a face leaves it:
//! fetched under seal, kept sealed until its time is over.

use crate::{Agency, Asker, ClientError, Device};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lifecert_protocol::http::TemplateAnswer;
use lifecert_protocol::{
    Ask, CapturePolicy, DeliveredTemplate, EvidenceLevel, EvidenceOpener, KeyId, SealedTemplate,
};
use lifecert_vision::Embedding;

const TEMPLATE: &str = ".template";

impl Agency {
    /// Fetches the person's template. The key that it is sealed to is made here and gone
    /// afterwards.
    ///
    /// # Errors
    /// [`ClientError::Untrusted`] when it is not for this person and key; [`ClientError`].
    pub async fn template(&self, asker: Asker<'_>) -> Result<DeliveredTemplate, ClientError> {
        let (opener, key, _) = EvidenceOpener::generate();
        let answer: TemplateAnswer = self.ask(asker, Ask::Template { key }).await?;
        let sealed = URL_SAFE_NO_PAD.decode(&answer.sealed);
        let sealed = sealed.map_err(|_| ClientError::Untrusted)?;
        let sealed = SealedTemplate::from_bytes(&sealed).map_err(|_| ClientError::Untrusted)?;
        let template = sealed.open(&opener).map_err(|_| ClientError::Untrusted)?;
        let (header, pinned) = (&template.header, self.pinned());
        let own = header.agency == pinned.agency
            && header.server == pinned.server
            && header.person == asker.binding.person
            && header.device_key == asker.binding.key;
        if own {
            Ok(template)
        } else {
            Err(ClientError::Untrusted)
        }
    }

    /// What a look under this policy is compared with on the device: the newest template where the
    /// office can be reached, the one that is kept here otherwise, and nothing under a policy that
    /// leaves comparing to the office.
    ///
    /// # Errors
    /// [`ClientError`], where there is none.
    pub async fn template_for(
        &self,
        policy: &CapturePolicy,
        (device, asker): (&Device, Asker<'_>),
        now_ms: u64,
    ) -> Result<Option<Embedding>, ClientError> {
        if policy.evidence != EvidenceLevel::MatchOnly {
            return Ok(None);
        }
        let template = match self.template(asker).await {
            Ok(template) => {
                device.keep_template(&template)?;
                template
            }
            Err(ClientError::Unreachable) => device
                .template(asker.binding.key, now_ms)?
                .ok_or(ClientError::Unreachable)?,
            Err(error) => return Err(error),
        };
        let fits = template.header.recognition_model == policy.recognition_model;
        Ok(fits.then(|| Embedding::from_quantised(&template.embedding)))
    }
}

impl Device {
    /// Keeps a template in place of the one before.
    ///
    /// # Errors
    /// A storage error.
    pub fn keep_template(&self, template: &DeliveredTemplate) -> Result<(), ClientError> {
        let name = format!("{}{TEMPLATE}", template.header.device_key);
        let bytes = zeroize::Zeroizing::new(template.to_bytes());
        self.bindings.write(&name, &bytes)
    }

    /// The template that is kept for a binding; one whose time is over is erased.
    ///
    /// # Errors
    /// A storage error.
    pub fn template(
        &self,
        key: KeyId,
        now_ms: u64,
    ) -> Result<Option<DeliveredTemplate>, ClientError> {
        let Some(bytes) = self.bindings.read(&format!("{key}{TEMPLATE}"))? else {
            return Ok(None);
        };
        let template = DeliveredTemplate::from_bytes(&bytes).ok();
        let template = template.filter(|template| now_ms <= template.header.expires_at_ms);
        if template.is_none() {
            self.forget_template(key)?;
        }
        Ok(template)
    }

    /// Erases the template that is kept for a binding, if there is one.
    ///
    /// # Errors
    /// A storage error.
    pub fn forget_template(&self, key: KeyId) -> Result<(), ClientError> {
        self.bindings.remove(&format!("{key}{TEMPLATE}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::StorageKey;
    use lifecert_protocol::{Digest, PersonRef, QuantisedEmbedding, TemplateHeader};

    #[test]
    fn a_template_is_kept_until_its_time_is_over() {
        let folder = tempfile::tempdir().unwrap();
        let device = Device::open(folder.path(), StorageKey::from_bytes([7; 32])).unwrap();
        let key = KeyId::from_bytes([2; 32]);
        let template = DeliveredTemplate {
            header: TemplateHeader {
                agency: "quanzhou".parse().unwrap(),
                server: "certify.quanzhou.example".into(),
                person: PersonRef::random(),
                device_key: key,
                recognition_model: Digest::of(b"model"),
                expires_at_ms: 1_000,
            },
            embedding: QuantisedEmbedding::from_signed(&[5; 512]),
        };
        device.keep_template(&template).unwrap();
        assert_eq!(device.template(key, 1_000).unwrap(), Some(template.clone()));
        assert_eq!(device.template(key, 1_001).unwrap(), None);
        assert_eq!(
            device.template(key, 0).unwrap(),
            None,
            "it is gone for good"
        );
        device.keep_template(&template).unwrap();
        device.forget(key).unwrap();
        assert_eq!(device.template(key, 0).unwrap(), None);
    }
}
