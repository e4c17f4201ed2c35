"""The quick form of the script benchmark: an image expression keeps to its memory. Times depend on the machine."""

from dmscript import memory


def test_an_image_expression_needs_little_memory():
    measure = memory(512, 16)
    assert measure.is_good, str(measure)
