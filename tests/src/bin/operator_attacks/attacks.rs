//! What an operator may do to a database and a log, and what the audit must call it.

use crate::scene::{Copy, Forgery, Scene};
use lifecert_client::wall_clock_ms;
use lifecert_protocol::SoftwareKey;
use lifecert_protocol::log::LeafKind;
use lifecert_server::keys::AgencyKeys;
use lifecert_server::log::{LogKey, Tree};
use lifecert_server::service::{KeyChange, draft_key_list, publish_key_list};
use lifecert_server::values;
use signed_note::Note;
use std::fs;
use tlog_tiles::Checkpoint;

const DAY_MS: u64 = 24 * 60 * 60 * 1_000;

/// An attack.
pub struct Attack {
    pub name: &'static str,
    /// What the audit has to call it.
    pub finding: &'static str,
    /// Whether the server has to refuse to run, too.
    pub refuses: bool,
}

const fn attack(name: &'static str, finding: &'static str) -> Attack {
    Attack {
        name,
        finding,
        refuses: false,
    }
}

const fn refused(name: &'static str, finding: &'static str) -> Attack {
    Attack {
        refuses: true,
        ..attack(name, finding)
    }
}

/// All of them.
pub const ATTACKS: &[Attack] = &[
    attack("receipt inserted by a stranger's key", "row-unlogged"),
    attack("receipt inserted by the real key", "row-unlogged"),
    attack("receipt changed", "row-differs-from-entry"),
    attack("receipt deleted", "row-missing"),
    attack("receipt deleted with its entry", "entry-missing"),
    attack("receipt backdated", "entry-backdated"),
    attack("receipt by an old key", "receipt-key-not-in-use"),
    attack("receipt lasts too long", "receipt-against-policy"),
    attack("evidence inserted", "row-unlogged"),
    attack("evidence moved", "receipt-differs-from-evidence"),
    attack("claim backdated", "receipt-differs-from-claim"),
    attack("template swapped", "row-differs-from-entry"),
    attack("template inserted", "row-unlogged"),
    attack("template erased behind the log", "template-erased-unlogged"),
    attack("template erased in the log alone", "template-still-there"),
    attack("device bound", "row-unlogged"),
    attack("device let in", "device-state-unlogged"),
    attack("device key swapped", "row-differs-from-entry"),
    attack("device level raised", "row-differs-from-entry"),
    attack("policy changed", "row-differs-from-entry"),
    attack("policy on helpers changed", "row-differs-from-entry"),
    attack("policy loosened for an hour", "receipt-against-policy"),
    attack("policy added for an hour", "receipt-without-grounds"),
    attack("staff added", "row-unlogged"),
    attack("role raised", "staff-role-unlogged"),
    attack("area widened", "staff-role-unlogged"),
    attack("ended account brought back", "staff-role-unlogged"),
    attack("decision inserted", "row-unlogged"),
    attack("decision changed", "row-differs-from-entry"),
    attack("decision deleted", "row-missing"),
    attack("decision by one person", "decision-by-one-person"),
    attack("decision by a clerk", "decision-without-right"),
    attack(
        "decision by a role raised for an hour",
        "decision-without-right",
    ),
    attack("revocation removed", "row-missing"),
    attack("revocation removed with its entry", "entry-missing"),
    attack("revocation inserted", "row-unlogged"),
    attack("entry changed", "entries-differ-from-checkpoint"),
    attack("entries removed from a bundle", "tile-differs"),
    attack("tile deleted", "tile-differs"),
    attack("entry left in line", "entry-pending"),
    refused("database rolled back", "database-rolled-back"),
    refused("database and log rolled back", "database-rolled-back"),
    refused("history rewritten", "log-forked"),
    refused("second place removed", "second-place-missing"),
    refused("checkpoint signed by another key", "checkpoint-not-genuine"),
];

