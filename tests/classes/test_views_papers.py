import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from classes.choosing import choose
from classes.models import CourseRun
from core.models import AuditEntry
from reminders import call_list
from reminders.models import CallTask
from reminders.reach import Reach
from residents.models import ContactWish, Resident
from tests.make import classes as make
from tests.make import draws as make_draws
from tests.make import residents as make_residents
from tests.make.pages import Page

pytestmark = pytest.mark.django_db


def decided_run(*, addresses=("葛城市忍海1番地", "")) -> CourseRun:
    """A run after its decision: whoever registered first has a seat."""
    run = make.run(selection=CourseRun.Selection.COUNTER, capacity=1)
    for address in addresses:
        make.registration(run, make_residents.resident(address=address))
    run.registrations.filter(slip_number=1).update(state="confirmed")
    CourseRun.objects.filter(pk=run.pk).update(decided_at=timezone.now(), decision_reason="初めての方")
    run.refresh_from_db()
    return run


def test_the_page_shows_the_text_to_copy_and_no_name(client, clerk) -> None:
    run = decided_run()

    page = client.get(reverse("run_papers", args=[run.pk])).content.decode()

    assert page.count("<textarea") == 2
    assert page.count("readonly") == 2
    assert "写真をとって送る" in page
    assert "髙橋" not in page
    assert reverse("run_letters_seat", args=[run.pk]) in page


def test_letters_are_offered_only_when_there_is_an_outcome(client, clerk) -> None:
    first_come, waiting = make.run(), make.run(selection=CourseRun.Selection.LOTTERY)

    for run in (first_come, waiting):
        page = client.get(reverse("run_papers", args=[run.pk])).content.decode()
        assert reverse("run_letters_seat", args=[run.pk]) not in page


def test_a_run_leads_to_its_papers(client, clerk) -> None:
    run = make.run()

    page = client.get(reverse("run_detail", args=[run.pk])).content.decode()

    assert reverse("run_papers", args=[run.pk]) in page
    assert reverse("run_flyer", args=[run.pk]) in page


def test_letters_are_recorded_with_their_number_and_without_a_name(client, clerk) -> None:
    run = decided_run(addresses=("葛城市忍海1番地", "葛城市忍海2番地", ""))

    answer = client.get(reverse("run_letters_no_seat", args=[run.pk]), {"to": "everybody"})

    assert answer["Content-Type"] == "application/pdf"
    entry = AuditEntry.objects.get(action="run.letters_printed")
    assert entry.by_id == clerk.pk
    assert entry.facts == {"outcome": "no_seat", "letters": 1, "calls": 1}


def test_the_page_says_how_many_of_each_and_prints_for_those_whom_only_paper_reaches(client, clerk) -> None:
    run = decided_run(addresses=("葛城市忍海1番地", "葛城市忍海2番地", "葛城市忍海3番地"))
    Resident.objects.filter(address="葛城市忍海2番地").update(contact_wish=ContactWish.POSTCARD)

    page = client.get(reverse("run_papers", args=[run.pk]))
    client.get(reverse("run_letters_no_seat", args=[run.pk]))

    assert page.context["no_seat"].reach == Reach(call=1)
    assert f"{reverse('run_letters_no_seat', args=[run.pk])}?to=everybody" in page.content.decode()
    facts = AuditEntry.objects.get(action="run.letters_printed").facts
    assert facts == {"outcome": "no_seat", "letters": 1, "calls": 0}


def test_the_numbers_of_letters_agree_with_one_another_and_with_what_is_printed(client, clerk) -> None:
    run = make_draws.counter(capacity=1)
    (seated,) = make_draws.applicants(run, 1)
    told, untold = (make_residents.resident(address="葛城市忍海1番地", contact_wish="postcard") for _each in range(2))
    for person in (told, untold, make_residents.resident(phone=None), make_residents.resident()):
        make.registration(run, person)
    choose(make_draws.closed(run), [seated], reason="初めての方", by=clerk)
    call_list.posted(CallTask.objects.get(requests__resident=told), by=clerk)

    page = text_of(client.get(reverse("run_papers", args=[run.pk])))
    client.get(reverse("run_letters_no_seat", args=[run.pk]))

    assert "手紙で 2名（うちお伝え済み 1名）・住所がないのでお電話で 1名" in page
    assert "ほかの方法で 1名：SMS 0名、電話 1名" in page
    assert "全員に郵送する場合（手紙 2通、住所がない方の一覧 2名）を印刷" in page
    facts = AuditEntry.objects.get(action="run.letters_printed").facts
    assert facts == {"outcome": "no_seat", "letters": 1, "calls": 1}


