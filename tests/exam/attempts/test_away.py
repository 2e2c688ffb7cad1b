"""What a browser keeps for when the server is out of reach, and who may fetch it."""

import re
from urllib.parse import parse_qs, urlsplit


def test_all_that_is_to_be_kept_is_there_and_says_nothing_about_anybody(app, seat) -> None:
    place = seat()
    page = place.client.get(place.url).get_data(as_text=True)
    found = re.search(r'name="attempt-worker" content="([^"]+)"', page)
    assert found
    address = urlsplit(found[1].replace("&amp;", "&"))
    assert address.path == "/exam/attempts/worker.js"
    stranger = app.test_client()
    with stranger.get(address.path) as script:
        assert script.mimetype == "text/javascript"
        assert script.headers["Cache-Control"] == "no-cache"
    kept = parse_qs(address.query)["keep"]
    assert kept[0] == "/exam/attempts/away"
    for each in kept:
        with stranger.get(each) as answer:
            assert (answer.status_code, "Set-Cookie" in answer.headers) == (200, False), each
    away = place.client.get(kept[0])
    assert "Set-Cookie" not in away.headers
    text = away.get_data(as_text=True)
    assert '<meta name="csrf-token" content="">' in text
    # The page's own script is among what is kept, at the address of this release.
    assert next(each for each in kept if "attempt-away" in each) in text
