"""`python -m copydesk.cli`, for where the script is not on the path."""

from copydesk.cli import main

if __name__ == "__main__":
    main()
