import pytest
from django.urls import reverse

from materials.models import Procedure, Term

pytestmark = pytest.mark.django_db


def test_a_procedure_is_confirmed_by_hand_and_its_stamp_goes(client, guide):
    procedure = guide.procedure
    url = reverse("procedure_edit", args=[procedure.pk])
    typed = {"name": procedure.name, "topic": procedure.topic.pk, "at_counter": "窓口で取れます", "is_confirmed": "on"}
    assert "担当課の確認がまだです" in client.get(guide.get_absolute_url()).content.decode()

    missing = client.post(url, typed | {"at_counter": ""})
    client.post(url, typed)

    assert missing.status_code == 422
    assert Procedure.objects.get().is_confirmed
    assert "担当課の確認がまだです" not in client.get(guide.get_absolute_url()).content.decode()


def test_a_word_is_explained_once(client, author):
    typed = {"word": "QRコード", "reading": "", "explanation": "四角いもよう", "source": ""}

    client.post(reverse("term_create"), typed)
    again = client.post(reverse("term_create"), typed | {"explanation": "べつの説明"})

    assert again.status_code == 422
    assert "もう登録されています" in again.content.decode()
    assert Term.objects.count() == 1
