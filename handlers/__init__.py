"""The conversations. `routes` names every module by hand."""

from chat.router import Router
from handlers import (
    answers,
    behalf,
    calling,
    committee,
    consent,
    finishing,
    general,
    group,
    invites,
    linking,
    moving,
    preview,
    rule,
)
from services import Work


def routes() -> Router[Work]:
    """Every conversation, in one table."""
    router: Router[Work] = Router()
    for module in (
        linking,
        consent,
        general,
        answers,
        group,
        behalf,
        rule,
        preview,
        moving,
        calling,
        finishing,
        invites,
        committee,
    ):
        router.include(module.router)
    return router
