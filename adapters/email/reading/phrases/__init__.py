"""What mail programs say of themselves, language by language. Data only.

To add a language: a module like its neighbours, and its line in LANGUAGES; nothing else has to know. The
wording is what Gmail, Outlook (desktop, web, mobile), Apple Mail, Thunderbird, Yahoo, ProtonMail, QQ Mail and
163 put into mails when they speak that language.
"""

from adapters.email.reading.phrases import de, en, es, fr, it, ja, ko, nl, pl, pt, ru, sv, zh
from adapters.email.reading.phrases.entry import Phrases

LANGUAGES: dict[str, Phrases] = {
    "en": en.PHRASES,
    "zh": zh.PHRASES,
    "de": de.PHRASES,
    "fr": fr.PHRASES,
    "es": es.PHRASES,
    "pt": pt.PHRASES,
    "it": it.PHRASES,
    "nl": nl.PHRASES,
    "pl": pl.PHRASES,
    "ru": ru.PHRASES,
    "ja": ja.PHRASES,
    "ko": ko.PHRASES,
    "sv": sv.PHRASES,
}
"""By ISO 639-1 code."""

OTHER_WROTE = (
    "kirjoitti", "kirjoittaa", "napsal", "napsal(a)", "napsala", "píše", "írta", "yazdı", "a scris", "έγραψε",
    "đã viết", "viết", "пише", "написав", "написа", "כתב", "כתב/ה", "كتب", "menulis", "เขียนว่า", "va escriure",
    "kirjutas", "rašė", "rakstīja", "je napisao", "napísal", "napísal(a)", "skreiv",
)  # fmt: skip
"""The verb alone, in languages that have no entry: people write from everywhere."""

DEVICES = (
    "iphone ipad ipod android samsung galaxy huawei xiaomi pixel blackberry nokia moto oneplus oppo "
    "vivo phone mobile smartphone tablet device handy mobil smartfon smartfona smartfonu "
    "mobiltelefon téléphone appareil móvil teléfono celular telemóvel dispositivo telefono cellulare "
    "telefoon telefon telefonu iphone'a ipada iphone’a ipad'a outlook yahoo mail gmail proton "
    "protonmail thunderbird windows ios mac macbook foxmail qq yandex mail.ru aol hotmail spark "
    "superhuman fairemail k-9 почты почта телефона смартфона мобильной устройства 网易 邮箱 邮件 "
    "手机 信箱 手機 郵件 メール スマートフォン 携帯 휴대폰 네이버 갤럭시 아이폰 메일"
)
"""One of them stands in the line that a program puts below a mail; without one, somebody wrote the line."""

CONFIDENTIAL = (
    "confidential", "privileged", "intended recipient", "intended solely", "intended only", "legally",
    "vertraulich", "empfänger", "adressat", "confidentiel", "destinataire", "confidencial", "destinat",
    "riservat", "vertrouwelijk", "geadresseerde", "bestemd", "poufn", "adresat", "конфиденциал", "адресат",
    "保密", "机密", "機密", "秘密", "収件人", "收件人", "受信者", "기밀", "수신인", "konfidentiell",
    "mottagare", "sekretess", "before printing", "ausdrucken", "imprimer", "imprimir", "stampare",
)  # fmt: skip
"""Within every disclaimer, whatever else it says."""
