"""Place names: an office as readers of a language call it. The directory keeps the one name that HR has written."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


def place_name(place: str, language: str) -> str:
    """Suzhou as 苏州 for readers of Chinese and 苏州 as Suzhou for those of English; others as they stand."""
    return _names()[language].get(place.strip().casefold(), place)


@cache
def _names() -> Mapping[str, Mapping[str, str]]:
    cities: dict[str, str] = tomllib.loads((files("storage") / "place_names.toml").read_text(encoding="utf-8"))[
        "cities"
    ]
    return {
        "zh": {english.casefold(): chinese for english, chinese in cities.items()},
        "en": {chinese: english for english, chinese in cities.items()},
    }
