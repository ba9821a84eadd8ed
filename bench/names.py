"""Names that the bare worker and those who send to it share."""

BARE_TASK = "bench.call_model"
BARE_ECHO = "/echo"
BARE_SEND = "/send"
