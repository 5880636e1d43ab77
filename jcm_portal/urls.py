"""The site map. Every page stands in English at its path and in Japanese under /ja/."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.sitemaps.views import sitemap
from django.urls import path

from jcm_portal import views as site
from projects import (
    card_views,
    exports,
    feeds,
    precedent_views,
    reconciliation_views,
    search_views,
    statistics_views,
    views,
)
from projects.sitemaps import sitemaps

urlpatterns = [
    path("healthz", site.health),
    path("readyz", site.ready),
    path("robots.txt", site.robots),
    path("favicon.ico", site.favicon),
    path("sitemap.xml", sitemap, {"sitemaps": sitemaps}, name="django.contrib.sitemaps.views.sitemap"),
    *i18n_patterns(
        path("", views.home, name="home"),
        path("search/", search_views.everything, name="search"),
        path("search/suggestions/", search_views.suggestions, name="suggestions"),
        path("projects/", views.project_list, name="projects"),
        path("projects/export.csv", exports.as_csv, name="projects-csv"),
        path("projects/export.json", exports.as_json, name="projects-json"),
        path("projects/feed/", feeds.ProjectFeed(), name="project-feed"),
        path("projects/<int:pk>/", views.project_detail),
        path("projects/<int:pk>/<slug:slug>/", views.project_detail, name="project"),
        path("countries/", views.country_list, name="countries"),
        path("countries/<slug:slug>/", views.country_detail, name="country"),
        path("precedents/", precedent_views.precedents, name="precedents"),
        path("precedents/export.csv", precedent_views.precedents_csv, name="precedents-csv"),
        path("precedents/<slug:technology>/<slug:iso2>/", precedent_views.precedent, name="precedent"),
        path("technologies/", views.technology_list, name="technologies"),
        path("technologies/<slug:slug>/", views.technology_detail, name="technology"),
        path("organisations/", views.organisation_list, name="organisations"),
        path("organisations/<slug:slug>/", views.organisation_detail, name="organisation"),
        path("methodologies/", views.methodology_list, name="methodologies"),
        path("methodologies/<slug:number>/", views.methodology_detail, name="methodology"),
        path("rounds/", views.round_list, name="rounds"),
        path("rounds/<slug:key>/", views.round_detail, name="round"),
        path("reconciliation/", reconciliation_views.reconciliation, name="reconciliation"),
        path("announcements/", views.announcement_list, name="announcements"),
        path("announcements/feed/", feeds.AnnouncementFeed(), name="announcement-feed"),
        path("announcements/<int:pk>/", views.announcement_detail),
        path("announcements/<int:pk>/<slug:slug>/", views.announcement_detail, name="announcement"),
        path("statistics/", statistics_views.statistics, name="statistics"),
        path("statistics/progress/", statistics_views.steps, name="statistics-progress"),
        path("statistics/credits/", statistics_views.credits_issued, name="statistics-credits"),
        path("statistics/participants/", statistics_views.participants, name="statistics-participants"),
        path("statistics/outlook/", statistics_views.to_2030, name="outlook"),
        path("statistics/table.csv", statistics_views.table_csv, name="statistics-csv"),
        path("statistics/charts/<slug:name>.<slug:kind>", statistics_views.chart, name="chart"),
        path("cards/<slug:kind>/<slug:key>.png", card_views.card, name="card"),
        path("glossary/", views.glossary, name="glossary"),
        path("about/", views.about, name="about"),
        path("accessibility/", site.accessibility, name="accessibility"),
        path("admin/", admin.site.urls),
        prefix_default_language=False,
    ),
]
