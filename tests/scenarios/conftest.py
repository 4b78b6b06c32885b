"""The stories of the acceptance catalogue are told with the people of the demonstration."""

from tests.services.conftest import story  # noqa: F401
