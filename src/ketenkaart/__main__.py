"""Run the command line with `python -m ketenkaart`."""

from ketenkaart.cli.main import run

if __name__ == "__main__":
    run()
