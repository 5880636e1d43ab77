"""Choices that several nouns share."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TitleKind(models.TextChoices):
    OFFICIAL = "official", _("official title")  # as an official page or the JCM table gives it
    DESCRIPTION = "description", _("our description")  # plain words of ours, as no official title was seen


class Confidence(models.TextChoices):
    HIGH = "high", _("high")  # an official page, or several sources that agree
    MEDIUM = "medium", _("medium")  # one good secondary source, or an entry of the JCM table that is not registered
    LOW = "low", _("low")  # indirect or partial evidence


class Side(models.TextChoices):
    JAPAN = "japan", _("Japan")  # the Japanese side
    HOST = "host", _("host country")  # the partner country's side


class Series(models.TextChoices):
    """What a stated total counts; totals of unlike series are never added or drawn as one line."""

    MODEL_PROJECTS = "model_projects", _("JCM Model Projects")  # of the Ministry of the Environment
    ALL_MOE_PROGRAMMES = "all_moe_programmes", _("all financing programmes of the Ministry of the Environment")
    ALL_PROGRAMMES = "all_programmes", _("all programmes")  # of every ministry and of none
    OTHER = "other", _("other")  # as the words beside it say
