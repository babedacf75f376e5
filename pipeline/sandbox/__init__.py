"""The sandbox: a local stand-in for the service, to rehearse uploads. It behaves as the service's page says.

Where the page is silent it chooses, and says so: a full account answers 403; a file whose content is not what its
suffix says answers 422. The real service may differ.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import lazy_loader

if TYPE_CHECKING:
    from pipeline.sandbox.app import create_app
    from pipeline.sandbox.fault_table import FAULTS, find_faults
    from pipeline.sandbox.faults import Call, Cut, Fault
    from pipeline.sandbox.server import Running, running_sandbox, serve
    from pipeline.sandbox.state import Created, SandboxState

__getattr__, __dir__, _ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "app": ["create_app"],
        "fault_table": ["FAULTS", "find_faults"],
        "faults": ["Call", "Cut", "Fault"],
        "server": ["Running", "running_sandbox", "serve"],
        "state": ["Created", "SandboxState"],
    },
)

__all__ = [
    "FAULTS",
    "Call",
    "Created",
    "Cut",
    "Fault",
    "Running",
    "SandboxState",
    "create_app",
    "find_faults",
    "running_sandbox",
    "serve",
]
