"""The next meetings in the browser, as a part of the desk."""

from htpy import Element, div, h3, li, p, section, span, ul

from bot.agenda import MeetingLine
from bot.web.buttons import leading, pressing
from bot.web.voice import Voice
from storage.json_values import written
from storage.references import When


def meetings(lines: tuple[MeetingLine, ...], voice: Voice) -> Element:
    title = div(".part-head")[h3[voice.tell("desk.meetings.title")]]
    return section(".part.meetings")[title, ul[(_meeting(line, voice) for line in lines)]]


def _meeting(line: MeetingLine, voice: Voice) -> Element:
    at = {"at": When(line.at), "minutes": line.minutes, "people": line.others}
    small = {"class_": "quiet small"}
    return li(".meeting")[
        p(".what", dir="auto")[line.topic],
        p(".note")[voice.tell("desk.meetings.at", at), line.place and span(dir="auto")[" · ", line.place]],
        div(".actions")[
            (leading(link, class_="button quiet small") for link in line.links),
            (pressing(voice, each.flow, written(each.given), each.label, **small) for each in line.buttons),
        ],
    ]
