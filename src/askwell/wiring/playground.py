"""askwell in a local Slack with a page in front: people of the policy, three places to talk."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from askwell.playground import Slack
from askwell.playground.page import serve_page
from askwell.rights.policy import Policy
from askwell.settings import Settings
from askwell.slack.manifest import manifest
from askwell.wiring.app import open_askwell
from askwell.wiring.slack_app import in_slack

MOST_PEOPLE = 4  # to act as
# Slack waits three seconds; on a small machine the app and the page share the processor.
PATIENCE = 15.0
LOCALES = {"ko": "ko-KR", "en": "en-US"}


@asynccontextmanager
async def in_playground(
    settings: Settings, *, team: str, host: str = "127.0.0.1", port: int = 0
) -> AsyncIterator[str]:
    """Open the playground, and yield the address of its page.

    Raises:
        OSError: the port is taken.
    """
    app = open_askwell(settings)
    try:
        slack = await Slack.start(
            manifest(),
            team=team,
            host=host,
            port=port,
            timeout=PATIENCE,
            trigger_life=PATIENCE,
            extend=serve_page,
        )
        try:
            move_in(slack, app.policy, LOCALES[settings.language])
            told = replace(
                settings.slack,
                mode="socket",
                bot_token=slack.token,
                app_token=slack.app.app_token,
                api_url=slack.base_url,
            )
            async with in_slack(app, told):
                await slack.socket.connected()
                yield slack.address
        finally:
            await slack.close()
    finally:
        await app.close()


def move_in(slack: Slack, policy: Policy, locale: str) -> None:
    """Let the policy's first people in.

    All are in one private channel. The fewer there are, the more may be shown: the first three
    have a public one, the first two a private one of their own.
    """
    members = [slack.bot]
    for email, person in [*policy.people.items()][:MOST_PEOPLE]:
        spoken = LOCALES[person.language] if person.language else locale
        name = email.partition("@")[0]
        user = slack.workspace.add_user(
            name,
            email=email,
            real_name=person.name or name,
            title=", ".join(group.partition("@")[0] for group in person.groups),
            locale=spoken,
        )
        members.append(user.id)
    slack.workspace.add_channel("general", "public", members[:4])
    slack.workspace.add_channel("team-data", "private", [*members])
    slack.workspace.add_channel("growth", "private", members[:3])
