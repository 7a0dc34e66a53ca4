from tests.servicedesk.local.conftest import desk
from tests.sla.conftest import asked

__all__ = ["asked", "desk"]
