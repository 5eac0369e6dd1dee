### What the person reads and hears: the value is shown, .spoken is said aloud, .next is the next
### step, shown and said. One thing at a time; nobody is blamed and nobody is rushed.

-ask = Please call the office. The phone number is on your letter.
-other-road = There is also a way without the camera: at the counter, at the bank, with a form, or by video call.

## Prompts

prompt-find-face = Hold the phone in front of you, so that your face is in the oval.
    .spoken = Please hold the phone in front of you, so that your face is in the oval on the screen.
prompt-one-person = Only one person in the picture, please.
    .spoken = There is more than one face in the picture. Please let only one person look into the camera.
prompt-come-closer = Please come a little closer.
    .spoken = Please come a little closer to the camera.
prompt-move-back = Please move back a little.
    .spoken = Please move back from the camera a little.
prompt-centre = Please move into the middle.
    .spoken = Please move your face into the middle of the picture.
prompt-look-straight = Please look straight at the camera.
    .spoken = Please look straight at the camera.
prompt-more-light = A little more light, please.
    .spoken = It is a little dark. Please turn towards a window, or switch on a lamp.
prompt-less-light = Please turn away from the bright light.
    .spoken = It is very bright here. Please turn away from the bright light a little.
prompt-hold-steady = Please hold the phone still.
    .spoken = Please hold the phone still. You may rest your arms on a table.
prompt-open-eyes = Please keep your eyes open. Blinking is fine.
    .spoken = Please keep your eyes open. You may blink as you like.
prompt-press-start = All is well. Press Start when you are ready.
    .spoken = All is well. When you are ready, press Start.
prompt-keep-looking = Keep looking at the camera, just as you are.
    .spoken = Very good. Keep looking at the camera, just as you are.
prompt-little-longer = A little longer. All is well.
    .spoken = Please look a little longer. All is well.
prompt-look-done = Thank you. You can look away now.
    .spoken = Thank you. You can look away now and rest.
prompt-sending = It is being sent to the office. Please wait a moment.
    .spoken = It is being sent to the office. Please wait a moment.
prompt-welcome-back = Welcome back. Press Start when you are ready.
    .spoken = Welcome back. We begin again from the start. When you are ready, press Start.
prompt-face-light = Please turn so that the light falls on your face.
    .spoken = The light is behind you. Please turn a little, so that the window or the lamp is in front of you.
prompt-uncover-face = Please let your whole face be seen.
    .spoken = Something covers a part of your face. If you can, please take it away for a moment.
prompt-uncover-eyes = Please let your eyes be seen.
    .spoken = Your eyes are hard to see. If you wear dark glasses or a hat, please take them off for a moment. Your usual glasses can stay on.
prompt-wipe-camera = Please wipe the camera with a soft cloth.
    .spoken = The picture is not quite clear. Please wipe the camera with a soft cloth.
prompt-other-road = Take your time. There is also a way without the camera.
    .spoken = Take your time, and try again as often as you like. { -other-road }
prompt-act-come-closer = Please come a little closer, slowly.
    .spoken = Please come a little closer to the camera, slowly. If that is hard for you, press Something else.
prompt-act-turn = Please turn your head a little, to the left or to the right.
    .spoken = Please turn your head a little, to whichever side is easy. If that is hard for you, press Something else.
prompt-act-blink = Please close your eyes for a moment and open them again.
    .spoken = Please close your eyes for a moment, then open them again. If that is hard for you, press Something else.
prompt-act-open-mouth = Please open your mouth a little.
    .spoken = Please open your mouth a little, then close it again. If that is hard for you, press Something else.
prompt-act-seen = Thank you, that was seen.
    .spoken = Thank you. That was very good.

## The picture

frame-invalid = The camera gave no picture.
    .spoken = The camera gave no picture.
    .next = Please close the app and open it once more. If it stays like this: { -ask }
frame-no-face = No face can be seen yet.
    .spoken = No face can be seen yet.
    .next = Please hold the phone in front of you, so that your whole face is in the oval.
frame-several-faces = There is more than one face in the picture.
    .spoken = There is more than one face in the picture.
    .next = Please let only the person who certifies look into the camera. Others may stand beside the phone.
frame-too-far = Your face is still small in the picture.
    .spoken = Your face is still small in the picture.
    .next = Please come a little closer to the camera.
frame-too-near = Your face does not quite fit into the picture.
    .spoken = Your face does not quite fit into the picture.
    .next = Please move back from the camera a little.
