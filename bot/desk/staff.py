"""The desk's routes by which admins see to agents. Put together in `api`."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from bot.desk.access import RESET_PATH, Door, Seat
from bot.desk.agent_views import ColleagueView, colleague_view
from bot.desk.passwords import Passwords, make_agent, random_password
from bot.desk.texts import NoNul
from bot.http import ApiError, error_responses
from memory.errors import DuplicateAgent, UnknownAgent
from memory.model import USUAL_CAPACITY, Agent, AgentId, Colleague, Role
from memory.ports import Agents, Team

MOST_AT_ONCE = 50
"""A capacity above this is a slip of the keyboard."""

Id = Annotated[AgentId, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Word = Annotated[str, StringConstraints(min_length=1, max_length=64, strip_whitespace=True), NoNul]


def _mail_address(email: str) -> str:
    name, at, host = email.strip().partition("@")
    if not name or not at or not host or " " in email.strip():
        raise ValueError("use an e-mail address such as mara@example.com")
    return email.strip()


class Skills(BaseModel):
    """What an agent may do, knows and takes on; no department or language means any."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True), NoNul]
    role: Role = Role.AGENT
    departments: list[Word] = Field(default_factory=list, max_length=50)
    languages: list[Word] = Field(default_factory=list, max_length=50)
    capacity: int = Field(USUAL_CAPACITY, ge=0, le=MOST_AT_ONCE)


class Newcomer(Skills):
    """Somebody to be let in."""

    email: Annotated[str, StringConstraints(min_length=3, max_length=254), NoNul, AfterValidator(_mail_address)]


class StaffView(ColleagueView):
    """An agent as admins see them."""

    email: str


class ResetLink(BaseModel):
    """A link by which an agent sets a password, once, until a time."""

    link: str
    until: datetime


class Welcome(BaseModel):
    """A new agent, and the link by which they set their password."""

    agent: StaffView
    reset: ResetLink


class Staff:
    """Reads and changes agents."""

    def __init__(self, *, agents: Agents, team: Team, passwords: Passwords, door: Door, url: str) -> None:
        self._agents = agents
        self._team = team
        self._passwords = passwords
        self._door = door
        self._url = url

    async def all(self) -> list[StaffView]:
        """Everybody, by name."""
        return [_staff_view(colleague) for colleague in await self._team.all()]

    async def find(self, agent_id: AgentId) -> Colleague:
        """Raises ApiError 404."""
        found = next((each for each in await self._team.all() if each.agent.id == agent_id), None)
        if found is None:
            raise ApiError(404, "not_found", "There is no such agent. Reload the list.")
        return found

    async def add(self, new: Newcomer) -> Welcome:
        """Let somebody in, who chooses their password by the link. Raises ApiError 409 `duplicate_agent`."""
        agent = _with(make_agent(email=new.email, name=new.name, role=new.role), new)
        try:
            await self._agents.add(agent, await self._passwords.hash(random_password()))
        except DuplicateAgent as exc:
            raise ApiError(409, "duplicate_agent", str(exc)) from exc
        return Welcome(agent=_staff_view(await self.find(agent.id)), reset=await self.reset(agent.id))

    async def change(self, agent_id: AgentId, skills: Skills, by: Seat) -> StaffView:
        """Raises ApiError 404, and 409 `own_role`: an admin who steps down may leave nobody to put it right."""
        known = await self.find(agent_id)
        if agent_id == by.agent.id and skills.role is not by.agent.role:
            raise ApiError(409, "own_role", "Your own role is changed by another admin.")
        await self._team.change(_with(replace(known.agent, name=skills.name, role=skills.role), skills))
        return _staff_view(await self.find(agent_id))

    async def reset(self, agent_id: AgentId) -> ResetLink:
        """Raises ApiError 404."""
        try:
            secret, until = await self._door.issue_reset(agent_id)
        except UnknownAgent as exc:
            raise ApiError(404, "not_found", "There is no such agent. Reload the list.") from exc
        return ResetLink(link=f"{self._url}{RESET_PATH}{secret}", until=until)


def staff_routes(door: Door, staff: Staff) -> APIRouter:
    """`GET/POST agents`, `PUT agents/{id}`, `POST agents/{id}/reset`: for admins."""
    router = APIRouter(prefix="/agents")
    admin = Annotated[Seat, Depends(door.seat_for(Role.ADMIN))]

    @router.get("", responses=error_responses(401, 403))
    async def everybody(_: admin) -> list[StaffView]:
        """All agents by name, with their e-mail addresses."""
        return await staff.all()

    @router.post("", status_code=201, responses=error_responses(401, 403, 409, 422))
    async def add(body: Newcomer, _: admin) -> Welcome:
        """Let somebody in; they set their password by the link."""
        return await staff.add(body)

    @router.put("/{agent_id}", responses=error_responses(401, 403, 404, 409, 422))
    async def change(agent_id: Id, body: Skills, seat: admin) -> StaffView:
        """Set name, role, departments, languages and capacity."""
        return await staff.change(agent_id, body, seat)

    @router.post("/{agent_id}/reset", responses=error_responses(401, 403, 404, 422))
    async def reset(agent_id: Id, _: admin) -> ResetLink:
        """A new link by which they set a password, within an hour; an older link works no more."""
        return await staff.reset(agent_id)

    return router


def _with(agent: Agent, skills: Skills) -> Agent:
    return replace(
        agent,
        departments=frozenset(skills.departments),
        languages=frozenset(language.lower() for language in skills.languages),
        capacity=skills.capacity,
    )


def _staff_view(colleague: Colleague) -> StaffView:
    return StaffView(**colleague_view(colleague).model_dump(), email=colleague.agent.email)
