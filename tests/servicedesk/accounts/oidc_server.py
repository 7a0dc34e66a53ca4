"""A small sign-in service for tests (OpenID Connect): `python oidc_server.py` prints its port.

It signs with a real RSA key. `PUT /who` says who will sign in, as JSON: `claims`, and how this
service cheats: `algorithm`, `foreign_key`, `issuer`, `audience`, `expired`, `nonce`, `userinfo`,
`metadata_issuer`, `answers_as`, `denied`.
"""

import base64
import hashlib
import json
import secrets
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
FOREIGN_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CLIENT, SECRET = "servicedesk", "een-geheim"
who: dict = {"claims": {}}
codes: dict[str, dict] = {}


class Service(BaseHTTPRequestHandler):
    def log_message(self, *args) -> None:
        pass

    def do_PUT(self) -> None:
        who.clear()
        who.update(json.loads(self.body()))
        self.answer({})

    def do_GET(self) -> None:
        path, query = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
        if path == "/.well-known/openid-configuration":
            paths = ("authorization", "token", "userinfo")
            ends = {f"{name}_endpoint": f"{self.issuer()}/{name}" for name in paths}
            named = who.get("metadata_issuer", self.issuer())
            self.answer({"issuer": named, "jwks_uri": f"{self.issuer()}/jwks", **ends})
        elif path == "/jwks":
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
            self.answer({"keys": [{**public, "kid": "een", "alg": "RS256", "use": "sig"}]})
        elif path == "/authorization":
            self.authorise({name: values[0] for name, values in query.items()})
        elif path == "/userinfo":
            self.answer(who.get("userinfo", who["claims"]))

    def authorise(self, asked: dict[str, str]) -> None:
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe()
        codes[code] = asked
        told = {"error": "access_denied"} if who.get("denied") else {"code": code}
        told["iss"] = who.get("answers_as", self.issuer())
        back = f"{asked['redirect_uri']}?{urlencode({**told, 'state': asked['state']})}"
        self.send_response(302)
        self.send_header("Location", back)
        self.end_headers()

    def do_POST(self) -> None:
        given = {name: values[0] for name, values in parse_qs(self.body()).items()}
        asked = codes.pop(given.get("code", ""), None)
        if (
            asked is None
            or self.challenge(given) != asked["code_challenge"]
            or not self.client(given)
        ):
            self.answer({"error": "invalid_grant"}, 400)
        else:
            self.answer(
                {"access_token": "x", "token_type": "Bearer", "id_token": self.token(asked)}
            )

    def challenge(self, given: dict[str, str]) -> str:
        digest = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")

    def client(self, given: dict[str, str]) -> bool:
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        by_header = self.headers.get("Authorization") == f"Basic {basic}"
        return by_header or given.get("client_secret") == SECRET

    def token(self, asked: dict[str, str]) -> str:
        now = int(time.time())
        claims = {
            "iss": who.get("issuer", self.issuer()),
            "aud": who.get("audience", CLIENT),
            "iat": now,
            "nonce": who.get("nonce", asked["nonce"]),
            "exp": now - 60 if who.get("expired") else now + 300,
            **who["claims"],
        }
        algorithm, key = (
            who.get("algorithm", "RS256"),
            FOREIGN_KEY if who.get("foreign_key") else KEY,
        )
        secret = {"none": None, "HS256": "k" * 32}
        return jwt.encode(claims, secret.get(algorithm, key), algorithm, headers={"kid": "een"})

    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def body(self) -> str:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()

    def answer(self, data: dict, status: int = 200) -> None:
        body = json.dumps(data).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    print(server.server_address[1], flush=True)
    sys.stdin.close()
    server.serve_forever()
