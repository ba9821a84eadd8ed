"""How every kind of order is handed in."""

from collections.abc import Callable
from dataclasses import replace

from shared.domain.identity import Caller
from shared.domain.limits import Service
from shared.domain.prompts import Prompt
from shared.jobs.names import QueueName
from web.http.context import services
from web.http.identity import as_caller
from web.http.limits import charged, note_allowance
from web.http.terms import request_terms
from web.schemas.suggestions import OrderBody, PromptBody
from web.services.submissions import RequestTerms, Submitted
from web.services.templates import PromptWish


def hand_in(
    route: str,
    body: OrderBody,
    submit: Callable[[Caller, RequestTerms], Submitted],
    *,
    lane: QueueName = QueueName.INTERACTIVE,
) -> Submitted:
    """Submit the order in the name of whoever asks; one that is refused costs a read."""
    terms = replace(
        request_terms(route),
        supersede_key=body.supersede_key,
        expires_in_s=body.expires_in,
        lane=lane,
    )
    submitted = charged(Service.READS, lambda: as_caller(lambda who: submit(who, terms)))
    note_allowance(submitted.allowance)
    return submitted


def prompt_of(prompt: PromptBody, caller: Caller) -> Prompt:
    """Return what the model is to be told.

    :raises NotFoundError, RequestInvalidError: as in `TemplateCatalogue.prompt`
    """
    wish = PromptWish(prompt.id, prompt.version, prompt.text, prompt.parameters)
    return services().templates.prompt(wish, owner=caller.owner)
