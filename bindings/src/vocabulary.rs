//! The closed lists of the core as enums of the shells' languages, each entry with its stable code.

/// The same entries, both ways; an entry that is missing here does not compile.
macro_rules! mirror {
    ($(#[$doc:meta])* $name:ident of $core:path { $($(#[$vdoc:meta])* $variant:ident,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
        pub enum $name {
            $($(#[$vdoc])* $variant,)*
        }

        #[uniffi::export]
        impl $name {
            /// The stable code.
            pub fn code(&self) -> String {
                <$core>::from(*self).as_str().to_owned()
            }
        }

        impl From<$core> for $name {
            fn from(entry: $core) -> Self {
                use $core as Core;
                match entry {
                    $(Core::$variant => Self::$variant,)*
                }
            }
        }

        impl From<$name> for $core {
            fn from(entry: $name) -> Self {
                use $core as Core;
                match entry {
                    $($name::$variant => Core::$variant,)*
                }
            }
        }
    };
}

mirror! {
    /// What the person is asked or told while the camera looks.
    Prompt of lifecert_protocol::Prompt {
        /// Hold the phone so that the face is in the oval.
        FindFace,
        /// Only one person should be in front of the camera.
        OnePerson,
        /// Come closer.
        ComeCloser,
        /// Move back a little.
        MoveBack,
        /// Move into the middle.
        Centre,
        /// Look straight at the camera.
        LookStraight,
        /// Find more light.
        MoreLight,
        /// There is too much light.
        LessLight,
        /// Hold the phone steady.
        HoldSteady,
        /// Open the eyes.
        OpenEyes,
        /// All is well: press start when ready.
        PressStart,
        /// Keep looking at the camera, as you are.
        KeepLooking,
        /// A little longer, nothing is wrong.
        LittleLonger,
        /// Thank you, looking is done.
        LookDone,
        /// Being sent to the office.
        Sending,
        /// The app was away: press start to look again.
        WelcomeBack,
        /// The light is behind: turn so that it falls on the face.
        FaceLight,
        /// Something covers the face.
        UncoverFace,
        /// Take dark glasses off, or lift the hat.
        UncoverEyes,
        /// Wipe the camera.
        WipeCamera,
        /// There is a way without the face; trying on is welcome.
        OtherRoad,
        /// Come a little closer, as an action; there is no hurry.
        ActComeCloser,
        /// Turn the head a little to either side.
        ActTurn,
        /// Close the eyes for a moment and open them again.
        ActBlink,
        /// Open the mouth a little.
        ActOpenMouth,
        /// That action was seen.
        ActSeen,
    }
}

mirror! {
    /// How a session ended, as the person sees it.
    Outcome of lifecert_protocol::Outcome {
        /// Certified, or bound.
        Accepted,
        /// A person at the office looks at it; nobody needs to start over.
        Referred,
        /// Not certified; a reason and a next step are named.
        Refused,
        /// Kept on this device, to be sent when there is a network.
        Queued,
        /// Stopped by the person, by time or by a failure; nothing was sent or lost.
        Stopped,
    }
}

mirror! {
    /// Where the person is.
    Channel of lifecert_protocol::Channel {
        /// At home, by themselves.
        Home,
        /// At home, a family member holding the phone.
        Family,
        /// At the office's counter.
        Counter,
        /// At a bank or community outlet.
        Outlet,
        /// Visited at home by a clerk.
        Visit,
        /// From another country.
        Abroad,
        /// On the web page.
        Web,
    }
}

mirror! {
    /// A road to a certificate without the face.
    Road of lifecert_protocol::Road {
        /// At the office's counter.
        Counter,
        /// At a bank or community outlet.
        Bank,
        /// A form that somebody helps with.
        Form,
        /// A video call with a clerk.
        VideoCall,
        /// A clerk comes home.
        Visit,
    }
}

mirror! {
    /// By what kind of evidence life was shown.
    Modality of lifecert_protocol::Modality {
        /// A face, looked at live.
        Face,
        /// A fingerprint in the booklet.
        Fingerprint,
        /// Finger veins read at a counter.
        FingerVein,
        /// Seen in person by a clerk.
        InPerson,
        /// A form stamped by another office or a consulate.
        Form,
        /// A record of another office, for example a clinic visit.
        DataMatch,
        /// A video call with a clerk.
        VideoCall,
    }
}

mirror! {
    /// How well a device's key is known to be held by a genuine device.
    Assurance of lifecert_protocol::Assurance {
        /// Nothing is known of the device.
        None,
        /// The key is held in software.
        Software,
        /// The key is held in a trusted execution environment, attested.
        Tee,
        /// The key is held in a separate secure element, attested.
        Strongbox,
        /// The app instance is attested by Apple App Attest.
        AppAttest,
    }
}

mirror! {
    /// How a consent was given.
    ConsentMeans of lifecert_protocol::ConsentMeans {
        /// A spoken yes.
        Spoken,
        /// A touch on the screen.
        Touch,
        /// Witnessed by a clerk.
        Clerk,
    }
}

mirror! {
    /// A language of guidance; its code is a BCP 47 tag.
    Language of lifecert_guidance::Lang {
        /// Chinese in simplified characters, as it is used on the mainland.
        ZhHans,
        /// Chinese in traditional characters, as it is used in Taiwan.
        ZhHant,
        /// English.
        En,
        /// Spanish.
        Es,
    }
}

mirror! {
    /// Who a person is to whoever holds the phone.
    Relation of lifecert_protocol::Relation {
        /// They hold it themselves.
        Oneself,
        /// Mother or father, also by marriage.
        Parent,
        /// Wife, husband or partner.
        Spouse,
        /// Somebody else of the family.
        OtherFamily,
        /// A neighbour.
        Neighbour,
        /// Anybody else.
        Other,
    }
}

/// Entries of a list of the roads, which have no code: nothing of them is sent or kept.
macro_rules! mirror_one_way {
    ($(#[$doc:meta])* $name:ident of $core:path { $($(#[$vdoc:meta])* $variant:ident,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
        pub enum $name {
            $($(#[$vdoc])* $variant,)*
        }

        impl From<$core> for $name {
            fn from(entry: $core) -> Self {
                use $core as Core;
                match entry {
                    $(Core::$variant => Self::$variant,)*
                }
            }
        }
    };
}

mirror_one_way! {
    /// The keys that an entry needs.
    Keys of lifecert_roads::Keys {
        /// Letters and digits of a letter's code, shown in groups of four.
        Code,
        /// Digits.
        Digits,
        /// An address.
        Address,
        /// A name.
        Name,
        /// Any text.
        Text,
    }
}

mirror_one_way! {
    /// What a camera looks at.
    Sight of lifecert_roads::Sight {
        /// A face that certifies, in an oval.
        Face,
        /// A pattern (QR code).
        Code,
        /// A face that is modelled, in an oval.
        Model,
        /// A sheet of paper, to be photographed.
        Paper,
    }
}

mirror_one_way! {
    /// Which camera.
    Facing of lifecert_roads::Facing {
        /// The one on the side of the screen.
        Front,
        /// The one on the back.
        Rear,
    }
}

mirror_one_way! {
    /// How a button looks.
    Kind of lifecert_roads::Kind {
        /// The one big button.
        Main,
        /// One of several things to choose from.
        Choice,
        /// Another way.
        Quiet,
        /// In the corner, on every page alike: back, say it again.
        Corner,
    }
}

mirror_one_way! {
    /// What the phone lets its person feel.
    Mark of lifecert_roads::Mark {
        /// Nothing.
        None,
        /// It went well: one long.
        Good,
        /// Please look: two short.
        Look,
    }
}

mirror_one_way! {
    /// Light or dark.
    Appearance of lifecert_roads::Appearance {
        /// As the phone is.
        System,
        /// Light.
        Light,
        /// Dark.
        Dark,
    }
}

/// What can happen to a camera.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum CameraTrouble {
    /// The app may not use it.
    Denied,
    /// There is none.
    Missing,
    /// It stopped.
    Lost,
}
