"""How names of places are compared and taken apart."""

import re
from functools import lru_cache
from unicodedata import combining, normalize

NOT_COUNTED = re.compile(r"[\W_]")
PARTS = re.compile(r"\s*(?:[,;/|>·、，（）()]|\s[-–—]\s|-)\s*")


@lru_cache(maxsize=50_000)
def folded(name: str) -> str:
    """Without case, spaces, punctuation and accents."""
    plain = "".join(sign for sign in normalize("NFKD", name) if not combining(sign))
    return NOT_COUNTED.sub("", plain.casefold())
