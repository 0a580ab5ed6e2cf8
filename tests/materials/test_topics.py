import pytest
from django.utils.translation import override

from tests.make import materials as make

pytestmark = pytest.mark.django_db


def test_a_topic_is_named_in_the_readers_language():
    topic = make.topic("写真をとる", name_en="Taking pictures")

    with override("ja"):
        assert str(topic) == "写真をとる"
    with override("en"):
        assert str(topic) == "Taking pictures"


def test_a_topic_without_an_english_name_keeps_its_own():
    with override("en"):
        assert str(make.topic("写真をとる")) == "写真をとる"
