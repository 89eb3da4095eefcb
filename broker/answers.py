"""Answers that all handlers give: refusals, and that a thing is done."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from hubbub.broker.effects import Context, Effects, Then
from hubbub.schemas import errors, limits, names, records, replies

if TYPE_CHECKING:
    from hubbub.broker.core import Core

R = TypeVar("R", bound=records.Result)


def refuse(context: Context, code: str, message: str, retry_after: float | None = None) -> Effects:
    """The request fails, with a code of hubbub.schemas.errors and a text for a person; retry_after in seconds."""
    body = replies.Failure(id=context.request.id, error=code, message=message, retry_after=retry_after)
    return [context.answer(body)]


def not_found(context: Context) -> Effects:
    """No such conversation, or none that he may see: the same answer as the store's."""
    return refuse(context, "not_found", errors.ERRORS["not_found"].meaning)


def misnamed(context: Context, what: str, error: names.BadName) -> Effects:
    """A name, a line of text or an emoji breaks its rule; `what` it should be, for a person."""
    return refuse(context, "bad_request", f"This can't be {what}: {error}.")


def refused(context: Context, result: records.Refused) -> Effects:
    """The store's refusal, handed on."""
    return refuse(context, result.code, result.message, 1.0 if result.code == "storage_full" else None)


def answering(build: Callable[[Core, Context, R], replies.Reply]) -> Then:
    """The continuation that hands on a refusal, and answers any other result with the reply that `build` makes of it."""

    def then(core: Core, context: Context, result: Any) -> Effects:
        if isinstance(result, records.Refused):
            return refused(context, result)
        return [context.answer(build(core, context, result))]

    return then


@answering
def done(core: Core, context: Context, result: records.Result) -> replies.Done:
    """The continuation of whatever has nothing to say but that it is done."""
    return replies.Done(id=context.request.id)


@answering
def acted(core: Core, context: Context, result: records.Acted | records.MemberChanged) -> replies.Acted:
    """The continuation of whatever is written into a log, messages apart."""
    entry = result.entry
    return replies.Acted(
        id=context.request.id,
        conversation=result.conversation,
        seq=entry.seq if entry else 0,
        position=entry.position if entry else 0,
        at=entry.at if entry else 0,
    )


def wait_reply(request_id: int, wait: float) -> replies.Failure:
    """The refusal of a request that came too soon; 0.0: too many are unanswered."""
    if wait:
        message = f"Too many requests; wait {wait:.1f} seconds."
        return replies.Failure(id=request_id, error="rate_limited", message=message, retry_after=wait)
    message = f"{limits.REQUESTS_OUTSTANDING_MAX} requests of this session are unanswered."
    return replies.Failure(id=request_id, error="busy", message=message, retry_after=0.1)
