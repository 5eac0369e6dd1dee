//! The one list of error codes, shared by device, wire, metrics and guidance.

use serde::{Deserialize, Serialize};

macro_rules! error_codes {
    ($($(#[$doc:meta])* $variant:ident => $code:literal,)*) => {
        /// Why something did not go through.
        ///
        /// A code is never renamed and never reused: shells, logs and dashboards hold on to it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum ErrorCode {
            $($(#[$doc])* $variant,)*
        }

        impl ErrorCode {
            /// Every code, in the order of the golden list.
            pub const ALL: &'static [ErrorCode] = &[$(ErrorCode::$variant,)*];

            /// The stable text form, for example `challenge.expired`.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(ErrorCode::$variant => $code,)*
                }
            }
        }
    };
}

error_codes! {
    /// A camera buffer is too short, has a wrong stride or no pixels.
    FrameInvalid => "frame.invalid",
    /// No face was found.
    FrameNoFace => "frame.no_face",
    /// More than one face is near the camera.
    FrameSeveralFaces => "frame.several_faces",
    /// The face is too small in the picture.
    FrameTooFar => "frame.too_far",
    /// The face does not fit into the picture.
    FrameTooNear => "frame.too_near",
    /// The face is at the edge of the picture.
    FrameOffCentre => "frame.off_centre",
    /// The head is turned or tilted too far.
    FrameTurnedAway => "frame.turned_away",
    /// Too little light on the face.
    FrameTooDark => "frame.too_dark",
    /// Too much light on the face.
    FrameTooBright => "frame.too_bright",
    /// The face is not sharp.
    FrameBlurred => "frame.blurred",
    /// The eyes are closed.
    FrameEyesClosed => "frame.eyes_closed",

    /// A picture or video cannot be read.
    MediaUnreadable => "media.unreadable",
    /// A picture or video is of a kind that is not supported here.
    MediaUnsupported => "media.unsupported",
    /// A picture or video is larger than what is accepted.
    MediaTooLarge => "media.too_large",

    /// A model file is not where the manifest says.
    ModelMissing => "model.missing",
    /// A model file differs from its SHA-256 in the manifest.
    ModelAltered => "model.altered",
    /// A model could not be loaded or run.
    ModelFailed => "model.failed",
    /// ONNX Runtime was not found on this machine.
    RuntimeMissing => "model.runtime_missing",

    /// The look was too short or had too few good frames to decide.
    EvidenceInsufficient => "evidence.insufficient",
    /// It was not shown that a living person looked into the camera.
    LivenessNotShown => "liveness.not_shown",
    /// The face is not the face of the enrolled person.
    MatchNotSame => "match.not_same_person",
    /// The match lies between yes and no.
    MatchUncertain => "match.uncertain",
    /// What a server says in place of each of its reasons to refuse a look: see
    /// [`ErrorCode::shown`].
    VerifyNotConfirmed => "verify.not_confirmed",

    /// The person has no enrolled face yet.
    EnrolmentMissing => "enrolment.missing",
    /// The pictures are too few or too poor to enrol from.
    EnrolmentPoor => "enrolment.poor",
    /// Fewer different good pictures than a template is made of.
    EnrolmentTooFew => "enrolment.too_few",
    /// A picture shows what another one shows already.
    EnrolmentRepeated => "enrolment.repeated",

    /// The challenge is past its time.
    ChallengeExpired => "challenge.expired",
    /// The challenge was not issued here.
    ChallengeUnknown => "challenge.unknown",
    /// The challenge has been used.
    ChallengeUsed => "challenge.used",
    /// As many challenges as allowed are still open.
    ChallengeLimit => "challenge.limit",
    /// An earlier challenge of this person must be used first.
    ChallengeOutOfOrder => "challenge.out_of_order",

    /// The claim's bytes are not a claim in canonical form.
    ClaimMalformed => "claim.malformed",
    /// The claim's wire version is not spoken here.
    ClaimVersion => "claim.version",
    /// The claim's signature does not fit.
    ClaimSignature => "claim.signature",
    /// The claim is meant for another agency or server.
    ClaimAudience => "claim.audience",
    /// A different claim came under an id that is taken.
    ClaimReplayed => "claim.replayed",
    /// The key frames that the policy asks for are missing or differ from their digests.
    ClaimEvidence => "claim.evidence",
    /// What the device said and what the server computed do not agree.
    ClaimContradiction => "claim.contradiction",
    /// A model was used that the policy does not allow or the template was not made with.
    ClaimModel => "claim.model",

    /// This device is not bound to this person.
    DeviceNotBound => "device.not_bound",
    /// This device waits for confirmation because another one is bound.
    DevicePending => "device.pending",
    /// This device has been revoked.
    DeviceRevoked => "device.revoked",
    /// This device holds as many people as one may.
    DeviceFull => "device.full",
    /// What a server says in place of each of its reasons not to know who asks: see
    /// [`ErrorCode::shown`].
    AccessNotRecognised => "access.not_recognised",

    /// The letter's code has a typing error (its check character does not fit).
    CodeMistyped => "code.mistyped",
    /// The letter's code is not known, or no longer valid.
    CodeInvalid => "code.invalid",
    /// The letter's code is void after too many wrong tries.
    CodeVoid => "code.void",

    /// It is not time to certify, or the time is over.
    CaseWindowClosed => "case.window_closed",
    /// Too many tries in a row: a short rest is asked for.
    AttemptsPause => "attempts.pause",
    /// A person at the office looks at it, as the policy asks.
    ReviewRequired => "review.required",
    /// Nobody decides alone what they proposed themselves.
    ReviewSecondPerson => "review.second_person",

    /// The request cannot be understood.
    RequestMalformed => "request.malformed",
    /// The request is not allowed with these credentials.
    RequestUnauthorised => "request.unauthorised",
    /// What was asked for does not exist.
    RequestNotFound => "request.not_found",
    /// The request is larger than what is accepted.
    RequestTooLarge => "request.too_large",
    /// Too many requests in a short time.
    RequestRateLimited => "request.rate_limited",

    /// The server cannot be reached.
    ServerUnreachable => "server.unreachable",
    /// The server is busy or restarting.
    ServerBusy => "server.busy",
    /// The server met an error of its own.
    ServerInternal => "server.internal",
    /// The answer is not from the agency's server, or was changed on the way.
    ServerUntrusted => "server.untrusted",

    /// This device's clock differs too much from the server's.
    ClockWrong => "clock.wrong",
    /// There is no room left on this device.
    StorageFull => "storage.full",
    /// What was stored on this device cannot be read.
    StorageUnreadable => "storage.unreadable",

    /// The signing key is missing or cannot be used.
    KeyUnavailable => "key.unavailable",
    /// The person did not allow the use of the key.
    KeyCancelled => "key.cancelled",

    /// The person stopped.
    SessionCancelled => "session.cancelled",
    /// The session's time ran out.
    SessionExpired => "session.expired",
    /// The policy sent by the server is outside its bounds.
    PolicyInvalid => "policy.invalid",

    /// The receipt is not genuine.
    ReceiptInvalid => "receipt.invalid",
    /// The receipt is genuine and no longer valid.
    ReceiptExpired => "receipt.expired",

    /// A line of the roster has a bad id number.
    RosterBadId => "roster.bad_id",
    /// A person stands in the roster twice.
    RosterDuplicate => "roster.duplicate",
    /// The roster is not UTF-8 text.
    RosterEncoding => "roster.encoding",
    /// A line of the roster lacks a field or has a bad one.
    RosterBadLine => "roster.bad_line",
}

impl ErrorCode {
    /// What a server tells whoever asks, so that its refusals answer no question: who is on the
    /// roster, which code or key is right, which check a forged look has to get past. The precise
    /// code stays in its database and log. All other codes are told as they are: most follow a
    /// signature that was verified, the others say nothing about anybody.
    pub const fn shown(self) -> ErrorCode {
        match self {
            ErrorCode::DeviceNotBound
            | ErrorCode::DeviceRevoked
            | ErrorCode::ClaimSignature
            | ErrorCode::CodeInvalid
            | ErrorCode::CodeVoid => ErrorCode::AccessNotRecognised,
            ErrorCode::EvidenceInsufficient
            | ErrorCode::LivenessNotShown
            | ErrorCode::MatchNotSame => ErrorCode::VerifyNotConfirmed,
            code => code,
        }
    }
}

impl std::fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for ErrorCode {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        Self::ALL
            .iter()
            .copied()
            .find(|code| code.as_str() == text)
            .ok_or(UnknownName)
    }
}

impl Serialize for ErrorCode {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for ErrorCode {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A stable name that this version does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a name that this version does not know")]
pub struct UnknownName;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_match_the_golden_list() {
        let golden = include_str!("../golden/error_codes.txt");
        let codes: Vec<&str> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(
            golden.lines().collect::<Vec<_>>(),
            codes,
            "codes are only ever added"
        );
    }

    #[test]
    fn every_code_reads_back() {
        for code in ErrorCode::ALL {
            assert_eq!(code.as_str().parse(), Ok(*code));
        }
        assert_eq!("frame.unheard_of".parse::<ErrorCode>(), Err(UnknownName));
    }
}
