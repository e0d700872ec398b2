from zoneinfo import ZoneInfo

import pytest

from chat.tokens import Signer
from reports.catalogue import Catalogue
from services.policy import load_policy
from services.work import House


@pytest.fixture
def house() -> House:
    catalogue = Catalogue(ZoneInfo("Asia/Ho_Chi_Minh"))
    return House(load_policy(), catalogue, Signer(["k"]), catalogue.vocabulary())