/// Does it.
///
/// # Panics
/// When it cannot be done: an attack that does nothing is found by nobody.
pub async fn forge(name: &str, scene: &Scene, copy: &mut Copy) {
    let (id, receipt, claim, _) = copy.newest().await;
    let (id, claim_id) = (id.as_str(), claim.claim_id.to_string());
    let key = copy.agency_key();
    let (stranger, _) = SoftwareKey::generate().expect("a key");
    match name {
        "receipt inserted by a stranger's key" | "receipt inserted by the real key" => {
            let real = name.ends_with("real key");
            copy.add_receipt(Forgery {
                key: if real { &key } else { &stranger },
                at_ms: wall_clock_ms(),
                longer_ms: 0,
                logged: false,
            })
            .await;
        }
        "receipt changed" => {
            let mut changed = receipt;
            changed.valid_until_ms += 365 * DAY_MS;
            let signed = key.sign_message(&changed).expect("a signature");
            let sql = "UPDATE receipt SET signed = $3, valid_until_ms = $4 \
                       WHERE agency_id = $1 AND receipt_id = $2";
            copy.sql(sql, values![id, signed, changed.valid_until_ms])
                .await;
        }
        "receipt deleted" => delete_receipt(copy, id).await,
        "receipt deleted with its entry" => {
            delete_receipt(copy, id).await;
            let sql = "DELETE FROM log_entry WHERE agency_id = $1 AND source = $2";
            copy.sql(sql, values![id]).await;
            let sql = "DELETE FROM life_evidence WHERE agency_id = $1 AND source = $2";
            copy.sql(sql, values![claim_id]).await;
        }
        "receipt backdated" => {
            copy.add_receipt(Forgery {
                key: &key,
                at_ms: wall_clock_ms() - 30 * DAY_MS,
                longer_ms: 0,
                logged: true,
            })
            .await;
        }
        "receipt by an old key" => {
            let now_ms = wall_clock_ms();
            let keys = AgencyKeys::open(&copy.data("secrets")).expect("the keys");
            let store = copy.unlocked().await;
            let from_ms = now_ms + 11 * 60 * 1_000;
            let change = KeyChange::New { from_ms };
            let draft = draft_key_list(&store, &keys, (change, now_ms)).await;
            let (root, _) = SoftwareKey::generate().expect("a root");
            let list = draft.expect("another key").sign(&root, now_ms);
            let (list, root) = (list.expect("a list"), root.public().id());
            let published = publish_key_list(&store, &keys, (&list, root, now_ms)).await;
            published.expect("another key");
            drop(store);
            copy.office.start();
            copy.office.kill();
            // Keys may overlap by five minutes.
            copy.add_receipt(Forgery {
                key: &key,
                at_ms: from_ms + 10 * 60 * 1_000,
                longer_ms: 0,
                logged: true,
            })
            .await;
        }
        "receipt lasts too long" => {
            copy.add_receipt(Forgery {
                key: &key,
                at_ms: wall_clock_ms(),
                longer_ms: 365 * DAY_MS,
                logged: true,
            })
            .await;
        }
        "evidence inserted" => {
            let sql = "INSERT INTO life_evidence SELECT agency_id, $2, person_ref, modality, \
                       channel, outlet, performing_agency, assurance, proved_from_ms + $3, \
                       proved_to_ms + $3, $2, recorded_at_ms FROM life_evidence \
                       WHERE agency_id = $1 LIMIT 1";
            copy.sql(sql, values!["00ff00ff", 300 * DAY_MS]).await;
        }
        "evidence moved" => {
            let sql = "UPDATE life_evidence SET proved_from_ms = proved_from_ms + $2 \
                       WHERE agency_id = $1";
            copy.sql(sql, values![300 * DAY_MS]).await;
        }
        "claim backdated" => {
            let sql = "UPDATE claim SET received_at_ms = received_at_ms - $3 \
                       WHERE agency_id = $1 AND claim_id = $2";
            copy.sql(sql, values![claim_id, 30 * DAY_MS]).await;
        }
        "template swapped" => {
            let sql = "UPDATE template SET embedding = $2 WHERE agency_id = $1";
            copy.sql(sql, values![vec![0_u8; 2_048]]).await;
        }
        "template inserted" => {
            let sql = "INSERT INTO template (agency_id, template_id, person_ref, \
                       recognition_model, origin, embedding, pictures, made_by, claim_id, \
                       first_similarity, made_at_ms, key_version) \
                       SELECT agency_id, $2, person_ref, recognition_model, origin, embedding, pictures, made_by, claim_id, first_similarity, \
                       made_at_ms + 1, key_version FROM template WHERE agency_id = $1 LIMIT 1";
            copy.sql(sql, values!["00ff00ff"]).await;
        }
        "template erased behind the log" | "template erased in the log alone" => {
            let store = copy.unlocked().await;
            let mut db = store.read().await.expect("a connection");
            let entries = db.entries_of(LeafKind::Enrolment).await.expect("entries");
            let id = entries[0].source.as_str();
            let found = db.template(id).await.expect("a row").expect("a template");
            drop(db);
            if name.ends_with("alone") {
                copy.log_erasure(&store, id).await;
            } else {
                let sql = "UPDATE template SET embedding = $3, erased_at_ms = $4, \
                           erased_digest = $5 WHERE agency_id = $1 AND template_id = $2";
                let digest = found.embedding.to_string();
                copy.sql(sql, values![id, Vec::<u8>::new(), wall_clock_ms(), digest])
                    .await;
            }
        }
        "device bound" => {
            let public = stranger.public();
            let sql = "INSERT INTO device (agency_id, device_id, person_ref, key_id, public_key, \
                       assurance, assurance_reason, state, created_at_ms, changed_at_ms) \
                       SELECT agency_id, $2, person_ref, $3, $4, assurance, assurance_reason, \
                       'bound', created_at_ms, created_at_ms FROM device \
                       WHERE agency_id = $1 LIMIT 1";
            let device = lifecert_protocol::DeviceId::random().to_string();
            let (key, point) = (public.id().to_string(), public.as_sec1().as_slice());
            copy.sql(sql, values![device, key, point]).await;
        }
        "device let in" => {
            let sql = "UPDATE device SET state = 'bound' \
                       WHERE agency_id = $1 AND state = 'pending'";
            copy.sql(sql, values![]).await;
        }
        "device key swapped" => {
            let public = stranger.public();
            let sql = "UPDATE device SET key_id = $2, public_key = $3 \
                       WHERE agency_id = $1 AND state = 'pending'";
            let (key, point) = (public.id().to_string(), public.as_sec1().as_slice());
            copy.sql(sql, values![key, point]).await;
        }
        "device level raised" => {
            let sql = "UPDATE device SET assurance = 'strongbox', assurance_reason = 'holds' \
                       WHERE agency_id = $1 AND state = 'bound'";
            copy.sql(sql, values![]).await;
        }
        "policy changed" => loosen(copy, "accept").await,
        "policy on helpers changed" => {
            let sql = "UPDATE evidence_policy SET vouch_days = 99999 WHERE agency_id = $1";
            copy.sql(sql, values![]).await;
        }
        "policy loosened for an hour" => {
            loosen(copy, "accept").await;
            copy.office.start();
            copy.accepts_second_man(scene);
            loosen(copy, "refer").await;
        }
        "policy added for an hour" => {
            let sql = "INSERT INTO policy SELECT agency_id, 99, name, from_ms, cycle, \
                       utc_offset_min, window_days, challenge_s, 'accept', 'accept', \
                       REPLACE(capture, '\"version\":1,', '\"version\":99,'), created_at_ms \
                       FROM policy WHERE agency_id = $1 AND name = 'default'";
            copy.sql(sql, values![]).await;
            copy.office.start();
            copy.accepts_second_man(scene);
            let sql = "DELETE FROM policy WHERE agency_id = $1 AND version = 99";
            copy.sql(sql, values![]).await;
        }
        "staff added" => {
            let sql = "INSERT INTO staff SELECT agency_id, $2, role, $3, created_at_ms, \
                       revoked_at_ms FROM staff WHERE agency_id = $1 LIMIT 1";
            copy.sql(sql, values!["00ff00ff", vec![7_u8; 32]]).await;
        }
        "role raised" => raise(copy, &scene.staff[0], "supervisor").await,
        "area widened" => {
            let sql = "UPDATE staff_account SET area = '52' WHERE agency_id = $1";
            copy.sql(sql, values![]).await;
        }
        "ended account brought back" => {
            let sql = "UPDATE staff SET revoked_at_ms = NULL \
                       WHERE agency_id = $1 AND revoked_at_ms IS NOT NULL";
            copy.sql(sql, values![]).await;
        }
        "decision inserted" => {
            let sql = "INSERT INTO proposal SELECT agency_id, $2, kind, task_id, person_ref, \
                       payload, reason, proposed_by, proposed_at_ms, state, decided_by, \
                       decided_at_ms FROM proposal WHERE agency_id = $1 LIMIT 1";
            copy.sql(sql, values!["00ff00ff"]).await;
        }
        "decision changed" => {
            let sql = "UPDATE proposal SET decided_by = $2 WHERE agency_id = $1";
            copy.sql(sql, values![scene.staff[1].as_str()]).await;
        }
        "decision deleted" => {
            let sql = "DELETE FROM proposal WHERE agency_id = $1";
            copy.sql(sql, values![]).await;
        }
        "decision by one person" => copy.decide(&scene.staff[2], &scene.staff[2]).await,
        "decision by a clerk" => copy.decide(&scene.staff[1], &scene.staff[0]).await,
        "decision by a role raised for an hour" => {
            raise(copy, &scene.staff[0], "supervisor").await;
            copy.decide(&scene.staff[1], &scene.staff[0]).await;
            raise(copy, &scene.staff[0], "clerk").await;
        }
        "revocation removed" | "revocation removed with its entry" => {
            let sql = "DELETE FROM revocation WHERE agency_id = $1";
            copy.sql(sql, values![]).await;
            if name.ends_with("entry") {
                let sql = "DELETE FROM log_entry WHERE agency_id = $1 AND kind = 'revocation'";
                copy.sql(sql, values![]).await;
            }
        }
        "revocation inserted" => {
            let sql = "INSERT INTO revocation SELECT agency_id, $2, revoked_by, reason, at_ms \
                       FROM revocation WHERE agency_id = $1 LIMIT 1";
            copy.sql(sql, values![id]).await;
        }
        "entry changed" => {
            let sql = "UPDATE log_entry SET leaf = $3 WHERE agency_id = $1 AND source = $2";
            copy.sql(sql, values![id, vec![1_u8, 2, 3]]).await;
        }
        "entries removed from a bundle" => {
            let bundle = only_file(copy, "log/tile/entries/000.p");
            let bytes = fs::read(&bundle).expect("a bundle");
            fs::write(bundle, &bytes[..bytes.len() / 2]).expect("written");
        }
        "tile deleted" => {
            fs::remove_file(only_file(copy, "log/tile/0/000.p")).expect("a tile");
        }
        "entry left in line" => {
            let sql = "INSERT INTO log_entry (agency_id, entry_id, kind, source, at_ms, salt, \
                       leaf) SELECT agency_id, $2, 'manifest', 'x:began@0', 0, salt, leaf \
                       FROM log_entry WHERE agency_id = $1 LIMIT 1";
            copy.sql(sql, values!["00ff00ff"]).await;
        }
        "database rolled back" | "database and log rolled back" => {
            let log = copy.data("log");
            let second = fs::read(copy.data("log-lock/checkpoint")).expect("a checkpoint");
            let older = Copy {
                office: scene.before.copied(),
            };
            if name == "database rolled back" {
                fs::remove_dir_all(older.data("log")).expect("the files");
                fs::rename(log, older.data("log")).expect("the files");
            }
            fs::write(older.data("log-lock/checkpoint"), second).expect("written");
            *copy = older;
        }
        "history rewritten" => rewrite(copy).await,
        "second place removed" => {
            fs::remove_dir_all(copy.data("log-lock")).expect("the folder");
        }
        "checkpoint signed by another key" => {
            let other = lifecert_protocol::random_bytes::<32>();
            fs::write(copy.data("secrets/log.ed25519"), other).expect("the key");
        }
        _ => unreachable!("{name} is no attack"),
    }
}

