"""The editors' desk: one file per noun; importing them registers their pages."""

from . import announcements, desk, exports, imports, issuances, milestones, project, statements, taxonomy, who

__all__ = [
    "announcements",
    "desk",
    "exports",
    "imports",
    "issuances",
    "milestones",
    "project",
    "statements",
    "taxonomy",
    "who",
]
