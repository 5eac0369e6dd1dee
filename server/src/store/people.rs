//! The agency and its people.

use super::{Area, Db, StoreError};
use crate::values;
use lifecert_protocol::PersonRef;
use zeroize::Zeroizing;

/// The table of who people are.
pub(super) const IDENTITY: &str = "person_identity";

/// A person on their way into the roster.
pub struct NewPerson {
    /// Their random number.
    pub person: PersonRef,
    /// The policy that they are under.
    pub policy: String,
    /// By when they should certify for the first time.
    pub first_due_ms: u64,
    /// Name as on the card.
    pub name: String,
    /// Kind of the id number.
    pub id_kind: String,
    /// The id number.
    pub id_number: Zeroizing<String>,
    /// Date of birth, `YYYY-MM-DD`.
    pub birth_date: Option<String>,
    /// Phone or address for announcements.
    pub contact: Option<String>,
    /// Where they belong.
    pub area: Area,
}

/// What the work on a person needs to know of them; nothing that names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRow {
    /// The policy that they are under.
    pub policy: String,
    /// By when they should certify for the first time.
    pub first_due_ms: u64,
    /// Where they belong.
    pub area: Area,
}

/// Who a person is: for letters, announcements and the receipt's commitment only.
pub struct Identity {
    /// Name as on the card.
    pub name: Zeroizing<String>,
    /// The id number.
    pub id_number: Zeroizing<String>,
    /// Phone or address for announcements.
    pub contact: Option<String>,
}

impl Db {
    /// Sets the agency up.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn set_agency(
        &mut self,
        name: &str,
        office_phone: &str,
        now_ms: u64,
    ) -> Result<(), StoreError> {
        self.run(
            "INSERT INTO agency (agency_id, name, office_phone, created_at_ms) \
             VALUES ($1, $2, $3, $4) ON CONFLICT (agency_id) \
             DO UPDATE SET name = excluded.name, office_phone = excluded.office_phone",
            values![name, office_phone, now_ms],
        )
        .await?;
        Ok(())
    }

    /// The agency's name and the office's phone number.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn agency(&mut self) -> Result<Option<(String, String)>, StoreError> {
        let sql = "SELECT name, office_phone FROM agency WHERE agency_id = $1";
        let row = self.one(sql, values![]).await?;
        row.map(|row| Ok((row.text("name")?, row.text("office_phone")?)))
            .transpose()
    }

    /// Adds a person; `false` when that id number is on the roster already.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn add_person(&mut self, new: &NewPerson, now_ms: u64) -> Result<bool, StoreError> {
        let known = self.person_with(&new.id_kind, &new.id_number).await?;
        if known.is_some() {
            return Ok(false);
        }
        let person = new.person.to_string();
        self.run(
            "INSERT INTO person (agency_id, person_ref, policy_name, created_at_ms, first_due_ms, \
             area) VALUES ($1, $2, $3, $4, $5, $6)",
            values![
                person.as_str(),
                new.policy.as_str(),
                now_ms,
                new.first_due_ms,
                new.area.as_str(),
            ],
        )
        .await?;
        let key = self.person_key_or_new(new.person, now_ms).await?;
        let seal = |column, text: &str| key.seal_text((IDENTITY, column, &person), text);
        let seal_maybe = |column, text: &Option<String>| {
            let text = text.as_deref();
            text.map(|text| seal(column, text)).transpose()
        };
        let values = values![
            person.as_str(),
            seal("name", &new.name)?,
            new.id_kind.as_str(),
            seal("id_number", &new.id_number)?,
            seal_maybe("birth_date", &new.birth_date)?,
            seal_maybe("contact", &new.contact)?,
            self.id_index(&new.id_kind, &new.id_number)?,
            key.version(),
        ];
        self.run(
            "INSERT INTO person_identity (agency_id, person_ref, name, id_kind, id_number, \
             birth_date, contact, id_index, key_version) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            values,
        )
        .await?;
        Ok(true)
    }

    /// The person with an id number, found by its blind index.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn person_with(
        &mut self,
        id_kind: &str,
        id_number: &str,
    ) -> Result<Option<PersonRef>, StoreError> {
        let index = self.id_index(id_kind, id_number)?;
        let row = self
            .one(
                "SELECT person_ref FROM person_identity \
                 WHERE agency_id = $1 AND id_kind = $2 AND id_index = $3",
                values![id_kind, index],
            )
            .await?;
        row.map(|row| row.parsed("person_ref")).transpose()
    }

    /// A person.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn person(&mut self, person: PersonRef) -> Result<Option<PersonRow>, StoreError> {
        let row = self
            .one(
                "SELECT policy_name, first_due_ms, area FROM person \
                 WHERE agency_id = $1 AND person_ref = $2",
                values![person.to_string()],
            )
            .await?;
        row.map(|row| {
            Ok(PersonRow {
                policy: row.text("policy_name")?,
                first_due_ms: row.unsigned("first_due_ms")?,
                area: row.parsed("area")?,
            })
        })
        .transpose()
    }

    /// Everybody on the roster, in a stable order.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn people(&mut self) -> Result<Vec<PersonRef>, StoreError> {
        let sql = "SELECT person_ref FROM person WHERE agency_id = $1 ORDER BY person_ref";
        let rows = self.all(sql, values![]).await?;
        rows.iter().map(|row| row.parsed("person_ref")).collect()
    }

    /// Who a person is.
    ///
    /// # Errors
    /// [`StoreError::NotSealed`], [`StoreError::NoDataKey`]; [`StoreError`].
    pub async fn identity(&mut self, person: PersonRef) -> Result<Option<Identity>, StoreError> {
        let row = self
            .one(
                "SELECT name, id_number, contact, key_version FROM person_identity \
                 WHERE agency_id = $1 AND person_ref = $2",
                values![person.to_string()],
            )
            .await?;
        let Some(row) = row else {
            return Ok(None);
        };
        row.is_sealed()?;
        let (key, person) = (self.person_key(person).await?, person.to_string());
        let open = |column, sealed: String| key.open_text((IDENTITY, column, &person), &sealed);
        let contact = row.maybe_text("contact")?;
        let contact = contact.map(|sealed| open("contact", sealed)).transpose()?;
        Ok(Some(Identity {
            name: open("name", row.text("name")?)?,
            id_number: open("id_number", row.text("id_number")?)?,
            contact: contact.map(|contact| contact.to_string()),
        }))
    }
}

/// A random 128-bit id of a row that no message names.
pub(super) fn random_id() -> String {
    hex::encode(lifecert_protocol::random_bytes::<16>())
}
