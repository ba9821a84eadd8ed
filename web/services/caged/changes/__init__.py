"""Makes one document tree of two, in which what differs is marked as deleted and inserted."""
