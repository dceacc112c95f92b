"""Machines are told from people, and people are never taken for machines."""

import pytest
from adapters.email.mail import Automatic, Bounce, Kind, Ours
from adapters.email.reading.headers import Headers
from adapters.email.reading.nature import judge

_OURS = Ours(addresses=frozenset(("support@desk.example",)), mark="dawnline-desk-1")
_BOUNCE = Bounce((), None)


def _judge(
    fields: dict[str, str],
    *,
    sender: str = "ann@customer.example",
    subject: str = "Video is black",
    text: str = "The video has been black since this morning.",
    content_type: str = "text/plain",
    report: Bounce | None = None,
    ours: Ours = _OURS,
) -> tuple[Kind, Automatic | None]:
    headers = Headers(tuple(fields.items()))
    return judge(
        headers,
        sender=sender,
        subject=subject,
        text=text,
        content_type=content_type,
        report=report,
        ours=ours,
    )


_REPLIED = (Kind.AUTO_REPLY, Automatic.REPLIED)
_GENERATED = (Kind.AUTO_REPLY, Automatic.GENERATED)
_PERSON = (Kind.PERSON, None)
_LIST = (Kind.LIST, None)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, _PERSON),
        ({"Auto-Submitted": "no"}, _PERSON),
        ({"Auto-Submitted": "auto-replied"}, _REPLIED),
        ({"Auto-Submitted": "Auto-Replied (vacation)"}, _REPLIED),
        ({"auto-submitted": 'auto-replied; owner-email="ann@customer.example"'}, _REPLIED),
        ({"Auto-Submitted": "auto-generated"}, _GENERATED),
        ({"Auto-Submitted": "auto-notified; owner-token=abc"}, _GENERATED),
        ({"X-Autoreply": "yes"}, _REPLIED),
        ({"X-Autoreply": "no"}, _PERSON),
        ({"X-Autorespond": "Ann"}, _REPLIED),
        ({"X-AutoReply-From": "ann@customer.example"}, _REPLIED),
        ({"X-Mail-Autoreply": "true"}, _REPLIED),
        ({"X-FC-MachineGenerated": "true"}, _REPLIED),
        ({"X-POST-MessageClass": "9; Autoresponder"}, _REPLIED),
        ({"Delivered-To": "Autoresponder"}, _REPLIED),
        ({"Delivered-To": "support@desk.example"}, _PERSON),
        ({"Precedence": "auto_reply"}, _REPLIED),
        ({"X-Autoreply": "yes", "Auto-Submitted": "no"}, _PERSON),
        ({"X-Cron-Env": "<SHELL=/bin/sh>"}, _GENERATED),
        ({"X-MS-Exchange-Generated-Message-Source": "Mailbox Rules Agent"}, _GENERATED),
        ({"X-MS-Exchange-Inbox-Rules-Loop": "ann@customer.example"}, _PERSON),
        ({"X-Auto-Response-Suppress": "All"}, _PERSON),
        ({"X-Auto-Response-Suppress": "DR, RN, NRN, OOF, AutoReply", "List-Id": "<x.y>"}, _LIST),
        ({"Return-Path": "<>"}, _GENERATED),  # an appliance that alerts, perhaps: it answers nothing
        ({"Return-Path": "<>", "In-Reply-To": "<1@desk.example>"}, _REPLIED),
        ({"Return-Path": "<ann@customer.example>"}, _PERSON),
        ({"Return-Path": "<>", "List-Id": "<x.lists.example>"}, _LIST),
        ({"List-Id": "Video users <video.lists.example>"}, _LIST),
        ({"List-Post": "<mailto:video@lists.example>"}, _LIST),
        ({"List-Unsubscribe": "<https://news.example/u>", "Feedback-ID": "1:2:3:x"}, _LIST),
        ({"Feedback-ID": "1:2:3:x"}, _PERSON),
        ({"Precedence": "bulk"}, _LIST),
        ({"Precedence": "list"}, _LIST),
        ({"Precedence": "first-class"}, _PERSON),
        ({"Precedence": "bulk", "Auto-Submitted": "auto-generated"}, _GENERATED),
        ({"Precedence": "bulk", "Auto-Submitted": "auto-replied", "List-Id": "<x.y>"}, _REPLIED),
    ],
)
def test_by_its_headers(fields: dict[str, str], expected: tuple[Kind, Automatic | None]) -> None:
    assert _judge(fields) == expected


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("multipart/report; report-type=disposition-notification", _REPLIED),
        ('multipart/report; report-type="Disposition-Notification"', _REPLIED),
        ("text/calendar; charset=utf-8; method=REPLY", _REPLIED),
        ("text/calendar; charset=utf-8; method=REQUEST", _PERSON),
        ("multipart/report; report-type=delivery-status", _PERSON),
    ],
)
def test_by_its_form(content_type: str, expected: tuple[Kind, Automatic | None]) -> None:
    assert _judge({}, content_type=content_type) == expected
    assert _judge({"Content-Type": content_type}) == expected


