"""Every page of the figures stands under its own entry of the menu."""

import pytest

from accounts.permissions import Role
from tests.analytics.figures import soup

pytestmark = pytest.mark.usefixtures("much_later")


@pytest.mark.parametrize(
    ("where", "entry"),
    [
        ("/analytics/", "学法率统计"),
        ("/analytics/history", "学法率统计"),
        ("/analytics/learning", "学法率统计"),
        ("/analytics/weak-points", "学法率统计"),
        ("/analytics/mastery", "学法率统计"),
        ("/analytics/needs", "学法率统计"),
        ("/analytics/exports", "学法率统计"),
        ("/analytics/sessions/{id}/circular", "学法率统计"),
        ("/analytics/sessions/{id}/people?figure=due", "学法率统计"),
        ("/analytics/sessions/{id}/integrity", "考试场次"),
        ("/analytics/quality", "试题质量"),
        ("/analytics/quality/calibrations", "试题质量"),
        ("/analytics/board/", "全局看板"),
        ("/analytics/board/compare", "全局看板"),
        ("/analytics/board/laws?title=无", "全局看板"),
        ("/evaluation/", "学法用法评价"),
        ("/evaluation/rules", "学法用法评价"),
        ("/evaluation/appeals", "学法用法评价"),
    ],
)
def test_every_page_stands_under_its_own_entry_of_the_menu(bureau, make, sign_in, where, entry):
    _letters, _inspection, session, people = bureau
    make.roster(*people, title="全员名单")
    client = sign_in(make.account(Role.EXAM_ADMIN))
    if "/board/" in where:
        client.post("/analytics/board/make")
    page = soup(client.get(where.format(id=session.id)))
    here = [each.get_text(strip=True) for each in page.select("#navigation a[aria-current=page]")]
    assert here == [entry]
