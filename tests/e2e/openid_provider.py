"""A real OpenID provider (tests/e2e/openid, the library zitadel/oidc) and logging in at it as an app does."""
import base64
import hashlib
import json
import pathlib
import re
import secrets
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

SOURCE = pathlib.Path(__file__).parent / "openid"
AUDIENCE = "withdrawal-app"
REDIRECT = "http://localhost/auth/callback"


class Provider:
    def __init__(self, folder, people):
        """`people`: id -> {"claims": {...}, "lifetime": "5m"}; passwords are made up here."""
        self.people = {name: {**one, "password": secrets.token_urlsafe(12)}
                       for name, one in people.items()}
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.issuer = f"http://localhost:{port}"
        (folder / "people.json").write_text(json.dumps(self.people))
        binary = folder / "openid"
        subprocess.run(["go", "build", "-o", binary, "."], cwd=SOURCE, check=True)
        self._log = (folder / "openid.log").open("w")
        self._process = subprocess.Popen([binary, str(port), folder / "people.json"],
                                         stdout=self._log, stderr=self._log)
        self._await()

    def close(self):
        self._process.kill()
        self._process.wait()
        self._log.close()

    def get(self, path):
        with urllib.request.urlopen(self.issuer + path, timeout=10) as answer:
            return answer.read()

    def key_set_address(self):
        return self._endpoint("jwks_uri")

    def _endpoint(self, name):
        return json.loads(self.get("/.well-known/openid-configuration"))[name]

    def log_in(self, name, client=AUDIENCE):
        """The access token of an authorization code flow with PKCE."""
        verifier = secrets.token_urlsafe(48)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
        page = self._follow(self._endpoint("authorization_endpoint") + "?" + urllib.parse.urlencode({
            "client_id": client, "redirect_uri": REDIRECT, "response_type": "code",
            "scope": "openid", "state": "s", "code_challenge_method": "S256",
            "code_challenge": challenge.decode().rstrip("=")}))
        request_id = re.search(r'name="id" value="([^"]+)"', page).group(1)
        code = self._follow(f"{self.issuer}/login/username", {
            "id": request_id, "username": name, "password": self.people[name]["password"]})
        answer = self._post(self._endpoint("token_endpoint"), {
            "grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT,
            "client_id": client, "code_verifier": verifier})
        return answer["access_token"]

    def _follow(self, address, form=None):
        """Follows redirects: a page's text, or the code when they lead back to the app."""
        opener = urllib.request.build_opener(_Stay)
        for _ in range(6):
            data = form and urllib.parse.urlencode(form).encode()
            try:
                with opener.open(address, data, timeout=10) as answer:
                    return answer.read().decode()
            except urllib.error.HTTPError as redirect:
                if redirect.code not in (302, 303):
                    raise
                address, form = urllib.parse.urljoin(address, redirect.headers["Location"]), None
            if address.startswith(REDIRECT):
                return urllib.parse.parse_qs(urllib.parse.urlsplit(address).query)["code"][0]
        raise AssertionError(f"too many redirects, last to {address}")

    def _post(self, address, form):
        data = urllib.parse.urlencode(form).encode()
        with urllib.request.urlopen(address, data, timeout=10) as answer:
            return json.loads(answer.read())

    def _await(self):
        deadline = time.monotonic() + 30
        while True:
            try:
                return self.get("/.well-known/openid-configuration")
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def available():
    return shutil.which("go") is not None


def parts(token):
    """Header and claims."""
    return [json.loads(base64.urlsafe_b64decode(part + "==")) for part in token.split(".")[:2]]


def forge(token, header=None, claims=None, signature=None):
    """The token with some of it replaced, not signed anew."""
    def encode(what):
        return base64.urlsafe_b64encode(json.dumps(what).encode()).decode().rstrip("=")
    old_header, old_claims = parts(token)
    return ".".join([encode({**old_header, **(header or {})}), encode({**old_claims, **(claims or {})}),
                     token.split(".")[2] if signature is None else signature])
