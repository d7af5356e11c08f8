"""Refusing: what it means that Slack did not do what it was asked to: not now, not any more, or never."""

from slack_sdk.errors import SlackApiError

from bot.delivery.courier import NotTaken
from bot.logs import went_wrong
from bot.slack.installing import TOKEN_GONE, error_of, seconds_to_wait

USER_GONE = frozenset({"user_not_found", "user_disabled", "channel_not_found", "cannot_dm_bot", "not_in_channel"})
TROUBLE = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout"})


def refusal(error: SlackApiError) -> NotTaken:
    """A message that Slack certainly did not take, and whether it may be tried again."""
    name, status = error_of(error), error.response.status_code
    if is_pause(error):
        return NotTaken("ratelimited", after=max(1, seconds_to_wait(error)), everybody=True)
    if name in TOKEN_GONE:
        went_wrong("Slack does not take our token any more", error, slack=name)
        return NotTaken(name, after=60, everybody=True)
    if status >= 500 or name in TROUBLE or not name:
        went_wrong("Slack takes no messages at the moment", error, slack=name)
        return NotTaken(name or f"status_{status}", after=5, everybody=True)
    return NotTaken(name, gone=name in USER_GONE)


def is_pause(error: SlackApiError) -> bool:
    """Whether Slack wants to be left alone for a while."""
    return error.response.status_code == 429 or error_of(error) == "ratelimited"
