"""What every kind of lesson can be asked. Pure.

A kind says what of the form is its own, what it lacks, and whether time is asked for. What
completing it takes besides is in ``services/gates``, what its page shows in
``templates/courses/kinds/<value>.html``, both under the kind's value.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol


class Form(Protocol):
    """A lesson as filled in."""

    @property
    def body(self) -> str: ...
    @property
    def article_ids(self) -> Sequence[int]: ...
    @property
    def settings(self) -> Mapping[str, Any]: ...


#: (field, what is wrong with it, in Chinese)
Fault = tuple[str, str]


@dataclass(frozen=True)
class Kind:
    value: str
    icon: str
    #: One line for whoever writes it.
    hint: str
    #: Fields of the form that are the kind's own.
    fields: Sequence[str] = ()
    #: Time on the page is asked for; else the kind's own gate says when it is done.
    timed: bool = True
    #: It plays or launches an uploaded file: "recording", "package" or "".
    asset: str = ""
    #: Needs a file to hand out.
    file: bool = False
    #: What is wrong with a lesson as filled in.
    fault: Callable[[Form], Fault | None] = lambda _form: None
