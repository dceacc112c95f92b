"""Dutch. Data only."""

from adapters.email.reading.phrases.entry import Phrases

# fmt: off
PHRASES = Phrases(
    wrote=("schreef", "geschreven", "schrijft"),
    on=("op ",),
    sender=("van",),
    sent=("verzonden", "datum", "verstuurd"),
    to=("aan", "cc", "antwoord aan"),
    subject=("onderwerp",),
    original=("oorspronkelijk bericht", "origineel bericht", "oorspronkelijke bericht"),
    forwarded=("doorgestuurd bericht", "begin doorgestuurd bericht", "doorgestuurde e-mail"),
    mobile=(
        "verstuurd vanaf mijn *", "verzonden vanaf mijn *", "verzonden met *", "verzonden vanaf *",
        "verstuurd vanaf *", "verstuurd met *", "verzonden via *", "outlook voor * downloaden",
        "download outlook voor *", "outlook voor * ophalen",
    ),
    above=("antwoord boven deze regel", "boven deze regel", "boven deze lijn"),
    below=("zie onder", "zie hieronder", "antwoorden hieronder", "in het rood", "hieronder mijn"),
    legal=(
        "dit bericht en", "deze e-mail en", "dit e-mailbericht", "de informatie in dit", "deze e-mail is",
        "dit bericht is", "de informatie verzonden", "de inhoud van dit", "denk aan het milieu",
    ),
    away=(
        "automatisch antwoord", "afwezigheid", "afwezig", "afwezigheidsbericht", "niet aanwezig",
        "automatische reactie",
    ),
    absent=(
        "ik ben afwezig", "ben ik afwezig", "niet op kantoor", "met vakantie", "op vakantie",
        "weer bereikbaar", "met verlof", "weer aanwezig", "momenteel afwezig",
    ),
    undelivered=(
        "onbestelbaar", "niet bezorgd", "niet afgeleverd", "kan niet worden bezorgd", "bezorging mislukt",
        "aflevering mislukt", "niet bestelbaar", "niet verzonden", "afleveringsstatus",
    ),
    common=(
        "de het een en is niet van wij we ik u dat dit met voor op te zijn er naar bij ook maar als "
        "sinds wanneer hebben heeft kan geen nog onze ons wel aan om deze werkt graag worden "
        "gisteren kunt kunnen alles goedemiddag beste nu door wij zit al uw"
    ),
)
