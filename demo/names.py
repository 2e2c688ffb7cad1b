"""Invented names for the demonstration's people. Pure; nobody real is meant."""

from collections.abc import Iterator
from random import Random

SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛范彭"
    "郎鲁韦马苗方俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕罗毕郝邬安常乐于时傅皮齐康伍余元顾孟黄"
    "和穆萧尹姚邵汪祁毛狄米贝明臧计伏成戴谈宋庞熊纪舒屈项祝董梁杜阮蓝闵席季麻"
    "刘徐高林郭胡叶田石龙段侯邱江"
)
#: Surnames that break naive code: two characters, rare ones.
RARE_SURNAMES = ("欧阳", "上官", "诸葛", "尉迟", "慕容", "亓", "逄", "仉", "郗", "昝", "璩", "佘")

MEN = (
    "承砚", "景珩", "柏舟", "知衡", "云帆", "砚农", "启航", "牧之", "泊远", "望川", "仲谦", "松岩",
    "思齐", "书恒", "立夏", "嘉树", "念祖", "怀瑾", "劲松", "润泽", "青岩", "沐阳", "维岳", "延平",
    "溪桥", "鹤鸣", "执中", "尚勤", "培元", "修远", "敬业", "广陵", "鸿渐", "晋源", "朴诚", "若愚",
    "昭明", "千里", "士衡", "远山", "守拙", "致和", "凌霄", "沛霖", "楚材", "季川", "绍棠", "雨田",
    "伯约", "重山", "恩泽", "学勤", "耕野", "海晏", "天佑", "克俭", "慎行", "泽宇", "观澜", "清扬",
)  # fmt: skip
WOMEN = (
    "若溪", "知夏", "沛然", "静姝", "云舒", "书瑶", "晓棠", "语桐", "思凝", "慕青", "采薇", "月澜",
    "念慈", "映雪", "如英", "芷兰", "秋禾", "佩兰", "清和", "望舒", "亦宁", "婉清", "疏影", "令仪",
    "安歌", "春桃", "锦书", "素心", "南枝", "海棠", "舜华", "昭华", "忆湘", "文漪", "晴岚", "惠然",
    "梦溪", "诗音", "雪松", "朝颜", "冬青", "灵均", "嘉禾", "问荷", "苑青", "其蓁", "辰星", "乐只",
    "柔嘉", "曼青", "星遥", "咏梅", "小满", "玉章", "敏求", "初霁", "若水", "丹枫", "西洲", "意浓",
)  # fmt: skip

#: Whole names, taken in this order by the first people of that gender: characters outside the
#: basic plane, of GB 18030's extensions, and names of other peoples, in which a dot is no error.
SPECIAL = {
    "男": (
        "陈思远", "李𬱖之", "周𫖯然", "黄喆", "韩䶮", "巴特尔", "扎西多吉", "艾力·买合木提",
        "陈思远", "吴堃峰", "郑頔",
    ),
    "女": ("许珺瑶", "宋𬘭", "阿依古丽·吐尔逊", "冯㛃", "朴英爱", "苏玥彤", "白玛央金"),
}  # fmt: skip
#: How many people pass between two special names.
SPACING = 7


def stream(rng: Random, gender: str) -> Iterator[str]:
    """Names of one gender, without end for as many people as a bureau has; the special ones mixed
    in. Two men bear the same name, as in any office of this size."""
    given = list(MEN if gender == "男" else WOMEN)
    surnames = [*SURNAMES, *RARE_SURNAMES]
    rng.shuffle(given)
    rng.shuffle(surnames)
    special = list(SPECIAL[gender])
    for index in range(len(given) * len(surnames)):
        if special and index % SPACING == SPACING // 2:
            yield special.pop(0)
        # The two lists have lengths without a common divisor, so that no pair comes back early.
        yield surnames[index % len(surnames)] + given[index % len(given)]
