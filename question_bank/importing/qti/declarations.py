"""What a QTI item declares of its responses: their kind, which is right, what it earns. Pure."""

import re

from lxml import etree

from question_bank.importing.contents import Unfit
from question_bank.importing.qti import names

#: What an interaction's variable has to be, where that decides what the key means.
_BASE_TYPES = {
    "choiceInteraction": {"identifier"},
    "orderInteraction": {"identifier"},
    "matchInteraction": {"directedPair", "pair"},
    "textEntryInteraction": {"string", "integer", "float"},
    "extendedTextInteraction": {"string"},
}
_CARDINALITIES = {
    "choiceInteraction": {"single", "multiple"},
    "orderInteraction": {"ordered"},
    "matchInteraction": {"single", "multiple"},
    "textEntryInteraction": {"single"},
    "extendedTextInteraction": {"single", "multiple", "ordered"},
}
#: What makes the wording anew for every candidate: no wording of the file is the item's.
_COMPUTED = ("templateDeclaration", "templateProcessing", "printedVariable")


class Item:
    """A QTI item with its declarations. Raises Unfit for what no item of ours can be."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        self.declared: dict[str, etree._Element] = {}
        for each in names.children(root, "responseDeclaration"):
            name = names.attribute(each, "identifier")
            if name in self.declared:
                raise Unfit(f"作答变量“{name}”声明了两次（responseDeclaration）；请删去多余的一个")
            self.declared[name] = each
        for wanted in _COMPUTED:
            if names.first(root, wanted) is not None:
                raise Unfit(f"题面由模板变量（{wanted}）随机生成，本系统没有这种题；"
                            "请在原系统中改为固定的题面")  # fmt: skip

    def check(self, interaction: etree._Element, kind: str) -> None:
        """Raises Unfit where the variable cannot hold what the interaction asks for."""
        if kind not in _BASE_TYPES:
            return
        declared = self.declaration(interaction)
        for what, known in (("baseType", _BASE_TYPES[kind]), ("cardinality", _CARDINALITIES[kind])):
            written = names.attribute(declared, what)
            if written not in known and not (what == "baseType" and not written):
                shown = "、".join(sorted(known))
                raise Unfit(f"作答变量的 {what} 是“{written[:20]}”，{kind} 应为 {shown}；"
                            "请检查 responseDeclaration")  # fmt: skip

    def declaration(self, interaction: etree._Element) -> etree._Element:
        wanted = names.attribute(interaction, "responseIdentifier")
        if wanted not in self.declared:
            raise Unfit(
                f"缺少作答变量“{wanted or '（未写）'}”的声明（responseDeclaration）；请检查题目文件"
            )
        return self.declared[wanted]

    def correct(self, interaction: etree._Element) -> list[str]:
        """Values of the right response; those with the best mapping where none is given."""
        declared = self.declaration(interaction)
        given = names.first(declared, "correctResponse")
        if given is not None and (values := names.every(given, "value")):
            found = ["".join(map(str, each.itertext())).strip() for each in values]
            if "" in found:
                raise Unfit("正确答案（correctResponse 的 value）是空的；请补上后重新导出")
            return found
        mapped = self.mapped(interaction)
        best = max((value for _, value in mapped), default=0.0)
        least = 0.0 if self.several(interaction) else best
        return [key for key, value in mapped if value > 0 and value >= least]

    def mapped(self, interaction: etree._Element) -> list[tuple[str, float]]:
        """What the mapping gives for each response. Raises Unfit."""
        found = []
        for each in names.every(self.declaration(interaction), "mapEntry"):
            written = names.attribute(each, "mappedValue")
            if not re.fullmatch(r"[+-]?\d{0,9}\.?\d{1,15}(?:[eE][+-]?\d)?", written):
                raise Unfit(f"mapEntry 的 mappedValue“{written[:20]}”不是数；请检查题目文件")
            found.append((names.attribute(each, "mapKey"), float(written)))
        return found

    def several(self, interaction: etree._Element) -> bool:
        return names.attribute(self.declaration(interaction), "cardinality") == "multiple"
