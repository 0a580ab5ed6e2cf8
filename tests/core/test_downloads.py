from core.downloads import file, pdf


def test_a_paper_is_shown_and_has_a_name_to_be_kept_under() -> None:
    response = pdf(b"%PDF-", name="slip-12-3")

    assert response.content == b"%PDF-"
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'inline; filename="slip-12-3.pdf"'


def test_a_file_is_kept_byte_by_byte() -> None:
    response = file("広報".encode("cp932"), name="announcement-12.txt", content_type="text/plain; charset=shift_jis")

    assert response.content.decode("cp932") == "広報"
    assert response["Content-Type"] == "text/plain; charset=shift_jis"
    assert response["Content-Disposition"] == 'attachment; filename="announcement-12.txt"'
