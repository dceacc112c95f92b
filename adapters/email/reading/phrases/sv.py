"""Swedish. Data only."""

from adapters.email.reading.phrases.entry import Phrases

# fmt: off
PHRASES = Phrases(
    wrote=("skrev", "skriver"),
    on=("den ", "på "),
    sender=("från",),
    sent=("skickat", "datum", "skickat den"),
    to=("till", "kopia", "cc", "svara till"),
    subject=("ämne",),
    original=("ursprungligt meddelande", "originalmeddelande", "ursprungligt mail"),
    forwarded=("vidarebefordrat meddelande", "vidarebefordrat brev", "börja vidarebefordrat meddelande"),
    mobile=(
        "skickat från min *", "skickat från mitt *", "skickat från *", "skickat med *",
        "hämta outlook för *", "skaffa outlook för *", "skickades från min *", "skickat via *",
    ),
    above=("svara ovanför denna rad", "ovanför denna rad", "ovanför den här raden"),
    below=("se nedan", "svar nedan", "i rött", "mina svar", "nedan i"),
    legal=(
        "detta meddelande", "detta e-postmeddelande", "denna e-post", "informationen i detta",
        "det här meddelandet", "tänk på miljön",
    ),
    away=(
        "autosvar", "automatiskt svar", "frånvaro", "frånvarande", "frånvaromeddelande", "ej på kontoret",
        "automatiskt frånvarosvar",
    ),
    absent=(
        "jag är frånvarande", "är jag frånvarande", "på semester", "jag har semester", "inte på kontoret",
        "tjänstledig", "åter den", "tillbaka den", "är åter", "åter på kontoret",
    ),
    undelivered=(
        "kunde inte levereras", "ej levererat", "inte levererat", "leveransfel", "kan inte levereras",
        "olevererat", "leverans misslyckades", "går inte att leverera", "gick inte att leverera",
        "misslyckad leverans",
    ),
    common=(
        "och att det är inte en ett vi jag som på för med av till har den de om men när kan från vår "
        "våra sedan efter så ni er var hos här kommer tack hej också fungerar nu "
        "igår kunna allt god nu oss mig finns bara sen kunde vill era"
    ),
)
