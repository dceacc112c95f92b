"""English. Data only."""

from adapters.email.reading.phrases.entry import Phrases

# fmt: off
PHRASES = Phrases(
    wrote=("wrote", "writes"),
    on=("on ", "at "),
    sender=("from",),
    sent=("sent", "date", "sent at", "date sent"),
    to=("to", "cc", "bcc", "reply to", "reply-to"),
    subject=("subject",),
    original=(
        "original message", "original mail", "original email", "original appointment", "replied message",
        "reply message",
    ),
    forwarded=("forwarded message", "begin forwarded message", "forwarded email"),
    mobile=(
        "sent from my *", "sent from *", "sent via *", "sent with *", "get outlook for *", "sent using *",
    ),
    above=(
        "reply above this line", "type your reply above", "write above this line",
        "please do not write below this line",
    ),
    below=(
        "see below", "answers below", "answered below", "comments below", "replies below", "reply below",
        "my answers in", "answers inline", "comments inline", "see inline", "reply inline", "inline below",
        "answered inline", "in red", "in blue", "fyi", "forwarding",
    ),
    legal=(
        "confidentiality notice", "disclaimer", "legal notice", "legal disclaimer", "this email and any",
        "this e-mail and any", "this message and any", "this email is confidential",
        "this e-mail is confidential", "this message is confidential", "this email contains confidential",
        "this e-mail contains confidential", "this message contains confidential",
        "the information contained in this", "the information in this e", "this email is intended",
        "this e-mail is intended", "this message is intended", "this communication is intended",
        "please consider the environment",
    ),
    away=(
        "automatic reply", "auto reply", "auto-reply", "autoreply", "out of office", "out of the office",
        "out-of-office", "auto response", "auto-response", "automatic response", "autoresponse",
        "out of office reply", "out of office autoreply", "vacation reply", "away from my mail",
        "automated reply", "on vacation",
    ),
    absent=(
        "i am out of", "i'm out of", "i will be out of", "am currently out of", "currently away",
        "on vacation", "annual leave", "on holiday until", "on leave", "am away", "be away",
        "limited access to", "will be back", "be back on", "return on", "returning on",
        "back in the office", "return to the office", "no longer with", "respond to your email as soon as",
        "thank you for your message. i",
    ),
    undelivered=(
        "undeliver", "delivery status notification", "delivery failure", "delivery failed",
        "delivery has failed", "delivery fail", "returned mail", "returned to sender", "failure notice",
        "mail delivery", "delivery notification", "delivery report", "non-delivery", "nondeliverable",
        "delivery delayed", "delayed mail", "delivery problem", "message status", "delivery error",
        "not delivered", "could not be delivered", "could not send message", "message delayed",
        "returned message", "mail failure", "mail system error", "unable to deliver", "failed delivery",
        "delivery unsuccessful", "warning: message", "rejected mail", "bounced", "unknown user",
        "user unknown", "delivery warning", "message you sent blocked", "permanent delivery",
    ),
    common=(
        "the and is not of to it we are have has this that with for you your our i was be can can't does "
        "don't doesn't after when but please since they there what how on in my no from at still "
        "yesterday would could please hello thanks all any not if you'd i'm it's now just"
    ),
)
