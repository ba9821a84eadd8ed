"""The client goes with the product, and stands by itself."""

import ast
import sys
import tomllib
from pathlib import Path

from copydesk import VERSION

from shared import version

CLIENT = Path(__file__).parents[2] / "client"
SOURCE = CLIENT / "src" / "copydesk"
CLI = SOURCE / "cli"


def imported(files):
    """Return the libraries that these files import."""
    nodes = [node for file in files for node in ast.walk(ast.parse(file.read_text()))]
    names = {each.name for node in nodes if isinstance(node, ast.Import) for each in node.names}
    names |= {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
    return {name.partition(".")[0] for name in names} - sys.stdlib_module_names - {"copydesk"}


def declared():
    """Return the libraries that the package asks for: always, and for the command line."""
    project = tomllib.loads((CLIENT / "pyproject.toml").read_text())["project"]
    asked = project["dependencies"], project["optional-dependencies"]["cli"]
    return tuple({line.partition(">")[0] for line in lines} for lines in asked)


def test_the_client_has_the_version_of_the_product():
    assert VERSION == version.VERSION


def test_the_client_asks_for_all_that_it_imports_and_no_more():
    always, for_the_cli = declared()
    files = set(SOURCE.rglob("*.py"))
    of_the_cli = {file for file in files if file.is_relative_to(CLI)}

    assert imported(files - of_the_cli) == always
    assert imported(of_the_cli) <= always | for_the_cli


def test_the_client_is_typed_for_its_users():
    assert (SOURCE / "py.typed").is_file()
