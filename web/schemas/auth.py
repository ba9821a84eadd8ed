"""Sessions as clients see them."""

from web.schemas.common import ResponseBody


class SessionView(ResponseBody):
    """A new anonymous session; each use begins its 24 h anew."""

    session_id: str
    expires_at: str
