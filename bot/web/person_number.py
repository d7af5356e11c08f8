"""The number of a person in an address, of any length; a number nobody can have is answered as nobody's."""

from starlette.convertors import Convertor, register_url_convertor

from storage.received import LARGEST

PERSON_NUMBER = "person_number"


class PersonNumber(Convertor[int]):
    regex = "[0-9]+"

    def convert(self, value: str) -> int:
        """Python itself refuses to read numbers of more than 4,300 digits, and no person's has twenty."""
        digits = value.lstrip("0") or "0"
        return int(digits) if len(digits) < 20 else LARGEST

    def to_string(self, value: int) -> str:
        return str(value)


register_url_convertor(PERSON_NUMBER, PersonNumber())
