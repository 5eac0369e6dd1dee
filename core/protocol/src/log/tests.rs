//! The formats against published vectors and against what is broken in them.
//!
//! Vectors: c2sp.org/signed-note (the example key and note), the checkpoint of 2026 of the staging
//! log arche2025h1 with the cosignatures of public witnesses (keys as these publish them), the
//! add-checkpoint requests of torchwood's witness tests, the texts of the tlog-proof tests and the
//! policies of the tlog-policy tests in transparency-dev/formats.

use super::*;
use ed25519_dalek::SigningKey;
use signed_note::{Note, StandardSigner};
use tlog_tiles::{
    Checkpoint, EMPTY_HASH, Error, HashReader, node_hash, prove_record, prove_tree, record_hash,
    stored_hashes, tree_hash,
};

const ARCHE: &str = "arche2025h1.staging.ct.transparency.dev
1432088532
U7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=

— arche2025h1.staging.ct.transparency.dev zTM8sQAAAZ5W0WdjBAMARjBEAiBjW5IQf9pvsYLfQFX6hoGREPMHbdQ3urbllzalApkptQIgIpwtEroeW2BXaHAI4kJXFbon5Ch9MNL5zRNZ55lvGt0=
— arche2025h1.staging.ct.transparency.dev ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27lefwhUkzbC3NygNI75MdhL1bfTW9g8Ei59RA23oHP7Ry1k3ZFWwQ=
— transparency.dev/DEV:witness-little-garden 2AQqhwAAAABqEiEgzgFIqqhbUoDwjMWE6UP8nd8/KYTzwZ2rhIgcqoXHAwVkjZr4AscylP3v7sEodkRAErumC2q44vdgJY096st5BQ==
— witness1.smartit.nu/witness1 pIyCDwAAAABqEiEghIp82KWebrw7/oHQwlTAm3g2RKS4+eebl8eO0WH+/iEcxZ75W3u5hNI7TOQtmJbqmNWVuE0tgh0XwzdZsDsUAQ==
— remora.n621.de 2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9sXTynk5XeU/zZ0WBxtqB0DrAWfBw==
— witness.stagemole.eu Z/euoAAAAABqEiEgw0i+7g2ENfDAWHmtRzCfKTHSDwYDJA2NmKeGi9Y8FtEyOUvVr+AJmIY/2TUFucgKi7lI7cUiOvKFYe/TmN9DAg==
";
const ARCHE_KEY: &str =
    "arche2025h1.staging.ct.transparency.dev+ba2f06c0+AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f";
const WITNESSES: [&str; 4] = [
    "transparency.dev/DEV:witness-little-garden+d8042a87+BCtusOxINQNUTN5Oj8HObRkh2yHf/MwYaGX4CPdiVEPM",
    "witness1.smartit.nu/witness1+a48c820f+BPSFWg9G6KPiO7QPryYO5Xq4oYJJ+kAvLKLSimDhoxMO",
    "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2",
    "witness.stagemole.eu+67f7aea0+BEqSG3yu9YrmcM3BHvQYTxwFj3uSWakQepafafpUqklv",
];

fn witnesses() -> Vec<WitnessKey> {
    WITNESSES.map(|key| WitnessKey::parse(key).unwrap()).into()
}

/// A log with a key of its own.
struct TestLog {
    signer: StandardSigner,
    key: LogKey,
    entries: Vec<Vec<u8>>,
    stored: Vec<Hash>,
}

impl TestLog {
    fn new(origin: &str, entries: u64) -> Self {
        let signing = SigningKey::from_bytes(&crate::random_bytes());
        let vkey = signed_note::new_ed25519_verifier_key(origin, &signing.verifying_key());
        let key = [&[1], signing.as_bytes().as_slice()].concat();
        let key = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, key);
        let id = vkey.split('+').nth(1).unwrap();
        let mut log = Self {
            signer: StandardSigner::new(&format!("PRIVATE+KEY+{origin}+{id}+{key}")).unwrap(),
            key: LogKey::parse(&vkey).unwrap(),
            entries: Vec::new(),
            stored: Vec::new(),
        };
        for n in 0..entries {
            let entry = format!("entry {n}").into_bytes();
            let new = stored_hashes(n, &entry, &log).unwrap();
            log.stored.extend(new);
            log.entries.push(entry);
        }
        log
    }

    fn checkpoint(&self, size: u64) -> SignedCheckpoint {
        self.signed(size, tree_hash(size, self).unwrap(), "")
    }

    fn signed(&self, size: u64, root: Hash, extension: &str) -> SignedCheckpoint {
        let checkpoint = Checkpoint::new(self.key.origin(), size, root, extension).unwrap();
        let mut note = Note::new(&checkpoint.to_bytes(), &[]).unwrap();
        note.add_sigs(&[&self.signer]).unwrap();
        SignedCheckpoint::parse(&note.to_bytes()).unwrap()
    }

    fn proof(&self, index: u64, size: u64) -> TlogProof {
        TlogProof {
            extra: None,
            index,
            hashes: prove_record(size, index, self).unwrap(),
            checkpoint: self.checkpoint(size),
        }
    }
}

