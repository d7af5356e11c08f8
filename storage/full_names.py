"""Full names: the parts of a name in the order in which its own letters are written."""

import re

_FAMILY_FIRST = re.compile("[\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\U00020000-\U0003ffff]+")
"""Names written in these letters begin with the family's, with no space between."""


def full_name(given: str, family: str) -> str:
    """Ann Miller, 潘泽宇."""
    if _FAMILY_FIRST.fullmatch(given + family):
        return family + given
    return f"{given} {family}".strip()
