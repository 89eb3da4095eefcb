"""Which server and which account: signing in without Tk, with the library's thread and a real broker."""

from pathlib import Path

from hubbub.client.gui.model import sign_in_words as words
from hubbub.client.pins import Pin
from hubbub.client.profile import Profile, State
from hubbub.schemas.hello import fingerprint, parse_address
from tests.helpers.brokers import Served
from tests.helpers.seat import SECRET, Sits, here, key_of
from tests.helpers.signing_in import OTHER_KEY, Around, swap_key


def test_first_contact_shows_the_words_before_anything_is_typed(broker: Served, sits: Sits) -> None:
    seat = sits()
    seat.starts().choose_address(here(broker))
    there = seat.page("trust")
    assert there.server is not None
    assert there.server.words == fingerprint(there.server.key)
    assert (there.server.name, there.server.place, len(there.server.words.split())) == (
        "Hubbub",
        here(broker),
        10,
    )
    there.back()
    seat.sign_in.choose_address(here(broker))
    seat.page("trust").trust()  # who was not trusted is asked about again
    seat.page("form")
    seat.sign_in.back()
    seat.sign_in.choose_address(here(broker))
    assert seat.page("form").server == there.server


def test_somebody_registers_and_logs_out_and_in_again(broker: Served, sits: Sits) -> None:
    seat = sits()
    seat.registers(here(broker), "Anna")
    assert seat.app.chat is not None and seat.app.chat.me == "Anna"
    seat.app.log_out()
    assert seat.app.chat is None
    seat.page("start")
    (row,) = seat.sign_in.choices.accounts
    assert (row.account.user, row.account.logged_in) == ("Anna", False)
    seat.sign_in.resume(row)
    assert (seat.page("form").user, seat.sign_in.mode) == ("Anna", "log in")
    seat.sign_in.submit("Anna", SECRET)
    seat.chats()


def test_the_account_of_last_time_opens_by_itself_without_a_server_too(
    broker: Served, sits: Sits, tmp_path: Path
) -> None:
    seat = sits()
    seat.registers(here(broker), "Berta")
    seat.leaves()
    again = sits()
    again.app.start()
    again.chats()
    again.leaves()
    nowhere = "tcp://127.0.0.1:1"

    def move(state: State) -> None:
        for pin in state.servers.values():
            pin.addresses = [nowhere]

    Profile(tmp_path / "profile").change(move)
    away = sits()
    away.app.start()
    away.wait(lambda: away.app.chat is not None, "a chat without a server")
    assert away.app.chat is not None and not away.app.chat.link.connected


def test_of_several_accounts_each_resumes_its_own_session(broker: Served, sits: Sits) -> None:
    seat = sits()
    seat.registers(here(broker), "Carla")
    seat.app.switch()
    seat.page("start")
    seat.goes_to(here(broker)).set_mode("register")
    seat.sign_in.submit("Dora", SECRET)
    seat.chats()
    other = sits()
    other.app.start()
    other.chats()
    assert other.app.chat is not None and other.app.chat.me == "Dora", "the last used one"
    other.app.switch()
    other.page("start")
    assert [row.account.user for row in other.sign_in.choices.accounts] == ["Dora", "Carla"]
    other.sign_in.resume(other.sign_in.choices.accounts[1])
    other.chats()
    assert other.app.chat.me == "Carla"
    assert seat.app.chat is not None and seat.app.chat.me == "Dora"


def test_a_forgotten_account_is_gone_from_the_list_and_its_session_from_the_server(
    broker: Served, sits: Sits
) -> None:
    seat = sits()
    seat.registers(here(broker), "Emma")
    other = sits("elsewhere")
    other.starts()
    other.goes_to(here(broker)).set_mode("log in")
    other.sign_in.submit("Emma", SECRET)
    other.chats()
    seat.app.switch()
    seat.page("start")
    (row,) = seat.sign_in.choices.accounts
    seat.sign_in.forget_account(row.account)
    seat.wait(lambda: not seat.sign_in.choices.accounts, "an empty list")
    assert other.app.chat is not None
    left: list[int] = []
    other.bridge.run(other.app.chat.desk.client.sessions, lambda found: left.append(len(found)))
    other.wait(lambda: left)
    assert left == [1]


def test_a_session_that_was_ended_elsewhere_leads_back_with_the_name_and_the_reason(
    broker: Served, sits: Sits
) -> None:
    seat = sits()
    seat.registers(here(broker), "Frida")
    assert seat.app.chat is not None
    client = seat.app.chat.desk.client

    async def end() -> None:
        for session in await client.sessions():
            await client.revoke(session)

    seat.bridge.run(end)
    seat.wait(lambda: seat.app.chat is None, "the end of the chat")
    there = seat.page("form")
    assert (there.user, there.mode, there.notice) == ("Frida", "log in", words.EXPIRED)
    there.submit("Frida", SECRET)
    seat.chats()


def test_servers_nearby_appear_and_go_and_are_only_connected_to_when_chosen(
    broker: Served, sits: Sits, around: Around
) -> None:
    seat = sits()
    there = seat.starts()
    assert there.choices.looking
    key = key_of(broker)
    around.announce("Lab", here(broker), key=key)
    around.announce("Attic", "127.0.0.1:1", key=OTHER_KEY)
    seat.wait(lambda: len(there.choices.nearby) == 2)
    assert [row.server.name for row in there.choices.nearby] == ["Attic", "Lab"]
    assert (there.page, there.busy, there.choices.looking) == ("start", None, False)
    there.choose(there.choices.nearby[1])
    seat.page("trust").trust()
    seat.page("form").back()
    seat.wait(
        lambda: [row.known for row in there.choices.nearby] == [False, True], "known, once it was trusted"
    )
    there.choose(there.choices.nearby[0])
    assert seat.problem("form") == words.AWAY
    around.announce("Attic", "127.0.0.1:1", key=OTHER_KEY, gone=True)
    seat.wait(lambda: len(there.choices.nearby) == 1)
    around.fail()
    seat.wait(lambda: "can't be looked for" in there.choices.problem)


