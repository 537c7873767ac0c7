"""Agents as the desk's API tells of them. Called by the routes and by `bot.desk.views`."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from memory.model import Agent, AgentId, Colleague, Presence, Role


class AgentView(BaseModel):
    """The agent who is signed in."""

    id: str
    email: str
    name: str
    role: Role


class SignedIn(BaseModel):
    """The answer to a login; the token works as `Authorization: Bearer`."""

    token: str
    agent: AgentView


class OwnerView(BaseModel):
    """The agent who has a conversation."""

    id: str
    name: str


class ColleagueView(BaseModel):
    """Somebody on the team: what they know (none named: anything), what they have, and how much more they take."""

    id: str
    name: str
    role: Role
    presence: Presence
    departments: list[str]
    languages: list[str]
    capacity: int
    load: int
    offers: int
    last_seen_at: datetime | None


def agent_view(agent: Agent) -> AgentView:
    """The agent as their own page shows them."""
    return AgentView(id=agent.id, email=agent.email, name=agent.name, role=agent.role)


def colleague_view(colleague: Colleague) -> ColleagueView:
    """Somebody on the team."""
    agent = colleague.agent
    return ColleagueView(
        id=agent.id,
        name=agent.name,
        role=agent.role,
        presence=colleague.presence,
        departments=sorted(agent.departments),
        languages=sorted(agent.languages),
        capacity=agent.capacity,
        load=colleague.load,
        offers=colleague.offers,
        last_seen_at=colleague.last_seen_at,
    )


def owner_view(agent_id: AgentId, name: str | None) -> OwnerView:
    return OwnerView(id=agent_id, name=name or "An agent")
