"""The version of the client: that of the Copydesk it comes with."""

VERSION = "0.1.0"
