//! The small closed lists that device, wire, server and guidance share.

use serde::{Deserialize, Serialize};

/// A closed list with a stable wire number and a stable name for each entry.
macro_rules! vocabulary {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $number:literal, $text:literal;)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[derive(minicbor::Encode, minicbor::Decode, Serialize, Deserialize)]
        #[cbor(index_only)]
        pub enum $name {
            $($(#[$vdoc])* #[n($number)] #[serde(rename = $text)] $variant,)*
        }

        impl $name {
            /// Every entry.
            pub const ALL: &'static [$name] = &[$($name::$variant,)*];

            /// The stable name.
            pub const fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text,)* }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = crate::UnknownName;

            fn from_str(text: &str) -> Result<Self, crate::UnknownName> {
                Self::ALL.iter().copied().find(|entry| entry.as_str() == text)
                    .ok_or(crate::UnknownName)
            }
        }
    };
}

vocabulary! {
    /// What was decided about a claim, by the device as advice, by the server for good.
    Verdict {
        /// The person is alive and is who they say.
        Accept = 1, "accept";
        /// A person at the office looks at it.
        Refer = 2, "refer";
        /// Not accepted; the next step is named by a code.
        Refuse = 3, "refuse";
    }
}

vocabulary! {
    /// How well the device's key is known to be held by a genuine device.
    Assurance {
        /// Nothing is known of the device.
        None = 0, "none";
        /// The key is held in software.
        Software = 1, "software";
        /// The key is held in a trusted execution environment, attested.
        Tee = 2, "tee";
        /// The key is held in a separate secure element, attested.
        Strongbox = 3, "strongbox";
        /// The app instance is attested by Apple App Attest.
        AppAttest = 4, "app-attest";
    }
}

vocabulary! {
    /// Where the person certified.
    Channel {
        /// At home, by themselves.
        Home = 1, "home";
        /// At home, a family member holding the phone.
        Family = 2, "family";
        /// At the office's counter.
        Counter = 3, "counter";
        /// At a bank or community outlet.
        Outlet = 4, "outlet";
        /// Visited at home by a clerk.
        Visit = 5, "visit";
        /// From another country.
        Abroad = 6, "abroad";
        /// On the web page.
        Web = 7, "web";
    }
}

vocabulary! {
    /// By what kind of evidence life was shown; the roads of the past stay rows of the table.
    Modality {
        /// A face, looked at live.
        Face = 1, "face";
        /// A fingerprint in the booklet.
        Fingerprint = 2, "fingerprint";
        /// Finger veins read at a counter.
        FingerVein = 3, "finger-vein";
        /// Seen in person by a clerk.
        InPerson = 4, "in-person";
        /// A form stamped by another office or a consulate.
        Form = 5, "form";
        /// A record of another office, for example a clinic visit.
        DataMatch = 6, "data-match";
        /// A video call with a clerk.
        VideoCall = 7, "video-call";
    }
}

vocabulary! {
    /// A road to a certificate without the face; a person at the office walks it with them.
    Road {
        /// At the office's counter.
        Counter = 1, "counter";
        /// At a bank or community outlet.
        Bank = 2, "bank";
        /// A form that somebody helps with.
        Form = 3, "form";
        /// A video call with a clerk.
        VideoCall = 4, "video-call";
        /// A clerk comes home.
        Visit = 5, "visit";
    }
}

vocabulary! {
    /// What a device sends so that the server can decide.
    EvidenceLevel {
        /// Up to five key frames; the server recomputes everything and discards them.
        KeyFrames = 1, "key-frames";
        /// The embedding alone.
        EmbeddingOnly = 2, "embedding-only";
        /// The result of a match on the device alone.
        MatchOnly = 3, "match-only";
    }
}

vocabulary! {
    /// When a challenge is answered.
    ChallengeMode {
        /// At once, over the network.
        Online = 1, "online";
        /// Later, from the outbox.
        Offline = 2, "offline";
    }
}

vocabulary! {
    /// What a challenge is for.
    Purpose {
        /// To certify a person on a bound device.
        Certify = 1, "certify";
        /// To bind a device to a person by the code of a letter.
        Bind = 2, "bind";
    }
}

