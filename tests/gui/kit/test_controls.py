import tkinter as tk

import pytest

from hubbub.client.gui.kit.buttons import Button, IconButton
from hubbub.client.gui.kit.fields import Field, SearchField
from hubbub.client.gui.kit.progress import ProgressBar, ProgressRing, Spinner
from hubbub.client.gui.kit.switches import Choice, Switch
from tests.helpers.stage import Stage

pytestmark = pytest.mark.window


def test_a_button_is_pressed_by_pointer_and_by_keys(stage: Stage) -> None:
    pressed: list[int] = []
    button = stage.show(Button(stage.root, "Send", icon="send", command=lambda: pressed.append(1)))
    stage.click(button)
    button.focus_set()
    stage.settle()
    for key in ("space", "Return", "KP_Enter"):
        stage.key(key)
    button.invoke()
    assert len(pressed) == 5


def test_a_press_that_is_let_go_elsewhere_does_nothing(stage: Stage) -> None:
    pressed: list[int] = []
    button = stage.show(Button(stage.root, "Send", command=lambda: pressed.append(1)))
    button.event_generate("<ButtonPress-1>", x=5, y=5)
    button.event_generate("<ButtonRelease-1>", x=5, y=500)
    stage.settle()
    assert pressed == [] and not button.pressed


def test_a_disabled_or_busy_button_takes_no_press(stage: Stage) -> None:
    pressed: list[int] = []
    button = stage.show(Button(stage.root, "Send", command=lambda: pressed.append(1)))
    button.set(enabled=False)
    stage.click(button)
    button.set(enabled=True, busy=True)
    stage.click(button)
    assert pressed == []
    button.set(busy=False)
    stage.click(button)
    assert pressed == [1]


def test_only_the_keyboard_brings_the_focus_ring(stage: Stage) -> None:
    first = stage.show(Button(stage.root, "One"))
    second = stage.show(Button(stage.root, "Two"))
    stage.click(first)
    assert stage.root.focus_get() is first and not first.ringed
    stage.key("Tab")
    assert stage.root.focus_get() is second and second.ringed
    stage.click(first)
    assert not second.ringed


def test_tab_passes_over_what_is_disabled(stage: Stage) -> None:
    buttons = [stage.show(Button(stage.root, text)) for text in ("One", "Two", "Three")]
    buttons[1].set(enabled=False)
    buttons[0].focus_set()
    stage.key("Tab")
    assert stage.root.focus_get() is buttons[2]


def test_a_button_is_as_wide_as_its_words_or_as_it_is_packed(stage: Stage) -> None:
    short = stage.show(Button(stage.root, "Go"), fill="none")
    long = stage.show(Button(stage.root, "Go there and come back"), fill="none")
    wide = stage.show(Button(stage.root, "Go"), fill="x")
    assert short.winfo_width() < long.winfo_width() < wide.winfo_width() == 640
    before = short.winfo_width()
    short.set(text="Going somewhere")
    stage.settle()
    assert short.winfo_width() > before


def test_every_kind_looks_other_when_hovered(stage: Stage) -> None:
    for kind in ("primary", "quiet", "outline", "danger", "link"):
        button = stage.show(Button(stage.root, "Press", kind=kind))
        before = look(button)
        stage.enter(button)
        assert look(button) != before
        stage.leave(button)
        assert look(button) == before


def look(button: Button) -> list[object]:
    items = button.find_all()
    return [
        (button.type(item), button.itemcget(item, "image") if button.type(item) == "image" else "")
        for item in items
    ]


def test_an_icon_button_shows_its_badge(stage: Stage) -> None:
    button = stage.show(IconButton(stage.root, "bell", tooltip="News", badge=7), fill="none")
    words = [button.itemcget(item, "text") for item in button.find_all() if button.type(item) == "text"]
    assert words == ["7"]
    button.set(badge=1000)
    words = [button.itemcget(item, "text") for item in button.find_all() if button.type(item) == "text"]
    assert words == ["99+"]
    assert button.text == "News"


def test_a_field_tells_each_change_once_and_what_enter_means(stage: Stage) -> None:
    told: list[str] = []
    entered: list[int] = []
    field = stage.show(Field(stage.root, "Name", on_change=told.append, on_enter=lambda: entered.append(1)))
    field.focus()
    stage.settle()
    stage.type("ab")
    stage.key("Left")
    stage.key("Return")
    assert told == ["a", "ab"] and field.value == "ab" and entered == [1]
    field.value = "set"
    assert told == ["a", "ab"] and field.value == "set"


def test_what_is_wrong_stands_below_until_it_is_changed(stage: Stage) -> None:
    field = stage.show(Field(stage.root, "Name", value="x"))
    height = field.winfo_reqheight()
    field.error("There is nobody of that name")
    stage.settle()
    assert field.problem == "There is nobody of that name"
    assert field.winfo_reqheight() > height
    field.focus()
    stage.settle()
    stage.type("y")
    assert field.problem is None
    assert field.winfo_reqheight() == height


