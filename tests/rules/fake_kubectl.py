"""Plays `kubectl` and `sleep` for blue-green.sh: what the cluster holds, and what goes wrong.

The programs are a few lines of bash that ask this process: a Python for each call would take most
of the time. `fails` are parts of commands that change nothing and fail; `answers_lost` are done,
and fail; `meanwhile` is what somebody else does during a sleep.
"""

import re
import socketserver
import threading
from contextlib import contextmanager
from pathlib import Path

_PROGRAM = """#!/usr/bin/env bash
exec 3<>/dev/tcp/127.0.0.1/{port}
case " $* " in *" python - "*) read -r first ;; esac
printf '%s\\n' "${{0##*/}} $*" "${{first-}}" >&3
read -r status <&3
IFS= read -r -d '' told <&3
printf '%s' "$told"
exit "$status"
"""
WORKERS = ("interactive", "bulk", "isolate", "sweeper", "beat", "flower")


def new_state(live=None):
    """Return a cluster in which a release has been brought in, or none."""
    deployments = {}
    if live:
        names = [*WORKERS, f"web-{live}"]
        deployments = {n: {"replicas": 3, "revision": 4, "image": "copydesk:1"} for n in names}
    return {"live": live, "before": "", "deployments": deployments} | {
        name: [] for name in ("calls", "fails", "answers_lost", "stdin")
    }


@contextmanager
def programs_for(state, folder):
    """Put both programs into the folder; they work on this state until the block is left."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            command, first = (self.rfile.readline().decode().rstrip("\n") for _ in range(2))
            status, told = play(state, command, first)
            self.wfile.write(f"{status}\n{told}".encode())

    with socketserver.TCPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        for name in ("kubectl", "sleep"):
            program = folder / name
            program.write_text(_PROGRAM.format(port=server.server_address[1]))
            program.chmod(0o755)
        try:
            yield
        finally:
            server.shutdown()


def play(state, command, first_line=""):
    """Return the status and the output; change the state."""
    state["calls"].append(command)
    if any(part in command for part in state["fails"]):
        return 1, ""
    if command.startswith("sleep "):
        state.update(state.pop("meanwhile", {}))
        return 0, ""
    if first_line:
        state["stdin"].append(first_line)
    verb = next(name for name in VERBS if f" {name} " in f" {command} ")
    told = VERBS[verb](state, command) or ""
    return int(any(part in command for part in state["answers_lost"])), told


def get(state, command):
    if "service web" in command:
        return state["before"] if "annotations" in command else state["live"] or ""
    named = state["deployments"].get(re.search(r"get deployment (\S+)", command)[1])
    if not named:
        return ""
    return str(named["revision" if "revision" in command else "replicas"])


def apply(state, command):
    text = (Path(command.split()[-1]) / "kustomization.yaml").read_text()
    colour = re.search(r"colours/(\w+)", text)
    image = re.search(r'newName: "(.*)"', text)[1] + ":" + re.search(r'newTag: "(.*)"', text)[1]
    for name in [f"web-{colour[1]}"] if colour else WORKERS:
        was = state["deployments"].get(name, {"replicas": 1, "revision": 0})
        state["deployments"][name] = was | {"image": image, "revision": was["revision"] + 1}


def scale(state, command):
    name, count = re.search(r"deployment/(\S+) --replicas=(\d+)", command).groups()
    state["deployments"][name]["replicas"] = int(count)


def patch(state, command):
    state["live"] = re.search(r'"copydesk/colour": "(\w+)"', command)[1]


def annotate(state, command):
    state["before"] = command.partition("revisions-before=")[2]


def nothing(state, command):
    """Succeed: the state shows what matters."""


VERBS = {
    "get": get,
    "apply": apply,
    "scale": scale,
    "patch": patch,
    "annotate": annotate,
    "exec": nothing,
    "rollout": nothing,
}
