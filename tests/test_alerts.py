"""The alerts in the guide for operators are held to what `/metrics` really says, and to what the bot really does."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from bot import metrics
from bot.app import speaking, upkeep
from bot.dispatcher import Dispatcher
from bot.settings import Settings
from storage.journal import Delivery
from storage.standing import Standing

GUIDE = (Path(__file__).parent.parent / "docs" / "operators.md").read_text("utf-8")
RULES: dict[str, dict[str, Any]] = {
    rule["alert"]: rule
    for rule in yaml.safe_load(GUIDE.partition("Alerts worth having:")[2].partition("```yaml")[2].partition("```")[0])
}
PROMETHEUS = {"up"}
"""Metrics that Prometheus makes itself."""


def exposed() -> dict[str, set[str]]:
    """The names of all samples, with the labels they have."""
    for each in Delivery:
        metrics.delivered("slack", each.name)
    metrics.delivered("slack", "later")
    metrics.turned("slack", "failed", 0.1)
    metrics.paced("slack", 0.1)
    metrics.ticked("deadlines", 0.1)
    body, _ = metrics.exposition(Standing({"waiting": 1}, 1, timedelta(minutes=20), {"checkin": 1}))
    return {
        sample.name: set(sample.labels)
        for family in text_string_to_metric_families(body.decode())
        for sample in family.samples
    }


@pytest.mark.parametrize("name", RULES)
def test_an_alert_names_metrics_and_labels_there_are(name: str) -> None:
    there = exposed()
    named = re.findall(r"\b(up|evenhand_\w+)\b(?:\{(.*?)\})?", RULES[name]["expr"])
    assert named
    for metric, labels in named:
        if metric not in PROMETHEUS:
            assert set(re.findall(r"(\w+)\s*[!=]~?=?", labels)) <= there[metric], metric


def seconds_of(name: str) -> int:
    """The number of seconds from which on an alert fires."""
    return int(re.findall(r"> (\d+)", RULES[name]["expr"])[-1])


def test_the_alert_for_late_messages_fires_for_what_has_waited_a_quarter_of_an_hour() -> None:
    limit = seconds_of("EvenhandMessagesAreLate")
    for waited, fires in ((timedelta(minutes=14), False), (timedelta(minutes=16), True)):
        body, _ = metrics.exposition(Standing({"waiting": 1}, 1, waited, {}))
        found = re.search(r"^evenhand_outbox_oldest_due_seconds (\S+)$", body.decode(), re.MULTILINE)
        assert found
        assert (float(found[1]) > limit) == fires


def test_the_clock_ticks_often_enough_for_the_alert_that_it_does_not(dispatcher: Dispatcher) -> None:
    limit = timedelta(seconds=seconds_of("EvenhandDoesNotTick"))
    rarely = re.search(r'tick!~"(.+?)"', RULES["EvenhandDoesNotTick"]["expr"])
    assert rarely
    left_out = set(rarely[1].split("|"))
    ticks = {each.name: each.every for each in (*upkeep(dispatcher), *speaking(dispatcher, Settings()))}
    assert left_out <= set(ticks)
    assert {name for name, every in ticks.items() if every * 2 > limit} == left_out


def test_the_alert_for_failures_counts_what_is_called_failed() -> None:
    assert Delivery.failed.name == "failed"
    for name in ("EvenhandDeliveriesFail", "EvenhandTurnsFail"):
        assert 'outcome="failed"' in RULES[name]["expr"]
