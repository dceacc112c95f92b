"""A morning at the desk, so that every page has something to show."""

from dataclasses import dataclass

from tests.browser.desk import DANA, LIN, SmallDesk

ORBIT = "kim@orbit.example"
OUTAGE = """Video is black for everybody since the 09:02 release
All rooms, all platforms. Audio still works. Nothing was changed on our side."""
SLOW = """Joining a room takes 20 seconds in Frankfurt
About 200 users since this morning, only in Frankfurt. Room exam-7, SDK 4.1.9, web."""
QUESTION = """Question: can we record only the speaker?
For a webinar we need one file with the speaker alone."""
BUTTON = """Recording button missing on Android 15
After the update to SDK 4.2 the recording button is gone on Android 15. Android 14 still has it."""
CHINESE = """上课时学生听不到老师的声音
约 30 间教室，今天早上开始。房间 exam-7，iOS 18，SDK 4.2.1。"""
CRASH = """App crashes when the screen is rotated
Every second try, on iPads only. SDK 4.2.0."""


@dataclass(frozen=True, slots=True)
class Scene:
    """`desk`, and the numbers of its tickets by what became of them. `gone`: merged into `slow`."""

    desk: SmallDesk
    untaken: int
    slow: int
    waiting: int
    resolved: int
    chinese: int
    late: int
    gone: int


async def played(desk: SmallDesk) -> Scene:
    late = await desk.files(CRASH, ORBIT, "Kim")
    await desk.passes(12)
    resolved = await desk.files(BUTTON)
    await desk.does("tom", "ack", resolved)
    await desk.passes(10)
    await desk.does(
        "tom",
        "resolve",
        resolved,
        "The button needs a new permission since Android 15; SDK 4.2.1 asks for it.",
    )
    waiting = await desk.files(QUESTION)
    await desk.does("yusuf", "ack", waiting)
    await desk.does("yusuf", "wait", waiting, "which plan your account is on")
    await desk.passes(6)
    slow = await desk.files(SLOW)
    gone = await desk.files("Joining is slow for our teachers, too", name="Ola")
    await desk.does("ines", "ack", slow)
    await desk.does("ines", "note", slow, "eu-central edge 14 answers slowly; taking it out of rotation.")
    update = "One of our edge servers in Frankfurt answers slowly. We are taking it out of rotation."
    await desk.does("ines", "update", slow, update, eta="2h", complexity="medium")
    await desk.does("ines", "merge", gone, into=slow)
    chinese = await desk.files(CHINESE, LIN, "林老师")
    await desk.passes(5)
    await desk.writes(slow, "Thank you. Frankfurt looks better already; 12 seconds now.")
    untaken = await desk.files(OUTAGE, DANA, "Dana")
    await desk.passes(2)
    return Scene(desk, untaken, slow, waiting, resolved, chinese, late, gone)
