"""Every table there is, in one place: importing this fills the metadata that migrations compare with."""

from sqlmodel import SQLModel

from storage.accounts import Account
from storage.announcements import Announcement, AnnouncementReceipt
from storage.broadcasts import Broadcast
from storage.checkin_replies import CheckInReaction, CheckInReply, HelpTaken
from storage.checkins import CheckIn
from storage.events import EventResponse, KeyEvent
from storage.goals import Goal, GoalUpdate
from storage.journal import Audit, ChatLine, Conversation, Entry, Inbox, OpenAsk, Outbox
from storage.meetings import Meeting, MeetingParticipant, MeetingReminder
from storage.name_forms import NameForm
from storage.orders import AnnouncementOrder
from storage.pacing import Pace
from storage.participation import Participant, Participation
from storage.people import Department, Person, RoleGrant
from storage.processes import RunningProcess
from storage.rest import AskingDay, Leave, Pause, Preference, Snooze
from storage.roles import RoleChange
from storage.sent import SentMessage
from storage.slack_installs import SlackBots, SlackInstallations, SlackOAuthStates
from storage.weekly import WeeklyPrompt
from storage.wordings import Wording

ALL: tuple[type[SQLModel], ...] = (
    Department,
    Person,
    NameForm,
    RoleGrant,
    RoleChange,
    Participation,
    Participant,
    CheckIn,
    CheckInReply,
    CheckInReaction,
    HelpTaken,
    Goal,
    GoalUpdate,
    KeyEvent,
    EventResponse,
    Announcement,
    AnnouncementReceipt,
    Meeting,
    MeetingParticipant,
    MeetingReminder,
    AnnouncementOrder,
    Broadcast,
    Wording,
    Conversation,
    Entry,
    OpenAsk,
    Inbox,
    Outbox,
    ChatLine,
    Audit,
    Account,
    SentMessage,
    Pace,
    RunningProcess,
    Leave,
    Pause,
    Preference,
    AskingDay,
    Snooze,
    WeeklyPrompt,
    SlackInstallations,
    SlackBots,
    SlackOAuthStates,
)

NAMES: tuple[str, ...] = tuple(str(model.__tablename__) for model in ALL)
