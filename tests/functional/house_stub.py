"""Programs for a Procfile of tests: each does the least that `make run` asks of its name."""

import os
import signal
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Answer(BaseHTTPRequestHandler):
    """200 for everything."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def serve(port: int) -> None:
    """Serve from a child, as gunicorn does: the parent's death alone does not free the port."""
    server = ThreadingHTTPServer(("127.0.0.1", port), Answer)
    print(f"stub listens on {port}", flush=True)  # noqa: T201
    if os.fork() == 0:
        server.serve_forever()
    signal.pause()


def main(name: str) -> None:
    match name:
        case "web":
            serve(int(os.environ["PORT"]))
        case "flower":
            serve(int(os.environ["FLOWER_PORT"]))
        case "sweeper":
            time.sleep(1000)
        case _:
            sys.exit(f"no stub named {name}")


if __name__ == "__main__":
    main(sys.argv[1])
