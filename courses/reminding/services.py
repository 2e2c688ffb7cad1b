"""Telling people, once; and their choice of e-mail."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from accounts.models import Account, Person
from core import clock
from core.audit.trail import record
from core.config import Config
from core.db import Turn, db, wait_turn
from core.errors import Refused
from core.mail import sending
from courses.reminding import escalation, queries
from courses.reminding.escalation import Ladder, Notice, Owed
from courses.reminding.models import MailChoice, ReminderRule, ReminderSent


def due(*, at: datetime) -> list[Notice]:
    """What the ladder has to tell now."""
    today = clock.local(at).date()
    owed = queries.owed_in(queries.people(today, None), at)
    return escalation.to_tell(owed, today, queries.days(today), queries.ring(), queries.told(owed))


def set_rule(*, ladder: Ladder, basis: str, at: datetime, by: Account) -> ReminderRule:
    """A new version from a day on that is not past. Raises Refused."""
    if ladder.valid_from < clock.local(at).date():
        raise Refused("生效日期不能早于今天", field="valid_from")
    made = ReminderRule(
        valid_from=ladder.valid_from,
        matter=ladder.matter,
        follows=ladder.follows,
        before=ladder.before,
        after=ladder.after,
        claim_days=ladder.claim_days,
        basis=basis.strip(),
        created_at=at,
        created_by_id=by.id,
    )
    db.session.add(made)
    db.session.flush()
    record("reminder_rule.set", made, at=at, on=ladder.valid_from.isoformat(),
           kind=ladder.matter.value if ladder.matter else "", follows=ladder.follows,
           before=ladder.before, after=ladder.after, claims=ladder.claim_days)  # fmt: skip
    return made


def tell(*, notices: Sequence[Notice], at: datetime, config: Config) -> int:
    """Tell what was found to be due, and say how much of it had not been told meanwhile.

    Finding it takes long and is done before, so that nobody waits for the write lock.
    """
    wait_turn(Turn.REMINDERS)
    told = queries.told(each.owed for each in notices)
    notices = [each for each in notices if each.key not in told]
    _enter(notices, at, None)
    _mail(notices, at, config)
    return len(notices)


def press(*, owed: Sequence[Owed], at: datetime, by: Account, config: Config) -> int:
    """Remind the people themselves of what they owe; each thing once a day."""
    wait_turn(Turn.REMINDERS)
    today = clock.local(at).date()
    notices = escalation.pressed(owed, today, queries.told(owed))
    _enter(notices, at, by)
    _mail(notices, at, config)
    if notices:
        record("reminder.press", object_type="Person", object_id=by.person_id, at=at,
               rows=len(notices), people=len({each.recipient_id for each in notices}))  # fmt: skip
    return len(notices)


def _enter(notices: Sequence[Notice], at: datetime, by: Account | None) -> None:
    db.session.add_all(
        ReminderSent(
            recipient_id=each.recipient_id,
            subject_id=each.owed.person_id,
            kind=each.owed.kind,
            ref_id=each.owed.ref_id,
            title=each.owed.title[:300],
            due_on=each.owed.due_on,
            step=each.step,
            day=each.day,
            sent_at=at,
            pressed_by_id=by.id if by else None,
        )
        for each in notices
    )
    db.session.flush()


def _mail(notices: Sequence[Notice], at: datetime, config: Config) -> None:
    """One e-mail a recipient, where a server is configured and the recipient wants it."""
    if not config.smtp_host or not notices:
        return
    wanted = {each.person_id: each.address for each in queries.choices() if each.notices}
    names = _names(notices)
    today = clock.local(at).date()
    by_recipient: defaultdict[int, list[str]] = defaultdict(list)
    for each in notices:
        own = each.recipient_id == each.owed.person_id
        name = "" if own else names.get(each.owed.person_id, "")
        by_recipient[each.recipient_id].append(escalation.sentence(each.owed, today, name))
    for recipient, lines in by_recipient.items():
        if address := wanted.get(recipient):
            sending.queue(
                cause=f"notice/{recipient}/{at:%Y%m%d%H%M%S%f}",
                address=address,
                subject=f"学法提醒：{len(lines)} 项",
                body=_body(lines, config),
                at=at,
            )


def _names(notices: Sequence[Notice]) -> Mapping[int, str]:
    ids = {each.owed.person_id for each in notices if each.recipient_id != each.owed.person_id}
    return {each: db.session.get_one(Person, each).name for each in sorted(ids)}


def _body(lines: Sequence[str], config: Config) -> str:
    link = f"\n\n登录办理：{config.base_url}/" if config.base_url else ""
    listed = "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1))
    return f"{listed}{link}\n\n本邮件由系统发出，可在“提醒”页停收；页面提醒不受影响。\n"


def digest(*, at: datetime, config: Config) -> int:
    """Queue the week's digest of everybody who wants it and owes something; once a week."""
    if not config.smtp_host:
        return 0
    local = clock.local(at)
    week = f"{local.isocalendar().year}-{local.isocalendar().week:02}"
    wanted = {each.person_id: each for each in queries.choices() if each.digest}
    lines: defaultdict[int, list[str]] = defaultdict(list)
    for each in queries.owed_in([one.person for one in wanted.values()], at):
        lines[each.person_id].append(escalation.sentence(each, local.date()))
    return sum(
        sending.queue(
            cause=f"digest/{person}/{week}",
            address=wanted[person].address,
            subject=f"本周学法事项：{len(own)} 项",
            body=_body(own, config),
            at=at,
        )
        for person, own in lines.items()
    )


def choose(
    *, person: Person, address: str, notices: bool, digest: bool, at: datetime
) -> MailChoice:
    """Where the person wants e-mail, and which. Raises Refused."""
    address = address.strip()
    if address and not sending.is_address(address):
        raise Refused("邮箱地址格式不对，应如 name@example.gov.cn", field="address")
    if not address and (notices or digest):
        raise Refused("接收邮件须填写邮箱地址", field="address")
    found = queries.choice(person.id)
    if found is None:
        found = MailChoice(person_id=person.id, address="")
        try:
            with db.session.begin_nested():
                db.session.add(found)
        except IntegrityError:
            raise Refused("另一个窗口刚刚保存过，请刷新后重试") from None
    found.address, found.notices, found.digest = address, notices, digest
    db.session.flush()
    record("mail.choose", object_type="Person", object_id=person.id, at=at)
    return found
