"""Who is written to when a promise is due or broken and their desk is not open."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.desk.reminders import Reminders
from bot.desk.timekeeper import Timekeeper
from bot.hours import SupportHours
from bot.mail import MailFailed
from memory.model import MakePromise, NewPromise
from tests.unit.desk.scene import ADA, NOOR, SAM, SOMEBODY, Scene

HOURS = SupportHours.parse("Mon-Fri 09:00-17:00", "UTC")


class Post:
    """A mailer that keeps what it is given."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, str]] = []
        self.refuses = False

    async def send(self, to: str, subject: str, text: str) -> None:
        if self.refuses:
            raise MailFailed("no")
        self.sent.append((to, subject, text))

    @property
    def to(self) -> list[str]:
        return sorted(to for to, _, _ in self.sent)


@pytest.fixture
def post() -> Post:
    return Post()


async def look(scene: Scene, post: Post) -> None:
    """The timekeeper looks at the clock."""
    reminders = Reminders(
        mailer=post, team=scene.memory.team, hours=HOURS, url="https://desk.example/", clock=lambda: scene.now
    )
    keeper = Timekeeper(
        times=scene.memory.promise_times,
        hours=HOURS,
        remind_before=timedelta(minutes=30),
        clock=lambda: scene.now,
        reminders=reminders,
    )
    await keeper.look()
    await reminders.settle()


async def noor_promises(scene: Scene) -> None:
    """Noor owes a call in two hours, and goes home."""
    noor = await scene.signed_in()
    handoff = await scene.ask_for_person(name="Tom Okafor")
    await noor.post(f"/api/desk/handoffs/{handoff}/accept")
    said = (await noor.post(f"/api/desk/handoffs/{handoff}/reply", json={"text": "I'll call you, Tom."})).json()
    new = NewPromise("I'll call you, Tom.", scene.now + timedelta(hours=2), said["messages"][-1]["number"])
    await scene.memory.promises.record(handoff, NOOR.id, new)  # type: ignore[arg-type]


async def test_who_owes_it_is_reminded_by_mail_once_and_without_a_customers_word(scene: Scene, post: Post) -> None:
    await noor_promises(scene)
    scene.pass_time(timedelta(minutes=95))
    for _ in range(2):
        await look(scene, post)
    ((to, subject, text),) = post.sent
    assert (to, subject) == (NOOR.email, "A promise to a customer is due soon")
    assert "today by 11:00" in text
    assert "https://desk.example/desk/" in text
    assert "Tom" not in subject + text


async def test_who_is_at_the_desk_gets_no_mail(scene: Scene, post: Post) -> None:
    await noor_promises(scene)
    scene.pass_time(timedelta(minutes=95))
    await scene.memory.agents.open_session(NOOR.id, "again", scene.now + timedelta(hours=1))
    await scene.memory.agents.by_session("again")
    await look(scene, post)
    assert post.sent == []


async def test_once_it_is_broken_those_who_lead_hear_of_it_too(scene: Scene, post: Post) -> None:
    await noor_promises(scene)
    scene.pass_time(timedelta(minutes=121))
    await look(scene, post)
    assert post.to == sorted([ADA.email, NOOR.email, SAM.email])
    assert {subject for _, subject, _ in post.sent} == {"A promise to a customer was not kept"}


async def test_what_the_team_owes_concerns_those_who_lead_while_nobody_is_there(scene: Scene, post: Post) -> None:
    owed = MakePromise("Someone will write.", scene.now + timedelta(hours=2), kept_by_reply=True)
    await scene.turn("a person please", "Nobody is here.", at=SOMEBODY, records=[owed])
    scene.pass_time(timedelta(minutes=95))
    await look(scene, post)
    assert post.to == sorted([ADA.email, SAM.email])
    assert "The team owes it." in post.sent[0][2]


async def test_a_mail_server_that_refuses_stops_nothing(scene: Scene, post: Post) -> None:
    await noor_promises(scene)
    scene.pass_time(timedelta(minutes=121))
    post.refuses = True
    await look(scene, post)
    assert await scene.memory.promise_times.untold() == [], "the customer was told all the same"
