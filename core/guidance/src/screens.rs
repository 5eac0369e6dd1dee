//! The screens that a shell shows and what stands on their buttons and lines: one list for Android,
//! iOS and the web page, with the words of each.

use crate::{Guidance, Message};
use fluent_bundle::{FluentArgs, FluentValue};

macro_rules! names {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal;)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name {
            $($(#[$vdoc])* $variant,)*
        }

        impl $name {
            /// Every entry.
            pub const ALL: &'static [$name] = &[$($name::$variant,)*];

            /// The stable name.
            pub const fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text,)* }
            }
        }
    };
}

names! {
    /// A screen. Those that show a prompt, an error or an outcome take its words.
    Screen {
        /// Which language.
        Language = "language";
        /// The first one: what this is for.
        Welcome = "welcome";
        /// For whom it is.
        ForWhom = "for_whom";
        /// Who the other person is to whoever holds the phone.
        Relation = "relation";
        /// The letter: its pattern, or its code.
        Letter = "letter";
        /// There is no letter.
        NoLetter = "no_letter";
        /// The camera reads the letter's pattern.
        LetterScan = "letter_scan";
        /// The office's address is typed.
        OfficeAddress = "office_address";
        /// The letter's code is typed.
        LetterCode = "letter_code";
        /// Before the camera opens.
        Ready = "ready";
        /// The camera looks; the prompt's words.
        Look = "look";
        /// The app may not use the camera.
        CameraDenied = "camera_denied";
        /// There is no camera.
        CameraMissing = "camera_missing";
        /// The camera stopped.
        CameraLost = "camera_lost";
        /// Something is done that takes a moment.
        Working = "working";
        /// A look for practice is over.
        PracticeDone = "practice_done";
        /// This phone waits to be let in.
        Waiting = "waiting";
        /// What a person agrees to.
        Consent = "consent";
        /// That a family member helps.
        ConsentHelper = "consent_helper";
        /// That the numbers of the face leave the phone.
        ConsentNumbers = "consent_numbers";
        /// That a few pictures leave the phone.
        ConsentPictures = "consent_pictures";
        /// That both are kept for a while.
        ConsentKeeping = "consent_keeping";
        /// They did not agree.
        ConsentRefused = "consent_refused";
        /// What this phone calls a person.
        NamePerson = "name_person";
        /// How it ended; the outcome's words.
        Result = "result";
        /// Something did not go through; the code's words.
        Trouble = "trouble";
        /// Everybody on this phone.
        People = "people";
        /// One of them.
        Person = "person";
        /// What else there is for them.
        More = "more";
        /// Their receipts.
        Receipts = "receipts";
        /// One receipt.
        Receipt = "receipt";
        /// What is on record at the office.
        History = "history";
        /// Roads without the face.
        OtherRoad = "other_road";
        /// One was asked for.
        OtherRoadAsked = "other_road_asked";
        /// The office's telephone.
        Call = "call";
        /// Whether to be reminded.
        Reminder = "reminder";
        /// A reminder is set.
        ReminderSet = "reminder_set";
        /// Another phone asks to be let in.
        OtherPhone = "other_phone";
        /// It was let in, or shut out.
        OtherPhoneDone = "other_phone_done";
        /// Claims that wait to be sent.
        Unsent = "unsent";
        /// What came of sending them.
        Sent = "sent";
        /// Where the person is: at home or abroad.
        Place = "place";
        /// Whether to withdraw the consent.
        Withdraw = "withdraw";
        /// It was withdrawn.
        Withdrawn = "withdrawn";
        /// What to erase.
        Erase = "erase";
        /// Whether they are sure that it goes from this phone.
        EraseHere = "erase_here";
        /// Whether they are sure that the face goes from the office.
        EraseEverywhere = "erase_everywhere";
        /// It was erased.
        Erased = "erased";
        /// Settings.
        Settings = "settings";
        /// How large the print is.
        TextSize = "text_size";
        /// How fast it is spoken.
        SpeechRate = "speech_rate";
        /// Light or dark.
        Appearance = "appearance";
        /// Whether the phone trembles.
        Vibration = "vibration";
        /// A clerk's name.
        StaffName = "staff_name";
        /// Their password.
        StaffPassword = "staff_password";
        /// The code of their second factor.
        StaffCode = "staff_code";
        /// A PIN for the day is chosen,
        StaffPinNew = "staff_pin_new";
        /// and asked for.
        StaffPin = "staff_pin";
        /// Today's visits.
        Visits = "visits";
        /// One visit.
        Visit = "visit";
        /// The face is modelled.
        VisitFace = "visit_face";
        /// The form is photographed.
        VisitForm = "visit_form";
        /// The visit is sealed on the phone.
        VisitSealed = "visit_sealed";
        /// What came of sending visits.
        VisitsSent = "visits_sent";
    }
}

