"""A broker without sockets, and who is on it."""

import pytest

from tests.helpers.pure import PureBroker, PureClient


@pytest.fixture
def broker() -> PureBroker:
    return PureBroker()


@pytest.fixture
def alice(broker: PureBroker) -> PureClient:
    """The administrator: she comes first."""
    return PureClient(broker, "alice", 1).enter()


@pytest.fixture
def bob(broker: PureBroker, alice: PureClient) -> PureClient:
    return PureClient(broker, "bob", 2).enter()


@pytest.fixture
def mallory(broker: PureBroker, alice: PureClient) -> PureClient:
    return PureClient(broker, "mallory", 2).enter()
