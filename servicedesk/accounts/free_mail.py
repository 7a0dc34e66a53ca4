"""Mail domains where anybody can get an address: they say nothing about an organisation."""

FREE_MAIL = frozenset(
    {
        "gmail.com", "googlemail.com", "hotmail.com", "hotmail.be", "hotmail.nl", "hotmail.fr",
        "hotmail.co.uk", "outlook.com", "outlook.be", "outlook.fr", "live.com", "live.be",
        "live.nl", "live.fr", "msn.com", "yahoo.com", "yahoo.fr", "yahoo.co.uk", "yahoo.be",
        "ymail.com", "icloud.com", "me.com", "mac.com", "proton.me", "protonmail.com", "pm.me",
        "telenet.be", "skynet.be", "proximus.be", "belgacom.net", "scarlet.be", "voo.be",
        "edpnet.be", "base.be", "mobistar.be", "orange.be", "orange.fr", "wanadoo.fr", "free.fr",
        "sfr.fr", "laposte.net", "ziggo.nl", "kpnmail.nl", "kpnplanet.nl", "planet.nl", "home.nl",
        "xs4all.nl", "hetnet.nl", "casema.nl", "chello.nl", "upcmail.nl", "gmx.net", "gmx.de",
        "gmx.com", "gmx.at", "web.de", "t-online.de", "freenet.de", "mail.com", "aol.com",
        "zoho.com", "yandex.com", "yandex.ru", "mail.ru", "tutanota.com", "tuta.io", "tuta.com",
        "fastmail.com", "hey.com", "hushmail.com", "mailbox.org", "posteo.de", "posteo.net",
    }
)  # fmt: skip


def is_free_mail(domain: str) -> bool:
    """Addresses at this domain are had by anybody."""
    return domain.strip().lower().removeprefix("@") in FREE_MAIL
