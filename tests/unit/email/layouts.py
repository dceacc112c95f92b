"""What mail programs put below (or above) the sender's words, in thirteen languages. Data.

`ATTRIBUTIONS` stand above a quote with ">"; `HEADERS` above one without it, which goes on to the end.
"""

WORDS = {
    "en": "The video is still black.\n\nCould you have another look?",
    "zh": "视频还是黑屏。\n\n请再看一下，谢谢。",
    "de": "Das Video ist immer noch schwarz.\n\nKönnen Sie noch einmal nachsehen?",
    "fr": "La vidéo est toujours noire.\n\nPouvez-vous regarder encore une fois ?",
    "es": "El vídeo sigue en negro.\n\n¿Pueden revisarlo otra vez?",
    "pt": "O vídeo continua preto.\n\nPodem ver isso de novo?",
    "it": "Il video è ancora nero.\n\nPotete controllare di nuovo?",
    "nl": "De video is nog steeds zwart.\n\nKunt u nog eens kijken?",
    "pl": "Obraz jest nadal czarny.\n\nCzy mogą Państwo sprawdzić jeszcze raz?",
    "ru": "Видео всё ещё чёрное.\n\nПосмотрите, пожалуйста, ещё раз.",
    "ja": "映像はまだ真っ黒です。\n\nもう一度ご確認いただけますか。",
    "ko": "영상이 아직 검은색입니다.\n\n다시 확인해 주시겠습니까?",
    "sv": "Videon är fortfarande svart.\n\nKan ni titta en gång till?",
}
"""What the customer writes."""

_SUPPORT = "Dawnline Support <support@desk.example>"

