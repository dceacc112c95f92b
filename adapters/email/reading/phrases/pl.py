"""Polish. Data only."""

from adapters.email.reading.phrases.entry import Phrases

# fmt: off
PHRASES = Phrases(
    wrote=("napisał", "napisała", "napisał(a)", "pisze", "napisano", "napisana przez", "napisał/a"),
    on=("w dniu ", "dnia ", "wiadomość napisana przez "),
    sender=("od",),
    sent=("wysłano", "wysłane", "data"),
    to=("do", "dw", "cc", "odpowiedź do"),
    subject=("temat",),
    original=("wiadomość oryginalna", "oryginalna wiadomość", "pierwotna wiadomość", "wiadomość pierwotna"),
    forwarded=(
        "wiadomość przekazana", "przekazana wiadomość", "treść przekazanej wiadomości",
        "początek przekazywanej wiadomości",
    ),
    mobile=(
        "wysłane z mojego *", "wysłane z *", "wysłano z *", "wysłano z mojego *", "wysłane za pomocą *",
        "pobierz outlooka dla *", "pobierz aplikację outlook dla *", "pobierz program outlook dla *",
        "uzyskaj aplikację outlook dla *",
    ),
    above=("odpowiedz powyżej tej linii", "powyżej tej linii", "nad tą linią"),
    below=("patrz poniżej", "zobacz poniżej", "odpowiedzi poniżej", "na czerwono", "poniżej odpowiedzi"),
    legal=(
        "niniejsza wiadomość", "ta wiadomość", "treść tej wiadomości", "informacje zawarte", "wiadomość ta",
        "klauzula poufności", "ten e-mail", "zanim wydrukujesz",
    ),
    away=(
        "automatyczna odpowiedź", "odpowiedź automatyczna", "autoodpowiedź", "poza biurem", "nieobecność",
        "jestem na urlopie",
    ),
    absent=(
        "jestem poza", "przebywam na", "na urlopie", "jestem nieobecn", "będę nieobecn", "po powrocie",
        "wracam", "będę dostępny", "będę dostępna", "przebywam poza",
    ),
    undelivered=(
        "niedostarczalne", "niedostarczona", "nie dostarczono", "nie można dostarczyć",
        "niepowodzenie dostarczenia", "zwrot wiadomości", "błąd dostarczania", "niedostarczono",
        "nie została dostarczona", "raport o niedostarczeniu",
    ),
    common=(
        "i w na nie się z do jest to że od po dla za ale jak czy są mamy nasz nasza przez już tylko przy "
        "co nam mi mnie proszę dzień dobry o ma tym tego "
        "wczoraj możecie może wszystko teraz mogę oraz który która ponieważ również "
        "nadal jeszcze mogą państwo gdy bo więc"
    ),
    letters="ąćęłńśźż",
)
