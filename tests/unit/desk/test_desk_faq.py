"""Editing the FAQ at the desk."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from memory.model import FaqRecord
from tests.unit.desk.scene import ADA, NOOR, SAM, Scene
from tests.unit.faq.letters import LetterEncoder

ENTRY = {"question": "Do you repair zips?", "answer": "Yes, in the workshop.", "phrasings": ["my zip is broken"]}


async def test_a_new_entry_gets_an_id_and_its_question_is_its_first_phrasing(scene: Scene) -> None:
    sam = await scene.signed_in(SAM)
    added = await sam.post("/api/desk/faq", json=ENTRY)
    assert added.status_code == 201
    entry = added.json()
    assert entry["id"].startswith("do_you_repair_zips_")
    assert entry["phrasings"] == ["Do you repair zips?", "my zip is broken"]
    assert (entry["version"], entry["department"], entry["tags"]) == (1, "general", [])
    assert (await sam.get("/api/desk/faq")).json() == [entry]


async def test_an_agent_reads_the_faq_and_does_not_edit_it(scene: Scene) -> None:
    await scene.memory.faq.seed([FaqRecord("zips", "Zips?", ("Zips?",), "Yes.")])
    noor = await scene.signed_in(NOOR)
    assert [entry["id"] for entry in (await noor.get("/api/desk/faq")).json()] == ["zips"]
    refused = await noor.put("/api/desk/faq/zips", json={**ENTRY, "version": 1})
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "forbidden")


async def test_an_edit_makes_the_next_version(scene: Scene) -> None:
    ada = await scene.signed_in(ADA)
    entry = (await ada.post("/api/desk/faq", json={**ENTRY, "id": "zips"})).json()
    edited = await ada.put("/api/desk/faq/zips", json={**entry, "answer": "Yes, within a week."})
    assert (edited.status_code, edited.json()["version"]) == (200, 2)
    assert (await ada.get("/api/desk/faq")).json()[0]["answer"] == "Yes, within a week."


async def test_an_edit_of_what_somebody_else_changed_meanwhile_is_a_conflict(scene: Scene) -> None:
    ada, sam = await scene.signed_in(ADA), await scene.signed_in(SAM)
    entry = (await ada.post("/api/desk/faq", json={**ENTRY, "id": "zips"})).json()
    await sam.put("/api/desk/faq/zips", json={**entry, "answer": "Sam's"})
    late = await ada.put("/api/desk/faq/zips", json={**entry, "answer": "Ada's"})
    assert (late.status_code, late.json()["error"]["code"]) == (409, "conflict")
    assert (await ada.get("/api/desk/faq")).json()[0]["answer"] == "Sam's"


async def test_an_id_that_is_taken_is_a_conflict(scene: Scene) -> None:
    ada = await scene.signed_in(ADA)
    await ada.post("/api/desk/faq", json={**ENTRY, "id": "zips"})
    again = await ada.post("/api/desk/faq", json={**ENTRY, "id": "zips", "answer": "other"})
    assert (again.status_code, again.json()["error"]["code"]) == (409, "conflict")


async def test_a_deleted_entry_is_gone_and_cannot_be_deleted_or_edited_again(scene: Scene) -> None:
    ada = await scene.signed_in(ADA)
    await ada.post("/api/desk/faq", json={**ENTRY, "id": "zips"})
    assert (await ada.delete("/api/desk/faq/zips")).status_code == 204
    assert (await ada.get("/api/desk/faq")).json() == []
    assert (await ada.delete("/api/desk/faq/zips")).status_code == 404
    assert (await ada.put("/api/desk/faq/zips", json={**ENTRY, "version": 1})).status_code == 404


WRAP = {"question": "wrap gifts", "answer": "Yes.", "tests": ["gift wrap"], "id": "wrap"}
THIEF = {"question": "gift wrap", "answer": "Me.", "id": "thief"}


async def test_a_change_that_would_spoil_an_answer_is_shown_and_published_only_when_wanted(scene: Scene) -> None:
    ada = await scene.signed_in(ADA)
    await ada.post("/api/desk/faq", json=WRAP)
    refused = await ada.post("/api/desk/faq", json=THIEF)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "faq_regression")
    assert refused.json()["error"]["questions"] == [
        {
            "question": "gift wrap",
            "id": "wrap",
            "before": {"id": "wrap", "question": "wrap gifts"},
            "after": {"id": "thief", "question": "gift wrap"},
        }
    ]
    assert [entry["id"] for entry in (await ada.get("/api/desk/faq")).json()] == ["wrap"]
    assert (await ada.post("/api/desk/faq", json={**THIEF, "publish_anyway": True})).status_code == 201


async def test_an_edit_is_tested_like_a_new_entry(scene: Scene) -> None:
    ada = await scene.signed_in(ADA)
    await ada.post("/api/desk/faq", json=WRAP)
    boots = (await ada.post("/api/desk/faq", json={"question": "boots wet", "answer": "Wax.", "id": "boots"})).json()
    stealing = {**boots, "phrasings": ["gift wrap"]}
    refused = await ada.put("/api/desk/faq/boots", json=stealing)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "faq_regression")
    anyway = await ada.put("/api/desk/faq/boots", json={**stealing, "publish_anyway": True})
    assert (anyway.status_code, anyway.json()["version"]) == (200, 2)


async def test_a_deletion_that_would_spoil_an_answer_is_shown_and_made_only_when_wanted(scene: Scene) -> None:
    ada = await scene.signed_in(ADA)
    for entry in ("mend boots", "pitch pay", "pay pitch"):
        more = {"tests": ["pay mend"] if entry == "mend boots" else [], "publish_anyway": True}
        fields = {"question": entry, "answer": "Yes.", "id": entry.replace(" ", "_"), **more}
        if entry == "pay pitch":
            fields["phrasings"] = ["tents wet"]
        assert (await ada.post("/api/desk/faq", json=fields)).status_code == 201

    refused = await ada.delete("/api/desk/faq/pay_pitch")

    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "faq_regression")
    (lost,) = refused.json()["error"]["questions"]
    assert (lost["question"], lost["before"]["id"], lost["after"]["id"]) == ("pay mend", "mend_boots", "pitch_pay")
    assert len((await ada.get("/api/desk/faq")).json()) == 3
    assert (await ada.delete("/api/desk/faq/pay_pitch?publish_anyway=true")).status_code == 204
    assert len((await ada.get("/api/desk/faq")).json()) == 2


async def test_language_times_and_tests_are_kept(scene: Scene) -> None:
    ada = await scene.signed_in(ADA)
    season = {"valid_from": "2026-12-01T09:00:00+01:00", "valid_until": "2026-12-24T18:00:00Z", "language": "de"}
    added = (await ada.post("/api/desk/faq", json={**WRAP, **season})).json()
    assert (added["language"], added["tests"]) == ("de", ["gift wrap"])
    assert datetime.fromisoformat(added["valid_from"]) == datetime(2026, 12, 1, 8, tzinfo=timezone.utc)
    assert (await ada.get("/api/desk/faq")).json() == [added]


async def test_the_history_tells_who_wrote_what_and_when(scene: Scene) -> None:
    ada, sam, noor = [await scene.signed_in(agent) for agent in (ADA, SAM, NOOR)]
    entry = (await ada.post("/api/desk/faq", json=WRAP)).json()
    scene.pass_time(timedelta(minutes=5))
    await sam.put("/api/desk/faq/wrap", json={**entry, "answer": "Yes, for £3."})
    await ada.delete("/api/desk/faq/wrap")
    history = (await noor.get("/api/desk/faq/wrap/versions")).json()
    assert [(one["by"], one["deleted"], one["entry"]["answer"]) for one in history] == [
        ("Ada Quill", True, "Yes, for £3."),
        ("Sam Reyes", False, "Yes, for £3."),
        ("Ada Quill", False, "Yes."),
    ]
    passed = datetime.fromisoformat(history[1]["at"][:-1]) - datetime.fromisoformat(history[2]["at"][:-1])
    assert passed == timedelta(minutes=5)
    assert (await noor.get("/api/desk/faq/never/versions")).status_code == 404


async def test_the_preview_shows_an_answer_as_customers_see_it(scene: Scene) -> None:
    noor = await scene.signed_in(NOOR)
    shown = await noor.post("/api/desk/faq/preview", json={"answer": "**Yes** <script>"})
    assert shown.json() == {"html": "<p><strong>Yes</strong> &lt;script&gt;</p>", "text": "Yes <script>"}


async def test_reading_gets_an_editor_ready_and_nobody_else(scene: Scene) -> None:
    letters = LetterEncoder()
    scene.encoder = lambda: letters
    await scene.memory.faq.seed([FaqRecord("zips", "Zips?", (), "Yes.", tests=("zip?",))])
    noor, sam = await scene.signed_in(NOOR), await scene.signed_in(SAM)
    await noor.get("/api/desk/faq")
    assert letters.asked == []
    await sam.get("/api/desk/faq")
    assert set(letters.asked) == {"Zips?", "zip?"}


SENSELESS: list[dict[str, Any]] = [
    {"question": " "},
    {"question": "x" * 501},
    {"answer": ""},
    {"answer": "x" * 4001},
    {"phrasings": [""]},
    {"phrasings": ["x"] * 201},
    {"phrasings": "x"},
    {"tags": ["x" * 51]},
    {"department": " "},
    {"answer": "a\x00b"},
    {"answer": "a\x1b[2Jb"},
    {"tests": ["\x85"]},
    {"question": "x" * 100_000},
    {"id": "Not An Id"},
    {"language": "english"},
    {"valid_from": "2026-12-01T09:00:00"},
    {"valid_from": "2026-12-01T09:00:00Z", "valid_until": "2026-12-01T09:00:00Z"},
    {"tests": ["x"] * 51},
]


async def test_an_entry_that_makes_no_sense_is_refused(scene: Scene) -> None:
    ada = await scene.signed_in(ADA)
    for change in SENSELESS:
        refused = await ada.post("/api/desk/faq", json={**ENTRY, **change})
        assert (refused.status_code, refused.json()["error"]["code"]) == (422, "invalid_request"), change
    assert (await ada.get("/api/desk/faq")).json() == []


async def test_an_edit_must_say_which_version_it_began_with(scene: Scene) -> None:
    ada = await scene.signed_in(ADA)
    await ada.post("/api/desk/faq", json={**ENTRY, "id": "zips"})
    assert (await ada.put("/api/desk/faq/zips", json=ENTRY)).status_code == 422
