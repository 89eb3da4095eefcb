"""Random uploads, messages, forwards, deletions and pictures: whatever comes, the counts are those of what is there."""

from hypothesis import given, settings
from hypothesis import strategies as st

from hubbub.schemas import records
from hubbub.schemas.records import Write
from hubbub.schemas.requests import NewAttachment
from hubbub.store import memory_store
from tests.store.stores import GENERAL, Trial, digest

CONTENTS = [b"a", b"bb", b"ccc"]
QUOTA = 7
"""Of bytes: not room for all, with uploads that come twice."""

users, contents = st.sampled_from((1, 2, 3)), st.sampled_from(CONTENTS)
hashes, seqs = contents.map(digest), st.integers(3, 12)
keys = st.binary(min_size=16, max_size=16) | st.just(b"k" * 16)
files = st.builds(
    lambda sha256, thumbnail: NewAttachment(sha256=sha256, name="name", thumbnail=thumbnail),
    *(hashes, hashes | st.just(b"")),
)
begins = st.builds(
    lambda user, data: records.BeginUpload(user, digest(data), len(data), 5, QUOTA), users, contents
)
completions = st.builds(
    lambda user, data: records.CompleteUpload(user, digest(data), 6, len(data)), users, contents
)
cancels = st.builds(records.CancelUpload, users, hashes)
sweeps = st.builds(records.SweepUploads, st.sampled_from([5, 6, 7]))
sends = st.builds(
    lambda user, key, attached: records.AppendMessage(
        GENERAL, user, f"user{user}", key, "", 5, attachments=attached
    ),
    *(users, keys, st.lists(files, min_size=1, max_size=3)),
)
forwards = st.builds(
    lambda user, key, seq: records.ForwardMessage(GENERAL, user, f"user{user}", key, GENERAL, seq, 5, QUOTA),
    *(users, keys, seqs),
)
deletions = st.builds(records.DeleteMessage, st.just(GENERAL), users, keys, st.just(5), seqs)
pictures = st.builds(
    lambda user, picture: records.SetProfile(user, None, None, None, picture), users, hashes | st.just(b"")
)
account = st.builds(records.DeleteAccount, st.just(3), st.sampled_from(["keep", "delete"]), st.just(9))
purge = st.just(records.PurgeMessages(3, 9))
commands = st.one_of(
    *[begins] * 3,
    *[completions] * 3,
    *[sends] * 4,
    *[forwards] * 3,
    *[deletions] * 2,
    cancels,
    sweeps,
    pictures,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(commands, min_size=10, max_size=80), st.lists(st.one_of(account, purge, purge)))
def test_counts_are_those_of_what_is_there(run: list[Write], end: list[Write]) -> None:
    trial = Trial(memory_store())
    trial.users("user1", "user2", "user3")
    for data in CONTENTS:
        trial.upload(1, data)
    results = trial.run(*run, *end)
    failed = [r for r in results if isinstance(r, records.Refused) and r.code == "internal"]
    assert failed == []
    trial.index()
    problems = trial.verify().problems
    missing = {f"the file {digest(data).hex()} is missing": digest(data) for data in CONTENTS}
    assert set(problems) <= set(missing)
    had_by_nobody = set(missing.values()) - {missing[text] for text in problems}
    assert had_by_nobody <= {sha256 for result in results for sha256 in named(result)}, "to be dropped"
    trial.close()


def named(result: records.Result) -> list[bytes]:
    """Hashes of files that may be nobody's now."""
    return [*getattr(result, "blobs", []), *(sha256 for _, sha256 in getattr(result, "uploads", []))]
