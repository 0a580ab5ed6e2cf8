"""How much may be sent at once.

A form is read before anybody knows who sends it, so without a limit any stranger could fill the disk with a file.
"""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

# Several times what the office takes, so that a picture that is somewhat too heavy is answered with a sentence.
MOST_BYTES = 40 * 1024 * 1024


class WithinReason(FileUploadHandler):
    """Refuses what is far too heavy before a byte of it is read; all else it leaves to the handlers behind it."""

    def handle_raw_input(  # noqa: PLR0917  (Django hands them over in this order)
        self,
        input_data: Any,
        META: Any,  # noqa: N803  (Django's own name)
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        if content_length > MOST_BYTES:
            raise RequestDataTooBig("More bytes were sent than any form takes.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
