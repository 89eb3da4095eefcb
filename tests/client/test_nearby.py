"""Which announcements are of one server, and which of its addresses a person would type."""

from ipaddress import ip_address, ip_interface

from hubbub.client.nearby import ADDRESSES_MAX, ANNOUNCEMENTS_MAX, Nearby, Sighting, Sightings, likely_first
from hubbub.schemas.announcement import Announcement
from hubbub.schemas.hello import fingerprint, parse_address

KEY, OTHER = b"k" * 32, b"o" * 32


def sighting(*addresses: str, key: bytes = KEY, name: str = "Labor", port: int = 2000) -> Sighting:
    return Sighting(Announcement(server=name, key=key, publish_port=2001), port, addresses)


def shown(changes: list[Nearby]) -> list[tuple[str, tuple[str, ...], bool]]:
    return [(one.name, one.addresses, one.gone) for one in changes]


def test_a_server_is_one_wherever_it_is_announced() -> None:
    seen = Sightings()
    assert shown(seen.seen("a", sighting("10.0.0.1"))) == [("Labor", ("10.0.0.1:2000",), False)]
    assert seen.seen("a", sighting("10.0.0.1")) == [], "nothing changed"
    both = ("10.0.0.1:2000", "[fd00::1]:2000")
    assert shown(seen.seen("b", sighting("10.0.0.1", "fd00::1", name="Other"))) == [("Labor", both, False)]
    assert shown(seen.lost("a")) == [("Other", both, False)]
    assert shown(seen.lost("b")) == [("Other", both, True)]
    assert seen.lost("b") == []


def test_two_servers_may_have_one_name_and_one_address() -> None:
    seen = Sightings()
    seen.seen("a", sighting("10.0.0.1"))
    assert [one.key for one in seen.seen("b", sighting("10.0.0.1", key=OTHER))] == [OTHER]


def test_an_announcement_may_become_another_servers() -> None:
    seen = Sightings()
    seen.seen("a", sighting("10.0.0.1"))
    changes = seen.seen("a", sighting("10.0.0.2", key=OTHER))
    assert [(one.key, one.gone) for one in changes] == [(KEY, True), (OTHER, False)]
    assert [one.gone for one in seen.seen("a", sighting())] == [True], "what has no address can't be reached"


def test_no_more_is_taken_in_than_somebody_could_look_at() -> None:
    seen = Sightings()
    for number in range(ANNOUNCEMENTS_MAX):
        assert seen.seen(f"liar {number}", sighting("10.0.0.1", key=number.to_bytes(32)))
    assert seen.seen("one more", sighting("10.0.0.1", key=OTHER)) == []
    assert seen.seen("liar 0", sighting("10.0.0.9", key=bytes(32))), "those that are known may change"
    seen.lost("liar 1")
    assert seen.seen("one more", sighting("10.0.0.1", key=OTHER))


def test_a_machine_that_announces_hundreds_hides_no_other() -> None:
    seen = Sightings()
    for number in range(3 * ANNOUNCEMENTS_MAX):
        seen.seen(f"liar {number}", sighting("10.0.0.1", key=number.to_bytes(32)))
    changes = seen.seen("real", sighting("10.0.0.2", key=KEY))
    assert [(one.key == KEY, one.gone) for one in changes] == [(False, True), (True, False)]
    for number in range(ANNOUNCEMENTS_MAX):
        assert all(one.key != KEY for one in seen.seen(f"again {number}", sighting("10.0.0.1", key=OTHER)))
    assert [one.gone for one in seen.lost("real")] == [True], "it was there all the time"


def test_where_all_are_alike_who_came_first_stays() -> None:
    seen = Sightings()
    for number in range(ANNOUNCEMENTS_MAX):
        seen.seen(f"s{number}", sighting(f"10.0.{number}.1", key=number.to_bytes(32)))
    assert seen.seen("one more", sighting("10.1.0.1", key=OTHER)) == []
    assert seen.lost("one more") == []


def test_what_is_shown_can_be_typed() -> None:
    (found,) = Sightings().seen("a", sighting("fe80::1%eth0", "10.0.0.1", port=2345))
    assert found.address == "[fe80::1%eth0]:2345"
    assert parse_address(found.address)[:2] == ("fe80::1%eth0", 2345)
    assert parse_address(found.link) == ("fe80::1%eth0", 2345, KEY)
    assert found.words == fingerprint(KEY)


HERE = [
    ip_interface(text)
    for text in ("192.168.1.7/24", "172.17.0.1/16", "fd00::7/64", "fe80::7/64", "127.0.0.1/8")
]


def ranked(*addresses: str) -> list[str]:
    return [str(one) for one in likely_first([ip_address(text) for text in addresses], HERE)]


def test_the_address_that_is_likely_to_work_is_first() -> None:
    best_first = [
        "192.168.1.9",
        "fd00::9",
        "fe80::9%eth0",
        "10.9.9.9",
        "2001:db8::9",
        "172.17.0.1",
        "127.0.0.1",
    ]
    assert ranked(*reversed(best_first)) == best_first
    assert ranked(*best_first, *best_first) == best_first


def test_what_cannot_be_connected_to_is_left_out() -> None:
    assert ranked("0.0.0.0", "::", "224.0.0.251", "ff02::fb", "fe80::9") == []
    many = [f"10.0.{number}.1" for number in range(200)]
    assert len(ranked(*many)) == ADDRESSES_MAX
