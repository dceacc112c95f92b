"""The default phrases on messages as customers write them. A wrong P0 wakes an architect for nothing; a
question taken for nothing urgent may wait a day, so only what is surely a question is P3."""

import pytest
from bot.intake.triage import triage

from tests.unit.settings.desks import policy

RULES = policy().triage

OUTAGES = """
production is down for everyone
Our production is down!
nobody can join any room since 10:05
Nobody can log in.
No one can hear anything, all calls are dropping
ALL USERS ARE AFFECTED, please help
all users can’t connect
we have a total outage in Europe
the whole system is unreachable, it is a major outage
API is down
100% of calls fail
Video is black for all users
everything is down here
全部用户无法登录
所有用户都掉线了
系统崩了，快看一下
服务不可用
大面积掉线
服务器宕机了
所有用戶無法登入
"""

SYMPTOMS = """
video is black in room 42
Black screen on Android since the update
no audio in the meeting
our teacher can't join the classroom
Can’t hear the host
users get disconnected after 30 seconds
the app keeps crashing on iOS 19
login fails with code 401
Chat messages are lost
some users cannot connect
Is there an outage?
the recording service returns error 500
This is urgent, please call me
How do I fix the black screen on Android?
视频黑屏
42 房间没有声音
iOS 端一打开就闪退
进不去房间
用户反馈登录失败
推流失败，错误码 1001
消息收不到
請看一下，沒有聲音
"""

DEGRADED = """
the picture is choppy in the evening
there is an echo in one room
video is slow to start
intermittent packet loss in Brazil
视频很卡
偶尔有杂音
画面模糊
"""

QUESTIONS = """
how do I set the bitrate?
How do we rotate the API key?
Is it possible to record only audio?
Where can I find the changelog?
do you support WebRTC simulcast
I have a question about billing
Feature request: dark mode
How do I list all users of a room?
How do I deploy to production?
How many users can join a room? A quick question.
This is not urgent. How can we change the logo?
请问如何配置码率？
怎么设置分辨率
是否支持 H.265
有没有文档可以看
如何获取所有用户列表
不紧急，想咨询一下计费
"""

ANYTHING_ELSE = """
the dashboard shows a strange number
Could you please look at ticket 88?
we saw something odd yesterday in the logs
our logo is not where it should be
请帮忙看一下
后台统计数字不对
why was our invoice sent twice
请问服务器是不是有问题
怎么回事
all users were migrated yesterday, thanks
所有用户都已升级
we go to production next week
"""

SAID = {"P0": OUTAGES, "P1": SYMPTOMS, "P2": DEGRADED + ANYTHING_ELSE, "P3": QUESTIONS}


@pytest.mark.parametrize(
    ("text", "priority"),
    [(text, priority) for priority, texts in SAID.items() for text in texts.split("\n") if text],
)
def test_first_triage(text: str, priority: str) -> None:
    verdict = triage(text, "", RULES)
    assert verdict.priority.value == priority, verdict.words


def test_what_no_phrase_is_in_has_the_default() -> None:
    reasons = {text: triage(text, "", RULES).reason for text in ANYTHING_ELSE.split("\n") if text}
    assert set(reasons.values()) == {"triage.default"}, reasons