impl HashReader for TestLog {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, Error> {
        Ok(indexes.iter().map(|i| self.stored[*i as usize]).collect())
    }
}

#[test]
fn a_public_checkpoint_and_its_cosignatures_verify() {
    let checkpoint = SignedCheckpoint::parse(ARCHE.as_bytes()).unwrap();
    assert_eq!(checkpoint.to_bytes(), ARCHE.as_bytes());
    assert_eq!(checkpoint.size(), 1_432_088_532);
    let key = LogKey::parse(ARCHE_KEY).unwrap();
    assert_eq!(checkpoint.verify(&key), Ok(()));
    let cosignatures = checkpoint.cosignatures(&witnesses()).unwrap();
    assert_eq!(cosignatures.len(), 4);
    assert!(cosignatures.iter().all(|one| one.at_s == 1_779_573_024));
    assert_eq!(cosignatures[2].witness, "remora.n621.de");
    for (key, text) in witnesses().iter().zip(WITNESSES) {
        assert_eq!(key.vkey(), text);
    }
}

#[test]
fn a_changed_checkpoint_is_refused() {
    let key = LogKey::parse(ARCHE_KEY).unwrap();
    let larger = ARCHE.replace("1432088532", "1432088533");
    let larger = SignedCheckpoint::parse(larger.as_bytes()).unwrap();
    let name = key.origin().to_owned();
    assert_eq!(larger.verify(&key), Err(LogError::Signature(name.clone())));
    let signature = LogError::Signature("witness1.smartit.nu/witness1".into());
    let one = &witnesses()[1..2];
    assert_eq!(larger.cosignatures(one), Err(signature.clone()));
    // A cosignature is made at a time.
    let later = ARCHE.replace("pIyCDwAAAABqEiEg", "pIyCDwAAAABqEiEh");
    let later = SignedCheckpoint::parse(later.as_bytes()).unwrap();
    assert_eq!(later.verify(&key), Ok(()));
    assert_eq!(later.cosignatures(one), Err(signature));
    let other = LogKey::parse(FOO).unwrap();
    let checkpoint = SignedCheckpoint::parse(ARCHE.as_bytes()).unwrap();
    assert_eq!(checkpoint.verify(&other), Err(LogError::Origin(name)));
    // Signed, but by nobody who is known: the same name under another key.
    let impostor = TestLog::new(key.origin(), 0).key;
    assert_eq!(checkpoint.verify(&impostor), Err(LogError::Unsigned));
    assert_eq!(checkpoint.cosignatures(&[]), Ok(Vec::new()));
    for bad in [
        "",
        "log\n1\n",
        &ARCHE.replace("\n\n", "\n"),
        &ARCHE.replace("1432088532", "01432088532"),
        &ARCHE.replace("1432088532", "-1"),
        &ARCHE.replace("U7WM", "U7W"),
        &ARCHE.replace('\n', "\r\n"),
        &ARCHE[..ARCHE.len() - 1],
    ] {
        assert!(SignedCheckpoint::parse(bad.as_bytes()).is_err(), "{bad}");
    }
}

const FOO: &str = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";

