### The words of the screens: the value is the title in large print, .spoken is the same said aloud,
### .next is what to do or what is good to know, shown and said after it. Labels stand on buttons or
### before a fact. One thing at a time; nobody is blamed and nobody is rushed.

## Screens: the beginning

screen-language = Which language would you like?
    .spoken = Please choose your language.
    .next = You can change it later in the settings.
screen-welcome = Your yearly proof of life, from home
    .spoken = Welcome. Here you give your yearly proof of life, from home.
    .next = Please have the letter from the pension office at hand. You can stop at any time.
screen-for-whom = Who is it for?
    .spoken = Please choose who it is for: yourself, or somebody else.
    .next = One phone can serve up to five people.
screen-relation = Who are you helping?
    .spoken = Please choose who it is that you are helping.
    .next = Please sit beside them. It is they who look into the camera, and they who say yes.
screen-letter = Please take the letter.
    .spoken = Please take the letter from the office.
    .next = You can photograph the square pattern on it, or type the code: four groups of four.
screen-no-letter = No letter? That is all right.
    .spoken = There is no letter yet, and that is all right.
    .next = Please ask the office for a letter. Your family may ask, too. { -other-road }
screen-letter-scan = Hold the phone over the square pattern.
    .spoken = Please hold the phone over the letter, so that the square pattern is in the picture.
    .next = Lay the letter flat, in good light. The pattern is then read by itself.
screen-office-address = The office's internet address
    .spoken = Please type the internet address of the office.
    .next = If you photograph the pattern on the letter, you need not type it. If you do not know it: { -ask }
screen-letter-code = The code on the letter
    .spoken = Please type the code on the letter: four groups of four.
    .next = Capital and small letters are both fine. Take your time.
screen-ready = Please sit facing a window or a lamp.
    .spoken = Please sit facing a window or a lamp, and hold the phone in front of you.
    .next =
        { $named ->
            [yes] This is for { $name }. The camera opens when you say so. Nothing begins before you press Start.
           *[no] The camera opens when you say so. Nothing begins before you press Start.
        }

## Screens: the camera

screen-look = Please look into the camera.
    .spoken = Please look into the camera.
screen-camera-denied = This app may not use the camera yet.
    .spoken = This app may not use the camera yet.
    .next = You can allow it in the phone's settings, or ask someone you trust. { -other-road }
screen-camera-missing = No camera was found here.
    .spoken = No camera was found here.
    .next = You can use another phone that has one. { -other-road }
screen-camera-lost = The camera has stopped.
    .spoken = The camera has stopped. That is all right.
    .next = Please close other apps that use the camera, then try once more. { -other-road }
screen-working = One moment, please.
    .spoken = One moment, please. You need not press anything.
screen-practice-done = That was all. Nothing was sent.
    .spoken = That was all there is to it. Nothing was sent.
    .next = You can practise as often as you like. With the letter at hand, you can begin.
screen-waiting = This phone waits to be let in.
    .spoken = This phone waits to be let in.
    .next = Please open the app on your old phone and say yes there. Without the old phone: call the number on your letter.

## Screens: consent, name, result

screen-consent = Please read this, or listen.
    .spoken = Please read this in peace, or listen to it.
    .next = You may say no to each point. There is a way without the face, and it counts the same.
screen-consent-helper = May your family help you?
    .spoken = Your family may help you with their phone, if you agree.
    .next = You may say no, and certify all the same.
screen-consent-numbers = May the numbers of your face go to the office?
    .spoken = The numbers that the phone makes of your face go to the office and are compared there, if you agree.
    .next = You may say no, and certify all the same.
screen-consent-pictures = May a few pictures go to the office?
    .spoken = Up to five pictures of a look go to the office, if you agree.
    .next = You may say no, and certify all the same.
screen-consent-keeping = May the office keep them for a time?
    .spoken = The office keeps the numbers and the pictures under seal for at most 180 days, if you agree. Then they are erased.
    .next = You may say no, and certify all the same.
