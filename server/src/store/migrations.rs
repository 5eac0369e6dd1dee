//! The schema's history: files that are only ever added.

/// Number, name and statements of each migration, in order.
pub(super) const ALL: &[(i64, &str, &str)] = &[
    (1, "first", include_str!("../../migrations/0001_first.sql")),
    (2, "log", include_str!("../../migrations/0002_log.sql")),
    (
        3,
        "log_state",
        include_str!("../../migrations/0003_log_state.sql"),
    ),
    (5, "keys", include_str!("../../migrations/0005_keys.sql")),
    (
        6,
        "evidence",
        include_str!("../../migrations/0006_evidence.sql"),
    ),
    (8, "abuse", include_str!("../../migrations/0008_abuse.sql")),
    (10, "staff", include_str!("../../migrations/0010_staff.sql")),
    (
        9,
        "attestation",
        include_str!("../../migrations/0009_attestation.sql"),
    ),
    (
        12,
        "helped",
        include_str!("../../migrations/0012_helped.sql"),
    ),
    (
        13,
        "template_delivery",
        include_str!("../../migrations/0013_template_delivery.sql"),
    ),
    (
        14,
        "relation",
        include_str!("../../migrations/0014_relation.sql"),
    ),
    (
        15,
        "erased_templates",
        include_str!("../../migrations/0015_erased_templates.sql"),
    ),
    (
        16,
        "visits",
        include_str!("../../migrations/0016_visits.sql"),
    ),
    (
        17,
        "visit_sessions",
        include_str!("../../migrations/0017_visit_sessions.sql"),
    ),
];