ATTRIBUTIONS = [
    ("gmail", "en", f"On Mon, May 4, 2026 at 10:22 AM {_SUPPORT}\nwrote:"),
    ("gmail", "en", "On Mon, 4 May 2026, 10:22 Dawnline Support, <support@desk.example> wrote:"),
    ("gmail", "en", f"On Mon, May 4,\n2026 at 10:22 AM {_SUPPORT} wrote:"),
    ("gmail", "zh", f"{_SUPPORT} 于2026年5月4日周一 10:22写道："),
    ("gmail", "zh", f"{_SUPPORT} 於 2026年5月4日 週一 上午10:22寫道："),
    ("gmail", "de", f"Am Mo., 4. Mai 2026 um 10:22 Uhr schrieb {_SUPPORT}:"),
    ("gmail", "de", "Am Mo., 4. Mai 2026 um 10:22 Uhr schrieb Support der Beispiel GmbH <\ns@desk.example>:"),
    ("gmail", "fr", f"Le lun. 4 mai 2026 à 10:22, {_SUPPORT} a\nécrit :"),
    ("gmail", "es", "El lun, 4 may 2026 a las 10:22, Dawnline Support (<support@desk.example>)\nescribió:"),
    ("gmail", "pt", f"Em seg., 4 de mai. de 2026 às 10:22, {_SUPPORT}\nescreveu:"),
    ("gmail", "it", f"Il giorno lun 4 mag 2026 alle ore 10:22 {_SUPPORT}\nha scritto:"),
    ("gmail", "nl", f"Op ma 4 mei 2026 om 10:22 schreef {_SUPPORT}:"),
    ("gmail", "pl", f"pon., 4 maj 2026 o 10:22 {_SUPPORT} napisał(a):"),
    ("gmail", "ru", f"пн, 4 мая 2026 г. в 10:22, {_SUPPORT}:"),
    ("gmail", "ja", f"2026年5月4日(月) 10:22 {_SUPPORT}:"),
    ("gmail", "ko", f"2026년 5월 4일 (월) 오전 10:22, {_SUPPORT}님이 작성:"),
    ("gmail", "sv", f"Den mån 4 maj 2026 kl 10:22 skrev {_SUPPORT}:"),
    ("gmail", "sv", "Den mån 4 maj 2026 kl 10:22 skrev Dawnline Support <support@desk.example\n>:"),
    ("apple", "en", f"On May 4, 2026, at 10:22, {_SUPPORT} wrote:"),
    ("apple", "en", f"On 4. May 2026, at 10:22, {_SUPPORT} wrote:"),
    ("apple", "zh", f"2026年5月4日 10:22，{_SUPPORT} 写道："),
    ("apple", "zh", f"{_SUPPORT} 於 2026年5月4日 上午10:22 寫道："),
    ("apple", "de", f"Am 04.05.2026 um 10:22 schrieb {_SUPPORT}:"),
    ("apple", "fr", f"Le 4 mai 2026 à 10:22, {_SUPPORT} a écrit :"),
    ("apple", "es", f"El 4 may 2026, a las 10:22, {_SUPPORT} escribió:"),
    ("apple", "pt", f"No dia 4 de mai. de 2026, às 10:22, {_SUPPORT} escreveu:"),
    ("apple", "it", f"Il giorno 4 mag 2026, alle ore 10:22, {_SUPPORT} ha scritto:"),
    ("apple", "nl", f"Op 4 mei 2026, om 10:22 heeft {_SUPPORT} het volgende geschreven:"),
    ("apple", "pl", f"Wiadomość napisana przez {_SUPPORT} w dniu 4 maj 2026, o godz. 10:22:"),
    ("apple", "ru", f"4 мая 2026 г., в 10:22, {_SUPPORT} написал(а):"),
    ("apple", "ja", f"2026/05/04 10:22、{_SUPPORT}のメール:"),
    ("apple", "ko", f"2026. 5. 4. 오전 10:22, {_SUPPORT} 작성:"),
    ("apple", "sv", f"4 maj 2026 kl. 10:22 skrev {_SUPPORT}:"),
    ("thunderbird", "en", "On 5/4/26 10:22, Dawnline Support wrote:"),
    ("thunderbird", "zh", "在 2026/5/4 10:22, Dawnline Support 写道:"),
    ("thunderbird", "de", "Am 04.05.26 um 10:22 schrieb Dawnline Support:"),
    ("thunderbird", "fr", "Le 04/05/2026 à 10:22, Dawnline Support a écrit :"),
    ("thunderbird", "es", "El 4/5/26 a las 10:22, Dawnline Support escribió:"),
    ("thunderbird", "pt", "Em 04/05/2026 10:22, Dawnline Support escreveu:"),
    ("thunderbird", "it", "Il 04/05/26 10:22, Dawnline Support ha scritto:"),
    ("thunderbird", "nl", "Op 04-05-2026 om 10:22 schreef Dawnline Support:"),
    ("thunderbird", "pl", "W dniu 4.05.2026 o 10:22, Dawnline Support pisze:"),
    ("thunderbird", "ru", "04.05.2026 10:22, Dawnline Support пишет:"),
    ("thunderbird", "ja", "On 2026/05/04 10:22, Dawnline Support wrote:"),
    ("thunderbird", "ko", "26. 5. 4. 오전 10:22에 Dawnline Support 이(가) 쓴 글:"),
    ("thunderbird", "sv", "Den 2026-05-04 kl. 10:22, skrev Dawnline Support:"),
    ("yahoo", "en", f"On Monday, May 4, 2026 at 10:22:01 AM GMT+2, {_SUPPORT} wrote:"),
    ("yahoo", "zh", f"在 2026年5月4日星期一 GMT+8 10:22:01， {_SUPPORT} 写道："),
    ("yahoo", "de", f"Am Montag, 4. Mai 2026 um 10:22:01 MESZ hat {_SUPPORT} Folgendes geschrieben:"),
    ("yahoo", "fr", f"Le lundi 4 mai 2026 à 10:22:01 UTC+2, {_SUPPORT} a écrit :"),
    ("yahoo", "es", f"En lunes, 4 de mayo de 2026, 10:22:01 CEST, {_SUPPORT} escribió:"),
    ("yahoo", "pt", f"Em segunda-feira, 4 de maio de 2026 às 10:22:01 BRT, {_SUPPORT} escreveu:"),
    ("yahoo", "it", f"In data lunedì 4 maggio 2026 alle ore 10:22:01 CEST, {_SUPPORT} ha scritto:"),
    ("yahoo", "pl", f"W dniu poniedziałek, 4 maja 2026 10:22:01 CEST użytkownik {_SUPPORT} napisał:"),
    ("yahoo", "ko", "2026년 5월 4일 월요일 오전 10시 22분 01초 GMT+9, Support<s@desk.example>님이 작성:"),
    ("163", "zh", 'At 2026-05-04 10:22:00, "Dawnline Support" <support@desk.example> wrote:'),
    ("163", "zh", '在 2026-05-04 10:22:00，"Dawnline Support" <support@desk.example> 写道：'),
    ("mail.ru", "ru", f"Понедельник, 4 мая 2026, 10:22 +03:00 от {_SUPPORT}:"),
    ("yandex", "ru", '04.05.2026, 10:22, "Dawnline Support" <support@desk.example>:'),
    ("proton", "en", f"On Monday, May 4th, 2026 at 10:22 AM, {_SUPPORT} wrote:"),
    ("proton", "en", f"------- Original Message -------\nOn Monday, May 4th, 2026 at 10, {_SUPPORT} wrote:"),
    ("zoho", "en", f"---- On Mon, 04 May 2026 10:22:00 +0200 {_SUPPORT} wrote ----"),
    ("mutt", "en", "On Mon, May 04, 2026 at 10:22:01AM +0000, Dawnline Support wrote:"),
    ("gnus", "en", "Dawnline Support <support@desk.example> writes:"),
    ("other", "fi", f"ma 4. toukok. 2026 klo 10.22 {_SUPPORT} kirjoitti:"),
    ("other", "cs", f"po 4. 5. 2026 v 10:22 odesílatel {_SUPPORT} napsal:"),
    ("other", "tr", f"{_SUPPORT}, 4 May 2026 Pzt, 10:22 tarihinde şunu yazdı:"),
]  # fmt: skip
"""Program, language, lines."""


