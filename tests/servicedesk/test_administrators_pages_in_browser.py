"""The pages with which people are administered, in a real browser."""

import pytest

from servicedesk.accounts.inviting import Invited, send_invitation
from tests.browser import fits, violations

pytestmark = pytest.mark.django_db(transaction=True)


def test_each_is_readable_wide_and_narrow_light_and_dark(
    page_of, administrator, requester, heidedal, agent, tmp_path
):
    send_invitation(
        Invited("lies@heidedal.example", "Lies Aerts", "nl", heidedal), by=administrator
    )
    page, faults = page_of(administrator, reduced_motion="reduce"), []
    rows = tmp_path / "rows.csv"
    rows.write_text("e-mail;naam;rol\nx@x.example;X;beheerder\ngeen adres;Y;\n", "utf-8")
    page.goto("/import/")
    page.locator("input[type=file]").set_input_files(rows)
    page.get_by_role("button", name="Bekijk de rijen").click()
    preview = page.url
    for path in (
        "/audit/?action=signed_in",
        "/invitations/",
        "/import/",
        preview,
        f"/people/{requester.pk}/access/",
        f"/people/{agent.pk}/leave/",
        "/profile/sessions/",
    ):
        page.goto(path)
        for theme, width in (("light", 1440), ("dark", 390)):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=theme)
            faults += [(path, width, found) for found in violations(page)]
            faults += [] if fits(page) else [(path, width, "sticks out")]
            name = path.rstrip("/").rpartition("/")[2].partition("?")[0] or "audit"
            page.screenshot(path=tmp_path / f"{name}-{width}.png", full_page=True)

    assert faults == []
