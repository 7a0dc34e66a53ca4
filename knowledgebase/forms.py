"""What people type about articles."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from knowledgebase.models import Article


class ArticleForm(forms.ModelForm):
    """Writing an article."""

    note = forms.CharField(
        label=_("What changed"),
        max_length=200,
        required=False,
        help_text=_("For colleagues, in the list of revisions."),
    )

    class Meta:
        model = Article
        fields = ["title", "summary", "body", "service", "audience", "home_position"]
        widgets = {
            "summary": forms.Textarea(attrs={"rows": 2}),
            "body": forms.Textarea(attrs={"rows": 20, "class": "code-text"}),
            "audience": forms.RadioSelect,
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        service: Any = self.fields["service"]
        service.empty_label = _("Not about one service")


class VoteForm(forms.Form):
    """“Was dit nuttig?”"""

    helpful = forms.TypedChoiceField(
        choices=[("yes", _("Yes")), ("no", _("No"))], coerce=lambda value: value == "yes"
    )
    comment = forms.CharField(
        label=_("What was missing?"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class PictureForm(forms.Form):
    """A picture for an article."""

    picture = forms.FileField(label=_("Picture"))
