"""Choices where Kempower's documents leave room or contradict each other."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal


@dataclass(slots=True)
class KempowerOptions:
    """How the simulated ChargEye behaves; may be changed while it runs."""

    #: the vendor's pages use the first name, an independent transcription of them the second
    transaction_field: Literal["latestTransaction", "lastTransaction"] = (
        "latestTransaction"
    )
    #: times without the closing Z, as one sample shows them
    naive_times: bool = False
    #: no connector shows a transaction
    hide_transactions: bool = False
    #: transactions per answer; the real size is not documented
    page_size: int = 50
    #: in which of two made-up ways commands are taken: their real paths and bodies are in no public document
    dialect: Literal["alpha", "beta"] = "alpha"
    #: whether a command that was understood is carried out
    command_answer: Literal["accepted", "rejected"] = "accepted"

    def time(self, moment: datetime) -> str:
        """Return a moment as the vendor writes it: ISO 8601 with milliseconds."""
        text = (
            moment.astimezone(UTC)
            .isoformat(timespec="milliseconds")
            .removesuffix("+00:00")
        )
        return text if self.naive_times else f"{text}Z"

    def time_or_none(self, moment: datetime | None) -> str | None:
        """Return a moment as the vendor writes it, or None."""
        return None if moment is None else self.time(moment)
