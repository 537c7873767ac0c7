"""Editing the FAQ at the desk."""

from __future__ import annotations

from typing import Any

from memory.model import FaqRecord
from tests.unit.desk.scene import ADA, NOOR, SAM, Scene

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


SENSELESS: list[dict[str, Any]] = [
    {"question": " "},
    {"question": "x" * 301},
    {"answer": ""},
    {"answer": "x" * 4001},
    {"phrasings": [""]},
    {"phrasings": ["x"] * 201},
    {"phrasings": "x"},
    {"tags": ["x" * 51]},
    {"department": " "},
    {"answer": "a\x00b"},
    {"id": "Not An Id"},
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
