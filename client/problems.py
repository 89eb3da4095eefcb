"""What an operating system's refusal of a file means, for a person. Pure."""

import errno
from pathlib import Path
from typing import Final

from hubbub.client.errors import FileProblem

_WHY: Final = {
    errno.ENOENT: "it is not there",
    errno.ENOTDIR: "a part of its path is no folder",
    errno.EACCES: "you may not",
    errno.EPERM: "you may not",
    errno.EISDIR: "it is a folder",
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "you have no room left on that disk",
    errno.EROFS: "the disk can't be written to",
    errno.ENAMETOOLONG: "its name is too long here",
    errno.EMFILE: "too many files are open",
}


def cannot(what: str, path: Path, error: OSError, after: str = "") -> FileProblem:
    """ "FILE cannot be read: it is not there." `what`: read, written. `after`: one more sentence."""
    why = _WHY.get(error.errno or 0) or error.strerror or type(error).__name__
    return FileProblem(f"{path} cannot be {what}: {why}." + (f" {after}" if after else ""))