def test_a_secret_is_shown_only_when_asked(stage: Stage) -> None:
    field = stage.show(Field(stage.root, "Password", secret=True, value="hush"))
    eye = next(child for child in field.box.winfo_children() if isinstance(child, IconButton))
    assert field.entry.cget("show") == "•" and eye.text == "Show"
    eye.invoke()
    assert field.entry.cget("show") == "" and eye.text == "Hide"
    eye.invoke()
    assert field.entry.cget("show") == "•"
    assert field.value == "hush"


def test_the_hint_goes_with_the_first_letter(stage: Stage) -> None:
    field = stage.show(Field(stage.root, "Server", hint="chat.example.org"))
    assert field.box.hint.winfo_manager() == "place"
    field.focus()
    stage.settle()
    stage.type("a")
    assert field.box.hint.winfo_manager() == ""
    field.value = ""
    assert field.box.hint.winfo_manager() == "place"


def test_a_disabled_field_takes_no_letters_but_values(stage: Stage) -> None:
    field = stage.show(Field(stage.root, "Name"))
    field.enable(False)
    field.focus()
    stage.settle()
    stage.type("a")
    assert field.value == ""
    field.value = "set"
    assert field.value == "set"


def test_escape_empties_a_search(stage: Stage) -> None:
    told: list[str] = []
    field = stage.show(SearchField(stage.root, on_change=told.append))
    field.focus()
    stage.settle()
    stage.type("ab")
    stage.key("Escape")
    assert field.value == "" and told == ["a", "ab", ""]


def test_a_switch_turns_and_tells(stage: Stage) -> None:
    told: list[bool] = []
    switch = stage.show(Switch(stage.root, "Notify me", on_change=told.append), fill="none")
    stage.click(switch)
    switch.focus_set()
    stage.settle()
    stage.key("space")
    assert told == [True, False]
    switch.set(True)
    assert switch.value and told == [True, False]
    switch.enable(False)
    stage.click(switch)
    assert told == [True, False]


def test_a_choice_is_made_by_pointer_and_by_arrows(stage: Stage) -> None:
    told: list[int] = []
    choice = stage.show(Choice(stage.root, ("Light", "Dark", "System"), on_change=told.append), fill="none")
    stage.click(choice, choice.winfo_width() - 10, 10)
    assert choice.text == "System"
    choice.focus_set()
    stage.settle()
    for key in ("Right", "Left", "Left", "Left"):
        stage.key(key)
    assert told == [2, 1, 0] and choice.text == "Light"


def test_words_to_choose_from_stand_one_below_the_other_where_there_is_no_room(stage: Stage) -> None:
    told: list[int] = []
    narrow = tk.Frame(stage.root, width=150, height=300)
    narrow.pack_propagate(False)
    stage.show(narrow, fill="none")
    choice = Choice(narrow, ("Everything", "From then on"), on_change=told.append)
    choice.pack(anchor="w")
    stage.settle()
    assert choice.winfo_width() == 150
    beside, high = choice.winfo_reqwidth(), choice.winfo_height()
    assert beside > 150
    stage.click(choice, 20, high - 8)
    stage.click(choice, 140, 8)
    stage.key("Down")
    assert told == [1, 0, 1]
    narrow.configure(width=400)
    stage.until(lambda: choice.winfo_width() == beside and choice.winfo_height() < high)
    stage.click(choice, 20, 8)
    assert told == [1, 0, 1, 0]


def test_progress_is_kept_between_nothing_and_all(stage: Stage) -> None:
    for widget in (ProgressBar(stage.root), ProgressRing(stage.root)):
        stage.show(widget, fill="none")
        for value, shown in ((0.5, 0.5), (2, 1.0), (-1, 0.0)):
            widget.set(value)
            assert widget.value == shown


def test_a_spinner_turns_and_ends_with_its_widget(stage: Stage) -> None:
    spinner = stage.show(Spinner(stage.root), fill="none")
    first = spinner.itemcget(spinner.find_all()[0], "image")
    stage.until(lambda: spinner.itemcget(spinner.find_all()[0], "image") != first)
    timers = len(stage.root.tk.call("after", "info"))
    spinner.destroy()
    assert len(stage.root.tk.call("after", "info")) == timers - 1


def test_controls_grow_with_their_text(stage: Stage) -> None:
    controls = [
        Switch(stage.root, "Notify me"),
        Choice(stage.root, ("One", "Two")),
        Button(stage.root, "Send it"),
    ]
    for control in controls:
        stage.show(control, fill="none")
    before = [control.winfo_width() for control in controls]
    stage.theme.set_text_scale(1.5)
    stage.settle()
    assert all(control.winfo_width() > width for control, width in zip(controls, before, strict=True))


def test_the_hint_of_a_field_lies_on_the_field_in_every_theme(stage: Stage) -> None:
    field = stage.show(Field(stage.root, "Address", hint="chat.example.org"))
    for mode in ("dark", "light"):
        stage.theme.set_mode(mode)
        assert field.box.hint.cget("bg") == field.entry.cget("bg")
