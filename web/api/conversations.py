"""Conversations: list, read, delete, and ask for another answer."""

from dataclasses import asdict

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from shared.domain.limits import Service
from web.api.answers import job_answer
from web.http.bodies import json_response, read_query
from web.http.context import services
from web.http.identity import as_caller, current_owner
from web.http.limits import charged, limited, note_allowance
from web.http.openapi import describe, takes
from web.http.preferences import preferred_wait_s
from web.http.terms import request_terms
from web.schemas.chat import ConversationList, ConversationView
from web.schemas.common import PageQuery
from web.schemas.headers import OrderHeaders
from web.schemas.jobs import JobView
from web.services.job_views import timestamp

conversations = Blueprint("conversations", __name__, url_prefix="/conversations")


@conversations.get("")
@describe(query=PageQuery, answers={200: ConversationList}, tag="chat")
@limited(Service.READS)
def index() -> ResponseReturnValue:
    """List the caller's conversations, newest first."""
    query = read_query(PageQuery)
    found, following = services().conversations.page(
        current_owner(), limit=query.limit, cursor=query.cursor
    )
    shown = [{"id": c.id, "title": c.title, "created_at": timestamp(c.created_ms)} for c in found]
    return json_response({"conversations": shown, "next_cursor": following})


@conversations.get("/<conversation_id>")
@describe(query=PageQuery, answers={200: ConversationView}, faults=(404,), tag="chat")
@limited(Service.READS)
def read(conversation_id: str) -> ResponseReturnValue:
    """Show a conversation with its last messages, as they were said; the cursor leads back."""
    query = read_query(PageQuery)
    found, messages, following = services().conversations.read(
        conversation_id, owner=current_owner(), limit=query.limit, cursor=query.cursor
    )
    view = {
        "id": found.id,
        "title": found.title,
        "messages": [asdict(message) for message in messages],
        "next_cursor": following,
    }
    return json_response(view)


@conversations.delete("/<conversation_id>")
@describe(answers={204: None}, faults=(404,), tag="chat")
@limited(Service.READS)
def delete(conversation_id: str) -> ResponseReturnValue:
    """Delete a conversation and all that was said in it."""
    services().conversations.delete(conversation_id, owner=current_owner())
    return Response(status=204)


@conversations.post("/<conversation_id>/messages/<message_id>/regenerate")
@takes(OrderHeaders)
@describe(answers={200: JobView, 202: JobView}, faults=(402, 404, 409, 422), tag="chat")
def regenerate(conversation_id: str, message_id: str) -> ResponseReturnValue:
    """Answer the last message again; the new answer takes the place of the old one."""
    wait_s = preferred_wait_s()
    terms = request_terms(f"regenerate {message_id}")
    desk = services().chat
    submitted = charged(
        Service.READS,
        lambda: as_caller(lambda who: desk.regenerate(message_id, conversation_id, who, terms)),
    )
    note_allowance(submitted.allowance)
    return job_answer(submitted.job, wait_s=wait_s, is_replay=submitted.is_replay)