#[test]
fn keys_are_read_by_their_type_and_hash() {
    assert_eq!(LogKey::parse(FOO).unwrap().origin(), "example.com/foo");
    // From the vectors of transparency-dev/formats: a plus within base64.
    let plus = "TEST+7997405c+AQcC+FTVKf0jlTdHDY3rbevmnKxxPjigCXlVtGe6RIr6";
    assert!(LogKey::parse(plus).is_ok());
    // A log's key is no witness's, nor the other way round.
    assert!(WitnessKey::parse(FOO).is_err());
    assert!(LogKey::parse(WITNESSES[0]).is_err());
    for bad in [
        "",
        "bananas.sigstore.dev+12344556",
        "rekor.sigstore.dev+12345678+THIS_IS_NOT_BASE64!",
        "rekor.sigstore.dev+12345678+AwEB",
        &FOO.replace("530d903a", "00000000"),
        &FOO.replace("530d903a", "530D903A"),
        &FOO.replace("example.com/foo", "example.com/fo"),
        &FOO.replace("example.com/foo", "example com/foo"),
    ] {
        assert!(LogKey::parse(bad).is_err(), "{bad}");
        assert!(WitnessKey::parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn a_witness_key_reads_back_and_signs_what_its_public_half_verifies() {
    let cosigner = Cosigner::generate("witness.example/w1").unwrap();
    let again = Cosigner::parse(&cosigner.to_text()).unwrap();
    assert_eq!(again.public(), cosigner.public());
    assert_eq!(format!("{cosigner:?}"), "Cosigner(witness.example/w1)");
    assert!(Cosigner::generate("a b").is_err() && Cosigner::generate("").is_err());
    assert!(Cosigner::parse(&cosigner.to_text().replace("w1", "w2")).is_err());
    let log = TestLog::new("example.com/log", 3);
    let checkpoint = log.signed(3, tree_hash(3, &log).unwrap(), "an extension\n");
    let cosigned = checkpoint
        .with_cosignatures(&checkpoint.cosign(&again, 1_679_315_147))
        .unwrap();
    let expected = Cosignature {
        witness: "witness.example/w1".into(),
        at_s: 1_679_315_147,
    };
    let found = cosigned.cosignatures([cosigner.public()]);
    assert_eq!(found, Ok(vec![expected]));
    assert_eq!(cosigned.verify(&log.key), Ok(()));
    // It covers the extension lines.
    let text = String::from_utf8(cosigned.to_bytes()).unwrap();
    let changed = text.replace("an extension", "no extension");
    let changed = SignedCheckpoint::parse(changed.as_bytes()).unwrap();
    assert!(changed.cosignatures([cosigner.public()]).is_err());
    assert!(checkpoint.with_cosignatures(b"nonsense\n").is_err());
}

#[test]
fn proofs_are_written_and_read_as_published() {
    let log = TestLog::new("example.com/log", 1);
    let checkpoint = log.checkpoint(1);
    let rest = String::from_utf8(checkpoint.to_bytes()).unwrap();
    // The hashes of the published tests: SHA-256 of "hash1" and "hash2".
    let hash = |text: &[u8]| Hash(*crate::Digest::of(text).as_bytes());
    let mut proof = TlogProof {
        extra: None,
        index: 5,
        hashes: vec![hash(b"hash1"), hash(b"hash2")],
        checkpoint,
    };
    let (one, two) = (proof.hashes[0], proof.hashes[1]);
    let text = format!("c2sp.org/tlog-proof@v1\nindex 5\n{one}\n{two}\n\n{rest}");
    assert_eq!(proof.to_text(), text);
    assert_eq!(TlogProof::parse(&text).as_ref(), Ok(&proof));
    proof.extra = Some(b"extra information".to_vec());
    (proof.index, proof.hashes) = (0, Vec::new());
    let text = format!("c2sp.org/tlog-proof@v1\nextra ZXh0cmEgaW5mb3JtYXRpb24=\nindex 0\n\n{rest}");
    assert_eq!(proof.to_text(), text);
    assert_eq!(TlogProof::parse(&text).as_ref(), Ok(&proof));
    for bad in [
        text.replace("c2sp.org/tlog-proof@v1", "wrong-header"),
        text.replace("ZXh0", "!!no"),
        text.replace("index 0\n", ""),
        text.replace("index 0", "index notanumber"),
        text.replace("index 0", "index -5"),
        text.replace("index 0", "index 00"),
        text.replace("index 0", "index +0"),
        text.replace("index 0\n", "index 0\n!!notbase64!!\n"),
        text.replace(
            "index 0\n",
            &format!("index 0\n{}\n", "A".repeat(86) + "=="),
        ),
        text.replace("index 0\n", &format!("index 0\n{one}\r\n")),
        text.replace(
            "index 0\n",
            &format!("index 0\n{}", format!("{one}\n").repeat(64)),
        ),
        text.replace("index 0\n\n", "index 0\n"),
        text.replace("index 0\n\n", "index 0\n\n\n"),
    ] {
        assert!(TlogProof::parse(&bad).is_err(), "{bad}");
    }
}

#[test]
fn every_entry_of_every_small_tree_is_proved_and_no_other_thing_is() {
    let log = TestLog::new("example.com/log", 20);
    let other = TestLog::new("example.com/log", 20);
    for size in 1..=20 {
        for index in 0..size {
            let proof = log.proof(index, size);
            let again = TlogProof::parse(&proof.to_text()).unwrap();
            let entry = &log.entries[index as usize];
            assert_eq!(again.verify(entry, &log.key), Ok(()));
            assert_eq!(again.verify(entry, &other.key), Err(LogError::Unsigned));
            assert_eq!(again.verify(b"other", &log.key), Err(LogError::NotIncluded));
            for changed in 0..again.hashes.len() {
                let mut broken = TlogProof::parse(&proof.to_text()).unwrap();
                broken.hashes[changed].0[changed] ^= 1;
                assert_eq!(broken.verify(entry, &log.key), Err(LogError::NotIncluded));
            }
            for index in (0..=size).filter(|other| *other != index) {
                let mut moved = TlogProof::parse(&proof.to_text()).unwrap();
                moved.index = index;
                assert_eq!(moved.verify(entry, &log.key), Err(LogError::NotIncluded));
            }
            let mut longer = again;
            longer.hashes.push(node_hash(EMPTY_HASH, EMPTY_HASH));
            assert_eq!(longer.verify(entry, &log.key), Err(LogError::NotIncluded));
        }
    }
}

#[test]
fn a_tree_extends_its_beginnings_and_nothing_else() {
    let log = TestLog::new("example.com/log", 20);
    for size in 1..=20 {
        let checkpoint = log.checkpoint(size);
        assert_eq!(checkpoint.verify_extends(0, EMPTY_HASH, &vec![]), Ok(()));
        for older in 1..=size {
            let proof = prove_tree(size, older, &log).unwrap();
            let root = tree_hash(older, &log).unwrap();
            assert_eq!(checkpoint.verify_extends(older, root, &proof), Ok(()));
            let wrong = checkpoint.verify_extends(older, EMPTY_HASH, &proof);
            assert_eq!(wrong, Err(LogError::Inconsistent { size, older }));
        }
        let later = checkpoint.verify_extends(size + 1, checkpoint.root(), &vec![]);
        assert!(later.is_err());
    }
}

#[test]
fn the_published_requests_to_a_witness_hold() {
    // From torchwood's witness tests: a sigsum log that grows from one entry to three or five.
    const NAME: &str =
        "sigsum.org/v1/tree/4d6d8825a6bb689d459628312889dfbb0bcd41b5211d9e1ce768b0ff0309e562";
    let key = hex::decode("ffdc2d4d98e4124d3feaf788c0c2f9abfd796083d1f0495437f302ec79cf100f");
    let key = ed25519_dalek::VerifyingKey::try_from(key.unwrap().as_slice()).unwrap();
    let key = LogKey::parse(&signed_note::new_ed25519_verifier_key(NAME, &key)).unwrap();
    let request = |text: &str| AddCheckpoint::parse(text.replace("NAME", NAME).as_bytes());
    let first = request(
        "old 0\n\nNAME\n1\nKgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n— NAME UgIom7fPZTqpxWWhyjWduBvTvGVqsokMbqTArsQilegKoFBJQjUFAmQ0+YeSPM3wfUQMFSzVnnNuWRTYrajXpNUbIQY=\n",
    )
    .unwrap();
    assert_eq!(first.checkpoint.verify(&key), Ok(()));
    let three = "old 1\nKgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\nKgIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\nNAME\n3\nRcCI1Nk56ZcSmIEfIn0SleqtV7uvrlXNccFx595Iwl0=\n\n— NAME UgIom2VbtIcdFbwFAy1n7s6IkAxIY6J/GQOTuZF2ORV39d75cbAj2aQYwyJre36kezNobZs4SUUdrcawfAB8WVrx6go=\n";
    let five = "old 1\nKgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n+fUDV+k970B4I3uKrqJM4aP1lloPZP8mvr2Z4wRw2LI=\nKgQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\nNAME\n5\nQrtXrQZCCvpIgsSmOsah7HdICzMLLyDfxToMql9WTjY=\n\n— NAME UgIomw/EOJmWi0i1FQsOj+etB7F8IccFam/jgd6wzRns4QPVmyEZtdvl1U2KEmLOZ/ASRcWJi0tW90dJWAShei7sDww=\n";
    for (text, size) in [(three, 3), (five, 5)] {
        let asked = request(text).unwrap();
        assert_eq!((asked.old_size, asked.checkpoint.size()), (1, size));
        assert_eq!(asked.to_bytes(), text.replace("NAME", NAME).as_bytes());
        assert_eq!(asked.checkpoint.verify(&key), Ok(()));
        let extends = |proof| {
            let checkpoint = &asked.checkpoint;
            checkpoint.verify_extends(1, first.checkpoint.root(), proof)
        };
        assert_eq!(extends(&asked.proof), Ok(()));
        assert!(extends(&asked.proof[1..].to_vec()).is_err());
    }
    for bad in [
        "",
        &three.replace("old 1", "old 01"),
        &three.replace("old 1", "old -1"),
        &three.replace("old 1", "new 1"),
        &three.replace("KgIA", "Kg"),
        &three.replace(
            "old 1\n",
            &format!("old 1\n{}", format!("{}\n", EMPTY_HASH).repeat(62)),
        ),
        &three.replace("\n\nNAME", "\nNAME"),
    ] {
        assert!(request(bad).is_err(), "{bad}");
    }
}

#[test]
fn a_policy_is_satisfied_by_its_quorum() {
    let log = TestLog::new("example.com/log", 2);
    let cosigners: Vec<Cosigner> = (1..=3)
        .map(|n| Cosigner::generate(&format!("witness.example/{n}")).unwrap())
        .collect();
    let keys: Vec<String> = cosigners.iter().map(|one| one.public().vkey()).collect();
    // The policy of the published tests.
    let text = format!(
        "witness w1 {}\nwitness w2 {}\nwitness w3 {}\ngroup inner any w2 w3\n\
         group outer all w1 inner\nquorum outer\n",
        keys[0], keys[1], keys[2]
    );
    let policy = WitnessPolicy::parse(text.as_bytes()).unwrap();
    for (by, enough) in [
        (vec![0, 1, 2], true),
        (vec![0, 2], true),
        (vec![0], false),
        (vec![1, 2], false),
        (vec![], false),
    ] {
        let mut checkpoint = log.checkpoint(2);
        for place in &by {
            let line = checkpoint.cosign(&cosigners[*place], 1_700_000_000);
            checkpoint = checkpoint.with_cosignatures(&line).unwrap();
        }
        let (found, witnessed) = policy.witnessed(&checkpoint).unwrap();
        assert_eq!((found.len(), witnessed), (by.len(), enough), "{by:?}");
    }
    let none = WitnessPolicy::parse(b"quorum none\n").unwrap();
    assert_eq!(none.witnessed(&log.checkpoint(2)), Ok((vec![], true)));
}

#[test]
fn policies_are_read_as_published() {
    let [w1, w2, w3, w4] = WITNESSES;
    let other = |n| Cosigner::generate(n).unwrap().public().vkey();
    let (w5, w6) = (other("w5"), other("w6"));
    let example = format!(
        "log {FOO}\n\nwitness X1 {w1}\nwitness X2 {w2}\nwitness X3 {w3}\ngroup X-witnesses 2 X1 X2 \
         X3\n\nwitness Y1 {w4}\nwitness Y2 {w5}\nwitness Y3 {w6}\ngroup Y-witnesses any Y1 Y2 \
         Y3\n\ngroup X-and-Y all X-witnesses Y-witnesses\nquorum X-and-Y\n"
    );
    let policy = WitnessPolicy::parse(example.as_bytes()).unwrap();
    assert_eq!((policy.logs().len(), policy.witnesses().len()), (1, 6));
    let arche = SignedCheckpoint::parse(ARCHE.as_bytes()).unwrap();
    assert!(policy.witnessed(&arche).unwrap().1);
    let spaced = format!(
        "\n# comment\n\t # another\n\twitness \t w1  {w1}   https://w1.example/  \n\n  quorum\tw1"
    );
    let spaced = WitnessPolicy::parse(spaced.as_bytes()).unwrap();
    let url = spaced.witnesses()[0].url.as_deref();
    assert_eq!(url, Some("https://w1.example/"));
    let bytes = [b"witness K\x80 ", w1.as_bytes(), b"\nquorum K\x80\n"].concat();
    assert!(WitnessPolicy::parse(&bytes).is_ok());
    let keywords =
        format!("witness all {w1}\nwitness any {w2}\ngroup group 2 all any\nquorum group\n");
    assert!(WitnessPolicy::parse(keywords.as_bytes()).is_ok());
    let one = format!("witness w1 {w1}\n");
    for bad in [
        "quorum none\n\x01",
        "quorum none\r\n",
        "quibble w1\nquorum none\n",
        &format!("witness w1 {w1} https://w1.example/ # comment\nquorum w1\n"),
        "log\nquorum none\n",
        "log garbage\nquorum none\n",
        &format!("log {w1}\nquorum none\n"),
        &format!("log {FOO}\nlog {FOO} https://log.example/\nquorum none\n"),
        "witness w1\nquorum none\n",
        &format!("witness w1 {FOO}\nquorum w1\n"),
        &format!("witness none {w1}\nquorum none\n"),
        &format!("{one}witness w1 {w2}\nquorum w1\n"),
        &format!("{one}witness w2 {w1}\nquorum w1\n"),
        &format!("{one}group w1 any w1\nquorum w1\n"),
        &format!("{one}group g1 1\nquorum w1\n"),
        &format!("{one}group none any w1\nquorum none\n"),
        &format!("{one}group g1 0 w1\nquorum g1\n"),
        &format!("{one}group g1 -1 w1\nquorum g1\n"),
        &format!("{one}group g1 2 w1\nquorum g1\n"),
        &format!("{one}group g1 any w2\nquorum g1\n"),
        &format!("group g1 any w1\n{one}quorum g1\n"),
        &format!("{one}group g1 any none w1\nquorum g1\n"),
        &format!("{one}group g1 all w1 w1\nquorum g1\n"),
        &format!("{one}witness w2 {w2}\ngroup g1 any w1 w2\ngroup g2 any w1\nquorum g1\n"),
        &one,
        &format!("{one}quorum w1\nquorum w1\n"),
        "quorum unknown\n",
        &format!("quorum w1\n{one}"),
        "quorum\n",
        "",
    ] {
        let read = WitnessPolicy::parse(bad.as_bytes());
        assert!(matches!(read, Err(LogError::Policy { .. })), "{bad}");
    }
}

#[test]
fn a_replay_gives_every_root_and_every_tile() {
    // Past a full tile of the second level is out of a test's time; the first level is crossed.
    let log = TestLog::new("example.com/log", 1_100);
    let mut replay = TreeReplay::default();
    assert_eq!(replay.root(), EMPTY_HASH);
    let mut tiles = Vec::new();
    for (size, entry) in (1..).zip(&log.entries) {
        tiles.extend(replay.push(entry));
        assert_eq!(replay.root(), tree_hash(size, &log).unwrap(), "{size}");
    }
    tiles.extend(replay.partial());
    let expected = tlog_tiles::Tile::new_tiles(8, 0, 1_100);
    assert_eq!(tiles.len(), expected.len());
    for tile in expected {
        let held = tile.read_data(&log).unwrap();
        assert!(tiles.contains(&(tile, held)), "{tile:?}");
    }
}

#[test]
fn tiles_lie_where_the_format_says() {
    let tile = |l, n, w, data| tile_path(&tlog_tiles::Tile::new(8, l, n, w, data));
    assert_eq!(tile(0, 1_234_067, 256, false), "tile/0/x001/x234/067");
    assert_eq!(tile(1, 0, 17, false), "tile/1/000.p/17");
    assert_eq!(tile(0, 273, 112, true), "tile/entries/273.p/112");
    let bundle = [0, 2, 7, 8, 0, 0, 0, 1, 9];
    let entries: [&[u8]; 3] = [&[7, 8], &[], &[9]];
    assert_eq!(read_bundle(&bundle, 3).unwrap(), entries);
    assert!(read_bundle(&bundle, 2).is_err() && read_bundle(&bundle[..8], 3).is_err());
    assert_eq!(
        record_hash(b"").to_string(),
        "bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0="
    );
}
