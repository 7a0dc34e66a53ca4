"""A real Dovecot for one test: a folder, a port, a user, mailboxes in maildir."""

from __future__ import annotations

import getpass
import os
import shutil
import ssl
import subprocess
import tempfile
import time
from pathlib import Path

import imap_tools
import pytest

from tests.servicedesk.local.desk import free_port

PASSWORD = "geheim-van-de-post"
CONFIG = """
base_dir = {run}
state_dir = {run}
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
auth_mechanisms = plain login
disable_plaintext_auth = no
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%u
}}
mail_location = maildir:~/Maildir
first_valid_uid = 0
first_valid_gid = 0
{accounts}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


def program() -> str | None:
    """Where Dovecot is on this machine."""
    return shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin")


class Dovecot:
    """`host`, `port` and the certificate to trust; a session of one's own by `session()`."""

    host, user, password = "127.0.0.1", "servicedesk", PASSWORD

    def __init__(self) -> None:
        dovecot = program()
        if dovecot is None:
            pytest.fail("Dovecot is not installed. Type: sudo apt-get install dovecot-imapd")
        # Not one of pytest's folders: those are closed to the user that Dovecot runs as.
        folder = self.folder = Path(tempfile.mkdtemp(prefix="desk-dovecot-"))
        folder.chmod(0o711)
        self.port, self.ca, self.run = free_port(), folder / "cert.pem", folder / "run"
        self.run.mkdir(mode=0o755)
        (folder / "mail").mkdir()
        _certificate(folder)
        (folder / "dovecot.conf").write_text(self._config())
        self.process = subprocess.Popen([dovecot, "-F", "-c", folder / "dovecot.conf"])
        self._wait()

    def _config(self) -> str:
        root = os.geteuid() == 0
        me = getpass.getuser()
        user, group = ("mail", "mail") if root else (str(os.getuid()), str(os.getgid()))
        if root:
            subprocess.run(["chown", "mail:mail", self.folder / "mail"], check=True)
        accounts = "" if root else f"default_internal_user = {me}\ndefault_login_user = {me}\n"
        return CONFIG.format(
            folder=self.folder, run=self.run, password=PASSWORD, port=self.port,
            user=user, group=group, accounts=accounts,
        )  # fmt: skip

    def _wait(self) -> None:
        for _try in range(100):
            try:
                with self.session():
                    return
            except OSError:
                time.sleep(0.1)
        pytest.fail((self.folder / "dovecot.log").read_text())

    def session(self, user: str = "") -> imap_tools.MailBox:
        """Of this user; whoever comes has a mailbox of that name."""
        trusted = ssl.create_default_context(cafile=str(self.ca))
        box = imap_tools.MailBox(self.host, self.port, ssl_context=trusted)
        return box.login(user or self.user, PASSWORD)

    def deliver(self, raw: bytes, *, to: str = "", **options) -> None:
        with self.session(to) as box:
            box.append(raw, "INBOX", **options)

    def flags(self) -> list[tuple[str, ...]]:
        with self.session() as box:
            return [mail.flags for mail in box.fetch(mark_seen=False, headers_only=True)]

    def number_anew(self) -> None:
        """What a restored backup does: other numbers, another validity."""
        maildir = self.folder / "mail" / self.user / "Maildir"
        for name in maildir.glob("dovecot*"):
            name.unlink()
        uidlist = maildir / "dovecot-uidlist"
        uidlist.write_text("3 V1700000001 N100 G00000000000000000000000000000001\n")
        shutil.chown(uidlist, *([maildir.owner(), maildir.group()]))

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)
        shutil.rmtree(self.folder, ignore_errors=True)


def _certificate(folder: Path) -> None:
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
         "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
         "-keyout", folder / "key.pem", "-out", folder / "cert.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