names! {
    /// What stands on a button, or before a fact.
    Label {
        /// Back to the page before.
        Back = "back";
        /// To the first page.
        Home = "home";
        /// Say it again.
        SayAgain = "say_again";
        /// On to the next.
        Next = "next";
        /// Done.
        Done = "done";
        /// Not now.
        Skip = "skip";
        /// Once more.
        TryAgain = "try_again";
        /// I have the letter.
        HaveLetter = "have_letter";
        /// Try it out first.
        Practise = "practise";
        /// I work at the office.
        AtOffice = "at_office";
        /// Settings.
        Settings = "settings";
        /// For myself.
        ForMyself = "for_myself";
        /// For somebody else.
        ForOther = "for_other";
        /// Photograph the pattern.
        ScanLetter = "scan_letter";
        /// Type the code.
        TypeCode = "type_code";
        /// I have no letter.
        NoLetter = "no_letter";
        /// Open the camera.
        OpenCamera = "open_camera";
        /// The other camera.
        OtherCamera = "other_camera";
        /// Start.
        Start = "start";
        /// Stop.
        Stop = "stop";
        /// Something else: another action than the one asked for.
        SomethingElse = "something_else";
        /// Open the phone's settings.
        OpenSystemSettings = "open_system_settings";
        /// Another way, without the face.
        OtherWay = "other_way";
        /// Call the office.
        CallOffice = "call_office";
        /// I agree.
        Agree = "agree";
        /// I do not agree.
        Disagree = "disagree";
        /// Certify now.
        Certify = "certify";
        /// One more person.
        AddPerson = "add_person";
        /// More.
        More = "more";
        /// The receipt.
        Receipt = "receipt";
        /// All receipts.
        Receipts = "receipts";
        /// Share.
        Share = "share";
        /// Print.
        Print = "print";
        /// What is on record.
        History = "history";
        /// Be reminded.
        Remind = "remind";
        /// By a notification.
        Notify = "notify";
        /// In the calendar.
        Calendar = "calendar";
        /// The name on this phone.
        Rename = "rename";
        /// At home or abroad.
        Place = "place";
        /// At home.
        PlaceHome = "place_home";
        /// Abroad.
        PlaceAbroad = "place_abroad";
        /// What was agreed to, to be read and answered anew.
        Consent = "consent";
        /// Withdraw the consent.
        Withdraw = "withdraw";
        /// Erase.
        Erase = "erase";
        /// From this phone.
        EraseHere = "erase_here";
        /// From the office, too.
        EraseEverywhere = "erase_everywhere";
        /// Leave everything as it is.
        Keep = "keep";
        /// Yes, it is mine.
        PhoneMine = "phone_mine";
        /// No, I do not know it.
        PhoneStrange = "phone_strange";
        /// Another phone asks.
        PhoneAsks = "phone_asks";
        /// Send what waits.
        SendNow = "send_now";
        /// Look whether it is answered.
        LookAgain = "look_again";
        /// Language.
        Language = "language";
        /// Text size.
        TextSize = "text_size";
        /// Large,
        TextLarge = "text_large";
        /// larger,
        TextLarger = "text_larger";
        /// largest.
        TextLargest = "text_largest";
        /// How fast it is spoken.
        SpeechRate = "speech_rate";
        /// Slowly,
        SpeechSlow = "speech_slow";
        /// as usual,
        SpeechUsual = "speech_usual";
        /// fast,
        SpeechFast = "speech_fast";
        /// not at all.
        SpeechOff = "speech_off";
        /// Light or dark.
        Appearance = "appearance";
        /// As the phone is,
        AppearanceSystem = "appearance_system";
        /// light,
        AppearanceLight = "appearance_light";
        /// dark.
        AppearanceDark = "appearance_dark";
        /// Trembling.
        Vibration = "vibration";
        /// Yes.
        Yes = "yes";
        /// No.
        No = "no";
        /// At the counter.
        RoadCounter = "road_counter";
        /// At the bank.
        RoadBank = "road_bank";
        /// With a form.
        RoadForm = "road_form";
        /// By video call.
        RoadVideoCall = "road_video_call";
        /// A visit.
        RoadVisit = "road_visit";
        /// Mother or father.
        RelationParent = "relation_parent";
        /// Wife or husband.
        RelationSpouse = "relation_spouse";
        /// Another relative.
        RelationOtherFamily = "relation_other_family";
        /// A neighbour.
        RelationNeighbour = "relation_neighbour";
        /// Somebody else.
        RelationOther = "relation_other";
        /// A person without a name of their own on this phone, by their number here.
        Unnamed = "unnamed";
        /// Counts until.
        CountsUntil = "counts_until";
        /// Please certify by.
        DueBy = "due_by";
        /// Can certify from.
        OpensAt = "opens_at";
        /// Somebody at the office looks at it.
        UnderReview = "under_review";
        /// Another road is asked for.
        RoadAsked = "road_asked";
        /// So many wait to be sent.
        Unsent = "unsent";
        /// Alive between two times.
        AliveBetween = "alive_between";
        /// How it was shown.
        ShownBy = "shown_by";
        /// The receipt's number.
        ReceiptNumber = "receipt_number";
        /// The telephone number.
        PhoneNumber = "phone_number";
        /// There is nothing here yet.
        NothingYet = "nothing_yet";
        /// Take the picture.
        TakePicture = "take_picture";
        /// Sign in.
        SignIn = "sign_in";
        /// Sign out.
        SignOut = "sign_out";
        /// Model the face.
        ModelFace = "model_face";
        /// Photograph the signed form.
        PhotographForm = "photograph_form";
        /// Seal the visit.
        SealVisit = "seal_visit";
        /// Send the visits.
        SendVisits = "send_visits";
        /// So many pictures are taken.
        PicturesTaken = "pictures_taken";
        /// The form is there.
        FormTaken = "form_taken";
        /// The visit is sealed.
        VisitDone = "visit_done";
        /// A moment as date and time.
        Moment = "moment";
        /// A date.
        Day = "day";
        /// What a calendar entry is called.
        CalendarTitle = "calendar_title";
    }
}

