### What stands on a printed receipt.

title = Proof of life
lead = The office has confirmed that this person was alive at the time below, and has signed it.
agency = Office
person = Person's number
alive-from = Alive between
alive-to = and
until = Counts until
shown-by = Shown by
assurance = Device
receipt = Receipt
log-index = Place in the public log
log-none = not on this copy
code = The pattern holds the whole receipt with the office's signature. The paper alone proves nothing: what counts is what a check of the pattern finds.
check = To check it without a network: scan the pattern, save its text in a file, and call
no-name = No name stands here, and nobody can find one out from it.
with-salt = Made for somebody who sees the card: with the card, this copy shows whose receipt it is. Please give it to nobody else.

modality-face = face
modality-fingerprint = fingerprint
modality-finger-vein = veins of the finger
modality-in-person = seen in person by a clerk
modality-form = a stamped form
modality-data-match = a record of another office
modality-video-call = a video call with a clerk

assurance-none = unknown
assurance-software = key in software
assurance-tee = key in secure hardware
assurance-strongbox = key in a security chip
assurance-app-attest = confirmed by its maker
