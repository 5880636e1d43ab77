"""What announcements and projects share in the admin: their publication, moved by buttons, and the preview.

A button of the form saves what was entered and then moves the record, in one transaction: when either
is refused, neither happens, and the form is shown again with what was entered.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.admin.utils import quote, unquote
from django.contrib.admin.widgets import AdminSplitDateTime
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import BigIntegerField, Case, Exists, Model, OuterRef, QuerySet, When
from django.db.models.functions import Cast
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from jcm_portal.admin import Refused
from jcm_portal.models import PublicationState

from .. import publishing
from ..models import Project
from .reasons import Reasoned

State = PublicationState


def moment(at: datetime) -> str:
    """As the history keeps it, in Japan time: 2026-08-20 14:00."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"


class PublishingForm(forms.Form):
    """What a button may need besides the record itself."""

    publish_at = forms.SplitDateTimeField(
        label=_("Public from"),
        required=False,
        widget=AdminSplitDateTime,
        help_text=_("Japan time, such as the hour to which a release is embargoed. Empty: at once."),
    )
    withdrawal_reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=_("The public reads it at the address of the record."),
    )

    def clean_publish_at(self) -> datetime | None:
        at = self.cleaned_data["publish_at"]
        if at is not None and at <= timezone.now():
            raise forms.ValidationError(_("This time has passed; leave it empty to publish at once."))
        return at


@dataclass(frozen=True)
class Button:
    """A verb of `publishing` as a button of the form."""

    name: str  # in the form's data
    label: Any
    leads_from: tuple[State, ...]
    from_scheduled: bool = False  # else from what is public or was never to be
    field: str = ""  # of PublishingForm
    publishers_only: bool = True
    consequence: Any = ""


BUTTONS = (
    Button(
        "_submit",
        _("Save and submit for review"),
        (State.DRAFT,),
        publishers_only=False,
        consequence=_("A publisher finds it on the first page. It can still be changed."),
    ),
    Button(
        "_publish",
        _("Save and publish"),
        (State.DRAFT, State.IN_REVIEW, State.WITHDRAWN),
        from_scheduled=True,
        field="publish_at",
        consequence=_("Everybody can read it from then on."),
    ),
    Button(
        "_send_back",
        _("Save and make it a draft again"),
        (State.IN_REVIEW,),
        from_scheduled=True,
        consequence=_("It leaves the list of what waits for review, or of what becomes public on its own."),
    ),
    Button(
        "_withdraw",
        _("Save and withdraw"),
        (State.PUBLISHED,),
        field="withdrawal_reason",
        consequence=_("It is gone from every page, file and feed; its address says that it was withdrawn, and why."),
    ),
)


def entered_by(user: AbstractBaseUser | AnonymousUser, model: type[Model]) -> QuerySet:
    """Primary keys of the records that the person added or changed."""
    content_type = ContentType.objects.get_for_model(model)
    entries = LogEntry.objects.filter(
        user_id=user.pk or 0, content_type=content_type, action_flag__in=[ADDITION, CHANGE]
    )
    return entries.values(number=Cast("object_id", BigIntegerField()))


Narrowing = Callable[[Any, Any], QuerySet]  # rows, and who asks
# What a list can be narrowed to, and what the first page counts: the same question.
STANDS: dict[str, tuple[Any, Narrowing]] = {
    "mine": (
        _("draft of mine"),
        lambda rows, user: rows.filter(state=State.DRAFT, pk__in=entered_by(user, rows.model)),
    ),
    "draft": (_("draft"), lambda rows, user: rows.filter(state=State.DRAFT)),
    "in_review": (_("in review"), lambda rows, user: rows.waiting()),
    "scheduled": (_("scheduled"), lambda rows, user: rows.scheduled()),
    "public": (_("public"), lambda rows, user: rows.published()),
    "withdrawn": (_("withdrawn"), lambda rows, user: rows.filter(state=State.WITHDRAWN)),
}


class PublicationFilter(admin.SimpleListFilter):
    title = _("publication")
    parameter_name = "publication"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(value, label) for value, (label, _narrowed) in STANDS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet | None:
        value = self.value()
        if value not in STANDS:
            return None
        return STANDS[value][1](queryset, request.user)


