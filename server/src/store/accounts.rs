//! Accounts of members of staff who log in.

use super::{Area, Db, Staff, StaffRole, StoreError};
use crate::values;
use lifecert_protocol::{Digest, random_bytes};
use zeroize::Zeroizing;

/// Where the second factor's secret is sealed.
const TOTP: (&str, &str) = ("staff_account", "totp");

/// What a log-in is checked against.
pub struct Credentials {
    /// Who it is.
    pub staff_id: String,
    /// The password's hash (PHC).
    pub password: String,
    /// The second factor's secret.
    pub totp: Zeroizing<Vec<u8>>,
}

/// An account on its way into the database.
pub struct NewAccount<'a> {
    /// The id of the member of staff.
    pub staff_id: &'a str,
    /// The name that they log in with.
    pub account: &'a str,
    /// What they may do.
    pub role: StaffRole,
    /// Where.
    pub area: &'a Area,
    /// The password's hash (PHC).
    pub password: &'a str,
    /// The second factor's secret.
    pub totp: &'a [u8],
}

impl Db {
    /// Adds a member of staff who logs in; `false` when the account's name is taken.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn add_account(
        &mut self,
        new: &NewAccount<'_>,
        now_ms: u64,
    ) -> Result<bool, StoreError> {
        if self.account(new.account).await?.is_some() {
            return Ok(false);
        }
        let staff = Staff {
            staff_id: new.staff_id.to_owned(),
            role: new.role,
        };
        // The digest of nothing that anybody knows: there is no such token.
        let no_token = Digest::from_bytes(random_bytes());
        self.insert_staff(&staff, no_token, now_ms).await?;
        let totp = self.seal_for_agency((TOTP.0, TOTP.1, new.staff_id), new.totp)?;
        self.run(
            "INSERT INTO staff_account (agency_id, staff_id, account, area, password, totp, \
             totp_step) VALUES ($1, $2, $3, $4, $5, $6, 0)",
            values![
                new.staff_id,
                new.account,
                new.area.as_str(),
                new.password,
                totp
            ],
        )
        .await?;
        self.log_staff(new.staff_id, now_ms).await?;
        Ok(true)
    }

    /// Gives an account another password and another secret, and ends its sessions.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn reset_account(
        &mut self,
        staff_id: &str,
        (password, totp): (&str, &[u8]),
        now_ms: u64,
    ) -> Result<(), StoreError> {
        let totp = self.seal_for_agency((TOTP.0, TOTP.1, staff_id), totp)?;
        self.run(
            "UPDATE staff_account SET password = $3, totp = $4, totp_step = 0 \
             WHERE agency_id = $1 AND staff_id = $2",
            values![staff_id, password, totp],
        )
        .await?;
        self.end_sessions(staff_id).await?;
        self.log_staff(staff_id, now_ms).await
    }

    /// Gives an account another role and another area, and ends its sessions.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn change_account(
        &mut self,
        staff_id: &str,
        (role, area): (StaffRole, &Area),
        now_ms: u64,
    ) -> Result<(), StoreError> {
        let sql = "UPDATE staff SET role = $3 WHERE agency_id = $1 AND staff_id = $2";
        self.run(sql, values![staff_id, role.as_str()]).await?;
        let sql = "UPDATE staff_account SET area = $3 WHERE agency_id = $1 AND staff_id = $2";
        self.run(sql, values![staff_id, area.as_str()]).await?;
        self.end_sessions(staff_id).await?;
        self.log_staff(staff_id, now_ms).await
    }

    /// The id of the member of staff with that account, also of one who may no longer act.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn account(&mut self, account: &str) -> Result<Option<String>, StoreError> {
        let sql = "SELECT staff_id FROM staff_account WHERE agency_id = $1 AND account = $2";
        let row = self.one(sql, values![account]).await?;
        row.map(|row| row.text("staff_id")).transpose()
    }

    /// What a log-in to an account is checked against, where its owner may act.
    ///
    /// # Errors
    /// [`StoreError::Sealed`]; [`StoreError`].
    pub async fn credentials(&mut self, account: &str) -> Result<Option<Credentials>, StoreError> {
        let row = self
            .one(
                "SELECT staff.staff_id AS staff_id, password, totp FROM staff_account JOIN staff \
                 ON staff.agency_id = staff_account.agency_id \
                 AND staff.staff_id = staff_account.staff_id \
                 WHERE staff.agency_id = $1 AND account = $2 AND revoked_at_ms IS NULL",
                values![account],
            )
            .await?;
        let Some(row) = row else { return Ok(None) };
        let (staff_id, totp) = (row.text("staff_id")?, row.bytes("totp")?);
        let totp = self.open_for_agency((TOTP.0, TOTP.1, &staff_id), &totp);
        Ok(Some(Credentials {
            totp: totp.await?,
            password: row.text("password")?,
            staff_id,
        }))
    }

    /// Uses a step of the second factor up; `false` when it or a later one was used before.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn use_totp_step(&mut self, staff_id: &str, step: u64) -> Result<bool, StoreError> {
        let used = self
            .run(
                "UPDATE staff_account SET totp_step = $3 \
                 WHERE agency_id = $1 AND staff_id = $2 AND totp_step < $3",
                values![staff_id, step],
            )
            .await?;
        Ok(used == 1)
    }

    /// Seals every secret of a second factor anew under a generation of keys that was just begun.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn seal_accounts_anew(&mut self, generation: u32) -> Result<(), StoreError> {
        self.ring_of(generation).await?;
        let sql = "SELECT staff_id, totp FROM staff_account WHERE agency_id = $1";
        for row in self.all(sql, values![]).await? {
            let staff_id = row.text("staff_id")?;
            let place = (TOTP.0, TOTP.1, staff_id.as_str());
            let totp = self.open_for_agency(place, &row.bytes("totp")?).await?;
            let totp = self.seal_for_agency(place, &totp)?;
            let sql = "UPDATE staff_account SET totp = $3 WHERE agency_id = $1 AND staff_id = $2";
            self.run(sql, values![staff_id, totp]).await?;
        }
        Ok(())
    }
}
