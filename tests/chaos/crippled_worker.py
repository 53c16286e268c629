"""`python -m tests.chaos.crippled_worker --without lease worker --role all`: a worker less one mechanism."""

import sys

from tests.chaos.switches import SWITCHES


def main(arguments: list[str]) -> None:
    """Take away what `--without A,B` names, then be the product's own command."""
    from streams.__main__ import main as run

    option, names, *rest = arguments
    if option != "--without":
        sys.exit("crippled_worker: --without NAME[,NAME...] comes first")
    for name in names.split(","):
        SWITCHES[name].take_away()
    sys.argv = ["tidings", *rest]
    run()


if __name__ == "__main__":
    main(sys.argv[1:])
