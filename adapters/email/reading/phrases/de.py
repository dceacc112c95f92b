"""German. Data only."""

from adapters.email.reading.phrases.entry import Phrases

# fmt: off
PHRASES = Phrases(
    wrote=("schrieb", "geschrieben", "schreibt"),
    on=("am ",),
    sender=("von",),
    sent=("gesendet", "datum", "gesendet am"),
    to=("an", "kopie", "cc", "antwort an"),
    subject=("betreff",),
    original=(
        "ursprüngliche nachricht", "originalnachricht", "original-nachricht", "original nachricht",
        "ursprüngliche e-mail", "originale nachricht",
    ),
    forwarded=(
        "weitergeleitete nachricht", "anfang der weitergeleiteten nachricht",
        "anfang der weitergeleiteten e-mail", "weitergeleitete e-mail",
    ),
    mobile=(
        "von meinem * gesendet", "von * gesendet", "gesendet von meinem *", "gesendet von *",
        "gesendet mit *", "diese nachricht wurde von meinem * gesendet", "outlook für * beziehen",
        "holen sie sich outlook für *", "laden sie outlook für * herunter", "gesendet über *",
    ),
    above=("bitte antworten sie oberhalb dieser zeile", "oberhalb dieser zeile", "über dieser zeile"),
    below=(
        "siehe unten", "s. unten", "antworten unten", "weiter unten beantwortet", "im text unten", "in rot",
        "inline beantwortet", "antworten inline", "zur info", "antworten im text",
    ),
    legal=(
        "diese e-mail enthält", "diese e-mail und", "diese nachricht enthält", "diese nachricht ist",
        "diese e-mail ist", "vertraulichkeitshinweis", "haftungsausschluss", "der inhalt dieser e-mail",
        "bitte denken sie an die umwelt", "bitte prüfen sie, ob diese",
    ),
    away=(
        "automatische antwort", "abwesenheitsnotiz", "abwesenheit", "abwesenheitsnachricht",
        "abwesenheitsassistent", "automatische rückantwort", "abwesend", "nicht im büro",
    ),
    absent=(
        "bin ich abwesend", "ich bin abwesend", "ich bin nicht im", "bin derzeit nicht",
        "bin zur zeit nicht", "bin bis", "im urlaub", "nicht erreichbar", "nicht im haus", "außer haus",
        "wieder erreichbar", "nicht weitergeleitet", "wieder im büro", "abwesend bis", "wieder für sie da",
    ),
    undelivered=(
        "unzustellbar", "nicht zugestellt", "zustellung fehlgeschlagen", "nicht zustellbar",
        "zustellungsfehler", "zustellbericht", "fehler bei der zustellung", "nicht übermittelt",
        "unzustellbarkeit", "konnte nicht zugestellt", "zustellstatus",
    ),
    common=(
        "der die das und ist nicht ein eine wir ich sie mit auf für den dem des im es auch seit wenn "
        "bitte haben hat kann keine kein nach bei wird werden sind aber noch unser unsere mehr "
        "gestern können danke hallo mir uns alles jetzt über vom zum zur "
        "vielen dank hilfe geht wieder ihre ihnen dann"
    ),
    letters="ß",
)
