"""The write commands other than AppendMessage: a table from command to function. The statements stand in sql/writes.sql.

A function checks first and changes then; what it raises undoes what it changed. The transaction is its caller's. The functions
here are of what a user has of a conversation and no log tells.
"""

from collections.abc import Callable
from typing import Any, Final

from hubbub.schemas import records
from hubbub.store import accounts, acts, entries, files, groups, people
from hubbub.store.access import Refusal
from hubbub.store.database import Connection
from hubbub.store.members import inserted, is_blocked, named, raise_home_version, with_id
from hubbub.store.memory import Memory
from hubbub.store.queries import SQL


def start_conversation(
    db: Connection, _: Memory, command: records.StartConversation
) -> records.ConversationStarted:
    user, partner = with_id(db, command.user).user, named(db, command.partner)
    pair = (min(user, partner.user), max(user, partner.user))
    row = db.execute(SQL["direct_conversation"], pair).fetchone()
    entered: list[tuple[int, int]] = []
    if row is None:
        if is_blocked(db, user, by=partner.user):
            raise Refusal("not_allowed", f"{partner.name} takes no messages from you.")
        conversation = inserted(db, "insert_direct", (*pair, command.now))
        for member in dict.fromkeys((user, partner.user)):
            db.execute(SQL["insert_member"], (member, conversation, "member", 0))
            entered.append((member, raise_home_version(db, member)))
    else:
        conversation = row[0]
    return records.ConversationStarted(groups.shown(db, user, conversation), row is None, entered)


def mark_read(db: Connection, memory: Memory, command: records.MarkRead) -> records.Marked:
    here = entries.place(db, command.user, command.conversation)
    seq = max(here.read, min(command.seq, memory.log(command.conversation).seq))
    moved = seq > here.read
    if moved:
        db.execute(SQL["set_read"], (seq, command.user, command.conversation))
        db.execute(SQL["raise_home_version"], (command.user,))
    version, shown = db.execute(SQL["home_version"], (command.user,)).fetchone()
    return records.Marked(command.conversation, command.user, seq, version, moved, bool(shown))


def mute(db: Connection, _: Memory, command: records.Mute) -> records.MuteSet:
    entries.place(db, command.user, command.conversation)
    db.execute(SQL["set_muted"], (command.until, command.user, command.conversation))
    version = raise_home_version(db, command.user)
    return records.MuteSet(command.conversation, command.user, command.until, version)


WRITES: Final[dict[type[records.Write], Callable[[Connection, Memory, Any], records.Result]]] = {
    records.CreateUser: accounts.create_user,
    records.SetPassword: accounts.set_password,
    records.SetDisabled: accounts.set_disabled,
    records.CreateSession: accounts.create_session,
    records.EndSession: accounts.end_session,
    records.RevokeSession: accounts.revoke_session,
    records.ExpireSessions: accounts.expire_sessions,
    records.StartConversation: start_conversation,
    records.ForwardMessage: files.forward_message,
    records.BeginUpload: files.begin_upload,
    records.CompleteUpload: files.complete_upload,
    records.CancelUpload: files.cancel_upload,
    records.SweepUploads: files.sweep_uploads,
    records.EditMessage: acts.act,
    records.DeleteMessage: acts.act,
    records.React: acts.act,
    records.PinMessage: acts.act,
    records.RenameGroup: acts.act,
    records.SetTopic: acts.act,
    records.SetVisibility: acts.act,
    records.SetRole: acts.act,
    records.CreateGroup: groups.create_group,
    records.JoinGroup: groups.join_group,
    records.AddMember: groups.add_member,
    records.RemoveMember: groups.remove_member,
    records.LeaveGroup: groups.leave_group,
    records.MarkRead: mark_read,
    records.Mute: mute,
    records.Block: people.block,
    records.SetStatus: people.set_status,
    records.SetProfile: people.set_profile,
    records.MarkSeen: people.mark_seen,
    records.DeleteAccount: people.delete_account,
    records.PurgeMessages: people.purge_messages,
}