screen-consent-refused = You said no. That is all right.
    .spoken = You said no, and that is all right.
    .next = Your pension does not depend on it. { -other-road }
screen-name-person = Which name shall this phone use?
    .spoken = Please type a name for this phone to use: your own, or that of the person you help.
    .next = The name stays on this phone. A pet name is fine, too.
screen-result = How it ended
    .spoken = This is how it ended.
screen-trouble = It did not go through yet.
    .spoken = It did not go through yet. That is all right.

## Screens: the people on this phone

screen-people = The people on this phone
    .spoken = These are the people on this phone.
    .next = Choose a name to see how things stand.
screen-person =
    { $named ->
        [yes] { $name }
       *[no] Proof of life
    }
    .spoken =
        { $named ->
            [yes] This is the page of { $name }.
           *[no] This is the page for the proof of life.
        }
    .next = Here you see how things stand, and what you can do. Take your time.
screen-more =
    { $named ->
        [yes] More for { $name }
       *[no] What else you can do
    }
    .spoken =
        { $named ->
            [yes] Here is what else you can do for { $name }.
           *[no] Here is what else you can do.
        }
    .next = You can look at everything. Looking changes nothing.
screen-receipts =
    { $named ->
        [yes] The receipts of { $name }
       *[no] The receipts
    }
    .spoken =
        { $named ->
            [yes] Here are the receipts of { $name }.
           *[no] Here are the receipts.
        }
    .next = Receipts are kept on this phone. You need not do anything with them.
screen-receipt =
    { $named ->
        [yes] The receipt of { $name }
       *[no] The receipt
    }
    .spoken =
        { $named ->
            [yes] This is the receipt of { $name }.
           *[no] This is the receipt.
        }
    .next = You can share it or print it. Anyone can check it, without a network, too.
screen-history = What is on record at the office
    .spoken =
        { $named ->
            [yes] This is what is on record at the office for { $name }.
           *[no] This is what is on record at the office.
        }
    .next = If something looks strange to you: { -ask }

## Screens: roads without the face, reminders

screen-other-road = Other ways count just the same.
    .spoken = There are other ways, and they count just the same.
    .next = At the counter, at the bank, with a form, by video call, or by a visit at home. Tell the office which you would like.
screen-other-road-asked = The office knows.
    .spoken = Thank you. The office knows.
    .next = Someone will get in touch with you. If you would like to ask, the phone number is on your letter.
screen-call = Call the office
    .spoken = You can call the office. Someone there will help you.
    .next = The phone number is on your letter, too. Please have the letter at hand when you call.
screen-reminder = Would you like a reminder?
    .spoken = This phone can remind you in good time.
    .next = It can be a notification on this phone, or an entry in your calendar.
screen-reminder-set = The reminder is set.
    .spoken = The reminder is set.
    .next = The phone will think of it. You need not keep it in mind.

## Screens: another phone, what waits, the place

screen-other-phone =
    { $named ->
        [yes] Another phone asks to be let in for { $name }. Is it yours?
       *[no] Another phone asks to be let in. Is it yours?
    }
    .spoken =
        { $named ->
            [yes] Another phone asks to be let in for { $name }. Please choose whether it is yours.
           *[no] Another phone asks to be let in. Please choose whether it is yours.
        }
    .next = If you do not know it, say no. It then stays outside, and nothing changes for you.
screen-other-phone-done = It is done as you said.
    .spoken = Thank you. It is done as you said.
    .next = If you think differently later: { -ask }
screen-unsent = Waiting to be sent
    .spoken = This is still waiting to be sent to the office.
    .next = It is safe on this phone, and it counts once the office has it. With a network you can send it now.
screen-sent = The office has everything.
    .spoken = Nothing is waiting any more. The office has everything.
    .next = On the first page you see how things stand.
screen-place =
    { $named ->
        [yes] Is { $name } at home or abroad?
       *[no] At home or abroad?
    }
    .spoken =
        { $named ->
            [yes] Please choose whether { $name } is in the home country or abroad.
           *[no] Please choose: in the home country, or abroad.
        }
    .next = Dates are then shown in the local time. A phone number from the home country is not needed.

