"""A study group's year: members, sessions, leave, make-up study, corrections, writings."""

from datetime import date, datetime, timedelta

from core import clock
from core.db import db
from study.group.kinds import MemberKind, Method, Presence, SessionForm, SpeakerRole, WorkKind
from study.group.models.meetings import GroupMeeting
from study.group.queries import groups as group_queries
from study.group.services import attending, closing, groups, meetings
from study.group.services.groups import Seat
from study.group.services.meetings import MeetingDraft, SpeakerDraft
from tests.year import organisation as plan
from tests.year.bureau import Bureau, moment
from tests.year.log import Log, Meeting
from tests.year.organisation import day
from tests.year.sitting import LAW

WHO = group_queries.Reader(0, reads_all=True)


class Groups:
    def __init__(self, bureau: Bureau, log: Log) -> None:
        self.bureau, self.log = bureau, log
        self.regular = [bureau.seat(plan.LEADERS, n) for n in range(5)]
        self.invited = [bureau.seat(unit, 0) for unit in plan.UNITS[1:]]
        with bureau.at(day(1, 5)) as now:
            group = groups.save_group(group=None, name="党组理论学习中心组", unit_id=None,
                                      started_on=day(1, 1), ended_on=None, at=now)  # fmt: skip
            self.id = group.id
            for who in [*self.regular, *self.invited]:
                kind = MemberKind.REGULAR if who in self.regular else MemberKind.INVITED
                groups.add_member(
                    group=group, person=bureau.person(who), at=now,
                    seat=Seat(kind, who == self.regular[0], day(1, 1)),
                )  # fmt: skip

    def take_in(self, who: str, on: date) -> None:
        """Somebody invited becomes a member."""
        with self.bureau.at(on, 7) as now:
            groups.add_member(group=group_queries.group(self.id, WHO), at=now,
                              person=self.bureau.person(who),
                              seat=Seat(MemberKind.REGULAR, False, on))  # fmt: skip
        self.invited.remove(who)
        self.regular.append(who)

    def meet(self, found: Meeting, missing: dict[str, str], *, speaker: str = "") -> int:
        """Everybody expected is there but the missing: leave or absent."""
        bureau = self.bureau
        begins = moment(found.day)
        ends = moment(found.day + timedelta(days=found.days - 1), 11, 30)
        numbers = {value: key for key, value in bureau.ids.items()}
        with bureau.at(found.day - timedelta(days=3)) as now:
            draft = MeetingDraft(
                SessionForm.of(found.form), found.topic, found.is_law, begins, ends, "会议室",
                "主持人", "记录人", "学习了有关条文。", laws=[LAW] if found.is_law else [],
            )  # fmt: skip
            made = meetings.create(group=group_queries.group(self.id, WHO), draft=draft, at=now)
            meeting_id = made.id
            if speaker:
                meetings.add_speaker(meeting=made, draft=SpeakerDraft(
                    SpeakerRole.KEY, bureau.by_number[speaker].name, bureau.person(speaker),
                    found.topic), at=now, by=bureau.account(bureau.secretary))  # fmt: skip
                self.log.speeches[speaker] = self.log.speeches.get(speaker, 0) + found.closed
        expected = [*self.regular, *self.invited]
        for who in expected:
            mark = missing.get(who, "present")
            (found.regular if who in self.regular else found.invited)[who] = mark
        if found.form != "self_study":
            self._leave(meeting_id, [w for w, m in missing.items() if m == "leave"], begins)
        with bureau.app.app_context(), clock.frozen(ends + timedelta(hours=1)):
            found_meeting = db.session.get_one(GroupMeeting, meeting_id)
            for each in found_meeting.lines:
                mark = missing.get(numbers[each.person_id], "present")
                if mark != "leave":
                    attending.register(
                        line=each, presence=Presence.of(mark), method=Method.LIST,
                        reason="" if mark == "present" else "临时公务", at=clock.now(),
                    )  # fmt: skip
            if found.closed:
                closing.close(
                    meeting=found_meeting, at=clock.now(), by=bureau.account(bureau.secretary),
                    parameters=group_queries.parameters(self.id, plan.YEAR),
                )  # fmt: skip
            db.session.commit()
        self.log.meetings.append(found)
        return meeting_id

    def _leave(self, meeting_id: int, people: list[str], begins: datetime) -> None:
        """Asked for by the page, before it begins."""
        for who in people:
            with clock.frozen(begins - timedelta(hours=20)):
                url = f"/group/lines/{self._line(meeting_id, who)}/leave"
                answer = self.bureau.browser(who).post(url, data={"reason": "出差"})
                assert answer.status_code == 303, answer.text

    def _line(self, meeting_id: int, who: str) -> int:
        with self.bureau.app.app_context():
            found = db.session.get_one(GroupMeeting, meeting_id)
            return next(e.id for e in found.lines if e.person_id == self.bureau.ids[who])

    def make_up(
        self, found: Meeting, meeting_id: int, who: str, on: date, *, confirm: bool
    ) -> None:
        url = f"/group/lines/{self._line(meeting_id, who)}/make-up"
        with clock.frozen(moment(on)):
            answer = self.bureau.browser(who).post(url, data={"note": "已补学有关条文，写了体会。"})
            assert answer.status_code == 303, answer.text
            if confirm:
                answer = self.bureau.browser(self.bureau.secretary).post(f"{url}/confirm")
                assert answer.status_code == 303, answer.text
                found.made_up.add(who)

    def correct(self, found: Meeting, meeting_id: int, who: str, on: date) -> None:
        """A closed record: somebody had not been there."""
        bureau = self.bureau
        with bureau.at(on) as now:
            meeting = db.session.get_one(GroupMeeting, meeting_id)
            line = next(e for e in meeting.lines if e.person_id == bureau.ids[who])
            closing.correct_presence(
                line=line, presence=Presence.ABSENT, why="外出", reason="核对签到表", at=now,
                by=bureau.account(bureau.secretary),
            )  # fmt: skip
        (found.regular if who in found.regular else found.invited)[who] = "absent"

    def write(self, who: str, on: date) -> None:
        with self.bureau.at(on) as now:
            attending.hand_in_work(
                group=group_queries.group(self.id, WHO), person=self.bureau.person(who),
                kind=WorkKind.NOTES, year=plan.YEAR, title="学习体会", body="体会。", upload=None,
                at=now, by=self.bureau.account(who),
            )  # fmt: skip
        self.log.writings[who] = self.log.writings.get(who, 0) + 1
