"""The sandbox: a local stand-in for the service, to rehearse uploads. It behaves as the service's page says.

Where the page is silent it chooses, and says so: a full account answers 403; a file whose content is not what its
suffix says answers 422. The real service may differ.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import lazy_loader

if TYPE_CHECKING:
    from pipeline.sandbox.app import create_app
    from pipeline.sandbox.faults import FAULTS, Fault, find_faults
    from pipeline.sandbox.server import Running, running_sandbox, serve
    from pipeline.sandbox.state import Created, SandboxState

__getattr__, __dir__, _ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "app": ["create_app"],
        "faults": ["FAULTS", "Fault", "find_faults"],
        "server": ["Running", "running_sandbox", "serve"],
        "state": ["Created", "SandboxState"],
    },
)

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
