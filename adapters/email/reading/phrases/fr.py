"""French. Data only."""

from adapters.email.reading.phrases.entry import Phrases

# fmt: off
PHRASES = Phrases(
    wrote=("a écrit", "écrivait", "écrit"),
    on=("le ",),
    sender=("de", "expéditeur"),
    sent=("envoyé", "date", "envoyé le"),
    to=("à", "cc", "destinataire", "répondre à", "a"),
    subject=("objet", "sujet"),
    original=("message d'origine", "message original", "mail original", "courriel original"),
    forwarded=(
        "message transféré", "message transmis", "début du message réexpédié", "début du message transféré",
        "courriel transféré",
    ),
    mobile=(
        "envoyé de mon *", "envoyé depuis mon *", "envoyé depuis *", "envoyé à partir de *",
        "envoyé avec *", "envoyé de *", "obtenez outlook pour *", "télécharger outlook pour *",
        "envoyé à l'aide de *",
    ),
    above=("veuillez répondre au-dessus de cette ligne", "au-dessus de cette ligne"),
    below=(
        "voir ci-dessous", "ci-dessous mes réponses", "réponses ci-dessous", "en rouge", "voir plus bas",
        "mes réponses dans", "pour info",
    ),
    legal=(
        "ce message et toutes les pièces", "ce message et ses pièces", "ce courriel et", "cet e-mail et",
        "ce message est confidentiel", "ce message contient", "ce message et les pièces",
        "avis de confidentialité", "clause de confidentialité", "pensez à l'environnement",
        "afin de préserver l'environnement", "avant d'imprimer",
    ),
    away=(
        "réponse automatique", "absence du bureau", "absent du bureau", "message d'absence",
        "notification d'absence", "réponse d'absence",
    ),
    absent=(
        "je suis absent", "je suis absente", "serai absent", "serai absente", "en congé", "en congés",
        "de retour le", "mon retour", "en vacances", "actuellement absent", "suis actuellement",
    ),
    undelivered=(
        "non remis", "échec de la remise", "échec de remise", "non délivré", "non distribué",
        "non distribuable", "échec de distribution", "impossible de remettre", "retour de courrier",
        "échec de livraison", "échec d'envoi", "rapport de non-remise", "notification d'état",
    ),
    common=(
        "le la les des est une et pas nous vous je il elle que qui dans pour avec sur du au aux ce cette "
        "ne plus sont avons depuis mais notre nos votre de un en ça j'ai c'est très "
        "hier pouvez peut tout bonjour merci aussi fait avez encore leur être"
    ),
    letters="œ",
)
