"""Messages to the model, and the conversations that they make."""

from copydesk.calls.orders import document_of, order, rest_of
from copydesk.calls.wire import Call, Page, Request, as_, get, given, nothing, page_of, where
from copydesk.models.chat import Conversation, ConversationSummary
from copydesk.models.jobs import JobView
from copydesk.terms import ChatTerms


def chat(message: str, terms: ChatTerms) -> Call[JobView]:
    """Say something to the model."""
    document = document_of(terms.get("document"), terms)
    body = {"message": message, "document": document, **rest_of(terms)}
    return order("/chat", given(body), terms)


def conversations(cursor: str | None) -> Call[Page[ConversationSummary]]:
    """List conversations."""
    request = get("/conversations", {"cursor": cursor})
    return Call(request, page_of(ConversationSummary, "conversations"))


def conversation(conversation_id: str, cursor: str | None) -> Call[Conversation]:
    """Show a conversation."""
    path = where("conversations", conversation_id)
    return Call(get(path, {"cursor": cursor}), as_(Conversation))


def delete(conversation_id: str) -> Call[None]:
    """Delete a conversation."""
    return Call(Request("DELETE", where("conversations", conversation_id)), nothing)


def regenerate(conversation_id: str, message_id: str) -> Call[JobView]:
    """Have a message answered again."""
    path = where("conversations", conversation_id, "messages", message_id, "regenerate")
    return order(path, {}, {})
