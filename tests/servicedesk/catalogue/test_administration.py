"""Services, categories and suppliers in the administration."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from servicedesk.catalogue.models import Category, DemandGroup, IntakeQuestion, Service, Supplier
from servicedesk.catalogue.tree import in_tree_order

SERVICES = "/admin/catalogue/service/"


@pytest.fixture
def admin(as_user, administrator):
    return as_user(administrator)


@pytest.fixture
def tree(db) -> dict[str, Service]:
    """Wise with two parts, one of which has a part; and websites."""
    made: dict[str, Service] = {}
    rows = [
        ("websites", None, 2),
        ("wise", None, 1),
        ("kassa", "baliemax", 0),
        ("analytics", "wise", 2),
        ("baliemax", "wise", 1),
    ]
    for slug, _above, position in rows:
        made[slug] = Service.objects.create(name=slug.title(), slug=slug, position=position)
    for slug, above, _position in rows:
        if above:
            Service.objects.filter(pk=made[slug].pk).update(parent=made[above])
    return made


def test_parts_stand_below_what_they_are_part_of(tree):
    shown = [(service.slug, depth) for service, depth in in_tree_order(Service.objects.all())]

    assert shown == [
        ("wise", 0),
        ("baliemax", 1),
        ("kassa", 2),
        ("analytics", 1),
        ("websites", 0),
    ]


def test_a_part_whose_whole_is_not_shown_stands_at_the_top(tree):
    shown = in_tree_order(Service.objects.exclude(slug="wise"))

    assert [(service.slug, depth) for service, depth in shown] == [
        ("baliemax", 0),
        ("kassa", 1),
        ("analytics", 0),
        ("websites", 0),
    ]


def test_the_list_shows_the_tree(admin, tree):
    rows = admin.get(SERVICES).context["cl"].result_list

    assert [(row.slug, row.depth) for row in rows] == [
        ("wise", 0),
        ("baliemax", 1),
        ("kassa", 2),
        ("analytics", 1),
        ("websites", 0),
    ]
    assert 'class="in-tree depth-2">Kassa' in admin.get(SERVICES).content.decode()


def test_the_list_can_be_sorted_and_searched(admin, tree):
    assert admin.get(SERVICES, {"o": "-0"}).context["cl"].result_list[0].slug == "websites"
    found = admin.get(SERVICES, {"q": "kassa"}).context["cl"].result_list
    assert [row.slug for row in found] == ["kassa"]


def test_the_list_needs_as_many_queries_for_more_services(admin, tree, web_team):
    supplier = Supplier.objects.create(name="Bibsoft")
    admin.get(SERVICES)
    with CaptureQueriesContext(connection) as few:
        admin.get(SERVICES)
    for number in range(4):
        Service.objects.create(
            name=f"S{number}", slug=f"s{number}", owner_team=web_team, supplier=supplier
        )

    with CaptureQueriesContext(connection) as many:
        admin.get(SERVICES)

    assert len(many) == len(few)


def typed(**changes) -> dict:
    return {
        "name": "UiTPAS",
        "name_en": "",
        "slug": "uitpas",
        "description": "",
        "parent": "",
        "position": 0,
        "owner_team": "",
        "supplier": "",
        "visibility": "everyone",
        "is_active": "on",
        "complexity": "operational",
        "budget": "basic",
        "demand_group": "",
        "is_standard": "on",
        "intake_questions-TOTAL_FORMS": 0,
        "intake_questions-INITIAL_FORMS": 0,
    } | changes


def question(**changes) -> dict:
    fields = {
        "text": "Actor-ID van de lener",
        "key": "actor-id",
        "kind": "text",
        "pattern": "[0-9]{8}",
        "position": 0,
    } | changes
    row = {f"intake_questions-0-{name}": value for name, value in fields.items()}
    return {"intake_questions-TOTAL_FORMS": 1} | row


def test_a_service_is_made_with_its_own_questions(admin, heidedal):
    response = admin.post(
        f"{SERVICES}add/",
        typed(visibility="organisations", organisations=[heidedal.pk], **question()),
    )

    assert response.status_code == 302
    service = Service.objects.get(slug="uitpas")
    assert list(service.organisations.all()) == [heidedal]
    asked = IntakeQuestion.objects.get(service=service)
    assert asked.complaint("12") != ""
    assert asked.complaint("12345678") == ""


def test_a_pattern_that_is_no_pattern_is_refused(admin):
    response = admin.post(f"{SERVICES}add/", typed(**question(pattern="[0-9")))

    assert response.status_code == 200
    assert "Dit is geen reguliere expressie" in response.content.decode()
    assert not Service.objects.filter(slug="uitpas").exists()


def test_a_service_is_no_part_of_itself(admin, tree):
    wise = tree["wise"]
    response = admin.post(
        f"{SERVICES}{wise.pk}/change/",
        typed(name="Wise", slug="wise", parent=tree["kassa"].pk),
    )

    assert response.status_code == 200
    assert "Een dienst kan geen onderdeel van zichzelf zijn." in response.content.decode()


@pytest.mark.parametrize("model", ["service", "category", "supplier"])
def test_what_tickets_point_to_is_switched_off_not_deleted(admin, websites, bug, model):
    Supplier.objects.create(name="Bibsoft")
    row = {"service": websites, "category": bug, "supplier": Supplier.objects.get()}[model]

    assert admin.get(f"/admin/catalogue/{model}/{row.pk}/delete/").status_code == 403


def test_a_demand_group_may_go_and_its_services_stay(admin, websites):
    group = DemandGroup.objects.create(name="Collectie")
    Service.objects.filter(pk=websites.pk).update(demand_group=group)

    path = f"/admin/catalogue/demandgroup/{group.pk}/delete/"
    assert "Wil je vraaggroep ‘Collectie’ echt verwijderen?" in admin.get(path).content.decode()
    assert admin.post(path, {"post": "yes"}).status_code == 302

    websites.refresh_from_db()
    assert websites.demand_group is None


def test_a_category_gets_its_kwis_kind(admin, bug):
    admin.post(
        f"/admin/catalogue/category/{bug.pk}/change/",
        {"name": "Bug", "name_en": "Bug", "slug": "bug", "kwis": "complaint", "position": 1},
    )

    assert Category.objects.get(pk=bug.pk).kwis == "complaint"


@pytest.mark.parametrize("who", ["requester", "agent", "manager"])
@pytest.mark.parametrize("model", ["service", "category", "supplier", "demandgroup"])
def test_only_administrators_see_the_catalogue_here(as_user, request, who, model):
    client = as_user(request.getfixturevalue(who))

    assert client.get(f"/admin/catalogue/{model}/").status_code == 404
    assert client.get(f"/admin/catalogue/{model}/add/").status_code == 404
