"""Runs the command line for accounts against a stack's stores, for tests."""

import os
import subprocess
import sys


def accounts_of(stack):
    """Return a function that runs the command line for accounts."""
    settings = stack.settings
    stores = {"REDIS_URI": str(settings.redis_uri), "MONGO_URI": str(settings.mongo_uri)}
    stores["MONGO_TIMEOUT"] = str(settings.mongo_timeout)

    def run(*arguments):
        command = [sys.executable, "-m", "workers.accounts", *arguments]
        env = os.environ | stores
        return subprocess.run(command, env=env, capture_output=True, text=True, check=False)

    return run
