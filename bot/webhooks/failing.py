"""What follows when something did not reach a webhook, or does again."""

from bot.durable import Urgency
from bot.policy import Tier
from bot.webhooks.webhook import Webhook
from bot.work import Work


async def not_reached(work: Work, webhook_id: str) -> None:
    """A try has failed: after days in which all did, nothing is sent there any more, and the leads hear of
    it."""
    webhook = await work.tx.webhooks.get(webhook_id)
    if webhook is None or not webhook.is_active:
        return
    after = webhook.failed(work.now)
    if after.has_failed_for_too_long:
        _disable(work, after, "failing")
    else:
        work.tx.webhooks.save(after)


async def reached(work: Work, webhook_id: str) -> None:
    webhook = await work.tx.webhooks.get(webhook_id)
    if webhook is not None and webhook.failing_since is not None:
        work.tx.webhooks.save(webhook.reached())


async def gone(work: Work, webhook_id: str) -> None:
    """The receiver said that it is there no more."""
    webhook = await work.tx.webhooks.get(webhook_id)
    if webhook is not None and webhook.is_active:
        _disable(work, webhook, "gone")


def _disable(work: Work, webhook: Webhook, why: str) -> None:
    work.tx.webhooks.save(webhook.disabled(why, work.now))
    key = "nudge.webhook_gone" if why == "gone" else "nudge.webhook_failing"
    work.tell_desk(None, key, webhook=webhook.id, url=webhook.url)
    for lead in (each for each in work.policy.engineers if each.tier is Tier.LEAD):
        text = work.to_engineer(lead).say(key, webhook=webhook.id, url=webhook.url)
        work.notify(lead, None, text, Urgency.NOTICE, work.first_way(lead))
