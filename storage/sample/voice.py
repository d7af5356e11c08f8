"""How one person of the sample company writes: what about, in which language, and without repeating themselves."""

from collections.abc import Mapping
from datetime import date
from functools import cache

from storage.sample.chance import Deck, stream
from storage.sample.people import Colleague, Company
from storage.sample.phrases import Phrasebook, fill, typed_by


@cache
def _shuffled_projects(craft: str, language: str, person: int) -> tuple[str, ...]:
    projects = list(Phrasebook(language).projects(craft))
    stream("projects", person).shuffle(projects)
    return tuple(projects)


def project_of(person: Colleague, day: date, language: str) -> str:
    """What somebody works on in the quarter of a day; the quarters take turns through the craft's projects."""
    projects = _shuffled_projects(person.seat.craft, language, person.id)
    return projects[(day.year * 4 + (day.month - 1) // 3) % len(projects)]


def customers_of(person: Colleague, day: date, language: str) -> tuple[str, ...]:
    """The few customers somebody deals with for half a year: at home, and for some trades one of them abroad."""
    travels = person.seat.craft not in ("sales", "service")
    return _customers(person.id, person.country, day.year * 2 + (day.month > 6), language, travels)


@cache
def _customers(person: int, country: str, half_year: int, language: str, travels: bool) -> tuple[str, ...]:
    random = stream("customers", person, half_year)
    foreign = random.choice([each for each in ("CN", "DE", "US") if each != country])
    book = Phrasebook(language)
    at_home = random.sample(book.customers(country), 3)
    return (*at_home, random.choice(book.customers(foreign))) if travels else tuple(at_home)


Decks = dict[tuple[str, ...], Deck[str]]


class Voice:
    """Writes sentences of one kind of text about one person; `writer` holds the pen.

    Voices that write about the same person share `decks`, so that no two say the same.
    """

    def __init__(
        self, company: Company, about: Colleague, writer: Colleague, purpose: str, decks: Decks | None = None
    ) -> None:
        self.company = company
        self.about = about
        self.book = Phrasebook(writer.writes_to(about))
        self.random = stream(purpose, about.id, writer.id)
        self._writer = writer
        here = about.seat.site["location"]
        self._elsewhere = sorted({each.seat.site["location"] for each in company.people} - {here})
        self._spaces = stream("typing", writer.id).random() < 0.5
        self._decks: Decks = {} if decks is None else decks

    def blanks(self, day: date) -> Mapping[str, str]:
        """What the templates' names stand for on a day."""
        others = [each for each in self.company.around(self.about, day) if each.id != self._writer.id]
        language = self.book.language
        peer = self.random.choice(others or list(self.company.people[:1]))
        customers = customers_of(self.about, day, language)
        strangers = [each for each in self.book.customers(self.about.country) if each not in customers]
        return {
            "project": project_of(self.about, day, language),
            "customer": self.random.choice(customers),
            "lost": self.random.choice(strangers or customers),
            "peer": peer.called(language),
            "site": self.book.site(self.random.choice(self._elsewhere)),
        }

    def say(self, templates: tuple[str, ...], blanks: Mapping[str, str]) -> str:
        """The next of these templates, filled."""
        deck = self._decks.setdefault(templates, Deck(templates, self.random))
        return typed_by(fill(deck.deal(), blanks, self.random), self._spaces)

    def fitting(self, kind: str, *crafts: str) -> tuple[str, ...]:
        """Every template of a kind that suits the person: those of the crafts named, and the common ones."""
        own = tuple(each for craft in crafts for each in self.book.all_of(craft, kind))
        return own + self.book.common(kind, self.about.has_customers)