def test_a_server_is_met_at_whichever_of_its_addresses_works(
    broker: Served, sits: Sits, around: Around
) -> None:
    seat = sits()
    there = seat.starts()
    around.announce("Lab", "127.0.0.1:1", here(broker), key=key_of(broker))
    seat.wait(lambda: there.choices.nearby)
    there.choose(there.choices.nearby[0])
    found = seat.page("trust").server
    assert found is not None and found.place == here(broker)


def test_who_announces_a_key_that_is_not_his_is_met_under_his_own(
    broker: Served, sits: Sits, around: Around
) -> None:
    seat = sits()
    there = seat.starts()
    around.announce("Bank", here(broker), key=OTHER_KEY)
    seat.wait(lambda: there.choices.nearby)
    there.choose(there.choices.nearby[0])
    found = seat.page("trust").server
    assert found is not None and (found.key, found.name) == (key_of(broker), "Hubbub")


def test_recent_servers_say_whether_they_are_there(broker: Served, sits: Sits) -> None:
    seat = sits()
    seat.starts()
    seat.goes_to(here(broker)).back()
    seat.sign_in.look_again()
    seat.wait(lambda: [row.there for row in seat.sign_in.choices.recent] == [True])
    assert seat.sign_in.address == here(broker)


def test_a_changed_key_stops_and_shows_both_sets_of_words(broker: Served, sits: Sits, tmp_path: Path) -> None:
    seat = sits()
    seat.starts()
    seat.goes_to(here(broker))
    swap_key(tmp_path / "profile")
    seat.sign_in.back()
    seat.sign_in.look_again()
    seat.wait(lambda: [row.server.key for row in seat.sign_in.choices.recent] == [OTHER_KEY])
    seat.sign_in.choose_address(here(broker))
    there = seat.page("changed")
    assert there.server is not None and there.expected is not None
    assert there.server.words == fingerprint(key_of(broker))
    assert (there.expected.words, there.expected.name) == (fingerprint(OTHER_KEY), "Hubbub")
    there.forget_server(there.expected)
    seat.page("start")
    seat.wait(lambda: not there.choices.recent)
    there.choose_address(here(broker))
    seat.page("trust")


def test_what_is_kept_of_an_account_whose_server_has_another_key_can_be_read(
    broker: Served, sits: Sits, tmp_path: Path
) -> None:
    seat = sits()
    seat.registers(here(broker), "Ida")
    seat.leaves()
    swap_key(tmp_path / "profile")
    again = sits()
    again.app.start()
    again.page("changed").read_alone()
    again.wait(lambda: again.app.chat is not None and again.app.chat.link.state == "stopped")
    assert again.app.chat is not None, "it stays open"


def test_an_account_whose_server_has_another_key_is_shown_why(
    broker: Served, sits: Sits, tmp_path: Path
) -> None:
    seat = sits()
    seat.registers(here(broker), "Hanna")
    seat.leaves()
    swap_key(tmp_path / "profile")
    again = sits()
    again.app.start()
    there = again.page("changed")
    assert there.expected is not None and there.expected.key == OTHER_KEY
    there.back()
    assert [row.account.user for row in there.choices.accounts] == ["Hanna"]


def test_an_address_with_a_key_needs_no_words_and_takes_no_other_key(broker: Served, sits: Sits) -> None:
    address = parse_address(here(broker))
    seat = sits()
    seat.starts().choose_address(str(address._replace(key=key_of(broker))))
    seat.page("form").back()
    seat.sign_in.choose_address(str(address._replace(key=OTHER_KEY)))
    there = seat.page("changed")
    assert there.expected is not None and there.expected.words == fingerprint(OTHER_KEY)


def test_a_damaged_profile_says_which_file_and_begins_anew_when_told_to(sits: Sits, tmp_path: Path) -> None:
    (tmp_path / "profile").mkdir()
    (tmp_path / "profile" / "profile.json").write_text("{ nothing of")
    (tmp_path / "profile" / "device.key").write_text("nor a key")
    seat = sits()
    seat.app.start()
    there = seat.page("broken")
    assert there.damaged and "profile.json" in there.notice and "device.key" in there.notice
    there.set_aside()
    seat.page("start")
    assert (tmp_path / "profile" / "profile.json.damaged").read_text() == "{ nothing of"


def test_a_key_in_the_profile_that_is_none_is_damage_too(sits: Sits, tmp_path: Path) -> None:
    profile = Profile(tmp_path / "profile")
    profile.change(
        lambda state: state.servers.update({"no key": Pin(name="x", addresses=["tcp://127.0.0.1:1"])})
    )
    seat = sits()
    seat.app.start()
    assert seat.page("broken").damaged


def test_a_folder_that_cannot_be_used_is_told_and_tried_again(sits: Sits, tmp_path: Path) -> None:
    (tmp_path / "profile").write_text("a file where the folder should be")
    seat = sits()
    seat.app.start()
    there = seat.page("broken")
    assert not there.damaged and str(tmp_path / "profile") in there.notice
    (tmp_path / "profile").unlink()
    there.look_again()
    seat.page("start")
