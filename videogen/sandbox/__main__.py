import argparse
import sys

from videogen.errors import VideogenError
from videogen.sandbox.program import add_arguments, options_from, serve


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m videogen.sandbox",
        description="Servers that speak ComfyUI's and Vertex's protocol, with scripted faults.",
    )
    add_arguments(parser)
    try:
        serve(options_from(parser.parse_args()))
    except VideogenError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
