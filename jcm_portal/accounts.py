"""Accounts and groups in the admin: Django's own, with permissions to look for in place of a long list."""

from typing import Any

from django.contrib import admin
from django.contrib.auth import admin as stock  # registers its own, which are replaced here
from django.contrib.auth.models import Group, Permission, User
from django.db.models import QuerySet
from django.http import HttpRequest

from .admin import Suggesting

admin.site.unregister([Group, User])


@admin.register(Group)
class GroupAdmin(Suggesting, stock.GroupAdmin):  # type: ignore[misc]  # they name an argument differently
    filter_horizontal = ()
    autocomplete_fields = ("permissions",)


@admin.register(User)
class UserAdmin(Suggesting, stock.UserAdmin):
    filter_horizontal = ()
    autocomplete_fields = ("groups", "user_permissions")


@admin.register(Permission)
class PermissionAdmin(admin.ModelAdmin):
    """Only to look for one: they come with the nouns."""

    search_fields = ("name", "codename", "content_type__model")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Permission]:
        return super().get_queryset(request).select_related("content_type")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
