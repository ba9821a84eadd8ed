"""The system's Chromium, for tests and pictures."""

import shutil

from playwright.sync_api import Page

# Debian's name, and that of others.
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""


def log_in(page: Page, url: str, email: str, password: str) -> None:
    """Log in to the operators' page by its form."""
    page.goto(f"{url}/ops")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("button", name="Log out").wait_for()
