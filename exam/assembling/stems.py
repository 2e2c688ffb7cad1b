"""A bank as the search for forms sees it: stems, piles of equal ones, and who is whose enemy. Pure.

A stem stands for items that read the same and are alike in all that matters; items that read the
same and are not alike are twins. Of twins a form takes one, and forms share them as they share an
item. Stems that serve the same sections and differ in nothing that is asked for make a pile: how
many of a pile a section takes is one number, however large the bank. Whoever has enemies or twins,
or must be on the form, is a pile alone.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from random import Random

from exam.assembling.assembly import Matcher, PoolItem, Rules, SectionPlan


@dataclass(frozen=True)
class Stem:
    item: PoolItem
    #: Numbers of the sections that it could serve.
    sections: Sequence[int]
    #: The same for twins.
    wording: int
    must: bool = False


@dataclass(frozen=True)
class Pile:
    #: Numbers of the stems in it.
    stems: Sequence[int]
    #: One of them: they are alike.
    like: Stem


@dataclass(frozen=True)
class Bank:
    plans: Sequence[SectionPlan]
    rules: Rules
    stems: Sequence[Stem]
    #: Numbers of stems of which a form takes at most one.
    cliques: Sequence[Sequence[int]]
    #: By section the stems that could serve it.
    fitting: Sequence[Sequence[int]]
    #: Of these the ones that tell of a scene.
    scenes: Sequence[Sequence[int]]
    #: Stems that must be on the form.
    must: Sequence[int]
    #: Items that must be on the form and serve no section.
    homeless: Sequence[int]

    def piles(self, stems: Iterable[int], *, fine: bool) -> list[Pile]:
        """Equal stems together. ``fine``: in difficulty, expected share and information, too."""
        alone = {each for clique in self.cliques for each in clique}
        groups: defaultdict[object, list[int]] = defaultdict(list)
        for number in stems:
            stem = self.stems[number]
            single = number in alone or stem.must
            groups[("alone", number) if single else _kind(stem, fine)].append(number)
        return [Pile(each, self.stems[each[0]]) for each in groups.values()]

    def sample(
        self, times: int, rng: Random, without: Collection[int], besides: Collection[int]
    ) -> list[int]:
        """By chance so many times what each section needs, and of that its share of scenes.

        In order; what must be on the form is always in it, and so is ``besides``. ``without`` are
        wordings that are left out.
        """
        total = sum(plan.count for plan in self.plans) or 1
        found = {*self.must, *besides}
        for plan, fitting, scenes in zip(self.plans, self.fitting, self.scenes, strict=True):
            wanted = times * plan.count
            found.update(self._some(fitting, wanted, without, rng))
            if self.rules.scenes:
                share = -(-wanted * self.rules.scenes // total)
                found.update(self._some(scenes, share, without, rng))
        return sorted(found)

    def _some(
        self, stems: Sequence[int], count: int, without: Collection[int], rng: Random
    ) -> list[int]:
        drawn = rng.sample(stems, min(len(stems), count + 2 * len(without)))
        return [each for each in drawn if self.stems[each].wording not in without][:count]


def _kind(stem: Stem, fine: bool) -> object:
    item = stem.item
    fineness = (item.difficulty, item.ease, item.information) if fine else None
    return (stem.sections, item.is_scene, fineness)


def bank_of(
    pool: Iterable[PoolItem], plans: Sequence[SectionPlan], rules: Rules, rng: Random
) -> Bank:
    """The bank without what is barred; which of several alike is taken is up to chance."""
    must, pairs = frozenset(rules.must), sorted(set(rules.enemies))
    apart = must | {each for pair in pairs for each in pair}
    by_wording: defaultdict[str, list[PoolItem]] = defaultdict(list)
    for item in sorted(pool, key=lambda item: item.revision_id):
        if item.item_id not in rules.barred or item.item_id in must:
            by_wording[item.fingerprint].append(item)
    sections = Matcher(plans).sections
    stems: list[Stem] = []
    cliques: list[list[int]] = []
    for wording, items in enumerate(by_wording.values()):
        alike: defaultdict[object, list[Stem]] = defaultdict(list)
        for item in items:
            if serves := tuple(sections(item)):
                stem = Stem(item, serves, wording, item.item_id in must)
                alike[_alike(stem, apart)].append(stem)
        if len(alike) > 1:
            cliques.append(list(range(len(stems), len(stems) + len(alike))))
        stems += [each[0] if len(each) == 1 else rng.choice(each) for each in alike.values()]
    number = {stem.item.item_id: n for n, stem in enumerate(stems)}
    cliques += [[number[a], number[b]] for a, b in pairs if a in number and b in number]
    cliques += _settings(stems)
    fitting = _fitting(stems, len(plans))
    return Bank(
        plans=plans,
        rules=rules,
        stems=stems,
        cliques=[each for each in cliques if len(set(each)) > 1],
        fitting=fitting,
        scenes=[[n for n in each if stems[n].item.is_scene] for each in fitting],
        must=[n for n, stem in enumerate(stems) if stem.must],
        homeless=sorted(must - number.keys()),
    )


def _alike(stem: Stem, apart: Collection[int]) -> object:
    item = stem.item
    own = item.item_id if item.item_id in apart else None
    return (_kind(stem, fine=True), item.setting, own)


def _fitting(stems: Sequence[Stem], sections: int) -> list[list[int]]:
    fitting: list[list[int]] = [[] for _ in range(sections)]
    for number, stem in enumerate(stems):
        for section in stem.sections:
            fitting[section].append(number)
    return fitting


def _settings(stems: Sequence[Stem]) -> list[list[int]]:
    """Stems that are about the same matter."""
    about: defaultdict[str, list[int]] = defaultdict(list)
    for number, stem in enumerate(stems):
        if stem.item.setting:
            about[stem.item.setting].append(number)
    return list(about.values())
