"""Compresses JSON by `Accept-Encoding` (RFC 9110, 12.5.3); never a stream, a file or a secret."""

import gzip
import sys
from collections.abc import Callable
from functools import partial

from flask import Flask, Request, Response, request

from web.http.bodies import SecretResponse
from web.http.offload import offload

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_LEAST_BYTES = 1024  # below, the head outweighs what is saved
_OFFLOAD_FROM_BYTES = 64 * 1024
_JSON = "application/json"
# In our own order: zstd is three times faster, and smaller. Without gzip's date, the same answer is
# the same bytes.
_CODINGS: dict[str, Callable[[bytes], bytes]] = {
    "zstd": partial(zstd.compress, level=3),
    "gzip": partial(gzip.compress, compresslevel=4, mtime=0),
}


def install_compression(app: Flask) -> None:
    """Compress what is worth it, in the coding that the client likes best."""

    @app.after_request
    def compress(response: Response) -> Response:
        if not _is_ours(response):
            return response
        response.vary.add("Accept-Encoding")
        coding = _preferred(request)
        if coding and _is_worth_it(response):
            response.set_data(_packed(response.get_data(), _CODINGS[coding]))
            response.headers["Content-Encoding"] = coding
        return response


def _is_ours(response: Response) -> bool:
    """Return whether it may ever be compressed.

    Not where a token stands in it: beside words of the caller's choice, its length would tell how
    much of the token they have guessed (BREACH).
    """
    if isinstance(response, SecretResponse) or "Content-Encoding" in response.headers:
        return False
    return response.status_code == 304 or (response.mimetype == _JSON and not response.is_streamed)


def _is_worth_it(response: Response) -> bool:
    return response.status_code not in (204, 304) and len(response.get_data()) >= _LEAST_BYTES


def _preferred(asked: Request) -> str | None:
    """Return the coding to use; None where the client names none, or likes the plain form more."""
    accepted = asked.accept_encodings
    best = max(_CODINGS, key=accepted.quality)
    liking = accepted.quality(best)
    plain = next((q for name, q in accepted if name == "identity"), 0.0)
    return best if liking > 0 and liking >= plain else None


def _packed(body: bytes, pack: Callable[[bytes], bytes]) -> bytes:
    if len(body) < _OFFLOAD_FROM_BYTES:
        return pack(body)
    return offload(partial(pack, body))