## Screens: taking back, erasing

screen-withdraw =
    { $named ->
        [yes] Take back the consent of { $name }?
       *[no] Take back the consent?
    }
    .spoken =
        { $named ->
            [yes] You can take back the consent of { $name }.
           *[no] You can take back the consent.
        }
    .next = What was kept under it is then erased at the office. You can go on certifying.
screen-withdrawn = The consent is taken back.
    .spoken = The consent is taken back.
    .next = What was kept under it is erased at the office. You can go on certifying.
screen-erase = What shall be erased?
    .spoken = Please choose what is to be erased.
    .next = Nothing is erased before you have confirmed it. You can also leave everything as it is.
screen-erase-here =
    { $named ->
        [yes] Shall this phone forget { $name }?
       *[no] Shall this phone forget this person?
    }
    .spoken =
        { $named ->
            [yes] If you confirm it, this phone forgets { $name }.
           *[no] If you confirm it, this phone forgets this person.
        }
    .next = The office keeps what it has. To come back, a new letter is needed.
screen-erase-everywhere =
    { $named ->
        [yes] Shall the office erase the face of { $name }, too?
       *[no] Shall the office erase the face, too?
    }
    .spoken =
        { $named ->
            [yes] If you confirm it, the office erases the face of { $name }, and all phones are shut out.
           *[no] If you confirm it, the office erases the face, and all phones are shut out.
        }
    .next = The face is then not used any more. { -other-road }
screen-erased = It is erased.
    .spoken = It is erased.
    .next = There is nothing more to do. { -other-road }

## Screens: settings

screen-settings = Settings
    .spoken = Here you can set the app as it suits you.
    .next = You may try everything. It can always be changed back.
screen-text-size = How large shall the print be?
    .spoken = Please choose how large the print shall be.
    .next = Take the one that you can read with ease.
screen-speech-rate = How shall the phone speak?
    .spoken = Please choose how the phone shall speak.
    .next = Whatever it says stands on the screen, too.
screen-appearance = Light or dark?
    .spoken = Please choose a light or a dark screen.
    .next = Take the one that is kind to your eyes.
screen-vibration = Shall the phone vibrate?
    .spoken = Please choose whether the phone shall vibrate.
    .next = It then trembles briefly when something has changed. That helps when it is hard to hear.

## Screens: a clerk on the way

screen-staff-name = Your name at the office
    .spoken = Please type your name as the office has it.
    .next = This is for people who work at the office. If you came here by chance, press Back.
screen-staff-password = Your password
    .spoken = Please type your password.
screen-staff-code = Your six-digit code
    .spoken = Please type the six digits of your second factor.
screen-staff-pin-new = Choose six digits.
    .spoken = Please choose six digits for this phone.
    .next = They unlock the list on this phone for 12 hours.
screen-staff-pin = Your six digits
    .spoken = Please type the six digits that you chose for this phone.
screen-visits = Today's visits
    .spoken = These are the visits of today.
    .next = Choose a name to begin.
screen-visit =
    { $named ->
        [yes] Visit to { $name }
       *[no] Visit
    }
    .spoken =
        { $named ->
            [yes] This is the visit to { $name }.
           *[no] This is the visit.
        }
    .next = First photograph the face, then the signed form. Seal the visit at the end.
screen-visit-face = Keep the face in the oval.
    .spoken = Please hold the phone so that the face is in the oval.
    .next = Several pictures are taken. Please let the person sit facing the light.
screen-visit-form = Photograph the signed form.
    .spoken = Please photograph the signed form.
    .next = Lay it flat in good light, with the whole sheet in the picture.
screen-visit-sealed = The visit is sealed.
    .spoken = The visit is sealed on this phone.
    .next = Nobody can look into it. Please send it within seven days, where there is a network.
screen-visits-sent = How the sending went
    .spoken = This is how the sending went.
    .next = What was not sent stays sealed on this phone. It can be sent later.

## Labels: from page to page

