"""The sandbox's web application: the service's calls, answered as its page documents them."""

import asyncio
from enum import IntEnum
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from pipeline.sandbox.cutting import Doorstep, filled
from pipeline.sandbox.faults import Fault
from pipeline.sandbox.sniffing import file_mistake
from pipeline.sandbox.state import SandboxState

if TYPE_CHECKING:
    from fastapi import APIRouter, Request, Response

# No `from __future__ import annotations` here: FastAPI reads the annotations of functions whose names are local.

LANGUAGE_IDS = frozenset([*range(1, 137), *range(139, 151)])
"""As the page's schema lists them."""


class Gender(IntEnum):
    """As the page's schema lists them."""

    NOT_KNOWN = 0
    MALE = 1
    FEMALE = 2
    NOT_APPLICABLE = 9


class Denied(Exception):  # noqa: N818 - reads as what it says
    """An answer of the kind ``{"error": ..., "status": ...}``."""

    def __init__(self, status: int, message: str) -> None:
        self.status = status
        self.message = message
        super().__init__(message)


def _known_language(number: int) -> int:
    if number not in LANGUAGE_IDS:
        raise PydanticCustomError("enum", "Input should be a language id: 1 to 136, or 139 to 150")
    return number


def create_app(state: SandboxState) -> Doorstep:
    """Return the application over a state. Its calls answer at the root and under ``/apis``."""
    from fastapi import Depends, FastAPI
    from fastapi.responses import JSONResponse

    app = FastAPI(title="voiceprep sandbox", docs_url=None, redoc_url=None, openapi_url=None)
    for prefix in ("", "/apis"):
        app.include_router(_service(state), prefix=prefix, dependencies=[Depends(_key_guard())])

    @app.get("/sandbox/voices")
    def sandbox_voices() -> list[dict[str, Any]]:  # not the service's: for rehearsals and tests
        return [voice.to_dict() for voice in state.voices.values()]

    @app.exception_handler(Denied)
    def denied(_: Any, error: Denied) -> JSONResponse:
        return JSONResponse({"error": error.message, "status": error.status}, status_code=error.status)

    return Doorstep(app, state)


def _key_guard() -> Any:
    from fastapi import Header

    def guard(x_api_key: Annotated[str | None, Header()] = None) -> None:
        if not x_api_key:
            raise Denied(401, "Invalid or missing API key")

    return guard


def _service(state: SandboxState) -> "APIRouter":
    from fastapi import APIRouter

    router = APIRouter()
    _add_create(router, state)
    _add_reads(router, state)

    @router.delete("/delete-voice/{voice_id}")
    def delete_voice(voice_id: int) -> dict[str, str]:
        if state.voices.pop(voice_id, None) is None:
            raise Denied(404, f"There is no voice {voice_id}")
        return {"status": "ok"}

    return router


def _add_create(router: "APIRouter", state: SandboxState) -> None:
    from fastapi import File, Form, Request, UploadFile

    @router.post("/create-custom-voice", response_model=None)
    async def create_custom_voice(  # noqa: PLR0913, PLR0917 - the service's fields
        request: Request,
        voice_name: Annotated[str, Form()],
        gender: Annotated[Gender, Form()],
        file: Annotated[UploadFile, File()],
        description: Annotated[str | None, Form()] = None,
        age: Annotated[int, Form(ge=1)] = 30,
        enhance_audio: Annotated[bool, Form()] = False,
        language: Annotated[int | None, AfterValidator(_optional_language), Form()] = None,
    ) -> "Response | dict[str, Any]":
        listed = {"voice_name": voice_name, "gender": gender, "age": age, "language": language}
        listed |= {"description": description}
        form = {name: value for name, value in (await request.form()).multi_items() if isinstance(value, str)}
        sent = (file.filename or "", file.content_type or "", await file.read())
        return await _created(state, request, listed, form, sent)


def _optional_language(number: int | None) -> int | None:
    return None if number is None else _known_language(number)


async def _created(
    state: SandboxState,
    request: "Request",
    listed: dict[str, Any],
    form: dict[str, str],
    sent: tuple[str, str, bytes],
) -> "Response | dict[str, Any]":
    from fastapi.exceptions import RequestValidationError

    fault: Fault | None = request.scope["fault"]
    if fault and not fault.creates:
        return await _faulty(fault, request)
    mistake = file_mistake(sent[0], sent[2])
    if mistake:
        raise RequestValidationError([{"type": "value_error", "loc": ("body", "file"), "msg": mistake}])
    if state.is_full:
        raise Denied(403, f"Voice limit reached ({state.voices_limit}): the real service's answer is not known")
    if fault and fault.commit_after_s:
        asyncio.get_running_loop().call_later(fault.commit_after_s, state.add, listed, form, sent, fault)
        return await _faulty(fault, request)
    answer = {"voice_id": state.add(listed, form, sent, fault)}
    return await _faulty(fault, request, answer) if fault else answer


async def _faulty(fault: Fault, request: "Request", answer: Any = None) -> "Response | Any":
    """Return what a fault answers; where it has no words of its own, the right answer."""
    from fastapi import Response

    await asyncio.sleep(fault.delay_s)
    if answer is not None and not fault.body:
        return answer
    key = request.headers["x-api-key"]
    headers = {name: filled(text, key) for name, text in fault.headers.items()}
    return Response(filled(fault.body, key), fault.status, headers, fault.content_type)


def _add_reads(router: "APIRouter", state: SandboxState) -> None:
    from fastapi import Request

    from pipeline.service.languages import languages

    @router.get("/list-voices", response_model=None)
    async def list_voices(request: Request) -> "Response | list[dict[str, Any]]":
        fault: Fault | None = request.scope["fault"]
        voices = state.listed(fault.listed_share if fault else 1.0)
        return await _faulty(fault, request, voices) if fault else voices

    @router.get("/source-languages")
    @router.get("/target-languages")
    def source_languages() -> list[dict[str, Any]]:
        return [{"id": entry.id, "language": entry.name, "short_name": entry.code} for entry in languages()]
