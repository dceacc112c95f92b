"""Spanish. Data only."""

from adapters.email.reading.phrases.entry import Phrases

# fmt: off
PHRASES = Phrases(
    wrote=("escribió", "escribio", "escribe"),
    on=("el ", "en "),
    sender=("de",),
    sent=("enviado", "fecha", "enviado el", "enviada"),
    to=("para", "cc", "a", "responder a"),
    subject=("asunto",),
    original=("mensaje original", "correo original"),
    forwarded=(
        "mensaje reenviado", "inicio del mensaje reenviado", "correo reenviado", "forwarded message",
    ),
    mobile=(
        "enviado desde mi *", "enviado desde *", "enviado con *", "enviado por *", "obtener outlook para *",
        "descargar outlook para *", "obtén outlook para *", "enviado mediante *",
    ),
    above=("por favor, responda por encima de esta línea", "encima de esta línea"),
    below=(
        "ver abajo", "ver más abajo", "respuestas abajo", "respondo abajo", "en rojo", "mis respuestas en",
        "más abajo mis",
    ),
    legal=(
        "este mensaje y sus", "este mensaje y cualquier", "este correo electrónico y",
        "este mensaje contiene", "este mensaje se dirige", "aviso de confidencialidad", "aviso legal",
        "este correo electrónico es", "la información contenida en este", "antes de imprimir",
    ),
    away=(
        "respuesta automática", "respuesta automatica", "fuera de la oficina", "fuera de oficina",
        "contestación automática",
    ),
    absent=(
        "estoy fuera", "estaré fuera", "de vacaciones", "estaré ausente", "estoy ausente",
        "me encuentro fuera", "me encuentro ausente", "mi regreso", "acceso limitado",
    ),
    undelivered=(
        "no se puede entregar", "no se pudo entregar", "no entregado", "no entregable",
        "error en la entrega", "error de entrega", "fallo en la entrega", "falló la entrega", "devuelto",
        "entrega fallida", "notificación de estado de entrega", "no se ha podido entregar",
    ),
    common=(
        "el la los las que y no es en una por con para se del al lo está nos le me pero desde cuando hay "
        "tenemos nuestro nuestra sus como más muy ya de un funciona hola gracias "
        "ayer favor usted ustedes pueden puede también todo todos buenos días cliente error estamos tengo "
        "sigue otra vez esto ese cuando donde"
    ),
    letters="¿¡ñ",
)
