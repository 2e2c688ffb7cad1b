"""Words for the life of an item: what it is for, who may read it, what people do to it. Pure."""

from core.labels import Labelled


class Pool(Labelled):
    """What an item may be drawn for. Exam and practice are kept apart below the pages."""

    BOTH = "both", "考试、练习两用"
    EXAM = "exam", "仅考试"
    PRACTICE = "practice", "仅练习"


#: Pools that papers, and practice, are drawn from.
FOR_EXAMS = (Pool.BOTH, Pool.EXAM)
FOR_PRACTICE = (Pool.BOTH, Pool.PRACTICE)


class Secrecy(Labelled):
    PUBLIC = "public", "公开"
    INTERNAL = "internal", "内部"
    #: Read by its writer, by reviewers and by setters of papers; never practised, never exported.
    UNTIL_EXAM = "until_exam", "考前保密"


class ReviewAct(Labelled):
    PASSED = "passed", "审题通过"
    LEGAL = "legal", "法律核对通过"
    RETURNED = "returned", "退回"


class Nearness(Labelled):
    SAME = "same", "相同"
    NEAR = "near", "相近"
    #: Another figure, or the opposite: shown, and not merged.
    TURNED = "turned", "相近但数字或否定不同"


class DuplicateAct(Labelled):
    KEPT = "kept", "两题都留"
    MERGED = "merged", "留一停一"


class BulkKind(Labelled):
    TOPIC = "topic", "设知识点"
    DIFFICULTY = "difficulty", "设难度"
    VALIDITY = "validity", "设有效期"
    POOL = "pool", "设用途"
    SECRECY = "secrecy", "设密级"
    RECITE = "recite", "改引条文"
    RETIRE = "retire", "停用"
