"""What to say where a conversation shows no message: why that is, and what one may do about it."""

from hubbub.client.gui.model.timeline import Timeline
from hubbub.client.gui.timeline.blank import Blank


def say_why(blank: Blank, timeline: Timeline, *, impatient: bool) -> None:
    """impatient: it takes so long that a word about it is due."""
    history = timeline.history
    if history.state == "failed":
        blank.say("exclamation-circle", "The messages could not be read", history.problem, retry=True)
    elif history.state == "":
        _invite_to_begin(blank, timeline)
    elif not impatient:
        blank.hush()
    elif timeline.chat.link.connected:
        blank.say("", "Reading the messages")
    else:
        blank.say("cloud-slash", "Nothing is kept here yet", "The messages come when the server is back.")


def _invite_to_begin(blank: Blank, timeline: Timeline) -> None:
    """Nothing was said here: what to do about it depends on who is here."""
    chat, room = timeline.chat, timeline.chat.room
    if chat.composer is not None and chat.composer.barred is not None:
        blank.say("chat-dots", "No messages here")  # the bar below says why
    elif not timeline.group:
        shown = chat.people.shown(timeline.name[1:])
        blank.say("chat-dots", "No messages here yet", f"Write the first one to {shown} below.")
    elif room is None or not room.alone:
        blank.say("chat-dots", "No messages here yet", "Write the first one below.")
    elif room.may_invite:
        text = "Invite people. Those who come later see what you write now."
        if room.row is not None and room.row.history != "all":
            text = "Invite people. They see what is written after they came."
        invite = chat.invite_wanted.emit
        blank.say("people", "Nobody else is here yet", text, action="Invite people", command=invite)
    else:
        blank.say("people", "Nobody else is here yet", "Write something for those who come later.")