async fn delete_receipt(copy: &Copy, id: &str) {
    let sql = "DELETE FROM receipt WHERE agency_id = $1 AND receipt_id = $2";
    copy.sql(sql, values![id]).await;
}

async fn raise(copy: &Copy, staff_id: &str, role: &str) {
    let sql = "UPDATE staff SET role = $3 WHERE agency_id = $1 AND staff_id = $2";
    copy.sql(sql, values![staff_id, role]).await;
}

async fn loosen(copy: &Copy, rule: &str) {
    let sql = "UPDATE policy SET below_hardware = $2 WHERE agency_id = $1 AND name = 'default'";
    copy.sql(sql, values![rule]).await;
}

/// Another leaf in the place of an old one, the whole tree built again and signed by the log's own
/// key; the second place is out of reach.
async fn rewrite(copy: &Copy) {
    let store = copy.store().await;
    let entries = store.read().await.expect("a connection");
    let entries = { entries }.entries_from(0, 2_500).await.expect("entries");
    let mut leaves: Vec<Vec<u8>> = entries.into_iter().map(|entry| entry.leaf).collect();
    leaves.swap(0, 1);
    let (tree, tiles) = Tree::default().append(&leaves).expect("a tree");
    let key = LogKey::open(&copy.data("secrets"), "certify.quanzhou.example").expect("the key");
    let root = tree.hash().expect("a root");
    let body = Checkpoint::new(key.origin(), tree.size(), root, "").expect("a checkpoint");
    let mut note = Note::new(&body.to_bytes(), &[]).expect("a note");
    note.add_sigs(&[&key]).expect("signed");
    let text = String::from_utf8(note.to_bytes()).expect("text");
    let files = lifecert_server::log::LogFiles::new(copy.data("log"));
    files.write(&tiles).expect("written");
    files.publish(&text).expect("published");
    for (index, leaf) in (0_u64..).zip(&leaves).take(2) {
        let sql = "UPDATE log_entry SET leaf = $3 WHERE agency_id = $1 AND leaf_index = $2";
        copy.sql(sql, values![index, leaf.as_slice()]).await;
    }
    let sql = "UPDATE log_state SET checkpoint = $2 WHERE agency_id = $1";
    copy.sql(sql, values![text]).await;
}

/// The widest of the partial tiles in a folder, which the published checkpoint needs.
fn only_file(copy: &Copy, folder: &str) -> std::path::PathBuf {
    let entries = fs::read_dir(copy.data(folder)).expect("a folder");
    let width =
        |path: &std::path::PathBuf| -> Option<u32> { path.file_name()?.to_str()?.parse().ok() };
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths.max_by_key(width).expect("a tile")
}
