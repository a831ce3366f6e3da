"""Log in, log out, and one's own account."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib import auth
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from ketenkaart.core.errors import InputError
from ketenkaart.services.accounts import LONGEST_PASSWORD, change_password
from ketenkaart.web.account import actor_of, needs_role, safe_next, signed_in
from ketenkaart.web.render import page

LONGEST_NAME = 40


@never_cache
@csrf_protect
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """Ask for name and password, and lead on to the page that was asked for."""
    wanted = safe_next(request.POST.get("next") or request.GET.get("next", ""))
    if actor_of(request) is not None:
        return redirect(wanted)
    if request.method != "POST":
        return page(request, "account", "login.html", {"next": wanted})
    name = request.POST.get("name", "").strip().lower()[:LONGEST_NAME]
    password = request.POST.get("password", "")[:LONGEST_PASSWORD]
    # The attempt is judged, and counted, without anything that the visitor's browser tells.
    attempt = HttpRequest()
    attempt.method = "POST"
    user = auth.authenticate(attempt, username=name, password=password)
    if user is not None:
        auth.login(request, user, backend="django.contrib.auth.backends.ModelBackend")
        return redirect(wanted)
    locked = getattr(attempt, "axes_locked_out", False)
    return page(
        request,
        "account",
        "login.html",
        {"next": wanted, "name": name, "problem": "locked" if locked else "wrong"},
        status=429 if locked else 400,
    )


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """End the session."""
    auth.logout(request)
    return redirect(reverse("web:home"))


@never_cache
@sensitive_post_parameters("password", "new_password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
@needs_role()
def account(request: HttpRequest) -> HttpResponse:
    """Show one's roles, and change one's password."""
    actor = signed_in(request)
    problem = detail = ""
    if request.method == "POST":
        problem, detail = _change(request, actor.name)
        if not problem:
            return redirect(f"{reverse('web:account')}?changed=1")
    return page(
        request,
        "account",
        "account.html",
        {
            "actor": actor,
            "roles": sorted(role.value for role in actor.roles),
            "problem": problem,
            "detail": detail,
            "changed": "changed" in request.GET,
        },
        status=400 if problem else 200,
    )


def _change(request: HttpRequest, name: str) -> tuple[str, str]:
    user = User.objects.get(username=name)
    new = request.POST.get("new_password", "")
    if not user.check_password(request.POST.get("password", "")[:LONGEST_PASSWORD]):
        return "password", ""
    if new != request.POST.get("again", ""):
        return "again", ""
    try:
        change_password(name=name, password=new, actor=signed_in(request), at=datetime.now(UTC))
    except InputError as error:
        return "new_password", error.fix or error.what
    user.refresh_from_db()
    auth.update_session_auth_hash(request, user)
    return "", ""
