"""Runs the command line as `python -m gateway`, for when the script `gateway` is not on the path."""

from gateway.cli import main

if __name__ == "__main__":
    main()
