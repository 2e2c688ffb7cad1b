"""What the acts on the trail are called in Chinese. Pure.

An act's code is ``thing.verb``; its name is made of the two, so that most new acts need no line
here. A test reads the code for acts that cannot be named.
"""

_NAMES = {
    "sign_in": "登录",
    "sign_out": "退出登录",
    "account.issue": "建立账号",
    "account.reset_password": "重置密码",
    "account.set_password": "修改本人密码",
    "account.end_sessions": "结束登录会话",
    "account.list_issued": "导出初始密码清单",
    "role.grant": "授予角色",
    "role.revoke": "收回角色",
    "roster.snapshot": "取名单快照",
    "roster.import": "导入人员名册",
    "people.export": "导出人员名册",
    "audit.export": "导出审计日志",
    "audit.verify": "核验审计链",
    "list.discard": "删除清单草稿",
    "attempt.start": "开始作答",
    "answer.mark_again": "改评作答",
    "attempt.submit": "交卷",
    "attempt.hand_in": "代为交卷",
    "attempt.take_over": "换设备接管作答",
    "candidate.minutes": "给考生加时",
    "course.end_assignment": "结束课程布置",
    "credit.reverse": "冲正学时",
    "item_draft.discard": "放弃由条文起草的题",
    "item_draft.restore": "恢复由条文起草的题",
    "item.import.take_back": "撤回试题导入",
    "item.pass": "审题通过试题",
    "item.comment": "对试题提意见",
    "item.resolve_comment": "处理试题意见",
    "item.keep_both": "保留相近试题",
    "item.undo_decision": "撤销相近试题的处理",
    "item.bulk": "成批处理试题",
    "item_stats.export": "导出试题质量",
    "circular.export": "导出通报初稿",
    "mastery.export": "导出薄弱点分布",
    "item.bulk.undo": "撤销成批处理试题",
    "item.bundle.restore": "恢复试题无损包",
    "picture.upload": "上传试题图片",
    "picture.forget": "清理未用的试题图片",
    "lesson.move": "调整课时次序",
    "study.take_over": "补录学习记录",
    "candidate.status": "登记免考缓考",
    "candidate.redraw": "给考生重抽试卷",
    "candidate.avoid": "因接触试卷给考生换卷",
    "session.add_form": "给场次加试卷",
    "papers.export": "导出命题回避证明",
    "candidate.aid": "给予考试便利",
    "request.ask": "提出免考缓考申请",
    "request.opine": "对免考缓考申请提意见",
    "request.grant": "批准免考缓考申请",
    "request.decline": "不批准免考缓考申请",
    "request.reverse": "撤销已批准的免考缓考申请",
    "request.read": "查看免考缓考证明材料",
    "item.quarantine": "因修法停用试题",
    "item.carry": "试题引用换到新版条文",
    "item.decide": "处理因修法停用的试题",
    "item.undo": "撤销对停用试题的处理",
    "item.set_apart": "登记互斥题",
    "item.let_together": "解除互斥题",
    "writing_task.create": "建立命题任务",
    "writing_task.cancel": "取消命题任务",
    "form.propose": "提出换题方案",
    "form.approve": "批准换题方案",
    "law.repeals": "登记废止名单",
    "new_law.open": "登记新法事件",
    "new_law.include": "新法纳入学习",
    "new_law.decline": "新法不纳入学习",
    "new_law.assign": "下发新法学习任务",
    "new_law.prepare": "生成新法课程草稿",
    "new_law.reconsider": "撤回新法处理意见",
    "lesson.renew": "课时换到新版条文",
    "lesson.restudy": "重新学习已修改的课时",
    "recheck.ask": "申请成绩复核",
    "recheck.answer": "答复成绩复核",
    "session.finalise": "成绩定版",
    "certificate.issue": "发放证书",
    "certificate.window": "设定证书打印期限",
    "certificate.export": "导出证书",
    "calendar.set": "登记节假日",
    "item.suspend": "考后停用待复核试题",
    "blueprint.open": "开放模拟考试",
    "blueprint.close": "停止模拟考试",
    "form.draw": "抽题组卷",
    "form.swap": "换题",
    "form.seal": "封卷",
    "form.print": "下载纸质试卷",
    "form.print_key": "下载参考答案与评分标准",
    "session.print": "成套下载场次试卷",
    "paper_score.enter": "录入线下成绩",
    "paper_score.correct": "更正线下成绩",
    "paper_score.import": "导入线下成绩",
    "paper_score.export": "下载登分表",
    "paper_score.check": "复核线下成绩",
    "marker.add": "指定阅卷人",
    "marker.remove": "取消阅卷人",
    "marker.release": "收回阅卷人手中的作答",
    "marking.close": "主观题定评",
    "marking.reopen": "撤销定评",
    "session.extend": "延长考试",
    "session.gate": "设定进入条件",
    "session.renew_code": "更换场次口令",
    "session.open_form": "启封试卷",
    "session.pause": "暂停考试",
    "session.unpause": "恢复考试",
    "session.add_time": "全体加时",
    "attempt.cut_off": "切断作答设备",
    "form.unseal": "启封试卷以便修改",
    "unit.order": "调整机构次序",
}
_THINGS = {
    "account": "账号", "answer": "作答", "appeal": "复核申请", "article": "条文",
    "assignment": "学习任务", "attempt": "作答", "attendance": "考勤", "blueprint": "组卷方案",
    "calendar": "节假日", "candidate": "考生", "certificate": "证书", "circular": "通报",
    "correction": "试题更正", "class": "培训班", "course": "课程",
    "entry": "清单条目",
    "credit": "学时", "database": "数据库", "evaluation": "评价", "form": "试卷", "grade": "评分",
    "item": "试题", "items": "试题", "law": "法律文本", "lesson": "课时", "list": "清单",
    "people": "人员名册", "request": "免考缓考申请", "eligibility": "参考资格条件",
    "appointee": "拟任人员", "notice": "考试通知", "reminders": "催办单",
    "person": "人员", "plan": "计划", "progress": "学习进度",
    "rates": "学法率", "result": "成绩", "reversal": "冲正", "role": "角色", "roster": "名单",
    "scores": "成绩表",
    "session": "考试场次", "settings": "设置", "unit": "机构", "version": "法律版本",
}  # fmt: skip
_VERBS = {
    "add": "新增", "apply": "申请", "approve": "批准", "archive": "归档", "assign": "指派",
    "cancel": "取消", "change": "变更", "close": "终止", "complete": "完成", "confirm": "确认",
    "correct": "更正", "create": "建立", "delete": "删除", "disable": "停用", "discard": "废弃",
    "edit": "修改", "enable": "恢复", "export": "导出", "finalize": "定版", "import": "导入",
    "issue": "发放", "mark": "评阅", "merge": "合并", "open": "开放", "order": "调整次序",
    "publish": "发布", "read": "查看", "reject": "退回", "remove": "移除", "rename": "更名",
    "repeal": "废止",
    "restore": "恢复", "retire": "停用", "review": "审核", "revise": "修订", "save": "保存",
    "start": "开始", "submit": "提交", "update": "更新", "verify": "核验", "void": "作废",
    "withdraw": "撤回",
    "decline": "不批准", "propose": "提出", "revoke": "撤销", "undo": "撤销",
}  # fmt: skip


