import subprocess
import sys

from tests.stack import ROOT

WITHOUT = "import sys; sys.modules['typer'] = None; import copydesk.cli"


def test_it_says_what_to_install_where_its_libraries_are_missing():
    told = subprocess.run(
        [sys.executable, "-c", WITHOUT],
        env={"PYTHONPATH": str(ROOT / "client" / "src")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert told.returncode == 1
    assert told.stderr == "The command line needs more: pip install 'copydesk[cli]'\n"
