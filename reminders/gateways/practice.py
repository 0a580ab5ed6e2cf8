"""The gateway of a practice installation: everything looks as if it were sent, and nothing leaves the building."""

from reminders.gateways import Answer, Text


class PracticeGateway:
    """Takes every text and reports it delivered when asked."""

    name = "practice"
    is_real = False
    concurrency = 1
    is_carried = False

    def send(self, text: Text) -> Answer:
        return Answer(provider_id=f"practice-{text.token}", status="sent")

    def status(self, provider_id: str) -> Answer | None:
        if not provider_id.startswith("practice-"):
            return None
        return Answer(provider_id=provider_id, status="delivered")

    def find(self, text: Text) -> Answer | None:
        # It keeps nothing, so what was lost in a crash goes to the call list, as it must where it is real.
        return None

    def remove_words(self, provider_id: str) -> bool:
        return True
