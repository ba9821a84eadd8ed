"""What a cache may stand before."""

from shared.data.redis.client import connect
from shared.data.redis.record_cache import Codec

TEXT = Codec(str, str)
ME, YOU, THING = "u1", "s2", "doc_1"


def nobody():
    return connect("redis://127.0.0.1:1/0", timeout_s=0.1)


class Shelf:
    """What the cache stands before; counts how often it was asked."""

    def __init__(self, value):
        self.value = value
        self.reads = 0

    def read(self):
        self.reads += 1
        return self.value


def find(cache, shelf, owner=ME):
    return cache.find(THING, owner, shelf.read)
