"""Every text has a Dutch translation, and the tool that says so misses no way of writing one."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import polib
import pytest

ROOT = Path(__file__).resolve().parent.parent


def load_tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("translations", ROOT / ".ci" / "translations.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


translations = load_tool()


def test_every_text_of_the_desk_has_a_dutch_translation():
    found = translations.extract()

    assert translations.complaints(found, ROOT / translations.CATALOGUE) == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('{% translate "Save" %}', ("Save", "", None)),
        ("{% trans 'Save' %}", ("Save", "", None)),
        ('{% translate "Save" as label %}', ("Save", "", None)),
        ('{% translate "100% sure" %}', ("100%% sure", "", None)),
        ('{% translate "May" context "month" %}', ("May", "", "month")),
        ('{% translate "May" as m context "month" %}', ("May", "", "month")),
        (
            "{% blocktranslate %}Dear {{ name }},{% endblocktranslate %}",
            ("Dear %(name)s,", "", None),
        ),
        ("{% blocktrans with n=a.b %}By {{ n }}{% endblocktrans %}", ("By %(n)s", "", None)),
        (
            "{% blocktranslate trimmed %}\n  One\n  line\n{% endblocktranslate %}",
            ("One line", "", None),
        ),
        (
            "{% blocktranslate count n=x %}One{% plural %}{{ n }} tickets{% endblocktranslate %}",
            ("One", "%(n)s tickets", None),
        ),
        (
            '{% blocktranslate context "verb" asvar t %}Open{% endblocktranslate %}',
            ("Open", "", "verb"),
        ),
        ('{% include "x.html" with title=_("Queue") %}', ("Queue", "", None)),
        ("{% if a == _('Queue') %}{% endif %}", ("Queue", "", None)),
        ('{{ _("Queue") }}', ("Queue", "", None)),
        ('{{ value|default:_("none") }}', ("none", "", None)),
        (
            '{% comment %}{% translate "No" %}{% endcomment %}{% translate "Yes" %}',
            ("Yes", "", None),
        ),
        ('{# {% translate "No" %} #}{% translate "Yes" %}', ("Yes", "", None)),
    ],
)
def test_reads_each_way_of_writing_in_a_template(source, expected):
    found = [(m.msgid, m.plural, m.context) for m in translations.template_messages(source)]

    assert found == [expected]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("_('Save')", ("Save", "", None)),
        ("gettext_lazy('Save ' 'now')", ("Save now", "", None)),
        ("ngettext('%d ticket', '%d tickets', n)", ("%d ticket", "%d tickets", None)),
        ("ngettext_lazy('%d ticket', '%d tickets')", ("%d ticket", "%d tickets", None)),
        ("pgettext('month', 'May')", ("May", "", "month")),
        ("npgettext_lazy('c', 'one', 'more', n)", ("one", "more", "c")),
        ("f\"{name} ({_('minutes')})\"", ("minutes", "", None)),
        ("f\"**{_('%(a)s: x') % words}** {text}\"", ("%(a)s: x", "", None)),
    ],
)
def test_reads_each_gettext_call_of_python(source, expected):
    found = [(m.msgid, m.plural, m.context) for m in translations.python_messages(source)]

    assert found == [expected]


@pytest.mark.parametrize(
    "source",
    [
        "{% blocktranslate %}never closed",
        "{% blocktranslate %}a{% if b %}c{% endif %}{% endblocktranslate %}",
    ],
)
def test_a_template_that_cannot_be_read_is_an_error(source):
    with pytest.raises(SyntaxError):
        list(translations.template_messages(source))


@pytest.fixture
def tree(tmp_path):
    """A tree of two files with three texts, and its whole catalogue."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text(
        '{% translate "Save" %}{% blocktranslate %}By {{ who }}{% endblocktranslate %}'
    )
    (tmp_path / "views.py").write_text("ngettext('%(n)s ticket', '%(n)s tickets', n)")
    update(
        tmp_path,
        {"Save": "Bewaar", "By %(who)s": "Door %(who)s"},
        ("één ticket", "%(n)s tickets"),
    )
    return tmp_path


def update(root, single, plural):
    po = root / "django.po"
    catalogue = translations.load(po)
    translations.merge(catalogue, translations.extract(root))
    for entry in catalogue:
        if entry.msgid_plural:
            entry.msgstr_plural = dict(enumerate(plural))
        else:
            entry.msgstr = single.get(entry.msgid, entry.msgstr)
    translations.save(catalogue, po)


def wrong(root):
    return translations.complaints(translations.extract(root), root / "django.po")


def test_a_whole_catalogue_has_no_complaints(tree):
    assert wrong(tree) == []


def test_names_a_text_that_is_not_in_the_catalogue(tree):
    (tree / "more.py").write_text("_('Delete')")

    assert wrong(tree) == ["more.py: 'Delete' is not in the catalogue"]


def test_names_an_empty_translation_a_lost_placeholder_and_a_fuzzy_one(tree):
    catalogue = polib.pofile(str(tree / "django.po"))
    catalogue.find("By %(who)s").msgstr = "Door %(wie)s"
    catalogue.find("Save").flags.append("fuzzy")
    catalogue.find("%(n)s ticket").msgstr_plural = {0: "", 1: ""}
    translations.save(catalogue, tree / "django.po")

    assert sorted(wrong(tree)) == [
        "templates/page.html: 'By %(who)s' is translated with other placeholders: 'Door %(wie)s'",
        "templates/page.html: 'Save' is marked fuzzy",
        "views.py: '%(n)s ticket' has no translation",
    ]


def test_names_a_translation_nothing_uses_any_more(tree):
    (tree / "views.py").write_text("")

    assert wrong(tree) == ["no longer used: '%(n)s ticket'"]


def test_names_a_compiled_catalogue_that_is_out_of_date(tree):
    po = tree / "django.po"
    po.write_text(po.read_text().replace("Bewaar", "Opslaan"))

    assert wrong(tree) == ["django.mo is not made from the present .po"]


def test_merging_twice_changes_nothing(tree):
    before = (tree / "django.po").read_bytes(), (tree / "django.mo").read_bytes()

    update(tree, {}, ("één ticket", "%(n)s tickets"))

    assert ((tree / "django.po").read_bytes(), (tree / "django.mo").read_bytes()) == before


def test_a_file_that_cannot_be_read_loses_no_translation(tree):
    page = tree / "templates" / "page.html"
    whole = page.read_text()
    page.write_text("{% blocktranslate %}")
    update(tree, {}, ("één ticket", "%(n)s tickets"))
    page.write_text(whole)

    assert wrong(tree) == []