def _header(
    names: str, *, rule: str = "", colon: str = ": ", when: str = "Monday, May 4, 2026 10:22 AM"
) -> str:
    sender, sent, to, subject = names.split("/")
    fields = [
        (sender, _SUPPORT),
        (sent, when),
        (to, "Ann Customer <ann@customer.example>"),
        (subject, "Re: Video"),
    ]
    lines = [f"{name}{colon}{value}" for name, value in fields]
    return "\n".join([rule, *lines] if rule else lines)


_NAMES = {
    "en": "From/Sent/To/Subject",
    "zh": "发件人/发送时间/收件人/主题",
    "zh-TW": "寄件者/傳送時間/收件者/主旨",
    "de": "Von/Gesendet/An/Betreff",
    "fr": "De/Envoyé/À/Objet",
    "es": "De/Enviado/Para/Asunto",
    "pt": "De/Enviada em/Para/Assunto",
    "it": "Da/Inviato/A/Oggetto",
    "nl": "Van/Verzonden/Aan/Onderwerp",
    "pl": "Od/Wysłano/Do/Temat",
    "ru": "От/Отправлено/Кому/Тема",
    "ja": "差出人/送信日時/宛先/件名",
    "ko": "보낸 사람/보낸 날짜/받는 사람/제목",
    "sv": "Från/Skickat/Till/Ämne",
}

HEADERS = [
    *(("outlook", language, _header(names)) for language, names in _NAMES.items()),
    *(("outlook web", language, _header(names, rule="_" * 32)) for language, names in _NAMES.items()),
    ("outlook mac", "en", _header("*From/*Date/*To/*Subject", colon=": *")),
    ("outlook mac", "de", _header("*Von/*Datum/*An/*Betreff", colon=": *")),
    ("outlook, spaced", "fr", _header(_NAMES["fr"], colon=" : ")),
    ("outlook 2003", "en", _header(_NAMES["en"], rule="-----Original Message-----")),
    ("outlook 2003", "de", _header(_NAMES["de"], rule="-----Ursprüngliche Nachricht-----")),
    ("outlook 2003", "fr", _header(_NAMES["fr"], rule="-----Message d'origine-----")),
    ("outlook 2003", "es", _header(_NAMES["es"], rule="-----Mensaje original-----")),
    ("outlook 2003", "pt", _header(_NAMES["pt"], rule="-----Mensagem original-----")),
    ("outlook 2003", "it", _header(_NAMES["it"], rule="-----Messaggio originale-----")),
    ("outlook 2003", "nl", _header(_NAMES["nl"], rule="-----Oorspronkelijk bericht-----")),
    ("outlook 2003", "pl", _header(_NAMES["pl"], rule="-----Wiadomość oryginalna-----")),
    ("outlook 2003", "sv", _header(_NAMES["sv"], rule="-----Ursprungligt meddelande-----")),
    ("outlook 2003", "ru", _header(_NAMES["ru"], rule="-----Исходное сообщение-----")),
    ("outlook 2003", "zh", _header(_NAMES["zh"], rule="-----原始邮件-----")),
    ("samsung", "en", _header("From/Date/To/Subject", rule="-------- Original message --------")),
    ("samsung", "de", _header("Von/Datum/An/Betreff", rule="-------- Ursprüngliche Nachricht --------")),
    ("qq", "zh", _header("发件人/发送时间/收件人/主题", rule="------------------ 原始邮件 ------------------",
                         when="2026年5月4日(星期一) 上午10:22")),
    ("qq", "zh", _header(_NAMES["zh"], rule=f"{'-' * 18}&nbsp;原始邮件&nbsp;{'-' * 18}", colon=":&nbsp;")),
    ("foxmail", "zh", _header(_NAMES["zh"], colon="： ", when="2026-05-04 10:22")),
    ("163 app", "zh", "---- 回复的原邮件 ----\n| 发件人 | Support<s@desk.example> |\n| 发送日期 |"
                      " 2026年05月04日 10:22 |\n| 收件人 | <ann@customer.example> |\n| 主题 | Re: 视频 |"),
    ("163 app", "en", "---- Replied Message ----\n| From | Dawnline Support<support@desk.example> |\n| Date |"
                      " 05/04/2026 10:22 |\n| To | <ann@customer.example> |\n| Subject | Re: Video |"),
    ("naver", "ko", f'-----Original Message-----\nFrom: "Dawnline" {_SUPPORT}\nTo: <ann@customer.example>\n'
                    "Cc:\nSent: 2026-05-04 (월) 10:22:00 (UTC+09:00)\nSubject: Re: Video"),
    ("daum", "ko", f"--------- 원본 메일 ---------\n보낸사람 : {_SUPPORT}\n받는사람 : ann@customer.example\n"
                   "날짜 : 2026년 5월 4일 월요일, 10시 22분\n제목 : Re: Video"),
    ("yahoo.co.jp", "ja", f"----- Original Message -----\nFrom: {_SUPPORT}\nTo: ann@customer.example\n"
                          "Date: 2026/5/4, Mon 10:22\nSubject: Re: Video"),
    ("gmail forward", "en", f"---------- Forwarded message ---------\nFrom: {_SUPPORT}\n"
                            "Date: Mon, May 4, 2026 at 10:22 AM\nSubject: Re: Video\nTo: <ann@c.example>"),
    ("apple forward", "en", f"Begin forwarded message:\n\nFrom: {_SUPPORT}\nSubject: Re: Video\n"
                            "Date: May 4, 2026 at 10:22:01 GMT+2\nTo: ann@customer.example"),
    ("long To", "en", f"From: {_SUPPORT}\nSent: Monday, May 4, 2026 10:22 AM\nTo: Ann Customer\n"
                      "<ann@customer.example>; Ben\n<ben@customer.example>; Cy\n<cy@customer.example>\n"
                      "Subject: Re: Video"),
    ("desk", "en", "##- Please type your reply above this line -##"),
    ("desk", "zh", "##- 请在此行上方回复 -##"),
    ("desk", "de", "## Bitte antworten Sie oberhalb dieser Zeile ##"),
]  # fmt: skip
"""Program, language, lines."""

