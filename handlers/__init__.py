"""The conversations. `routes` names every module by hand."""

from chat.router import Router
from handlers import (
    absences,
    answers,
    away,
    behalf,
    calling,
    came,
    clashes,
    committee,
    consent,
    extras,
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
        absences,
        away,
        rule,
        preview,
        moving,
        clashes,
        extras,
        calling,
        came,
        finishing,
        invites,
        committee,
    ):
        router.include(module.router)
    return router
