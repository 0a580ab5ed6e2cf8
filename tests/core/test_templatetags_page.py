import pytest
from django.contrib.messages import constants, get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.template.loader import render_to_string
from django.utils import translation

from core.templatetags.page import WORDS


@pytest.mark.parametrize("kind", ["info", "success", "warning", "error"])
def test_a_notice_speaks_with_an_icon_and_a_word(kind, rf):
    request = rf.get("/")
    request.session = {}
    request._messages = FallbackStorage(request)
    level = getattr(constants, kind.upper())
    request._messages.add(level, "登録しました。")

    with translation.override("ja"):
        html = render_to_string("components/messages.html", {"messages": get_messages(request)})
        word = str(WORDS[kind])

    assert f'class="notice {kind}"' in html
    assert "<svg" in html
    assert word in html
    assert "登録しました。" in html


def test_a_message_is_text_and_never_markup(rf):
    request = rf.get("/")
    request.session = {}
    request._messages = FallbackStorage(request)
    request._messages.add(constants.ERROR, "<b>髙橋</b>")

    assert "<b>" not in render_to_string("components/messages.html", {"messages": get_messages(request)})
