"""A mark for each thing that a caller can say: nobody but the caller may ever see one again."""

NAMES = (
    *("text", "wish", "message", "parameter", "instruction", "template", "title", "tag", "heading"),
    *("brief", "section", "custom-id", "email", "person", "password", "idempotency", "supersede"),
    *("agent", "referer", "state", "baggage", "cookie", "path", "query", "cursor", "field"),
    *("bearer", "session", "refresh", "stream", "malformed", "head", "line", "suggested"),
    *("refused", "stored"),
)
MARKS = {name: f"xyzzy-{name}-q" for name in NAMES}
HEADERS = {
    "User-Agent": MARKS["agent"],
    "Referer": f"https://example.com/{MARKS['referer']}",
    "tracestate": f"vendor={MARKS['state']}",
    "baggage": f"key={MARKS['baggage']}",
    "Cookie": f"other={MARKS['cookie']}",
}
PASSWORD = f"{MARKS['password']} 12345"
EMAIL = f"{MARKS['email']}@example.com"
