"""Keeps a caller in: a login is renewed once for all commands, a session that has died is replaced.

A refresh token is good for one use, and one that comes a second time ends the login for all. So the
request that would renew it waits for its turn, and is answered from the file where another command
was quicker. A session lives for a day after its last use: who comes later gets a new one.
"""

import json
from urllib.request import getproxies, proxy_bypass

import httpx

from copydesk.cli.logins import Logins
from copydesk.models.accounts import Credentials

_REFRESH = "/auth/refresh"
_SESSION = "X-Session-Id"


class SharedLogin(httpx.BaseTransport):
    """Stands before the connections to one server."""

    def __init__(self, url: str, logins: Logins, line: httpx.BaseTransport | None = None) -> None:
        self._url = url
        self._logins = logins
        self._line = line or httpx.HTTPTransport(proxy=_proxy_to(httpx.URL(url)))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Pass a request on; one that would use a token used before is answered here."""
        if request.url.path.endswith(_REFRESH):
            with self._logins.renewing(self._url) as kept:
                if kept.refresh_token and kept.refresh_token != _sent(request):
                    return _as_told(kept)
                return self._renewed(request)
        request.read()
        answer = self._line.handle_request(request)
        if answer.status_code == httpx.codes.UNAUTHORIZED and _SESSION in request.headers:
            answer.close()
            return self._line.handle_request(_without_session(request))
        return answer

    def close(self) -> None:
        """Close the connections."""
        self._line.close()

    def _renewed(self, request: httpx.Request) -> httpx.Response:
        answer = self._line.handle_request(request)
        answer.read()
        if answer.status_code == httpx.codes.OK:
            told = answer.json()
            fresh = Credentials(told["access_token"], told["refresh_token"])
            self._logins.keep_renewed(self._url, fresh)
        return answer


def _proxy_to(server: httpx.URL) -> str | None:
    """Return the proxy that the system names, for whoever brings a transport is not given it."""
    proxies = getproxies()
    if proxy_bypass(server.host):
        return None
    return proxies.get(server.scheme) or proxies.get("all")


def _sent(request: httpx.Request) -> str | None:
    sent: str | None = json.loads(request.read()).get("refresh_token")
    return sent


def _as_told(kept: Credentials) -> httpx.Response:
    told = {"access_token": kept.token, "refresh_token": kept.refresh_token}
    return httpx.Response(200, json=told | {"token_type": "Bearer", "expires_in": 0, "user": {}})


def _without_session(request: httpx.Request) -> httpx.Request:
    dropped = (_SESSION.lower(), "cookie")
    headers = [(name, text) for name, text in request.headers.items() if name not in dropped]
    return httpx.Request(
        request.method,
        request.url,
        headers=headers,
        content=request.content,
        extensions=request.extensions,
    )
