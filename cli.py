"""``./run cli …``: administer the installation that the environment names."""

import sys

from app import create_app
from core.settings import UnsafeConfiguration


def main() -> None:
    try:
        app = create_app()
    except UnsafeConfiguration as refusal:
        print(f"error: {refusal}", file=sys.stderr)
        sys.exit(78)
    with app.app_context():
        app.cli.main(prog_name="./run cli")


if __name__ == "__main__":
    main()
