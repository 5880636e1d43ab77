"""The editors' desk: one file per noun; importing them registers their pages."""

from . import announcements, desk, issuances, project, statements, taxonomy, who

__all__ = ["announcements", "desk", "issuances", "project", "statements", "taxonomy", "who"]