label-back = Back
label-home = To the first page
label-say-again = Say it again
label-next = Go on
label-done = Done
label-skip = Not now
label-try-again = Try once more
label-have-letter = I have the letter
label-practise = Try it out first
label-at-office = I work at the office
label-settings = Settings
label-for-myself = For myself
label-for-other = For somebody else
label-scan-letter = Photograph the pattern
label-type-code = Type the code
label-no-letter = I have no letter
label-open-camera = Open the camera
label-other-camera = Use the other camera
label-start = Start
label-stop = Stop
label-something-else = Something else
label-open-system-settings = Open the phone's settings
label-other-way = Choose another way
label-call-office = Call the office
label-agree = I agree
label-disagree = I do not agree

## Labels: for a person

label-certify =
    { $named ->
        [yes] Certify { $name } now
       *[no] Certify now
    }
label-add-person = Add a person
label-more = See more
label-receipt = See the receipt
label-receipts = See all receipts
label-share = Share
label-print = Print
label-history = See what is on record
label-remind = Remind me
label-notify = Notify me on this phone
label-calendar = Put it in the calendar
label-rename = Change the name
label-place = At home or abroad
label-place-home = At home
label-place-abroad = Abroad
label-consent = Read what I agree to
label-withdraw = Take back the consent
label-erase = Choose what to erase
label-erase-here = Erase on this phone only
label-erase-everywhere = Erase at the office, too
label-keep = Leave it as it is
label-phone-mine = Yes, it is mine
label-phone-strange = No, I do not know it
label-phone-asks = Another phone asks
label-send-now = Send it now
label-look-again = See if there is an answer

## Labels: settings

label-language = Language
label-text-size = Size of the print
label-text-large = Large
label-text-larger = Larger
label-text-largest = Largest
label-speech-rate = Speech
label-speech-slow = Slowly
label-speech-usual = As usual
label-speech-fast = Faster
label-speech-off = Do not speak
label-appearance = Light or dark
label-appearance-system = As the phone is
label-appearance-light = Light
label-appearance-dark = Dark
label-vibration = Vibration
label-yes = Yes
label-no = No

## Labels: roads without the face, who is helped

label-road-counter = At the counter
label-road-bank = At the bank
label-road-form = With a form
label-road-video-call = By video call
label-road-visit = By a visit at home
label-relation-parent = My mother or father
label-relation-spouse = My wife or husband
label-relation-other-family = Another relative
label-relation-neighbour = A neighbour
label-relation-other = Somebody else

## Labels: lines

label-unnamed = Person { $count }
label-counts-until = Counts until { $time }
label-due-by = Please certify by { $time }
label-opens-at = You can certify from { $time }
label-under-review = Somebody at the office is looking at it
label-road-asked = Another way is asked for: { $time }
label-unsent =
    { $count ->
        [0] Nothing is waiting to be sent
        [one] One is waiting to be sent
       *[other] { $count } are waiting to be sent
    }
label-alive-between = Alive between { $time }
label-shown-by = Shown by { $time }
label-receipt-number = Receipt number: { $time }
label-phone-number = Phone number: { $time }
label-nothing-yet = There is nothing here yet

## Labels: a clerk on the way

label-take-picture = Take the picture
label-sign-in = Sign in
label-sign-out = Sign out
label-model-face = Photograph the face
label-photograph-form = Photograph the form
label-seal-visit = Seal the visit
label-send-visits = Send the visits
label-pictures-taken =
    { $count ->
        [0] No picture is taken yet
        [one] One picture is taken
       *[other] { $count } pictures are taken
    }
label-form-taken = The form is photographed
label-visit-done = The visit is sealed

## Labels: times

label-moment = { label-day }, { $hour }:{ $minute }
label-day =
    { $day } { $month ->
        [1] January
        [2] February
        [3] March
        [4] April
        [5] May
        [6] June
        [7] July
        [8] August
        [9] September
        [10] October
        [11] November
       *[12] December
    } { $year }
label-calendar-title =
    { $named ->
        [yes] Proof of life for { $name }
       *[no] Proof of life for the pension
    }
