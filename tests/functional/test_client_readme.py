"""The examples of the client's README do what they say."""

import re
from pathlib import Path

import pytest

from tests.account_client import some_email

README = (Path(__file__).parents[2] / "client" / "README.md").read_text()
EXAMPLES = dict(
    re.findall(r"^## ([^\n]+)\n(?:(?!^## ).)*?^```python\n(.*?)^```", README, re.M | re.S)
)
SHOWN = {
    "A suggestion": r"big -> significant\nThe significant plan\n",
    "Watching it happen": r"1 job.queued\n(.*\n)+\d job.succeeded\nsucceeded 0\.\d+\n",
    "A whole document": r"(sec_\d+ succeeded \d\n)+# Plans\n\nThe significant plan.\n\n",
    "Asynchronously": r"(\d\n){3}(job_\w+\n)+",
    "What can go wrong": r"\[\('document.content', '.*'\)\]\n",
    "Logging in": r"(\S+@example.com)\n\1\n",
}


def test_every_example_is_looked_at():
    assert EXAMPLES.keys() == SHOWN.keys()
    assert README.count("```python") == len(EXAMPLES)


@pytest.mark.parametrize("title", SHOWN)
def test_an_example_shows_what_it_promises(title, stack, model, capsys):
    code = EXAMPLES[title].replace("http://127.0.0.1:5000", stack.url)
    code = code.replace("ann@example.com", some_email())
    exec(compile(code, title, "exec"), {"__name__": "example"})  # noqa: S102

    assert re.fullmatch(SHOWN[title], capsys.readouterr().out)
