"""Portuguese, of Portugal and of Brazil. Data only."""

from adapters.email.reading.phrases.entry import Phrases

# fmt: off
PHRASES = Phrases(
    wrote=("escreveu", "escreve"),
    on=("em ", "no dia ", "a "),
    sender=("de",),
    sent=("enviado", "enviada", "enviada em", "enviado em", "data"),
    to=("para", "cc", "responder a"),
    subject=("assunto",),
    original=("mensagem original", "email original"),
    forwarded=(
        "mensagem encaminhada", "início da mensagem reencaminhada", "início da mensagem encaminhada",
        "mensagem reencaminhada",
    ),
    mobile=(
        "enviado do meu *", "enviado a partir do meu *", "enviado do *", "enviado via *", "enviado pelo *",
        "enviado de meu *", "obter o outlook para *", "obtenha o outlook para *", "baixar o outlook para *",
        "enviado através do *", "enviado com o *", "enviada do meu *",
    ),
    above=("responda acima desta linha", "acima desta linha"),
    below=("ver abaixo", "veja abaixo", "respostas abaixo", "em vermelho", "segue abaixo", "abaixo em"),
    legal=(
        "esta mensagem e", "esta mensagem pode conter", "esta mensagem, incluindo", "este e-mail e",
        "este email e", "esta mensagem contém", "aviso de confidencialidade", "aviso legal",
        "antes de imprimir", "as informações contidas",
    ),
    away=(
        "resposta automática", "resposta automatica", "fora do escritório", "ausência temporária",
        "ausente do escritório",
    ),
    absent=(
        "estou fora", "estarei fora", "de férias", "em férias", "estou ausente", "estarei ausente",
        "meu regresso", "meu retorno", "estarei de volta",
    ),
    undelivered=(
        "não entregue", "não foi entregue", "não pôde ser entregue", "falha na entrega",
        "não é possível entregar", "falha de entrega", "devolvida", "não entregável",
        "notificação de status de entrega", "falha no envio",
    ),
    common=(
        "o a os as que e não em um uma com para por do da dos das no na se é está nós nos mas desde "
        "quando temos nosso nossa seu mais muito já de foi são olá obrigado isso ao "
        "ontem favor você vocês podem pode também tudo todos bom dia cliente estamos tenho agora pelo pela"
    ),
    letters="ãõ",
)
