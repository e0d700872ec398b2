"""The conversations. `routes` names every module by hand."""

from chat.router import Router
from handlers import (
    absences,
    absent_note,
    agenda,
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
    headings,
    invites,
    linking,
    minutes,
    moving,
    orientation,
    preparation,
    preview,
    results,
    rule,
    suggestions,
    tasks,
    thematic,
    topics,
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
        agenda,
        headings,
        orientation,
        preparation,
        thematic,
        calling,
        came,
        finishing,
        results,
        minutes,
        suggestions,
        topics,
        tasks,
        absent_note,
        invites,
        committee,
    ):
        router.include(module.router)
    return router
