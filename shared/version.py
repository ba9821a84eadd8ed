"""The version of Copydesk."""

VERSION = "0.1.0"
