"""What other formats have no place for, kept as tags such as 难度：较难. Pure."""

from collections.abc import Iterable, Mapping

from question_bank.importing.columns import Field
from question_bank.importing.paragraphs import citing

#: Fields that travel as tags, by their labels.
FIELDS = (
    Field.DIFFICULTY, Field.TOPIC, Field.COGNITIVE_LEVEL, Field.SOURCE, Field.VALID_UNTIL,
    Field.SCENE, Field.AUDIENCE, Field.WRITER, Field.SECRECY, Field.MARKS, Field.ORIGINAL_NUMBER,
)  # fmt: skip
CITED = "依据"
_BY_LABEL: Mapping[str, Field] = {each.label: each for each in FIELDS}


def read(tags: Iterable[str]) -> tuple[dict[Field, str], dict[str, str]]:
    """Columns that the tags stand for, and those that mean nothing to us, by name."""
    values: dict[Field, str] = {}
    other: dict[str, str] = {}
    plain = []
    for tag in tags:
        name, colon, text = tag.strip().partition("：")
        if colon and name in _BY_LABEL:
            values.setdefault(_BY_LABEL[name], text)
        elif colon and name == CITED:
            values |= citing.columns(text)[0]
        elif colon and name:
            other.setdefault(name, text)
        elif tag.strip():
            plain.append(tag.strip())
    return values, other | ({"标签": "、".join(plain)} if plain else {})
