"""Keys of messages."""

import uuid
from datetime import UTC, datetime, timedelta, timezone

from hubbub.client import derived_key

NOON = datetime(2026, 11, 22, 12, 0, 0, 123_456, UTC)


def test_a_derived_key_is_the_same_for_the_same_and_else_never() -> None:
    keys = [
        derived_key("reminder", 7, at=NOON),
        derived_key("reminder", 8, at=NOON),
        derived_key("reminder7", at=NOON),
        derived_key("reminder", at=NOON),
        derived_key("reminder", b"\xff\x00", at=NOON),
        derived_key("reminder", 7, at=NOON + timedelta(microseconds=1)),
    ]
    assert len(set(keys)) == len(keys)
    elsewhere = NOON.astimezone(timezone(timedelta(hours=5)))
    assert keys[0] == derived_key("reminder", "7", at=elsewhere)
    assert keys[0].hex() == "01a20320a27b75b78c9a26fc4955ca55"  # another version must not say it again


def test_it_is_a_uuid_of_its_time() -> None:
    made = uuid.UUID(bytes=derived_key("x", at=NOON))
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert made.int >> 80 == int(NOON.timestamp() * 1000)