/// What is filled into the words of a screen or a label; what a text does not name is not used.
#[derive(Debug, Clone, Default)]
pub struct Facts<'a> {
    /// What this phone calls a person; empty where it calls them nothing.
    pub name: &'a str,
    /// A time as it is written in the language, or another fact that stands in a line: a number,
    /// a road, how it was shown.
    pub time: &'a str,
    /// A number of things.
    pub count: Option<u32>,
}

/// A date and a time of day as somebody's clock on the wall shows them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LocalTime {
    /// The year.
    pub year: i16,
    /// The month, 1 to 12.
    pub month: i8,
    /// The day of the month.
    pub day: i8,
    /// The hour, 0 to 23.
    pub hour: i8,
    /// The minute.
    pub minute: i8,
}

impl Guidance {
    /// The words of a screen. Its next step is optional.
    pub fn screen(&self, screen: Screen, facts: &Facts<'_>) -> Message {
        self.text(&named("screen", screen.as_str()), &facts.args())
    }

    /// What stands on a button or before a fact. Times have their own: [`Guidance::day`] and
    /// [`Guidance::moment`].
    pub fn label(&self, label: Label, facts: &Facts<'_>) -> String {
        self.value(&named("label", label.as_str()), &facts.args())
    }

    /// A date.
    pub fn day(&self, at: LocalTime) -> String {
        self.value(&named("label", Label::Day.as_str()), &at.args())
    }

    /// A date and a time of day.
    pub fn moment(&self, at: LocalTime) -> String {
        self.value(&named("label", Label::Moment.as_str()), &at.args())
    }
}

fn named(kind: &str, name: &str) -> String {
    format!("{kind}-{}", crate::message_id(name))
}

impl Facts<'_> {
    fn args(&self) -> FluentArgs<'static> {
        let mut args = FluentArgs::new();
        args.set("name", self.name.to_owned());
        // Fluent selects on a text as well: a person without a name has sentences of their own.
        args.set("named", if self.name.is_empty() { "no" } else { "yes" });
        args.set("time", self.time.to_owned());
        args.set("count", self.count.unwrap_or_default());
        args
    }
}

impl LocalTime {
    fn args(self) -> FluentArgs<'static> {
        let two_digits = |number: i8| FluentValue::from(format!("{number:02}"));
        let mut args = FluentArgs::new();
        // A text, so that no language puts marks between the digits of a year.
        args.set("year", self.year.to_string());
        // A number: a month's name is chosen by it, and a text matches no number.
        args.set("month", self.month);
        args.set("day", self.day.to_string());
        args.set("hour", two_digits(self.hour));
        args.set("minute", two_digits(self.minute));
        args
    }
}