vocabulary! {
    /// What the person is asked or told while the camera looks.
    Prompt {
        /// Hold the phone so that the face is in the oval.
        FindFace = 1, "prompt.find_face";
        /// Only one person should be in front of the camera.
        OnePerson = 2, "prompt.one_person";
        /// Come closer.
        ComeCloser = 3, "prompt.come_closer";
        /// Move back a little.
        MoveBack = 4, "prompt.move_back";
        /// Move into the middle.
        Centre = 5, "prompt.centre";
        /// Look straight at the camera.
        LookStraight = 6, "prompt.look_straight";
        /// Find more light.
        MoreLight = 7, "prompt.more_light";
        /// There is too much light.
        LessLight = 8, "prompt.less_light";
        /// Hold the phone steady.
        HoldSteady = 9, "prompt.hold_steady";
        /// Open the eyes.
        OpenEyes = 10, "prompt.open_eyes";
        /// All is well: press start when ready.
        PressStart = 11, "prompt.press_start";
        /// Keep looking at the camera, as you are.
        KeepLooking = 12, "prompt.keep_looking";
        /// A little longer, nothing is wrong.
        LittleLonger = 13, "prompt.little_longer";
        /// Thank you, looking is done.
        LookDone = 14, "prompt.look_done";
        /// Being sent to the office.
        Sending = 15, "prompt.sending";
        /// The app was away: press start to look again.
        WelcomeBack = 16, "prompt.welcome_back";
        /// The light is behind: turn so that it falls on the face.
        FaceLight = 17, "prompt.face_light";
        /// Something covers the face.
        UncoverFace = 18, "prompt.uncover_face";
        /// Take dark glasses off, or lift the hat.
        UncoverEyes = 19, "prompt.uncover_eyes";
        /// Wipe the camera.
        WipeCamera = 20, "prompt.wipe_camera";
        /// There is a way without the face; trying on is welcome.
        OtherRoad = 21, "prompt.other_road";
        /// Come a little closer, as an action; there is no hurry.
        ActComeCloser = 22, "prompt.act_come_closer";
        /// Turn the head a little to either side.
        ActTurn = 23, "prompt.act_turn";
        /// Close the eyes for a moment and open them again.
        ActBlink = 24, "prompt.act_blink";
        /// Open the mouth a little.
        ActOpenMouth = 25, "prompt.act_open_mouth";
        /// That action was seen.
        ActSeen = 26, "prompt.act_seen";
    }
}

vocabulary! {
    /// A gentle action that a policy may ask for; the order of a challenge's actions is
    /// [`Challenge::actions`](crate::Challenge::actions).
    Action {
        /// Coming a little closer to the camera.
        ComeCloser = 1, "come-closer";
        /// Turning the head a little, to either side.
        Turn = 2, "turn";
        /// Closing the eyes and opening them again.
        Blink = 3, "blink";
        /// Opening the mouth a little.
        OpenMouth = 4, "open-mouth";
    }
}

vocabulary! {
    /// How a session ended, as the person sees it.
    Outcome {
        /// Certified; there is a receipt.
        Accepted = 1, "outcome.accepted";
        /// A person at the office looks at it; nobody needs to start over.
        Referred = 2, "outcome.referred";
        /// Not certified; a reason and a next step are named.
        Refused = 3, "outcome.refused";
        /// Kept on this device, to be sent when there is a network: a promise until then.
        Queued = 4, "outcome.queued";
        /// Stopped by the person, by time or by a failure; nothing was sent or lost.
        Stopped = 5, "outcome.stopped";
    }
}

impl Road {
    /// What kind of evidence of life stands at its end, and where it was given.
    pub const fn evidence(self) -> (Modality, Channel) {
        match self {
            Road::Counter => (Modality::InPerson, Channel::Counter),
            Road::Bank => (Modality::InPerson, Channel::Outlet),
            Road::Form => (Modality::Form, Channel::Counter),
            Road::VideoCall => (Modality::VideoCall, Channel::Home),
            Road::Visit => (Modality::InPerson, Channel::Visit),
        }
    }
}

impl Action {
    /// What is asked for it.
    pub const fn prompt(self) -> Prompt {
        match self {
            Action::ComeCloser => Prompt::ActComeCloser,
            Action::Turn => Prompt::ActTurn,
            Action::Blink => Prompt::ActBlink,
            Action::OpenMouth => Prompt::ActOpenMouth,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back_and_stay_as_they_are() {
        for prompt in Prompt::ALL {
            assert_eq!(prompt.as_str().parse(), Ok(*prompt));
        }
        let names: Vec<_> = Modality::ALL.iter().map(|m| m.as_str()).collect();
        assert_eq!(
            names.join(" "),
            "face fingerprint finger-vein in-person form data-match video-call"
        );
        let names: Vec<_> = Action::ALL.iter().map(|a| a.as_str()).collect();
        assert_eq!(names.join(" "), "come-closer turn blink open-mouth");
        let names: Vec<_> = Road::ALL.iter().map(|road| road.as_str()).collect();
        assert_eq!(names.join(" "), "counter bank form video-call visit");
        assert!("telepathy".parse::<Modality>().is_err());
    }
}