frame-off-centre = Your face is at the edge of the picture.
    .spoken = Your face is at the edge of the picture.
    .next = Please move your face into the middle of the picture.
frame-turned-away = Your face is turned to the side.
    .spoken = Your face is turned to the side.
    .next = Please hold the phone in front of you and look straight at the camera.
frame-too-dark = It is a little dark here.
    .spoken = It is a little dark here.
    .next = Please turn towards a window, or switch on a lamp in front of you.
frame-too-bright = It is very bright here.
    .spoken = It is very bright here.
    .next = Please turn away from the sun or the lamp a little.
frame-blurred = The picture is not clear yet.
    .spoken = The picture is not clear yet.
    .next = Please wipe the camera with a soft cloth, and rest your arms on a table.
frame-eyes-closed = Your eyes are closed in the picture.
    .spoken = Your eyes are closed in the picture.
    .next = Please keep your eyes open. You may blink as you like.

## Pictures and videos that were handed over

media-unreadable = This picture or video cannot be opened.
    .spoken = This picture or video cannot be opened.
    .next = Please choose another one, or take a new one.
media-unsupported = A picture or video of this kind cannot be used here.
    .spoken = A picture or video of this kind cannot be used here.
    .next = Please take a new one with the phone's own camera, and choose that.
media-too-large = This picture or video is larger than can be used here.
    .spoken = This picture or video is larger than can be used here.
    .next = Please choose a smaller picture, or a shorter video.

## The app's own parts

model-missing = A part of this app is not there.
    .spoken = A part of this app is not there.
    .next = Please ask someone you trust to install the app once more. { -other-road }
model-altered = A part of this app was changed, so it rests for your safety.
    .spoken = A part of this app was changed. For your safety it is not used.
    .next = Please ask someone you trust to install the app once more. { -other-road }
model-failed = The app cannot look at pictures at the moment.
    .spoken = The app cannot look at pictures at the moment.
    .next = Please close the app and open it once more. { -other-road }
model-runtime-missing = A part of this app is not there.
    .spoken = A part of this app is not there.
    .next = Please ask someone you trust to install the app once more. { -other-road }

## What was seen

evidence-insufficient = We could not see you well enough this time.
    .spoken = We could not see you well enough this time.
    .next = Please sit facing a window or a lamp, then press Start once more. Take your time.
liveness-not-shown = This time it could not be confirmed.
    .spoken = This time it could not be confirmed.
    .next = Please sit where the light is even, look into the camera yourself, and press Start once more. { -other-road }
match-not-same-person = This time it could not be confirmed that it is you.
    .spoken = This time it could not be confirmed that it is you.
    .next = Please check that your own name was chosen, then press Start once more. { -other-road }
match-uncertain = A person at the office will have a look.
    .spoken = A person at the office will have a look.
    .next = You need not do anything more. If you would like to ask, the phone number is on your letter.
verify-not-confirmed = This time it could not be confirmed.
    .spoken = This time it could not be confirmed.
    .next = Please check that your own name was chosen, sit where the light is even, and press Start once more. { -other-road }

enrolment-missing = The office has no picture of you yet.
    .spoken = The office has no picture of you yet.
    .next = Please take your identity card to the office once. If you cannot go: call the number on your letter, and someone visits you.
enrolment-poor = These pictures are not clear enough yet.
    .spoken = These pictures are not clear enough yet.
    .next = Please take a few new pictures: facing the light, looking straight at the camera, without a hat.
enrolment-too-few = A few more pictures are needed.
    .spoken = A few more pictures are needed.
    .next = Please take at least three, each a little different: once straight, once turned a little to the left, once a little to the right.
enrolment-repeated = This picture shows the same as another one.
    .spoken = This picture shows the same as another one.
    .next = Please take another one with the head turned a little, or a little nearer.

## The office's question to the phone

challenge-expired = The time for this try has passed. That is all right.
    .spoken = The time for this try has passed. That is all right.
    .next = When you are ready, press Start, and you have fresh time.
challenge-unknown = This try did not begin at your office.
    .spoken = This try did not begin at your office.
    .next = Please go back to the first page and press Start once more. If it stays like this: { -ask }
challenge-used = This try has been used before.
    .spoken = This try has been used before.
    .next = Please go back to the first page. If no receipt is there, press Start once more.
challenge-limit = Earlier tries are still waiting to be sent.
    .spoken = Earlier tries are still waiting to be sent.
    .next = Please open the app where the phone has a network. What is waiting is then sent by itself.
