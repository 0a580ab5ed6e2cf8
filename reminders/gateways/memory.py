"""The gateway of tests: keeps what it was given, and behaves as badly as it is told to."""

from dataclasses import dataclass, field

from reminders.gateways import Answer, NotSent, Text, Unclear


@dataclass
class MemoryGateway:
    """Takes every text, unless a number was told to refuse, to break after taking, or to break before."""

    name: str = "memory"
    is_real: bool = False
    concurrency: int = 1
    is_carried: bool = False
    sent: list[Text] = field(default_factory=list)
    statuses: dict[str, Answer] = field(default_factory=dict)
    refusals: dict[str, str] = field(default_factory=dict)
    breaks_after_taking: set[str] = field(default_factory=set)
    breaks_before_taking: set[str] = field(default_factory=set)
    is_away: bool = False
    forgotten: set[str] = field(default_factory=set)

    def send(self, text: Text) -> Answer:
        if self.is_away:
            raise NotSent("unreachable")
        if (code := self.refusals.get(text.number)) is not None:
            raise NotSent(code)
        if text.number in self.breaks_before_taking:
            raise Unclear("500")
        self.sent.append(text)
        answer = Answer(provider_id=f"memory-{text.token}", status="queued")
        self.statuses[answer.provider_id] = answer
        if text.number in self.breaks_after_taking:
            raise Unclear("timeout")
        return answer

    def status(self, provider_id: str) -> Answer | None:
        if self.is_away:
            raise Unclear("unreachable")
        return self.statuses.get(provider_id)

    def find(self, text: Text) -> Answer | None:
        return self.status(f"memory-{text.token}")

    def remove_words(self, provider_id: str) -> bool:
        if self.is_away:
            raise Unclear("unreachable")
        self.forgotten.add(provider_id)
        return True

    def report(self, text: Text, status: str, error_code: str = "") -> None:
        """Let the provider say from now on that a text has this status."""
        provider_id = f"memory-{text.token}"
        self.statuses[provider_id] = Answer(provider_id, status, error_code)
