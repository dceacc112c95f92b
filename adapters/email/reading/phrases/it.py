"""Italian. Data only."""

from adapters.email.reading.phrases.entry import Phrases

# fmt: off
PHRASES = Phrases(
    wrote=("ha scritto", "scrive", "scritto"),
    on=("il ", "in data ", "il giorno "),
    sender=("da",),
    sent=("inviato", "data", "inviato il"),
    to=("a", "cc", "per conoscenza"),
    subject=("oggetto",),
    original=("messaggio originale", "messaggio originario", "messaggio originale inoltrato"),
    forwarded=("messaggio inoltrato", "inizio messaggio inoltrato", "forwarded message"),
    mobile=(
        "inviato da *", "inviato dal mio *", "inviato con *", "inviato tramite *", "ottieni outlook per *",
        "scarica outlook per *", "inviato dal *",
    ),
    above=("rispondere sopra questa riga", "sopra questa riga", "sopra questa linea"),
    below=("vedi sotto", "risposte sotto", "rispondo sotto", "in rosso", "vedi di seguito"),
    legal=(
        "questo messaggio e", "questa e-mail e", "il presente messaggio", "la presente e-mail",
        "le informazioni contenute", "avviso di riservatezza", "ai sensi del", "prima di stampare",
    ),
    away=(
        "risposta automatica", "fuori sede", "fuori ufficio", "messaggio di assenza",
        "risponditore automatico",
    ),
    absent=(
        "sono fuori", "sarò fuori", "in ferie", "sono assente", "sarò assente", "al mio rientro",
        "sarò di ritorno", "rientrerò",
    ),
    undelivered=(
        "non recapitabile", "mancato recapito", "non recapitato", "impossibile recapitare",
        "errore di consegna", "non consegnato", "consegna fallita", "notifica di mancata consegna",
        "mancata consegna", "recapito non riuscito",
    ),
    common=(
        "il lo la i gli le che e non è in un una con per di del della dei si ci ma dal quando abbiamo "
        "sono nostro nostra più anche da al alla questo questa ho hai ha funziona ciao grazie come "
        "ieri favore potete può anche tutto buongiorno siamo abbiamo ora nel nella alle per"
    ),
)
