"""The sandbox: a local stand-in for the service, to rehearse uploads. It behaves as the service's page says.

Where the page is silent it chooses, and says so: a full account answers 403; a file whose content is not what its
suffix says answers 422. The real service may differ.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.sandbox.app import create_app
    from pipeline.sandbox.faults import FAULTS, Fault, find_faults
    from pipeline.sandbox.server import Running, running_sandbox, serve
    from pipeline.sandbox.state import Created, SandboxState

_HOMES = {
    "app": ("create_app",),
    "faults": ("FAULTS", "Fault", "find_faults"),
    "server": ("Running", "running_sandbox", "serve"),
    "state": ("Created", "SandboxState"),
}
_HOME_OF = {name: f"pipeline.sandbox.{module}" for module, names in _HOMES.items() for name in names}

__all__ = [
    "FAULTS",
    "Created",
    "Fault",
    "Running",
    "SandboxState",
    "create_app",
    "find_faults",
    "running_sandbox",
    "serve",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOME_OF[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
