from tests.servicedesk.local.conftest import desk

__all__ = ["desk"]