def test_what_comes_first() -> None:
    every = {"X-Loop": "dawnline-desk-1", "Auto-Submitted": "auto-replied", "List-Id": "<x.y>"}
    assert _judge(every, report=_BOUNCE) == (Kind.LOOP, None)
    assert _judge(every | {"X-Loop": "other"}, report=_BOUNCE) == (Kind.BOUNCE, None)
    assert _judge(every | {"X-Loop": "other"}) == _REPLIED
    assert _judge({"List-Id": "<x.y>"}) == _LIST


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ("Ann <ann@customer.example>", _PERSON),  # a form on a website
        ("support@desk.example", (Kind.LOOP, None)),
        ("", (Kind.LOOP, None)),
    ],
)
def test_our_own_address_may_be_a_form_s(answers: str, expected: tuple[Kind, Automatic | None]) -> None:
    assert _judge({"Reply-To": answers}, sender="support@desk.example") == expected


def test_our_own_words() -> None:
    assert _judge({"X-Dawnline": " dawnline-desk-1 "}) == (Kind.LOOP, None)
    assert _judge({}, sender="Support@Desk.example") == (Kind.LOOP, None)
    assert _judge({"X-Loop": ""}, ours=Ours()) == _PERSON
    assert _judge({"X-Loop": "somebody-else"}) == _PERSON


AWAY = [
    (
        "Automatic reply: Video is black",
        "I am out of the office until 11 May and have limited access to mail.",
    ),
    ("Out of Office: Re: Video is black", "I will be back on Monday."),
    ("Out of Office AutoReply: Video", "I am on annual leave."),
    ("Auto-Reply: Video", "Thank you. I am away until Monday."),
    ("自动回复：视频黑屏", "您好，我正在休假中，回来后会尽快回复您。"),
    ("自动回复:视频黑屏", "您的邮件我已收到，我会尽快回复您。"),
    ("自動回覆: 視訊黑畫面", "我正在休假中，如有急事請致電。年假至週五。"),
    ("Automatische Antwort: Video", "Ich bin bis zum 11. Mai im Urlaub."),
    ("Abwesenheitsnotiz: Video", "Zurzeit bin ich nicht im Haus und ab Montag wieder erreichbar."),
    ("Abwesend: Video", "Ihre Mail wird nicht weitergeleitet."),
    ("Réponse automatique : Vidéo", "Je suis actuellement en congés, de retour le 11 mai."),
    ("Respuesta automática: Vídeo", "Estoy fuera de la oficina, de vacaciones hasta el lunes."),
    ("Resposta automática: Vídeo", "Estou de férias até segunda-feira."),
    ("Risposta automatica: Video", "Sono fuori ufficio, in ferie fino a lunedì."),
    ("Automatisch antwoord: Video", "Ik ben afwezig, met vakantie tot maandag."),
    ("Automatyczna odpowiedź: Wideo", "Jestem na urlopie do poniedziałku."),
    ("Автоответ: Видео", "Я в отпуске, вернусь в понедельник."),
    ("Автоматический ответ: Видео", "Буду отсутствовать до понедельника."),
    ("自動応答: 映像について", "ただいま不在にしております。"),
    ("不在通知：映像について", "休暇をいただいております。"),
    ("부재중: 영상", "휴가 중입니다. 복귀 후 답장하겠습니다."),
    ("자동 회신: 영상", "출장 중입니다."),
    ("Autosvar: Video", "Jag är på semester till måndag."),
    ("Frånvaro: Video", "Jag är tjänstledig, åter den 11 maj."),
    ("[Auto-Reply] Video", "I am on leave."),
]


