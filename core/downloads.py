"""Files that are answers: papers that the browser shows, and files that are kept.

What must never happen: a word about a person in the name of a file, which stays in the folder of downloads.
"""

from django.http import HttpResponse


def pdf(content: bytes, *, name: str) -> HttpResponse:
    """A paper to be looked at and printed; `name` holds numbers and codes, and no ending."""
    shown = {"Content-Disposition": f'inline; filename="{name}.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=shown)


def file(content: bytes, *, name: str, content_type: str) -> HttpResponse:
    """A file to be kept; `name` holds numbers and codes, and the ending."""
    kept = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=content_type, headers=kept)
