"""The table of modes: what is exposed, to whom, and at what cost. Nothing that is not in it can be reached."""

from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from hubbub.broker import (
    accounts,
    administration,
    conversations,
    credentials,
    files,
    groups,
    messages,
    people,
    present,
)
from hubbub.schemas import replies, requests

if TYPE_CHECKING:
    from hubbub.broker.core import Core
    from hubbub.broker.effects import Context, Effects


class Need(Enum):
    """What a request must bring before its handler is called."""

    NOTHING = "nothing"
    SESSION = "session"
    ADMIN = "the administrator's key"


class Mode(NamedTuple):
    """One row. The handler gets the core, the context and the request, whose type is the row's name."""

    handler: "Callable[[Core, Context, Any], Effects]"
    need: Need
    cost: float = 1.0
    """What it takes from the bucket of the session (of the address, where no session is needed). CREATE_GROUP takes 1 more
    for each member, SEARCH for each KiB of what it found, a message for each 2 KiB of its text, each ten whom it names and each of
    its files. REMOVE_MEMBER cuts another's feeds. A chunk takes half: with the default limits that is 25 MB/s of files, and a
    session that moves them at 10 MB/s has more than half of its bucket for all else."""


MODES: Final[dict[type[requests.Request], Mode]] = {
    requests.IsHost: Mode(accounts.is_host, Need.NOTHING),
    requests.Register: Mode(accounts.register, Need.NOTHING),
    requests.Login: Mode(accounts.login, Need.NOTHING),
    requests.Logout: Mode(accounts.logout, Need.SESSION),
    requests.Ping: Mode(present.ping, Need.SESSION),
    requests.Home: Mode(conversations.home, Need.SESSION, 2.0),
    requests.Sync: Mode(conversations.sync, Need.SESSION, 2.0),
    requests.History: Mode(conversations.history, Need.SESSION, 2.0),
    requests.GetUsers: Mode(people.get_users, Need.SESSION, 2.0),
    requests.Online: Mode(present.online, Need.SESSION),
    requests.Offline: Mode(present.offline, Need.SESSION),
    requests.OnlineUsers: Mode(present.online_users, Need.SESSION, 2.0),
    requests.StartConversation: Mode(conversations.start_conversation, Need.SESSION),
    requests.SendMessage: Mode(messages.send_message, Need.SESSION),
    requests.ForwardMessage: Mode(messages.forward_message, Need.SESSION),
    requests.BeginUpload: Mode(files.begin_upload, Need.SESSION, 2.0),
    requests.UploadChunk: Mode(files.upload_chunk, Need.SESSION, 0.5),
    requests.CancelUpload: Mode(files.cancel_upload, Need.SESSION),
    requests.FetchChunk: Mode(files.fetch_chunk, Need.SESSION, 0.5),
    requests.Picture: Mode(files.picture, Need.SESSION),
    requests.EditMessage: Mode(messages.edit_message, Need.SESSION),
    requests.DeleteMessage: Mode(messages.delete_message, Need.SESSION),
    requests.React: Mode(messages.react, Need.SESSION),
    requests.PinMessage: Mode(messages.pin_message, Need.SESSION),
    requests.Edits: Mode(messages.edits, Need.SESSION, 2.0),
    requests.Pins: Mode(messages.pins, Need.SESSION, 2.0),
    requests.CreateGroup: Mode(groups.create_group, Need.SESSION, 10.0),
    requests.ListGroups: Mode(groups.list_groups, Need.SESSION, 2.0),
    requests.JoinGroup: Mode(groups.join_group, Need.SESSION),
    requests.LeaveGroup: Mode(groups.leave_group, Need.SESSION),
    requests.AddMember: Mode(groups.add_member, Need.SESSION, 2.0),
    requests.RemoveMember: Mode(groups.remove_member, Need.SESSION, 10.0),
    requests.SetRole: Mode(groups.set_role, Need.SESSION),
    requests.RenameGroup: Mode(groups.rename_group, Need.SESSION),
    requests.SetTopic: Mode(groups.set_topic, Need.SESSION),
    requests.SetVisibility: Mode(groups.set_visibility, Need.SESSION),
    requests.Members: Mode(conversations.members, Need.SESSION, 2.0),
    requests.MarkRead: Mode(conversations.mark_read, Need.SESSION),
    requests.Mute: Mode(conversations.mute, Need.SESSION),
    requests.Typing: Mode(conversations.typing, Need.SESSION, 0.2),
    requests.Search: Mode(messages.search, Need.SESSION, 10.0),
    requests.SetStatus: Mode(people.set_status, Need.SESSION),
    requests.SetProfile: Mode(people.set_profile, Need.SESSION, 5.0),
    requests.Profile: Mode(people.profile, Need.SESSION),
    requests.Block: Mode(people.block, Need.SESSION),
    requests.ChangePassword: Mode(credentials.change_password, Need.SESSION, 10.0),
    requests.ListSessions: Mode(credentials.list_sessions, Need.SESSION, 2.0),
    requests.RevokeSession: Mode(credentials.revoke_session, Need.SESSION),
    requests.DeleteAccount: Mode(credentials.delete_account, Need.SESSION, 10.0),
    requests.AdminAddUser: Mode(administration.admin_add_user, Need.ADMIN),
    requests.AdminSetPassword: Mode(administration.admin_set_password, Need.ADMIN),
    requests.AdminSetDisabled: Mode(administration.admin_set_disabled, Need.ADMIN),
    requests.AdminListUsers: Mode(administration.admin_list_users, Need.ADMIN),
    requests.AdminVerify: Mode(administration.admin_verify, Need.ADMIN),
}

if set(MODES) != set(replies.REPLY_OF):
    raise RuntimeError("the table of modes and the table of replies name different modes")
