"""Who may do what: one table. Pure.

Source: the role × permission table of the domain rules, section 3.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from core.labels import Labelled


class Role(Labelled):
    STAFF = "staff", "员工"
    LIAISON = "liaison", "部门学法联络员"
    UNIT_HEAD = "unit_head", "部门负责人"
    EXAM_ADMIN = "exam_admin", "人事司考务"
    ITEM_WRITER = "item_writer", "命题人"
    ITEM_REVIEWER = "item_reviewer", "审题人"
    PAPER_SETTER = "paper_setter", "组卷人"
    GRADER = "grader", "阅卷人"
    STUDY_SECRETARY = "study_secretary", "机关党委学习秘书"
    RESEARCH_OFFICE = "research_office", "研究室"
    BUREAU_LEADER = "bureau_leader", "局领导"
    SYS_ADMIN = "sys_admin", "系统管理员"
    SEC_ADMIN = "sec_admin", "安全管理员"
    AUDITOR = "auditor", "安全审计员"


#: What each role is for, in the words of the page that grants it.
DUTIES: Mapping[Role, str] = {
    Role.STAFF: "学习课程、参加考试，看本人成绩",
    Role.LIAISON: "看本部门人员、进度和参考情况，核实学习异常，编写案例，代报免考缓考和培训班",
    Role.UNIT_HEAD: "看本部门人员、进度、成绩和学法率，对免考缓考申请和培训报名提意见",
    Role.EXAM_ADMIN: "管名册和机构，组卷、开考、公布成绩，办培训班，看全局统计",
    Role.ITEM_WRITER: "命题，改本人的题",
    Role.ITEM_REVIEWER: "审别人命的题",
    Role.PAPER_SETTER: "组卷、封卷",
    Role.GRADER: "评阅主观题",
    Role.STUDY_SECRETARY: "管理理论学习中心组学法",
    Role.RESEARCH_OFFICE: "管法律法规库，核对试题，审核案例，看全局统计",
    Role.BUREAU_LEADER: "看全局统计，参加中心组学习，组长批准中心组计划，批准培训计划",
    Role.SYS_ADMIN: "建立、停用账号，重置密码；看不到业务数据",
    Role.SEC_ADMIN: "授予、收回角色；看不到成绩",
    Role.AUDITOR: "查审计日志；看不到其他内容",
}


class Lane(Labelled):
    """三员分立: an account and a role belong to one lane each, and the database holds it."""

    BUSINESS = "business", "业务"
    SYSTEM = "system", "系统管理"
    SECURITY = "security", "安全管理"
    AUDIT = "audit", "安全审计"


LANES: Mapping[Role, Lane] = {
    Role.SYS_ADMIN: Lane.SYSTEM,
    Role.SEC_ADMIN: Lane.SECURITY,
    Role.AUDITOR: Lane.AUDIT,
}


def lane_of(role: Role) -> Lane:
    return LANES.get(role, Lane.BUSINESS)


class Permission(StrEnum):
    """Acts that a route may ask for."""

    HOME = "home"
    COURSE_STUDY = "course.study"
    COURSE_EDIT = "course.edit"
    COURSE_PROGRESS = "course.progress"
    #: Plans and quality of training: read, write, approve what another one wrote.
    TRAINING_READ = "training.read"
    TRAINING_PLAN = "training.plan"
    TRAINING_APPROVE = "training.approve"
    #: Classes: keep them, put people of one's unit on the list, give the unit head's opinion.
    CLASS_MANAGE = "class.manage"
    CLASS_NOMINATE = "class.nominate"
    CLASS_OPINE = "class.opine"
    #: Claims for outside training: the liaison checks them, 人事司 decides.
    CLAIM_CHECK = "claim.check"
    CLAIM_DECIDE = "claim.decide"
    LAW_READ = "law.read"
    LAW_EDIT = "law.edit"
    ITEM_READ = "item.read"
    ITEM_WRITE = "item.write"
    ITEM_REVIEW = "item.review"
    ITEM_LEGAL = "item.legal"
    ITEM_EXPORT = "item.export"
    ITEM_RESTORE = "item.restore"
    ITEM_STATS = "item.stats"
    FORM_BUILD = "form.build"
    FORM_SEAL = "form.seal"
    SESSION_READ = "session.read"
    SESSION_MANAGE = "session.manage"
    CANDIDATE_STATUS = "candidate.status"
    REQUEST_FILE = "request.file"
    REQUEST_OPINE = "request.opine"
    ANSWER_MARK = "answer.mark"
    EXAM_TAKE = "exam.take"
    RESULT_OWN = "result.own"
    RESULT_READ = "result.read"
    RESULT_PUBLISH = "result.publish"
    #: Propose that a key is put right after the exam, and approve what another one proposed.
    RESULT_CORRECT = "result.correct"
    RESULT_APPROVE = "result.approve"
    RECHECK_ANSWER = "recheck.answer"
    RATES_READ = "rates.read"
    RATES_PEOPLE = "rates.people"
    PEOPLE_READ = "people.read"
    PEOPLE_EDIT = "people.edit"
    UNIT_EDIT = "unit.edit"
    ACCOUNT_MANAGE = "account.manage"
    ROLE_GRANT = "role.grant"
    AUDIT_READ = "audit.read"
    #: A member's own study group; the head's approval is the head's by the list of members.
    GROUP_OWN = "group.own"
    GROUP_READ = "group.read"
    GROUP_EDIT = "group.edit"
    #: Write cases of 以案释法; review and publish those of others.
    CASE_WRITE = "case.write"
    CASE_REVIEW = "case.review"
    #: Evaluation: one's own; departments; people; enter 用 and 述; compute; approve and answer.
    EVAL_OWN = "eval.own"
    EVAL_READ = "eval.read"
    EVAL_PEOPLE = "eval.people"
    EVAL_ENTER = "eval.enter"
    EVAL_MANAGE = "eval.manage"
    EVAL_APPROVE = "eval.approve"


class Scope(Labelled):
    """How far a permission reaches; ordered from narrow to wide."""

    OWN = "own", "本人"
    DEPARTMENT = "department", "本部门"
    ALL = "all", "全局"


_WIDTH = {Scope.OWN: 0, Scope.DEPARTMENT: 1, Scope.ALL: 2}
P = Permission
OWN, DEPARTMENT, ALL = Scope.OWN, Scope.DEPARTMENT, Scope.ALL

#: Held by every account, even one without a role: its own home page, password and sign-out.
EVERYBODY: Mapping[Permission, Scope] = {P.HOME: OWN}
_LEARNER: Mapping[Permission, Scope] = {
    P.LAW_READ: ALL,
    P.COURSE_STUDY: OWN,
    P.EXAM_TAKE: OWN,
    P.RESULT_OWN: OWN,
    P.GROUP_OWN: OWN,
    P.EVAL_OWN: OWN,
}

GRANTS: Mapping[Role, Mapping[Permission, Scope]] = {
    Role.STAFF: _LEARNER,
    Role.LIAISON: {
        P.CLASS_NOMINATE: DEPARTMENT,
        P.CLAIM_CHECK: DEPARTMENT,
        P.COURSE_PROGRESS: DEPARTMENT,
        P.SESSION_READ: DEPARTMENT,
        P.REQUEST_FILE: DEPARTMENT,
        P.CASE_WRITE: OWN,
        P.RATES_READ: DEPARTMENT,
        P.RATES_PEOPLE: DEPARTMENT,
        P.PEOPLE_READ: DEPARTMENT,
    },
    Role.UNIT_HEAD: {
        P.EVAL_READ: DEPARTMENT,
        P.EVAL_PEOPLE: DEPARTMENT,
        P.EVAL_ENTER: DEPARTMENT,
        P.CLASS_OPINE: DEPARTMENT,
        P.COURSE_PROGRESS: DEPARTMENT,
        P.SESSION_READ: DEPARTMENT,
        P.REQUEST_OPINE: DEPARTMENT,
        P.RESULT_READ: DEPARTMENT,
        P.RATES_READ: DEPARTMENT,
        P.RATES_PEOPLE: DEPARTMENT,
        P.PEOPLE_READ: DEPARTMENT,
    },
    Role.EXAM_ADMIN: {
        P.EVAL_READ: ALL,
        P.EVAL_PEOPLE: ALL,
        P.EVAL_MANAGE: ALL,
        P.TRAINING_READ: ALL,
        P.TRAINING_PLAN: ALL,
        P.TRAINING_APPROVE: ALL,
        P.CLASS_MANAGE: ALL,
        P.CLAIM_DECIDE: ALL,
        P.COURSE_EDIT: ALL,
        P.COURSE_PROGRESS: ALL,
        P.ITEM_READ: ALL,
        P.ITEM_EXPORT: ALL,
        P.ITEM_STATS: ALL,
        P.FORM_BUILD: ALL,
        P.FORM_SEAL: ALL,
        P.SESSION_READ: ALL,
        P.SESSION_MANAGE: ALL,
        P.CANDIDATE_STATUS: ALL,
        P.REQUEST_FILE: ALL,
        P.RESULT_READ: ALL,
        P.RESULT_PUBLISH: ALL,
        P.RESULT_CORRECT: ALL,
        P.RESULT_APPROVE: ALL,
        P.RECHECK_ANSWER: ALL,
        P.RATES_READ: ALL,
        P.RATES_PEOPLE: ALL,
        P.PEOPLE_READ: ALL,
        P.PEOPLE_EDIT: ALL,
        P.UNIT_EDIT: ALL,
    },
    Role.ITEM_WRITER: {
        P.ITEM_READ: OWN,
        P.ITEM_WRITE: OWN,
        P.ITEM_EXPORT: OWN,
        P.ITEM_STATS: ALL,
    },
    Role.ITEM_REVIEWER: {
        P.ITEM_READ: ALL,
        P.ITEM_REVIEW: ALL,
        P.ITEM_EXPORT: ALL,
        P.ITEM_STATS: ALL,
    },
    Role.PAPER_SETTER: {
        P.ITEM_READ: ALL,
        P.FORM_BUILD: ALL,
        P.FORM_SEAL: ALL,
        P.RESULT_APPROVE: ALL,
    },
    Role.GRADER: {P.ANSWER_MARK: ALL, P.RECHECK_ANSWER: ALL},
    Role.STUDY_SECRETARY: {
        P.COURSE_PROGRESS: DEPARTMENT,
        P.PEOPLE_READ: DEPARTMENT,
        P.LAW_READ: ALL,
        P.GROUP_READ: ALL,
        P.GROUP_EDIT: ALL,
    },
    Role.RESEARCH_OFFICE: {
        P.EVAL_READ: ALL,
        P.EVAL_APPROVE: ALL,
        P.TRAINING_READ: ALL,
        P.LAW_EDIT: ALL,
        P.ITEM_READ: ALL,
        P.ITEM_REVIEW: ALL,
        P.ITEM_LEGAL: ALL,
        P.ITEM_EXPORT: ALL,
        P.ITEM_RESTORE: ALL,
        P.ITEM_STATS: ALL,
        P.COURSE_PROGRESS: ALL,
        P.SESSION_READ: ALL,
        P.RESULT_APPROVE: ALL,
        P.RATES_READ: ALL,
        P.GROUP_READ: ALL,
        P.CASE_WRITE: ALL,
        P.CASE_REVIEW: ALL,
    },
    Role.BUREAU_LEADER: {
        P.EVAL_READ: ALL,
        P.EVAL_ENTER: ALL,
        P.RATES_READ: ALL,
        P.GROUP_OWN: OWN,
        P.TRAINING_READ: ALL,
        P.TRAINING_APPROVE: ALL,
    },
    Role.SYS_ADMIN: {P.ACCOUNT_MANAGE: ALL},
    Role.SEC_ADMIN: {P.ROLE_GRANT: ALL},
    Role.AUDITOR: {P.AUDIT_READ: ALL},
}


def scope_of(roles: Iterable[Role], permission: Permission) -> Scope | None:
    """The widest scope in which the roles together grant the permission; None for not at all."""
    tables = (EVERYBODY, *(GRANTS[role] for role in roles))
    scopes = [table[permission] for table in tables if permission in table]
    return max(scopes, key=_WIDTH.__getitem__, default=None)
