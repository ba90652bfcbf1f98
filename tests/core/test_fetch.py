"""Addresses from outside: nothing internal is ever connected to, and no limit can be stretched."""

import contextlib
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from core.fetch import MAX_BYTES, FetchError, Guard, is_public, safe_fetch

HTML = ("text/html",)


class Provider(BaseHTTPRequestHandler):
    """A server that answers by path: pages, redirects, bodies that never end."""

    def log_message(self, *_args):
        pass

    def do_GET(self):
        self.server.seen.append((self.path, dict(self.headers)))
        getattr(self, "answer_" + self.path.strip("/").partition("?")[0].partition("/")[0], self.answer_missing)()

    def _send(self, status=200, content_type="text/html; charset=utf-8", body=b"<title>Hello</title>", **headers):
        self.send_response(status)
        for name, value in ({"Content-Type": content_type, "Content-Length": str(len(body))} | headers).items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.wfile.write(body)

    def answer_page(self):
        self._send(Set_Cookie="a=b")

    def answer_missing(self):
        self._send(404)

    def answer_hop(self):
        left = int(self.path.rsplit("/", 1)[1])
        self._send(302, Location=f"/hop/{left - 1}" if left > 1 else "/page", Set_Cookie="a=b")

    def answer_away(self):
        self._send(302, Location=self.path.partition("?")[2])

    def answer_large(self):
        self._send(body=b"x" * (MAX_BYTES + 1))

    def answer_endless(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self._drip(b"x" * 1000)

    def answer_slowhead(self):
        self._drip(b"HTTP/1.1 200 OK\r\n", b"X-Slow: 1\r\n")

    def answer_zip(self):
        self._send(content_type="application/zip")

    def answer_squeezed(self):
        self._send(Content_Encoding="gzip")

    def _drip(self, first, then=b"x"):
        try:
            self.wfile.write(first)
            while not self.server.closing:
                time.sleep(0.1)
                self.wfile.write(then)
        except OSError:
            pass


@pytest.fixture
def provider():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    server.seen, server.closing = [], False
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server
    server.closing = True
    server.shutdown()
    server.server_close()


@pytest.fixture
def allowed(provider):
    return Guard(allow=frozenset({f"127.0.0.1:{provider.server_port}"}))


def at(provider, path):
    return f"http://127.0.0.1:{provider.server_port}{path}"


# P stands for the port of a listener on this machine that must never be connected to.
HOSTILE = [
    "http://127.0.0.1:P/",
    "http://127.1:P/",
    "http://127.0.1:P/",
    "http://0:P/",
    "http://0.0.0.0:P/",
    "http://localhost:P/",
    "http://LOCALHOST:P/",
    "http://localhost.:P/",
    "http://2130706433:P/",
    "http://0x7f000001:P/",
    "http://0x7f.1:P/",
    "http://0177.0.0.1:P/",
    "http://017700000001:P/",
    "http://127.0.0.1.:P/",
    "http://[::1]:P/",
    "http://[::]:P/",
    "http://[::ffff:127.0.0.1]:P/",
    "http://[::ffff:7f00:1]:P/",
    "http://[::127.0.0.1]:P/",
    "http://[0:0:0:0:0:ffff:127.0.0.1]:P/",
    "http://[64:ff9b::7f00:1]:P/",
    "http://[64:ff9b:1::7f00:1]:P/",
    "http://[2002:7f00:1::]:P/",
    "http://[fe80::1]:P/",
    "http://[fe80::1%25lo]:P/",
    "http://[fc00::1]:P/",
    "http://[fd00:ec2::254]:P/",
    "http://[fec0::1]:P/",
    "http://10.0.0.1:P/",
    "http://172.16.0.1:P/",
    "http://192.168.1.1:P/",
    "http://100.64.0.1:P/",
    "http://169.254.169.254:P/latest/meta-data/",
    "http://192.0.0.8:P/",
    "http://198.18.0.1:P/",
    "http://224.0.0.1:P/",
    "http://255.255.255.255:P/",
    "http://240.0.0.1:P/",
    "http://192.88.99.1:P/",
    "http://example.org@127.0.0.1:P/",
    "http://127.0.0.1:P@example.org/",
    "http://127。0。0。1:P/",
    "http://①②⑦.0.0.1:P/",
    "http://127.0.0.1:P\\@example.org/",
    "http://exa%6dple.org:P/",
    "http://127.0.0.1%00.example.org:P/",
    "gopher://127.0.0.1:P/",
    "file:///etc/passwd",
    "ftp://127.0.0.1:P/",
    "dict://127.0.0.1:P/",
    "//127.0.0.1:P/",
    "javascript:alert(1)",
    "data:text/html,x",
    "http:///127.0.0.1:P/",
    "http://:P/",
    "http://127.0.0.1:P:80/",
    "http://127.0.0.1:99999/",
]


class TestWhatIsRefused:
    def test_the_table_is_large_enough(self):
        assert len(HOSTILE) >= 45

    @pytest.mark.parametrize("url", HOSTILE)
    def test_internal_addresses_are_never_connected_to(self, provider, url):
        port = provider.server_port
        with pytest.raises(FetchError):
            safe_fetch(
                url.replace("P/", f"{port}/").replace(":P", f":{port}"), types=HTML, through=Guard(ports=frozenset({port})), seconds=2
            )
        assert provider.seen == []

    def test_other_ports_are_refused_before_anything_is_looked_up(self):
        def nobody_asks(_host, _port):
            raise AssertionError("looked up")

        with pytest.raises(FetchError, match="port"):
            Guard(resolve=nobody_asks).target("http://example.org:8080/")

    @pytest.mark.parametrize("url", ["http://someone@example.org/", "http://a:b@example.org/", "http://@example.org/"])
    def test_credentials_are_refused_whatever_the_host(self, url):
        with pytest.raises(FetchError, match="url"):
            Guard(resolve=lambda _host, _port: ["93.184.216.34"]).target(url)

    def test_one_internal_address_among_several_is_enough_to_refuse(self):
        mixed = Guard(resolve=lambda _host, _port: ["93.184.216.34", "127.0.0.1"])
        with pytest.raises(FetchError, match="address"):
            mixed.target("http://rebind.example/")

    def test_a_name_that_changes_its_mind_is_connected_to_where_it_was_checked(self, provider):
        """The second look-up of a rebinding name would say 127.0.0.1; nobody asks a second time."""
        answers = iter(["192.0.2.1", "127.0.0.1"])
        port = provider.server_port
        rebinding = Guard(allow=frozenset({f"rebind.example:{port}"}), resolve=lambda _host, _port: [next(answers)])
        with pytest.raises(FetchError):
            safe_fetch(f"http://rebind.example:{port}/page", types=HTML, through=rebinding, seconds=0.5)
        assert provider.seen == []

    def test_a_redirect_is_checked_like_the_first_address(self, provider, allowed):
        for inside in ("http://127.1:%d/page", "http://[::ffff:127.0.0.1]:%d/page", "http://localhost:%d/page", "file:///etc/passwd%d"):
            with pytest.raises(FetchError):
                safe_fetch(at(provider, "/away?" + inside % provider.server_port), types=HTML, through=allowed)
        assert [path for path, _headers in provider.seen if path.startswith("/page")] == []

    @pytest.mark.parametrize("host", ["a" * 60 + "!", "a." * 400 + "!", "a-" * 30 + "_~", "." * 500, "a" * 1_900, "é" * 500])
    def test_no_name_takes_long_to_refuse(self, host):
        start = time.monotonic()
        with pytest.raises(FetchError):
            Guard(resolve=lambda _host, _port: []).target(f"http://{host}/")
        assert time.monotonic() - start < 2  # a guard against hanging: a pattern that tries every split needs years

    @pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700:4700::1111", "1.1.1.1"])
    def test_public_addresses_are_public(self, address):
        assert is_public(address)

    @pytest.mark.parametrize(
        "address",
        [
            *("2001:0:53aa::1", "2002:808:808::1", "192.88.99.1", "::8.8.8.8", "fec0::1", "::ffff:8.8.8.8", "64:ff9b::808:808"),
            *("64:ff9b:1::808:808", "203.0.113.9", "2001:db8::1", "100.64.0.1", "fe80::1%lo", "nonsense", ""),
        ],
    )
    def test_tunnels_examples_and_nonsense_are_not(self, address):
        assert not is_public(address)


class TestWhatIsFetched:
    def test_a_page(self, provider, allowed):
        page = safe_fetch(at(provider, "/page"), types=HTML, through=allowed)
        assert (page.body, page.content_type, page.charset) == (b"<title>Hello</title>", "text/html", "utf-8")

    def test_three_redirects_but_not_four(self, provider, allowed):
        assert safe_fetch(at(provider, "/hop/3"), types=HTML, through=allowed).url == at(provider, "/page")
        with pytest.raises(FetchError, match="redirects"):
            safe_fetch(at(provider, "/hop/4"), types=HTML, through=allowed)

    def test_no_cookie_no_credential_no_proxy(self, provider, allowed, monkeypatch):
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "https_proxy"):
            monkeypatch.setenv(name, "http://127.0.0.1:9")
        safe_fetch(at(provider, "/hop/2"), types=HTML, through=allowed)
        sent = {name.lower() for _path, headers in provider.seen for name in headers}
        assert sent == {"host", "user-agent", "accept", "accept-encoding"}

    @pytest.mark.parametrize(("path", "code"), [("/missing", "status"), ("/zip", "type"), ("/squeezed", "type"), ("/large", "size")])
    def test_what_is_not_wanted(self, provider, allowed, path, code):
        with pytest.raises(FetchError) as refused:
            safe_fetch(at(provider, path), types=HTML, through=allowed)
        assert refused.value.code == code

    def test_a_long_page_may_be_cut(self, provider, allowed):
        assert len(safe_fetch(at(provider, "/large"), types=HTML, through=allowed, cut=True).body) == MAX_BYTES

    @pytest.mark.parametrize("path", ["/endless", "/slowhead"])
    def test_a_body_that_never_ends_is_left(self, provider, allowed, path):
        with pytest.raises(FetchError) as refused:
            safe_fetch(at(provider, path), types=HTML, through=allowed, seconds=0.6)
        assert refused.value.code == "time"

    def test_a_family_of_types(self, provider, allowed):
        assert safe_fetch(at(provider, "/page"), types=("text/*",), through=allowed).body
