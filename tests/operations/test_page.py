"""The reference page is what the declarations say."""

from pathlib import Path

from temstack.operations.page import page


def test_the_page_is_current() -> None:
    path = Path(__file__).parents[2] / "docs" / "reference" / "operations.md"
    assert path.read_text(encoding="utf-8") == page(), "make it anew with the module"
