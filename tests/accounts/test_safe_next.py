"""Where a sign-in may lead: forty addresses that browsers have been led astray by, and the honest ones."""

from urllib.parse import urljoin, urlsplit

import pytest

from accounts.sessions.rules import safe_next

ASTRAY = [
    "//evil.example",
    "///evil.example",
    "////evil.example/x",
    "http://evil.example",
    "https://evil.example/",
    "HTTPS://evil.example",
    "https:evil.example",
    "https:/evil.example",
    "http:///evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "\\\\evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "/\\/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "\x00//evil.example",
    "/\x00/evil.example",
    "//evil.example@localhost",
    "//localhost@evil.example",
    "http://localhost.evil.example",
    "//[::1]/",
    "/.//evil.example",
    "/..//evil.example",
    "/x/..//evil.example",
    "/x//evil.example",
    "evil.example",
    "@evil.example",
    "?next=//evil.example",
    "#//evil.example",
    "/\u2028/evil.example",
    "/／evil.example",
    "／／evil.example",
    "/login\r\nSet-Cookie: session=x",
    "//evil%2eexample",
    "/./x",
    "ftp://evil.example",
    "/" + "x" * 3000,
    "//[",
    "",
]
HONEST = ["/", "/me", "/items/1234?page=2&sort=new#talk", "/catalogue?q=a%20b", "/x?next=https://example.org/"]


@pytest.mark.parametrize("target", ASTRAY)
def test_an_address_elsewhere_becomes_the_front_page(target):
    assert safe_next(target) == "/"


@pytest.mark.parametrize("target", HONEST)
def test_a_path_of_ours_stays(target):
    assert safe_next(target) == target


def landing(answer) -> tuple[str, str, str]:
    """Where a browser that follows the answer arrives."""
    assert answer.status_code == 303
    landed = urlsplit(urljoin("http://localhost/login", answer.headers["Location"]))
    return landed.scheme, landed.netloc, landed.path


@pytest.mark.parametrize("target", ASTRAY[::8])
def test_signing_in_never_leaves_the_origin(client, people, target):
    data = {"email": people["alice"].email, "password": people["alice"].password, "next": target}
    assert landing(client.post("/login", data=data)) == ("http", "localhost", "/")


def test_who_is_signed_in_already_is_not_led_astray_either(client, people, sign_in):
    sign_in(client, people["alice"])
    for target in ASTRAY:
        assert landing(client.get("/login", query_string={"next": target})) == ("http", "localhost", "/"), target
    assert landing(client.get("/login?next=/me")) == ("http", "localhost", "/me")
