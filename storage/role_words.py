"""What roles are called where people type them: at the command line, and in a column of the people import."""

import re
from unicodedata import normalize

from storage.people import Role

CALLED: dict[Role, frozenset[str]] = {
    Role.hrbp: frozenset({"hrbp", "hr", "hrpartner", "hrbusinesspartner", "人事", "人力资源", "人事伙伴", "人事bp"}),
    Role.performance_manager: frozenset({"performancemanager", "绩效经理", "绩效管理员", "绩效负责人"}),
    Role.admin: frozenset({"admin", "administrator", "管理员", "系统管理员"}),
}
COLUMN = frozenset({"evenhandrole", "evenhandroles", "evenhand角色", "evenhand权限"})
"""What the column of the people import may be called, without case, spaces and signs."""
_ROLE = {word: role for role, words in CALLED.items() for word in words}
_BETWEEN = re.compile(r"[,;/、，；|+&]|\band\b|和")
_SIGNS = re.compile(r"[\W_]")


class UnknownRole(Exception):
    """A word that is no role. Carries it as it was written."""

    def __init__(self, word: str) -> None:
        super().__init__(f"{word!r} is no role")
        self.word = word


def role_called(word: str) -> Role:
    """The role of that name, whatever its case, spaces and signs; raises `UnknownRole`."""
    try:
        return _ROLE[plain(word)]
    except KeyError:
        raise UnknownRole(word.strip()[:80]) from None


def roles_called(cell: str) -> tuple[Role, ...]:
    """The roles one cell names, such as `HR partner, admin`; none for an empty one. Raises `UnknownRole`."""
    return tuple(dict.fromkeys(role_called(part) for part in _BETWEEN.split(cell) if plain(part)))


def plain(word: str) -> str:
    return _SIGNS.sub("", normalize("NFKC", word).casefold())