def label(action: str) -> str:
    """The Chinese name of an act; its code where we have none."""
    if action in _NAMES:
        return _NAMES[action]
    *things, verb = action.split(".")
    thing = _THINGS.get(things[-1]) if things else None
    if thing is None or verb not in _VERBS:
        return action
    return f"{_VERBS[verb]}{thing}"


_OBJECTS = {
    "Account": "账号", "Answer": "作答的一题", "Attempt": "作答", "AuditRecord": "审计记录",
    "Blueprint": "组卷方案", "CalendarDay": "节假日",
    "Candidate": "考生", "CandidateRequest": "免考缓考申请", "EligibilityRule": "参考资格条件",
    "Certificate": "证书", "Correction": "试题更正",
    "Appointee": "拟任人员", "ExamNotice": "考试通知",
    "Course": "课程", "ExamSession": "考试场次", "Form": "试卷",
    "Item": "试题", "ItemEnemy": "互斥题", "ItemRevision": "试题修订",
    "Law": "法律", "LawVersion": "法律版本",
    "MustKnowEntry": "清单条目", "MustKnowVersion": "清单版本",
    "Lesson": "课时", "PaperScore": "线下成绩",
    "NewLawEvent": "新法事件", "OrgUnit": "机构", "Person": "人员",
    "Picture": "试题图片", "Recheck": "成绩复核", "Reversal": "冲正", "Roster": "人员名册",
    "RosterSnapshot": "名单快照", "WritingTask": "命题任务",
}  # fmt: skip
_FIELDS = {
    "username": "用户名", "role": "角色", "title": "标题", "name": "名称", "old": "原", "new": "现",
    "on": "生效日期", "people": "人数", "changes": "变更", "staff_number": "工号", "file": "文件",
    "rows": "行数", "sessions": "会话数", "ended_sessions": "结束的会话", "accounts": "账号",
    "conditions": "筛选条件", "records": "条数", "order": "次序", "reason": "理由",
    "status": "状态", "attempt": "作答", "slot": "题号", "points": "采分点", "earned": "得分",
    "unmarked": "待阅卷题数", "reader": "评次", "minutes": "分钟", "seconds": "秒数",
    "networks": "网段", "hash": "校验值", "intact": "校验通过", "misconduct": "违纪情形",
    "running": "正在作答人数", "second_opening": "由第二人启封", "seb": "考试浏览器密钥数",
    "agrees": "同意", "kind": "事项", "code": "事由", "rule": "条件",
    "late_reason": "逾期理由", "large_print": "大字版", "aid": "其他便利",
}  # fmt: skip


def object_label(object_type: str) -> str:
    """The Chinese name of what an act was done to; its own name where we have none."""
    return _OBJECTS.get(object_type, object_type)


def field_label(name: str) -> str:
    """The Chinese name of a detail; its own name where we have none."""
    return _FIELDS.get(name, name)
