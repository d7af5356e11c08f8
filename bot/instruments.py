"""Instruments: every metric there is, by its name and what it means; the only importer of Prometheus's library."""

from collections.abc import Iterator

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from storage.standing import Standing

CONTENT_TYPE = CONTENT_TYPE_LATEST
QUICK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5)
"""Seconds of a turn: people notice a tenth, and Slack gives up after three."""
LONG = (0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60)


class Instruments:
    """What one process counts, in a register of its own."""

    def __init__(self) -> None:
        self.registry = own = CollectorRegistry()
        ProcessCollector(registry=own)  # its memory, CPU time and open files
        self.turns = Counter("evenhand_turns", "Turns of conversations.", ["surface", "outcome"], registry=own)
        self.turn_seconds = Histogram(
            "evenhand_turn_seconds",
            "From an event to its committed reply.",
            ["surface"],
            buckets=QUICK,
            registry=own,
        )
        self.deliveries = Counter(
            "evenhand_deliveries", "Messages, by what became of them.", ["platform", "outcome"], registry=own
        )
        self.pace_seconds = Histogram(
            "evenhand_pace_wait_seconds",
            "How long messages waited for their moment, since a platform takes only so many.",
            ["platform"],
            buckets=LONG,
            registry=own,
        )
        self.ticks = Counter("evenhand_ticks", "Looks for what is due.", ["tick", "outcome"], registry=own)
        self.tick_seconds = Histogram(
            "evenhand_tick_seconds", "How long they took.", ["tick"], buckets=LONG, registry=own
        )
        self.tick_success = Gauge(
            "evenhand_tick_last_success_timestamp_seconds", "When each last succeeded.", ["tick"], registry=own
        )


def written(instruments: Instruments, standing: Standing | None, *, is_writable: bool) -> bytes:
    """What was counted, and what stands in the database now."""
    at_the_moment = CollectorRegistry()
    at_the_moment.register(_Stands(standing, is_writable))
    return generate_latest(instruments.registry) + generate_latest(at_the_moment)


class _Stands(Collector):
    """The gauges that are the same from whichever process they are read."""

    def __init__(self, standing: Standing | None, is_writable: bool) -> None:
        self.standing = standing
        self.is_writable = is_writable

    def collect(self) -> Iterator[Metric]:
        now = self.standing
        yield GaugeMetricFamily("evenhand_database_up", "Whether the database answers.", value=int(now is not None))
        told = "Whether it has taken everything in the last minute; not so when its disk is full."
        yield GaugeMetricFamily("evenhand_database_writable", told, value=int(self.is_writable))
        if now is None:
            return
        rows = GaugeMetricFamily("evenhand_outbox_messages", "Messages that are not done with.", labels=["status"])
        for status, count in now.outbox.items():
            rows.add_metric([status], count)
        yield rows
        yield GaugeMetricFamily("evenhand_outbox_due_messages", "Those that should have gone by now.", value=now.due)
        yield GaugeMetricFamily(
            "evenhand_outbox_oldest_due_seconds",
            "How long the oldest of them has been due.",
            value=now.oldest_due.total_seconds(),
        )
        waiting = GaugeMetricFamily("evenhand_open_conversations", "Conversations that wait.", labels=["flow"])
        for flow, count in now.conversations.items():
            waiting.add_metric([flow], count)
        yield waiting
