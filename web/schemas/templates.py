"""Prompt templates as clients see them."""

from web.schemas.common import ResponseBody


class TemplateView(ResponseBody):
    """A template."""

    id: str
    version: int
    name: str
    description: str
    category: str
    instruction: str
    parameters: dict[str, object]
    system: bool


class TemplateList(ResponseBody):
    """A page of templates."""

    templates: list[TemplateView]
    next_cursor: str | None
