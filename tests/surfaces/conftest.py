"""What the tests of the web surface share."""

import pytest

from tests.surfaces.web_bench import serving


@pytest.fixture
async def lodge():
    """A playground, over its real wire."""
    async with serving() as made:
        yield made
