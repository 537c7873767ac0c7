"""A local Bot API over real HTTP, with people who use it: `BotApi` serves, `TelegramUser` writes, presses and reads.

    with BotApi() as api:                       # a thread with its own loop: works beside sync and async tests
        ana = api.user("Ana")
        ana.says("Where is my order?")          # the bot under test polls api.base_url with api.token
        answer = await ana.next_message()
        ana.presses(answer.buttons[0])

It keeps Telegram's rules (see `telegram_rules`) and can be told to fail: `api.fail_next(502)`,
`api.fail_next("timeout", after_delivery=True)`, `api.fail_next("reset")`, `api.fail_next(429, retry_after=3)`.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, TypeVar

from aiohttp import web

from tests.doubles.telegram_people import BOT, PATIENCE, Chat, Seen, TelegramUser
from tests.doubles.telegram_push import Pusher
from tests.doubles.telegram_rules import Limits, Refused, check_entities, check_markup, check_text
from tests.doubles.telegram_wire import Fault, Params, Trouble, params_of, refusal, snake

TOKEN = "7000000001:made-up-token-for-tests"
T = TypeVar("T")


@dataclass
class Call:
    """A request that the bot made."""

    method: str
    params: Params


class BotApi:
    """The server. Everything it knows lives on its own loop; other threads go through `do` and `until`."""

    def __init__(self, *, token: str = TOKEN, limits: bool = False, now: Callable[[], float] = time.monotonic) -> None:
        self.token = token
        self.calls: list[Call] = []
        self.refused: list[Refused] = []  # what the bot did wrong by itself; troubles that were ordered are not in it
        self.commands: dict[str, list[dict[str, str]]] = {}
        self.webhook: Params = {}
        self.files: dict[str, bytes] = {}
        self._limits = Limits(now) if limits else None
        self._chats: dict[int, Chat] = {}
        self._updates: list[dict[str, Any]] = []
        self._history: list[dict[str, Any]] = []
        self._next_update = 500_000_001
        self._wanted: list[str] = []
        self._faults: list[Fault] = []
        self.queries: dict[str, Chat] = {}
        self.troubles: Callable[[str, Params], Fault | None] | None = None  # asked at every request
        self._poll = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="telegram-double", daemon=True)
        self.port = 0

    # Starting and stopping

    def __enter__(self) -> BotApi:
        self._thread.start()
        self._wait(self._start())
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        self._wait(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def base_url(self) -> str:
        """For THREADKEEPER_TELEGRAM_BASE_URL."""
        return f"http://127.0.0.1:{self.port}/bot"

    async def _start(self) -> None:
        self._changed = asyncio.Condition()
        app = web.Application()
        app.router.add_route("*", "/bot{token}/{method}", self._serve)
        app.router.add_get("/file/bot{token}/documents/{file_id}", self._hand_out)
        # A client that goes away ends its request, as a real server's long poll would. No log: it would hold the token.
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = self._runner.addresses[0][1]
        pusher = Pusher(changed=self._changed, webhook=lambda: self.webhook, taken=self._taken)
        self._pusher = asyncio.create_task(pusher.run(lambda: self._updates))

    async def _stop(self) -> None:
        self._pusher.cancel()
        await asyncio.gather(self._pusher, return_exceptions=True)
        await self._runner.cleanup()

    # For tests

    def user(self, first_name: str, last_name: str | None = None) -> TelegramUser:
        """A person with a private chat, who has not written yet."""
        names = {"first_name": first_name} | ({"last_name": last_name} if last_name else {})
        return TelegramUser(self, self.do(lambda: self._new_chat("private", names)))

    def group(self, title: str) -> Chat:
        """A group that the bot was added to."""
        return self.do(lambda: self._new_chat("group", {"title": title}))

    def fail_next(
        self,
        kind: Trouble,
        *,
        method: str = "sendMessage",
        after_delivery: bool = False,
        retry_after: int | None = None,
        chat_id: int | None = None,
    ) -> None:
        """Let the next such request fail: with a status, without an answer, or with a cut connection."""
        fault = Fault(kind, method, after_delivery, retry_after, chat_id)
        self.do(lambda: self._faults.append(fault))

    def redeliver(self, which: int = -1, *, update_id: int | None = None, anew: bool = False) -> None:
        """Deliver an update (the last, or another of all so far) once more: under its own id, another, or a new one."""

        def again() -> None:
            update = self._history[which]
            self._updates.append({**update, "update_id": self._new_id() if anew else update_id or update["update_id"]})

        self.do(again)

    @property
    def delivered(self) -> int:
        """How many updates there have been, not counting what was delivered once more."""
        return len(self._history)

    def restart_update_ids(self, at: int) -> None:
        """As after a quiet week: the next update gets this id."""

        def restart() -> None:
            self._next_update = at

        self.do(restart)

    def raw_update(self, update: dict[str, Any]) -> None:
        """Deliver an update as it stands, such as a recorded one."""

        def arrive() -> None:
            if "message" in update:
                self._open(update["message"]["chat"])
            self._updates.append(update)

        self.do(arrive)

    def called(self, method: str) -> list[Params]:
        """The parameters of all requests of a method so far."""
        return self.do(lambda: [call.params for call in self.calls if call.method == method])

    async def until_called(self, method: str, times: int = 1, timeout: float = PATIENCE) -> list[Params]:
        """Wait until a method has been called so often."""
        await self.until(lambda: len(self._calls_of(method)) >= times, timeout, f"{times} × {method}")
        return self.called(method)

    async def until_confirmed(self, timeout: float = PATIENCE) -> None:
        """Wait until the bot has confirmed all updates."""
        await self.until(lambda: not self._updates, timeout, "all updates confirmed")

    def waiting(self) -> list[int]:
        """Ids of updates that are not confirmed."""
        return self.do(lambda: [update["update_id"] for update in self._updates])

    # Between threads

    def _wait(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE * 3)

    def do(self, change: Callable[[], T]) -> T:
        async def on_loop() -> T:
            result = change()
            await self._tell()
            return result

        return self._wait(on_loop())

    async def until(self, is_true: Callable[[], bool], timeout: float, what: str) -> None:
        async def on_loop() -> bool:
            async with self._changed:
                try:
                    await asyncio.wait_for(self._changed.wait_for(is_true), timeout)
                except asyncio.TimeoutError:
                    return False
                return True

        happened = await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(on_loop(), self._loop))
        assert happened, f"Telegram waited {timeout} s in vain for: {what}"

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    # What happens in chats (on the server's loop)

    def _new_chat(self, kind: str, names: dict[str, str]) -> Chat:
        number = 410_000_000 + len(self._chats) + 1
        chat = Chat(number if kind == "private" else -number, kind, names)
        self._chats[chat.id] = chat
        return chat

    def _open(self, chat: dict[str, Any]) -> None:
        names: dict[str, str] = {name: chat[name] for name in ("first_name", "last_name", "title") if name in chat}
        self._chats.setdefault(chat["id"], Chat(chat["id"], chat["type"], names)).opened = True

    def happened(self, kind: str, content: dict[str, Any]) -> None:
        if self._wanted and kind not in self._wanted:
            return
        update = {"update_id": self._new_id(), kind: content}
        self._history.append(update)
        self._updates.append(update)

    def _new_id(self) -> int:
        self._next_update += 1
        return self._next_update - 1

    def message(self, chat: Chat, sender: dict[str, Any], content: dict[str, Any]) -> dict[str, Any]:
        head = {"message_id": chat.next_id(), "from": sender, "chat": chat.json, "date": int(time.time())}
        return {**head, **content}

    def _calls_of(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.method == method]

    def _taken(self, update: dict[str, Any]) -> None:
        if update in self._updates:
            self._updates.remove(update)

    # The API

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        try:
            method = self._method(name, request.match_info["token"])
            params = await params_of(request)
            fault = self._take_fault(name, params)
            self.calls.append(Call(name, params))
            await self._tell()
            if fault is None or fault.after_delivery:
                result = await method(params)
                await self._tell()
            if fault is not None:
                return await fault.strike(request)
        except Refused as exc:
            self.refused.append(exc)
            return refusal(exc)
        return web.json_response({"ok": True, "result": result})

    def _method(self, name: str, token: str) -> Callable[[Params], Awaitable[Any]]:
        """`sendMessage` is answered by `_on_send_message`."""
        found: Callable[[Params], Awaitable[Any]] | None = getattr(self, f"_on_{snake(name)}", None)
        if token != self.token:
            raise Refused(401, "Unauthorized")
        if found is None:
            raise Refused(404, "Not Found")
        return found

    def _take_fault(self, name: str, params: Params) -> Fault | None:
        for fault in self._faults:
            if fault.method == name and fault.chat_id in (None, int(params.get("chat_id", 0))):
                self._faults.remove(fault)
                return fault
        return self.troubles(name, params) if self.troubles else None

    async def _on_get_me(self, _: Params) -> dict[str, Any]:
        return BOT

    async def _on_get_updates(self, params: Params) -> list[dict[str, Any]]:
        if self.webhook:
            raise Refused(409, "Conflict: can't use getUpdates method while webhook is active")
        self._poll += 1
        mine, offset = self._poll, int(params.get("offset", 0))
        self._wanted = params.get("allowed_updates", self._wanted)
        if offset > 0:
            self._updates = [update for update in self._updates if update["update_id"] >= offset]
        await self._tell()  # an older poll ends, and those who wait for the confirming
        await self._something_new(mine, float(params.get("timeout", 0)))
        if self._poll != mine:
            raise Refused(409, "Conflict: terminated by other getUpdates request")
        return self._updates[: int(params.get("limit", 100))]

    async def _something_new(self, poll: int, seconds: float) -> None:
        """Hold a poll open until there is something to tell it."""

        def is_over() -> bool:
            return bool(self._updates) or self._poll != poll or bool(self.webhook)

        async with self._changed:
            if not is_over() and seconds > 0:
                with suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(self._changed.wait_for(is_over), seconds)

    async def _on_set_webhook(self, params: Params) -> bool:
        if not params.get("url", "").startswith(("https://", "http://127.0.0.1")):
            raise Refused(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        self.webhook = params
        self._wanted = params.get("allowed_updates", self._wanted)
        return True

    async def _on_delete_webhook(self, params: Params) -> bool:
        self.webhook = {}
        if params.get("drop_pending_updates") == "true":
            self._updates.clear()
        return True

    async def _on_set_my_commands(self, params: Params) -> bool:
        self.commands[params.get("language_code", "")] = params["commands"]
        return True

    async def _on_send_chat_action(self, params: Params) -> bool:
        self._reachable(params).typing += 1
        return True

    async def _on_answer_callback_query(self, params: Params) -> bool:
        chat = self.queries.pop(params["callback_query_id"], None)
        if chat is None:
            raise Refused(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        chat.answers.append(params.get("text"))
        return True

    async def _on_send_message(self, params: Params) -> dict[str, Any]:
        chat = self._reachable(params)
        text, entities = params.get("text", ""), params.get("entities", [])
        if "parse_mode" in params:
            raise Refused(400, "Bad Request: this server takes entities only, no parse_mode")
        check_text(text)
        check_entities(text, entities)
        keyboard = check_markup(params.get("reply_markup", {}))
        if self._limits is not None:
            self._limits.take(chat.id)
        sent = self.message(chat, BOT, {"text": text, "entities": entities})
        chat.seen.append(Seen(sent["message_id"], text, entities, keyboard, time.monotonic()))
        return sent | ({"reply_markup": params["reply_markup"]} if keyboard else {})

    async def _on_send_photo(self, params: Params) -> dict[str, Any]:
        return self._take_file("photo", params)

    async def _on_send_document(self, params: Params) -> dict[str, Any]:
        return self._take_file("document", params)

    def _take_file(self, kind: str, params: Params) -> dict[str, Any]:
        chat, given = self._reachable(params), params[kind]
        if self._limits is not None:
            self._limits.take(chat.id)
        sent = self.message(chat, BOT, {"caption": ""})
        file = (kind, given.filename, given.file.read())
        chat.seen.append(Seen(sent["message_id"], "", [], [], time.monotonic(), file))
        return sent

    async def _on_get_file(self, params: Params) -> dict[str, Any]:
        file_id = params["file_id"]
        if file_id not in self.files:
            raise Refused(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        return {"file_id": file_id, "file_unique_id": file_id, "file_path": f"documents/{file_id}"}

    async def _hand_out(self, request: web.Request) -> web.StreamResponse:
        content = self.files.get(request.match_info["file_id"])
        if request.match_info["token"] != self.token or content is None:
            return web.Response(status=404)
        return web.Response(body=content)

    def _reachable(self, params: Params) -> Chat:
        chat = self._chats.get(int(params["chat_id"]))
        if chat is None:
            raise Refused(400, "Bad Request: chat not found")
        if chat.blocked:
            raise Refused(403, "Forbidden: bot was blocked by the user")
        if not chat.opened:
            raise Refused(403, "Forbidden: bot can't initiate conversation with a user")
        return chat