# What a publisher has to look at, then what an editor has.
WAITING_FIRST = Case(When(state=State.IN_REVIEW, then=0), When(state=State.DRAFT, then=1), default=2).asc()


class PublicationAdmin(Reasoned):
    """A record that is drafted, reviewed, published and perhaps withdrawn."""

    change_form_template = "admin/publication_change_form.html"
    public_template: ClassVar[str]

    # -- Which rows, and what they say ---------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """With `public`: whether the public sees the record now, by the one method that says so."""
        rows = super().get_queryset(request)
        public = self.model._default_manager.filter(pk=OuterRef("pk")).published()
        return rows.annotate(public=Exists(public))

    @admin.display(description=_("publication"), ordering="state")
    def publication(self, record: Any) -> str:
        if record.state == State.PUBLISHED:
            return gettext("public") if record.public else self.not_seen(record)
        return record.get_state_display()

    def not_seen(self, record: Any) -> str:
        """Why the public does not see a published record."""
        return gettext("from %(moment)s") % {"moment": moment(record.published_at)}

    @admin.display(description=_("page"))
    def page(self, record: Any) -> str:
        """A link to the public page, else to the preview; it names the record for those who hear links alone."""
        if record.public:
            address, word = record.get_absolute_url(), gettext("public page")
        else:
            address, word = self.preview_address(record), gettext("preview")
        hidden = format_html('<span class="visually-hidden">: {}</span>', record)
        return format_html('<a href="{}">{}{}</a>', address, word, hidden)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fixed = list(super().get_readonly_fields(request, obj))
        if obj is not None and obj.published_at is not None:
            fixed.append("key")  # files and links of others name it
        return fixed

    # -- Who may do what -----------------------------------------------------------------------------

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was public once is withdrawn, so that its address can say so; only other records are deleted."""
        if obj is not None and obj.state not in (State.DRAFT, State.IN_REVIEW):
            return False
        return super().has_delete_permission(request, obj)

    def may_publish(self, request: HttpRequest) -> bool:
        return request.user.has_perm(f"{self.opts.app_label}.publish_{self.opts.model_name}")

    def may_press(self, request: HttpRequest, button: Button, record: Any) -> bool:
        """Publishers may press each button; who submitted a record may also take it back."""
        if not button.publishers_only or self.may_publish(request):
            return True
        takes_back = button.name == "_send_back" and record is not None and record.state == State.IN_REVIEW
        return takes_back and record.submitted_by_id == request.user.pk

    # -- Saving, and what a button does then ---------------------------------------------------------

    def is_known_to_all(self, record: Any) -> bool:
        return record.public

    def button_label(self, name: str) -> Any:
        return next((button.label for button in BUTTONS if button.name == name), super().button_label(name))

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        return self.moved(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return self.moved(request, obj) or super().response_change(request, obj)

    def moved(self, request: HttpRequest, record: Any) -> HttpResponse | None:
        """What a button was pressed for is done; None where none was."""
        button = next((button for button in BUTTONS if button.name in request.POST), None)
        if button is not None:
            sentence = self.move(request, record, button)
            self.message_user(request, sentence, messages.SUCCESS)
        for caution in self.cautions(record):
            self.message_user(request, caution, messages.WARNING)
        if button is None:
            return None
        return HttpResponseRedirect(self.address("change", record))

    def move(self, request: HttpRequest, record: Any, button: Button) -> str:
        """Do the verb and keep it in the history; raise Refused where the verb does not lead on from here."""
        if not self.may_press(request, button, record):
            raise PermissionDenied
        form = PublishingForm(request.POST)
        if button.field and not form.is_valid() and button.field in form.errors:
            raise Refused(form.errors[button.field][0])
        try:
            sentence = self.run(request, record, button.name, form.cleaned_data if form.is_valid() else {})
        except (publishing.WrongState, publishing.OwnEdit, ValueError) as refusal:
            raise Refused(str(refusal)) from refusal
        self.log_change(request, record, sentence)
        return sentence

    def run(self, request: HttpRequest, record: Any, name: str, entered: dict[str, Any]) -> str:
        by = request.user
        assert isinstance(by, AbstractBaseUser)
        if name == "_submit":
            publishing.submit(record=record, by=by)
            return gettext("Submitted for review.")
        if name == "_send_back":
            together = publishing.send_back(record=record, by=by)
            return self.with_projects(request, record, gettext("Made a draft again."), together)
        if name == "_withdraw":
            publishing.withdraw(record=record, by=by, reason=entered.get("withdrawal_reason", ""))
            return gettext("Withdrawn: %(reason)s") % {"reason": record.withdrawal_reason}
        taken_along = publishing.publish(record=record, by=by, at=entered.get("publish_at"))
        sentence = gettext("Published, public from %(moment)s.") % {"moment": moment(record.published_at)}
        return self.with_projects(request, record, sentence, taken_along)

    def with_projects(self, request: HttpRequest, record: Any, sentence: str, taken_along: list[Project]) -> str:
        """What a verb did, kept in the history of each project that an announcement took along, too."""
        for project in taken_along:
            self.log_change(request, project, f"{sentence} ({record})")
        if taken_along:
            along = ngettext("With it: %(count)d project.", "With it: %(count)d projects.", len(taken_along))
            sentence = f"{sentence} {along % {'count': len(taken_along)}}"
        return sentence

    def cautions(self, record: Any) -> list[str]:
        """What an editor should look at, though nothing is wrong with it."""
        return []

    # -- The form ------------------------------------------------------------------------------------

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        allowed = self.has_change_permission(request, obj) if change else self.has_add_permission(request)
        if allowed and not context["is_popup"]:
            planned = {"publish_at": obj.published_at} if obj is not None and obj.is_scheduled() else None
            form = PublishingForm(request.POST if request.method == "POST" else None, initial=planned)
            context["media"] += form.media
            own_edit = context["own_edit"] = self.awaits_others(request, obj)
            context["buttons"] = [
                (button, form[button.field] if button.field else None)
                for button in self.offered(request, obj)
                if not (own_edit and button.name == "_publish")
            ]
        if obj is not None:
            address = self.preview_address(obj)
            languages = [] if obj.public else settings.LANGUAGES
            context["previews"] = [(name, f"{address}?language={code}") for code, name in languages]
            context["stand"] = self.publication(obj)
            context["taken_along"] = publishing.taken_along_by(obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def offered(self, request: HttpRequest, record: Any) -> list[Button]:
        """The buttons that lead on from where the record stands, for whom may press them."""
        state = State.DRAFT if record is None else record.state
        is_scheduled = record is not None and record.is_scheduled()
        return [
            button
            for button in BUTTONS
            if (button.from_scheduled if is_scheduled else state in button.leads_from)
            and self.may_press(request, button, record)
        ]

    def awaits_others(self, request: HttpRequest, record: Any) -> bool:
        """Whether a publisher sees a record to be published that somebody else has to publish."""
        if not settings.FOUR_EYES or not self.may_publish(request):
            return False
        by = request.user
        assert isinstance(by, AbstractBaseUser)
        # A new record will be the edit of who saves it.
        if record is None:
            return True
        is_done = record.state == State.PUBLISHED and not record.is_scheduled()
        return not is_done and publishing.edited_last(record, by)

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        return super().get_view_on_site_url(obj) if obj is not None and obj.public else None

    # -- The preview ---------------------------------------------------------------------------------

    def address(self, view: str, record: Any) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_{view}"
        return reverse(name, args=[quote(record.pk)], current_app=self.admin_site.name)

    def preview_address(self, record: Any) -> str:
        return self.address("preview", record)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.preview)  # never kept by a browser or a proxy
        name = f"{self.opts.app_label}_{self.opts.model_name}_preview"
        return [path("<path:object_id>/preview/", view, name=name), *super().get_urls()]

    def preview(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The public page of a record, for staff, whether or not it is public yet; `language` chooses one."""
        record = self.get_object(request, unquote(object_id))
        if not self.has_view_permission(request, record):
            raise PermissionDenied
        if record is None:
            raise Http404
        language = request.GET.get("language", "")
        if language not in dict(settings.LANGUAGES):
            language = translation.get_language() or settings.LANGUAGE_CODE
        with translation.override(language):
            page = TemplateResponse(request, self.public_template, self.public_context(record)).render()
        page["X-Robots-Tag"] = "noindex"
        page["Content-Language"] = language
        return page

    def public_context(self, record: Any) -> dict[str, Any]:
        """What the public page of the record shows."""
        raise NotImplementedError
