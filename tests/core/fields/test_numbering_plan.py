"""Our area codes held against those of the phonenumbers library, which follows Anatel's numbering plan."""

import phonenumbers

from triage.core.fields.phone_numbers import AREA_CODES


def test_the_area_codes_are_those_of_the_numbering_plan() -> None:
    """A number with an area code of ours is a valid fixed line, and with any other it is none."""
    areas = {f"{area:02d}" for area in range(100)}
    assert {a for a in areas if phonenumbers.is_valid_number(phonenumbers.parse(f"+55{a}36361234"))} == AREA_CODES
