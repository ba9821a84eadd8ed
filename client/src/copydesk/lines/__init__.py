"""The two drivers: they alone send, wait and lock; what they do is decided elsewhere."""