def text_of(answer) -> str:
    return " ".join(strip_tags(answer.content.decode()).split())


def test_when_there_is_nobody_to_write_to_the_page_says_so(client, clerk) -> None:
    run = make.run()

    answer = client.get(reverse("run_letters_seat", args=[run.pk]), follow=True)

    assert answer.redirect_chain[-1][0] == reverse("run_papers", args=[run.pk])
    assert not AuditEntry.objects.filter(action="run.letters_printed").exists()


def test_a_letter_to_one_person_waits_for_the_outcome(client, clerk) -> None:
    early = make.registration(make.run(selection=CourseRun.Selection.LOTTERY))
    seated = decided_run().registrations.get(slip_number=1)

    assert client.get(reverse("registration_letter", args=[early.pk])).status_code == 302
    assert client.get(reverse("registration_letter", args=[seated.pk]))["Content-Type"] == "application/pdf"
    assert AuditEntry.objects.filter(action="registration.letter_printed").count() == 1


def test_a_slip_by_post_is_a_slip_printed(client, clerk) -> None:
    registration = make.registration(make.run(), make_residents.resident(address="葛城市忍海1番地"))

    answer = client.get(reverse("registration_slip_by_post", args=[registration.pk]))

    assert answer["Content-Type"] == "application/pdf"
    assert AuditEntry.objects.get(action="registration.slip_printed").facts == {"by_post": True}


def test_the_list_of_people_is_recorded_with_their_number(client, clerk) -> None:
    run = decided_run()

    client.get(reverse("run_people_pdf", args=[run.pk]))

    assert AuditEntry.objects.get(action="run.people_printed").facts == {"people": 2}


@pytest.mark.parametrize(("name", "encoding"), [("run_announcement", "utf-8-sig"), ("run_announcement_cp932", "cp932")])
def test_the_text_is_a_file_that_the_office_s_programs_open(name, encoding, client, clerk) -> None:
    run = make.run(course=make.course("𠮷野さんと〜スマホ"))

    answer = client.get(reverse(name, args=[run.pk]))

    text = answer.content.decode(encoding)
    assert answer["Content-Type"].startswith("text/plain")
    assert "attachment" in answer["Content-Disposition"]
    assert "野さんと" in text
    assert text.count("\n") == text.count("\r\n") > 4


def test_a_flyer_opens_in_the_window_under_a_name_without_words(client, clerk) -> None:
    run = make.run()

    answer = client.get(reverse("run_flyer", args=[run.pk]))

    assert answer["Content-Disposition"] == f'inline; filename="flyer-{run.pk}.pdf"'
    assert answer.content.startswith(b"%PDF")


def test_nothing_is_posted_to_a_name_without_an_address(client, clerk) -> None:
    run = decided_run(addresses=("", ""))
    registration = run.registrations.confirmed()[0]

    for name in ("registration_slip_by_post", "registration_letter"):
        answer = client.get(reverse(name, args=[registration.pk]))
        assert answer.url == reverse("resident_edit", args=[registration.resident_id])

    assert not AuditEntry.objects.filter(action__in=["registration.slip_printed", "registration.letter_printed"])


def test_letters_are_posted_from_the_page_that_counts_them_and_stand_among_the_post_until_then(client, clerk) -> None:
    run = make_draws.counter(capacity=1)
    (seated,) = make_draws.applicants(run, 1)
    unlucky = make.registration(run, make_residents.resident(address="葛城市忍海1番地", contact_wish="postcard"))
    choose(make_draws.closed(run), [seated], reason="初めての方", by=clerk)
    letter = reverse("registration_letter", args=[unlucky.pk])
    # Decided in the evening, it is posted in the morning.
    CallTask.objects.update(due_at=timezone.now())
    assert letter in client.get(reverse("postcard_list")).content.decode()

    address = reverse("run_papers", args=[run.pk])
    typed = Page(client.get(address).content.decode()).form_to(reverse("run_letters_posted", args=[run.pk])).data
    answer = client.post(reverse("run_letters_posted", args=[run.pk]), typed)

    assert answer.url == address
    assert client.get(address).context["no_seat"].posted == 1
    assert letter not in client.get(reverse("postcard_list")).content.decode()
    assert client.post(reverse("run_letters_posted", args=[run.pk]), {"posted": ["99999"]}).status_code == 422
