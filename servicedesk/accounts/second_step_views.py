"""Where the pages of allauth for the second step are not quite ours."""

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from django.contrib.auth.decorators import login_required
from django.forms import ModelForm
from django.http import HttpResponse
from django.views.generic import RedirectView

to_second_steps = login_required(RedirectView.as_view(pattern_name="mfa_index"))


class RemovePasskey(RemoveWebAuthnView):
    """Removes a passkey, but never the last second step of who must have one."""

    def form_valid(self, form: ModelForm) -> HttpResponse:
        if not get_adapter().can_delete_authenticator(self.get_object()):
            return self.render_to_response(self.get_context_data(form=form))  # which says so
        return super().form_valid(form)


remove_passkey = RemovePasskey.as_view()
