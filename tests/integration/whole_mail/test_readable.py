"""Mails that are hard to read open tickets that are not."""

from pathlib import Path

from tests.integration.whole_mail.house import ADA
from tests.integration.whole_mail.stage import Stage

MAILS = Path(__file__).parents[2] / "data" / "mail"


async def test_gb18030(stage: Stage) -> None:
    async with stage.running():
        entry = await stage.brought((MAILS / "decode-qq-gb18030-base64.eml").read_bytes())
        assert (entry.outcome, entry.ticket) == ("opened", 1)
        await stage.letters.take("10001@qq.example", "T-1", "会议室42视频黑屏", "工程师")
        await stage.letters.take(ADA, "T-1", "会议室的视频黑屏了，请帮忙看看。价格：100€ 𠀀")
        assert (await stage.desk.ticket(1)).reporter_name == "张伟"


async def test_winmail_dat(stage: Stage) -> None:
    async with stage.running():
        entry = await stage.brought((MAILS / "attach-winmail-text-and-file.eml").read_bytes())
        assert (entry.outcome, entry.ticket) == ("opened", 1)
        await stage.letters.take("jane@example.com", "T-1", "Video is black")
        await stage.letters.take(ADA, "T-1", "Der Bildschirm fällt aus.")
        assert "Bericht März.pdf" in str(await stage.desk.events(1, "opened"))