challenge-out-of-order = An earlier try comes first.
    .spoken = An earlier try comes first.
    .next = Please open the app where the phone has a network, and let it send what is waiting.

## What the phone sent

claim-malformed = What was sent could not be read at the office.
    .spoken = What was sent could not be read at the office.
    .next = Please press Start once more. If it stays like this: { -ask }
claim-version = This app is from an earlier time than the office's.
    .spoken = This app is from an earlier time than the one at the office.
    .next = Please ask someone you trust to update the app. { -other-road }
claim-signature = The office could not see that this came from your phone.
    .spoken = The office could not see that this came from your phone.
    .next = Please press Start once more. If it stays like this: { -ask }
claim-audience = This was meant for another office.
    .spoken = This was meant for another office.
    .next = Please open the app with the letter of your own office. If you are not sure: { -ask }
claim-replayed = The office has received this before.
    .spoken = The office has received this before.
    .next = Please go back to the first page. If no receipt is there, press Start once more.
claim-evidence = The pictures did not arrive complete.
    .spoken = The pictures did not arrive complete.
    .next = Please press Start and look into the camera once more.
claim-contradiction = A person at the office will have a closer look.
    .spoken = A person at the office will have a closer look.
    .next = You need not do anything more. If you would like to ask, the phone number is on your letter.
claim-model = This app does not fit the office's any more.
    .spoken = This app does not fit the one at the office any more.
    .next = Please ask someone you trust to update the app. { -other-road }

## The phone

device-not-bound = This phone does not know you yet.
    .spoken = This phone does not know you yet.
    .next = Please take the letter from the office, and type in the code that is printed on it.
device-pending = This phone waits to be let in.
    .spoken = This phone waits to be let in.
    .next = Please open the app on your old phone and say yes there. Without the old phone: call the number on your letter.
device-revoked = This phone is no longer linked with you.
    .spoken = This phone is no longer linked with you.
    .next = Please call the office and ask for a new letter. The phone number is on the letter you have.
device-full = This phone already looks after five people.
    .spoken = This phone already looks after five people. It cannot take one more.
    .next = Please use another phone, or ask the office: a clerk will help. The phone number is on the letter.
access-not-recognised = The office does not know this phone or this code.
    .spoken = The office does not know this phone or this code.
    .next = Please compare the code with the newest letter from the office, and type it in once more. If it stays like this: { -ask }

## The letter

code-mistyped = The code does not match yet.
    .spoken = The code does not match yet.
    .next = Please compare it with the letter, group by group. There are four groups of four. Take your time.
code-invalid = This code is not in use any more.
    .spoken = This code is not in use any more.
    .next = Please see whether there is a newer letter. If not, call the number on your letter and ask for one.
code-void = This code was locked to protect you.
    .spoken = This code was locked to protect you.
    .next = Please call the office and ask for a new letter. The phone number is on the letter you have.

## Time, rest, a person

case-window-closed = It is not the time to certify at the moment.
    .spoken = It is not the time to certify at the moment.
    .next = There is nothing you need to do now. If you call the number on your letter, they tell you from when you can certify.
attempts-pause = Let us take a short rest.
    .spoken = Let us take a short rest.
    .next =
        { $unit ->
            [seconds] Please rest for { $count } seconds, then press Start.
            [minutes] Please rest for { $count } minutes, then press Start.
           *[unknown] Please rest for a few minutes, then press Start.
        } { -other-road }
review-required = A person at the office will have a look.
    .spoken = A person at the office will have a look.
    .next = You need not do anything more. If you would like to ask, the phone number is on your letter.
review-second-person = A second person has to agree to this.
    .spoken = A second person at the office has to agree to this.
    .next = Please ask a colleague who may decide to look at it, too.

## Requests

request-malformed = The office could not understand what the app asked.
    .spoken = The office could not understand what the app asked.
    .next = Please close the app and open it once more. If it stays like this: { -ask }
request-unauthorised = The office would like to know who is asking.
    .spoken = The office would like to know who is asking.
    .next = Please close the app, open it and begin once more. If you work at the office, sign in again.
request-not-found = The office has nothing under this name.
    .spoken = The office has nothing under this name.
    .next = Please go back to the first page and choose once more. If it stays like this: { -ask }
request-too-large = This is more than can be sent in one go.
    .spoken = This is more than can be sent in one go.
    .next = Please choose fewer or smaller pictures, and send them once more.
