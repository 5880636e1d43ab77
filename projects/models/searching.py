"""What the search reads. The database writes these tables; nobody else does: see migration 0006."""

from django.contrib.postgres.indexes import GinIndex, GistIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.functions import Lower


class SearchEntry(models.Model):
    """A thing that can be found besides projects, or that a project is found by, and its words.

    `ref` is its number in its own table. Which table, `kind` says: country, technology, organisation, programme,
    methodology, sector, round, announcement, term.
    """

    kind = models.CharField(max_length=12)
    ref = models.BigIntegerField()
    vector = SearchVectorField()

    class Meta:
        ordering = ["kind", "ref"]
        constraints = [models.UniqueConstraint(fields=["kind", "ref"], name="%(app_label)s_%(class)s_once")]
        indexes = [GinIndex(fields=["vector"], name="projects_searchentry_vector")]

    def __str__(self) -> str:
        return f"{self.kind} {self.ref}"


class SearchName(models.Model):
    """A name of a thing, or a word that titles use (`kind` word, `ref` 0).

    `key` is the name as a reader's words are compared with it, by the database's `search_key()`. `value` is what the
    list's parameter of that kind takes: VN, rooftop-solar.
    """

    kind = models.CharField(max_length=12)
    ref = models.BigIntegerField()
    value = models.CharField(max_length=80)
    name = models.CharField(max_length=300)
    key = models.CharField(max_length=300)

    class Meta:
        ordering = ["kind", "ref", "key", "name"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "ref", "key", "name"], name="%(app_label)s_%(class)s_once")
        ]
        indexes = [
            models.Index(fields=["key"], opclasses=["text_pattern_ops"], name="projects_searchname_key"),
            # Of an expression, or it would serve equality too, which takes it a hundred times as long.
            GistIndex(OpClass(Lower("key"), name="gist_trgm_ops"), name="projects_searchname_like"),
        ]

    def __str__(self) -> str:
        return self.name
