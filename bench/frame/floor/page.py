"""The floor page: one query of twenty rows and a template. Nothing that Kakehashi shows can cost less."""

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine
from django.urls import path

TEMPLATE = """<!doctype html><html lang="ja"><title>床</title><table><caption>講座</caption>
{% for row in rows %}<tr><td>{{ row.0 }}<td>{{ row.1 }}<td>{{ row.2|date:"Y-m-d H:i" }}<td>{{ row.3 }}</tr>
{% endfor %}</table></html>"""
COMPILED = Engine().from_string(TEMPLATE)

SCHEMA = "CREATE TABLE course_run (id integer PRIMARY KEY, title text, starts timestamp, capacity integer)"
FILL = "INSERT INTO course_run VALUES (%s, %s, '2026-12-03 10:00:00', 12)"


def page(_request: HttpRequest) -> HttpResponse:
    """The newest twenty rows of a thousand."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, title, starts, capacity FROM course_run ORDER BY id DESC LIMIT 20")
        rows = cursor.fetchall()
    return HttpResponse(COMPILED.render(Context({"rows": rows})))


urlpatterns = [path("", page)]