@pytest.mark.parametrize(("subject", "text"), AWAY)
def test_out_of_office(subject: str, text: str) -> None:
    assert _judge({}, subject=subject, text=text) == _REPLIED
    exchange = {
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "In-Reply-To": "<1@desk.example>",
    }
    assert _judge(exchange, subject=subject, text=".") == _REPLIED
    assert _judge({"Precedence": "bulk"}, subject=subject, text=".") == _REPLIED
    assert _judge({"References": "<1@desk.example>"}, subject=subject, text=".") == _REPLIED
    assert _judge({"Auto-Submitted": "no"}, subject=subject, text=text) == _PERSON


PEOPLE = [
    "Re: Automatic reply is broken in our app",
    "Re: Automatic reply: Video is black",
    "Automatic reply is broken",
    "Automatic reply: customers do not get one since the update",
    "Out of office message cannot be switched on",
    "Out of office: nobody can log in from home",
    "RE: Out of Office",
    "自动回复功能坏了",
    "自动回复：功能坏了，客户收不到",
    "回复：自动回复：视频黑屏",
    "自動応答が動きません",
    "不在通知が届かない",
    "부재중 설정이 안 됩니다",
    "자동 회신 기능 오류",
    "Abwesenheitsnotiz lässt sich nicht einschalten",
    "AW: Automatische Antwort: Video",
    "Abwesenheitsnotiz: wird nicht verschickt",
    "La réponse automatique ne marche plus",
    "Réponse automatique : ne part plus",
    "Absence : comment la saisir ?",
    "Respuesta automática no funciona",
    "Resposta automática: não é enviada",
    "Risposta automatica non funziona",
    "Automatisch antwoord werkt niet",
    "Automatyczna odpowiedź nie działa",
    "Автоответ не работает",
    "Autosvar fungerar inte",
    "Frånvarorapporten är tom",
    "Vacation calendar: wrong day",
    "Delivery failed: our courier never came",
    "Undeliverable mail from your system?",
]


@pytest.mark.parametrize("subject", PEOPLE)
def test_people_who_write_about_automatic_answers(subject: str) -> None:
    text = "It has been so since the update; our own customers wait. Please have a look at it today."
    assert _judge({}, subject=subject, text=text) == _PERSON
    assert (
        _judge({"X-Mailer": "Microsoft Outlook 16.0", "Return-Path": "<a@c.example>"}, subject=subject)
        == _PERSON
    )


@pytest.mark.parametrize(
    "subject", ["Re: Automatic reply: Video", "AW: Automatische Antwort: Video", "回复：自动回复：视频"]
)
def test_people_who_answer_an_automatic_answer(subject: str) -> None:
    answer = {"In-Reply-To": "<1@desk.example>", "X-Auto-Response-Suppress": "All"}
    assert _judge(answer, subject=subject, text="I am back now. I was on annual leave.") == _PERSON


@pytest.mark.parametrize(
    "subject",
    [
        "[PROBLEM] video-42 is DOWN",
        "Alert: out of memory",
        "告警：视频流中断",
        "Absence : capteur 3",
        "Backup failed",
    ],
)
def test_a_customers_alert_is_made_by_a_machine_and_answers_nothing(subject: str) -> None:
    alert = {"Auto-Submitted": "auto-generated", "Precedence": "bulk", "X-Auto-Response-Suppress": "All"}
    assert _judge(alert, subject=subject) == _GENERATED
