"""Every table there is, in one place: importing this fills the metadata that migrations compare with."""

from sqlmodel import SQLModel

from storage.announcements import Announcement, AnnouncementReceipt
from storage.checkins import CheckIn
from storage.events import EventResponse, KeyEvent
from storage.goals import Goal, GoalUpdate
from storage.journal import Audit, ChatLine, Conversation, Entry, Inbox, OpenAsk, Outbox
from storage.people import Department, Person, RoleGrant
from storage.slack import SlackIdentity, SlackMessage, SlackPace
from storage.slack_installs import SlackBots, SlackInstallations, SlackOAuthStates
from storage.teams import TeamsIdentity, TeamsMessage, TeamsPace

ALL: tuple[type[SQLModel], ...] = (
    Department,
    Person,
    RoleGrant,
    CheckIn,
    Goal,
    GoalUpdate,
    KeyEvent,
    EventResponse,
    Announcement,
    AnnouncementReceipt,
    Conversation,
    Entry,
    OpenAsk,
    Inbox,
    Outbox,
    ChatLine,
    Audit,
    SlackIdentity,
    SlackMessage,
    SlackPace,
    SlackInstallations,
    SlackBots,
    SlackOAuthStates,
    TeamsIdentity,
    TeamsMessage,
    TeamsPace,
)
