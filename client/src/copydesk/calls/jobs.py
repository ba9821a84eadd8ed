"""Jobs of every kind."""

from copydesk.calls.orders import order
from copydesk.calls.wire import Call, Page, Request, as_, content, get, nothing, page_of, where
from copydesk.models.chat import ChatResult
from copydesk.models.jobs import JobView
from copydesk.models.suggestions import Suggestion, SuggestionResult
from copydesk.terms import JobFilter


def job(job_id: str, wait_s: int = 0) -> Call[JobView]:
    """Show a job, as soon as it is final or the time is over."""
    request = get(where("jobs", job_id), {"wait": wait_s or None}, wait_s=wait_s)
    return Call(request, as_(JobView))


def jobs(which: JobFilter, cursor: str | None) -> Call[Page[JobView]]:
    """List jobs."""
    return Call(get("/jobs", {**which, "cursor": cursor}), page_of(JobView, "jobs"))


def result(view: JobView) -> Call[SuggestionResult | ChatResult]:
    """Fetch what a job made."""
    request = get(where("jobs", view.id, "result"))
    return Call(request, as_(ChatResult) if view.kind == "chat" else as_(SuggestionResult))


def tracked(job_id: str, format: str) -> Call[bytes]:
    """Fetch the text with its tracked changes."""
    return Call(get(where("jobs", job_id, "result"), {"format": format}), content)


def events(job_id: str, after: int) -> Request:
    """Follow a job from behind an event on."""
    headers = {
        "Accept": "text/event-stream",
        "Accept-Encoding": "identity",  # what is packed on the way may be held back on the way
        "Cache-Control": "no-store",
    }
    if after:
        headers["Last-Event-ID"] = str(after)
    return Request("GET", where("jobs", job_id, "events"), headers=headers, repeatable=True)


def cancel(job_id: str) -> Call[JobView]:
    """Cancel a job."""
    return Call(Request("POST", where("jobs", job_id, "cancel"), repeatable=True), as_(JobView))


def retry(job_id: str) -> Call[JobView]:
    """Try again."""
    return order(where("jobs", job_id, "retry"), {}, {})


def delete(job_id: str) -> Call[None]:
    """Delete a job."""
    return Call(Request("DELETE", where("jobs", job_id)), nothing)


def decide(job_id: str, suggestion: Suggestion | str, decision: str) -> Call[Suggestion]:
    """Note what the writer decided; the last word counts, so it may be said twice."""
    named = suggestion if isinstance(suggestion, str) else suggestion.id
    path = where("jobs", job_id, "suggestions", named, decision)
    return Call(Request("POST", path, repeatable=True), as_(Suggestion))
