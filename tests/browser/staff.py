"""Members of staff with a session of the browser's server, and what is written where that server sees it."""

from concurrent.futures import ThreadPoolExecutor

from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.auth.models import User
from django.test import Client, override_settings

from tests.browser.conftest import KEY
from tests.concurrency import in_own_connection
from tests.factories import make_user

PASSWORD = "test"


def committed(work):
    """Do it in a connection of its own, so that the server sees it, which is another process."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(in_own_connection, work).result()


def make_staff(name, role):
    """Make a member of staff; returns the cookie of a session of theirs."""
    user = make_user(username=name, groups=[role])
    # Quick to check, and of a kind that the server takes.
    User.objects.filter(pk=user.pk).update(password=PBKDF2PasswordHasher().encode(PASSWORD, "salt", iterations=1))
    user.refresh_from_db()
    client = Client()
    with override_settings(SECRET_KEY=KEY):
        client.force_login(user)
    return client.cookies["sessionid"].value


def with_session(page, session, site):
    """Whoever looks at the page is signed in."""
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
    return page


def sign_in(page, name):
    """Fill in the form that asks who it is."""
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
