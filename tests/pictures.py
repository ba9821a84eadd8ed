"""Takes the pictures of the documentation: `python -m tests.pictures` writes docs/pictures/*.png.

Starts everything it shows, on free ports, with the model's server of the tests.
"""

import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import sync_playwright

from devserver.stores import EmbeddedRedis
from tests.account_client import PASSWORD, Person
from tests.browser import CHROMIUM, log_in
from tests.model_server import ModelServer
from tests.mongo import mongo_server_in
from tests.ops_client import Operator, make_admin
from tests.ops_scene import REFUSED, Scene, scene_at
from tests.palette import with_palette
from tests.stack import ROOT, Stack

PICTURES = ROOT / "docs" / "pictures"
WIDTH = 1360


def main(folder: Path) -> None:
    with ExitStack() as exits:
        model = exits.enter_context(ModelServer())
        redis = exits.enter_context(EmbeddedRedis(folder / "redis"))
        mongo = exits.enter_context(mongo_server_in(folder / "mongo"))
        settings = {
            "REDIS_URI": redis.uri,
            "MONGO_URI": mongo.new_database("pictures"),
            "OPENAI_BASE_URL": model.base_url,
            "OPENAI_API_KEY": "unused",
            "BUDGET_INSTALLATION_USD": "25",
            "RUNBOOK_URL": "https://example.com/runbook",
        }
        stack = exits.enter_context(Stack(folder / "stack", **settings))
        stack.start("web", "interactive", "bulk", "isolate", "sweeper", "beat").wait_until_ready()
        admin = make_admin(stack, exits.enter_context(Person(stack.url)).register())
        _prepare(exits.enter_context(scene_at(stack, model)), stack, admin)
        _take(stack, admin)


def _prepare(scene: Scene, stack: Stack, admin: Person) -> None:
    """Make a morning with some trouble."""
    with Operator(stack.url) as operator:
        operator.log_in("somebody@example.com")
        operator.log_in(admin.email)
        scene.fail(3)
        scene.fail(1, REFUSED)
        letters = scene.poison(4)
        operator.press(f"/shelf/{letters[0]}/replay")
        operator.press(f"/shelf/{letters[1]}/drop")
        operator.press("/lanes/bulk/pause")
        scene.queue(42, "bulk")
        scene.run(6)
        scene.wait(3)


def _take(stack: Stack, admin: Person) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        page = browser.new_page(viewport={"width": WIDTH, "height": 800}, color_scheme="light")
        log_in(page, stack.url, admin.email, PASSWORD)
        ops = page.screenshot(full_page=True)
        page = browser.new_page(viewport={"width": WIDTH, "height": 900}, color_scheme="light")
        page.goto(f"{stack.url}/api/v1/docs/")
        page.wait_for_selector(".opblock")
        api = page.screenshot()
        blank = browser.new_page()
        for name, picture in (("ops.png", ops), ("api.png", api)):
            (PICTURES / name).write_bytes(with_palette(blank, picture))
        browser.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as own:
        main(Path(own))
    sys.exit()
