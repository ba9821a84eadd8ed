"""`python -m copydesk.cli`, for where the script is not on the path."""

from copydesk.cli import main

main()
