import gzip
import threading

import gevent
import pytest
from flask import Blueprint, Response

from web.http import compression
from web.http.api_versions import ApiVersion
from web.http.bodies import json_response, secret_response

PATH = "/api/v1/there"
UNPACK = {"zstd": compression.zstd.decompress, "gzip": gzip.decompress}
LONG = {"words": "The big plan " * 200}


def asked(client, coding, path=PATH):
    return client.get(path, headers={"Accept-Encoding": coding} if coding is not None else {})


@pytest.fixture
def serve(new_client):
    """Return a function that makes a client of an app with this one route."""

    def serve(make):
        door = Blueprint("there", __name__)
        door.add_url_rule("/there", "there", make)
        return new_client(versions=(ApiVersion("v1", (door,)),))

    return serve


class TestWhichCoding:
    @pytest.mark.parametrize(
        ("wanted", "used"),
        [
            *(("gzip", "gzip"), ("zstd", "zstd"), ("gzip, zstd", "zstd"), ("*", "zstd")),
            *(("gzip, deflate, br, zstd", "zstd"), ("gzip;q=1.0, zstd;q=0.5", "gzip")),
            *(("zstd;q=0, *", "gzip"), ("gzip; q=0.1", "gzip"), ("identity;q=0.5, gzip", "gzip")),
            *((None, None), ("", None), ("br, deflate", None), ("gzip;q=0", None)),
            *(("gzip;q=0, zstd;q=0.0", None), ("*;q=0", None), ("identity", None)),
            *(("identity, gzip;q=0.5", None), ("gzip;q=nonsense", None), ("\xff;;,=", None)),
        ],
    )
    def test_the_client_has_the_say(self, serve, wanted, used):
        client = serve(lambda: json_response(LONG))
        answer, plain = asked(client, wanted), asked(client, None)

        assert answer.headers.get("Content-Encoding") == used
        assert UNPACK.get(used, bytes)(answer.data) == plain.data
        assert int(answer.headers["Content-Length"]) == len(answer.data)
        assert "Accept-Encoding" in answer.headers["Vary"]

    def test_the_same_answer_is_the_same_bytes(self, serve):
        client = serve(lambda: json_response(LONG))

        assert asked(client, "gzip").data == asked(client, "gzip").data
        assert asked(client, "gzip").data[4:8] == b"\0\0\0\0"

    def test_a_head_tells_the_size_that_a_get_has(self, serve):
        client = serve(lambda: json_response(LONG))
        head = client.head(PATH, headers={"Accept-Encoding": "gzip"})

        assert head.headers["Content-Length"] == asked(client, "gzip").headers["Content-Length"]


class TestWhatIsCompressed:
    @pytest.mark.parametrize(("size", "used"), [(1013, None), (1014, "gzip")])
    def test_it_is_worth_it_from_a_kilobyte(self, serve, size, used):
        client = serve(lambda: json_response({"words": "x" * (size - 2)}))

        assert asked(client, "gzip").headers.get("Content-Encoding") == used

    @pytest.mark.parametrize(
        "make",
        [
            lambda: secret_response(LONG),
            lambda: Response((": open\n\n" * 500,), mimetype="text/event-stream"),
            lambda: Response(iter(["[", "1," * 900, "1]"]), mimetype="application/json"),
            lambda: Response(b"PK" * 2000, mimetype="application/zip"),
            lambda: Response("<form>" * 900, mimetype="text/html"),
            lambda: Response("x" * 2000, 200, {"Content-Encoding": "br"}, "application/json"),
        ],
        ids=["secret", "events", "stream", "file", "page", "packed"],
    )
    def test_all_else_goes_as_it_is(self, serve, make):
        client = serve(make)
        answer = asked(client, "gzip")

        assert answer.headers.get("Content-Encoding") in (None, "br")
        assert answer.data == asked(client, None).data
        assert "Vary" not in answer.headers

    def test_what_has_not_changed_has_no_body_to_pack(self, serve):
        client = serve(lambda: Response(status=304, headers={"ETag": '"1"'}))
        answer = asked(client, "gzip")

        assert (answer.data, answer.headers["ETag"]) == (b"", '"1"')
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert "Content-Encoding" not in answer.headers


def test_a_large_answer_does_not_hold_up_the_others(serve, monkeypatch):
    served = threading.Event()
    monkeypatch.setitem(
        compression._CODINGS, "gzip", lambda body: b"late" if served.wait(60) else b"alone"
    )
    client = serve(lambda: json_response({"words": "x" * 100_000}))
    other = gevent.spawn(served.set)

    assert asked(client, "gzip").data == b"late"
    assert other.dead