request-rate-limited = Many requests are coming in at the moment.
    .spoken = Many requests are coming in at the moment.
    .next =
        { $unit ->
            [seconds] Please wait { $count } seconds, then try once more.
            [minutes] Please wait { $count } minutes, then try once more.
           *[unknown] Please wait a few minutes, then try once more.
        }

## The way to the office

server-unreachable = The office cannot be reached at the moment.
    .spoken = The office cannot be reached at the moment.
    .next = Please see whether the phone has a network, then try once more in a few minutes. { -other-road }
server-busy = The office's computer has much to do at the moment.
    .spoken = The computer at the office has much to do at the moment.
    .next = Please try once more in a few minutes.
server-internal = Something is not right at the office. It is not your doing.
    .spoken = Something is not right at the office. It is not your doing.
    .next = Please try once more in an hour. { -other-road }
server-untrusted = The answer did not come from your office.
    .spoken = The answer did not come from your office.
    .next = Please do not go on here. Try once more at home, with your own network, or call the number on your letter.

## The phone's surroundings

clock-wrong = The phone's clock differs from the office's.
    .spoken = The clock of this phone differs from the one at the office.
    .next = Please ask someone you trust to let the phone set its date and time by itself. Then press Start.
storage-full = There is no room left on this phone.
    .spoken = There is no room left on this phone.
    .next = Please ask someone you trust to clear away old videos. Then press Start.
storage-unreadable = What was kept on this phone cannot be read.
    .spoken = What was kept on this phone cannot be read.
    .next = Please call the office and ask for a new letter. The phone number is on the letter you have.
key-unavailable = This phone cannot sign for you at the moment.
    .spoken = This phone cannot sign for you at the moment.
    .next = Please switch the phone off and on, then press Start once more. { -other-road }
key-cancelled = You did not say yes, so nothing was sent.
    .spoken = You did not say yes, so nothing was sent. That is all right.
    .next = When you are ready, press Start, and say yes when the phone asks you.

session-cancelled = You stopped. Nothing was sent.
    .spoken = You stopped. Nothing was sent. That is all right.
    .next = Press Start whenever you like. { -other-road }
session-expired = The time for this try has passed. That is all right.
    .spoken = The time for this try has passed. That is all right.
    .next = When you are ready, press Start, and you have fresh time.
policy-invalid = The office asks for something that this app does not do.
    .spoken = The office asks for something that this app does not do.
    .next = For your safety the app stops here. { -ask }

## Receipts

receipt-invalid = This is not a receipt of the office.
    .spoken = This is not a receipt of the office.
    .next = Please do not rely on it. Ask for the original, or ask the office that it names.
receipt-expired = This receipt is genuine, and its time has passed.
    .spoken = This receipt is genuine, and its time has passed.
    .next = Please certify once more. The receipt that follows takes its place.

## The clerk's list

roster-bad-id = The identity number on this line does not fit.
    .spoken = The identity number on this line does not fit.
    .next = Please compare it with the card, correct the line and import the list again. Nothing was imported yet.
roster-duplicate = This person stands in the list twice.
    .spoken = This person stands in the list twice.
    .next = Please keep one of the two lines and import the list again. Nothing was imported yet.
roster-encoding = The characters of this list cannot be read.
    .spoken = The characters of this list cannot be read.
    .next = Please save the list as CSV with UTF-8 text and import it again. Nothing was imported yet.
roster-bad-line = This line is not complete, or a field does not fit.
    .spoken = This line is not complete, or a field does not fit.
    .next = Please correct the line and import the list again. Nothing was imported yet.

## How it ended

outcome-accepted = You are certified. Thank you.
    .spoken = You are certified. Thank you very much.
    .next = The receipt is kept here. There is nothing more to do.
outcome-referred = A person at the office will have a look.
    .spoken = A person at the office will have a look.
    .next = You need not start over. If you would like to ask, the phone number is on your letter.
outcome-refused = This time it could not be confirmed.
    .spoken = This time it could not be confirmed. That can happen to anyone.
    .next = You may call the number on your letter. { -other-road }
outcome-queued = It is kept on this phone. It counts once the office has it.
    .spoken = It is kept on this phone. It counts once the office has it.
    .next = Please open the app where the phone has a network. Then it is sent by itself, and the receipt comes.
outcome-stopped = It has stopped. Nothing was sent.
    .spoken = It has stopped. Nothing was sent. That is all right.
    .next = Press Start whenever you like. { -other-road }
