import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import reverse

from core import uploads

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("heavier_by", "status"), [(1, 400), (0, 422)])
def test_a_stranger_cannot_fill_the_disk(monkeypatch, heavier_by, status):
    body = encode_multipart(BOUNDARY, {"file": SimpleUploadedFile("a.png", b"x" * 5000), "login": ""})
    monkeypatch.setattr(uploads, "MOST_BYTES", len(body) - heavier_by)

    assert Client().generic("POST", reverse("account_login"), body, MULTIPART_CONTENT).status_code == status