PROGRAMS = [
    ("en", "Sent from my iPhone"),
    ("en", "Sent from my Samsung Galaxy smartphone."),
    ("en", "Get Outlook for iOS<https://aka.ms/o0ukef>"),
    ("en", "Sent from Yahoo Mail for iPhone"),
    ("en", "Sent from Outlook for Android<https://aka.ms/AAb9ysg>"),
    ("en", "Sent with Proton Mail secure email."),
    ("en", "Sent from Mail for Windows"),
    ("zh", "发自我的iPhone"),
    ("zh", "发自我的华为手机"),
    ("zh", "從我的 iPhone 傳送"),
    ("zh", "获取 Outlook for iOS"),
    ("zh", "发自网易邮箱大师"),
    ("de", "Von meinem iPhone gesendet"),
    ("de", "Gesendet von Outlook für Android<https://aka.ms/AAb9ysg>"),
    ("de", "Diese Nachricht wurde von meinem Android mit GMX Mail gesendet."),
    ("fr", "Envoyé de mon iPhone"),
    ("fr", "Télécharger Outlook pour iOS<https://aka.ms/o0ukef>"),
    ("es", "Enviado desde mi iPhone"),
    ("es", "Obtener Outlook para Android"),
    ("pt", "Enviado do meu iPhone"),
    ("pt", "Obter o Outlook para iOS"),
    ("it", "Inviato da iPhone"),
    ("it", "Scarica Outlook per iOS"),
    ("nl", "Verstuurd vanaf mijn iPhone"),
    ("nl", "Outlook voor iOS downloaden"),
    ("pl", "Wysłane z iPhone'a"),
    ("pl", "Pobierz aplikację Outlook dla systemu iOS"),
    ("ru", "Отправлено с iPhone"),
    ("ru", "Отправлено из мобильной Почты Mail.ru"),
    ("ja", "iPhoneから送信"),
    ("ja", "iOS 版 Outlook を入手"),
    ("ko", "나의 iPhone에서 보냄"),
    ("ko", "iOS용 Outlook 다운로드"),
    ("sv", "Skickat från min iPhone"),
    ("sv", "Hämta Outlook för iOS"),
]

QUOTED = "Hello Ann,\n\nwe have restarted the service. Is it better now?\n\nYour support"
"""What we wrote."""


def marked(text: str) -> str:
    """As programs quote."""
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())
