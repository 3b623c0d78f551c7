import argparse

from videogen.sandbox.program import add_arguments, options_from, serve


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m videogen.sandbox",
        description="Servers that speak ComfyUI's and Vertex's protocol, with scripted faults.",
    )
    add_arguments(parser)
    serve(options_from(parser.parse_args()))


if __name__ == "__main__":
    main()
