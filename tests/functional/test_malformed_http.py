import json
import socket
from urllib.parse import urlsplit

import pytest


def answer_to(address, raw):
    """Send bytes, and return the status, the head and the body of what comes back."""
    at = urlsplit(address)
    with socket.create_connection((at.hostname, at.port), timeout=60) as line:
        line.sendall(raw)
        line.shutdown(socket.SHUT_WR)
        told = b"".join(iter(lambda: line.recv(65536), b""))
    head, _, body = told.partition(b"\r\n\r\n")
    return int(head.split()[1]), head.decode(), json.loads(body)


@pytest.mark.parametrize(
    ("raw", "status", "code"),
    [
        (b"GET /api/v1/limits HTTP/9.9\r\n\r\n", 400, "VALIDATION_ERROR"),
        (b"GET /api/v1/limits HTTP/1.1\r\nSecretWords\r\n\r\n", 400, "VALIDATION_ERROR"),
        (
            b"POST /api/v1/suggestions HTTP/1.1\r\nContent-Length: minus\r\n\r\n",
            400,
            "VALIDATION_ERROR",
        ),
        (b"GET /api HTTP/1.1\r\nX-A: " + b"x" * 9000 + b"\r\n\r\n", 413, "PAYLOAD_TOO_LARGE"),
        (b"GET /api HTTP/1.1\r\n" + b"X-A: b\r\n" * 101 + b"\r\n", 413, "PAYLOAD_TOO_LARGE"),
        (b"GET /api/" + b"x" * 9000 + b" HTTP/1.1\r\n\r\n", 413, "PAYLOAD_TOO_LARGE"),
    ],
)
def test_what_is_no_http_gets_the_envelope_too(stack, raw, status, code):
    answered, head, body = answer_to(stack.url, raw)

    assert answered == status
    assert body["error"]["code"] == code
    assert "Secret" not in json.dumps(body)
    assert "X-Content-Type-Options: nosniff" in head
    assert "sandbox" in head


@pytest.mark.parametrize("path", ["/api/v1/suggestions", "/api/v1/documents/import"])
@pytest.mark.parametrize("after", ["keep-alive", "close"])
def test_who_waits_before_sending_too_much_is_answered(stack, path, after):
    head = {"Host": "a", "Content-Type": "application/json", "Connection": after}
    if path.endswith("import"):
        head["Content-Type"] = "text/plain"
    lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in head.items())]
    at = urlsplit(stack.url)
    with socket.create_connection((at.hostname, at.port), timeout=60) as line:
        line.sendall("\r\n".join([*lines, f"Content-Length: {30 * 2**20}", "", ""]).encode())
        answer = line.recv(65536)

    assert answer.startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/api/v1/suggestions", "application/json"),
        ("/api/v1/documents/import", "text/plain"),
        ("/api/v1/documents/import", "multipart/form-data; boundary=b"),
    ],
)
def test_a_body_whose_chunks_are_none_is_refused(stack, path, kind):
    head = f"POST {path} HTTP/1.1\r\nContent-Type: {kind}\r\nConnection: close\r\n"
    chunks = "Transfer-Encoding: chunked\r\n\r\n5\r\nwords\r\nSecret\r\n"
    answered, _, body = answer_to(stack.url, (head + chunks).encode())

    assert (answered, body["error"]["code"]) == (400, "VALIDATION_ERROR")
    assert "Secret" not in json.dumps(body)
