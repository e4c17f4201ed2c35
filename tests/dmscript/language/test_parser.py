"""The scanner and parser on any text: they end, say where, and what is printed parses to the same tree."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from temstack.dmscript import nodes
from temstack.dmscript.checker import check
from temstack.dmscript.errors import ScriptSyntaxError
from temstack.dmscript.parser import parse
from temstack.dmscript.printer import print_script
from temstack.dmscript.source import Source, decode_script, read_source
from temstack.errors import InputMissingError

WORDS = (
    *("if", "else", "while", "for", "foreach", "try", "catch", "tryguard", "recover", "throw", "return", "break"),
    *("continue", "class", "interface", "module", "uses", "number", "string", "image", "object", "self", "super"),
    *("alloc", "tert", "icol", "a", "b", "f", "(", ")", "[", "]", "{", "}", ",", ";", ":", ":=", "=", "==", "+"),
    *("-", "*", "/", "**", "++", "--", "!", "?", ".", "&", "&&", "||", "+=", "1", "2.5", "0xFF", ".5", '"text"'),
    *("\\", "\n", "//", "/*", "*/", "~", "^", "|", "%", "<"),
)

any_words = st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join)


def parsed(text):
    """Return the tree of a text, None if it has none; an error must say where."""
    try:
        return parse(text)
    except ScriptSyntaxError as err:
        error = err
    assert error.position is not None
    lines = Source(text).lines
    assert 1 <= error.position.line <= len(lines)
    assert 1 <= error.position.column <= len(lines[error.position.line - 1]) + 1
    return None


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_text_gives_a_tree_or_a_place(text):
    parsed(text)


@given(any_words)
@settings(max_examples=400, deadline=None)
def test_any_words_give_a_tree_or_a_place_and_print_stably(text):
    tree = parsed(text)
    if tree is not None:
        printed = print_script(tree)
        assert parse(printed) == tree, printed
        assert print_script(parse(printed)) == printed


names = st.sampled_from(["a", "b", "img", "Foo"])
leaves = st.one_of(
    st.floats(min_value=0, allow_nan=False).map(lambda value: nodes.Number(0, value, "")),
    st.text(max_size=6).map(lambda value: nodes.String(0, value)),
    names.map(lambda name: nodes.Name(0, name)),
)


def _compound(inner):
    binary = st.sampled_from(["+", "-", "*", "/", "%", "**", "==", "<", "&&", "||", "&", "|", "^"])
    name = names.map(lambda one: nodes.Name(0, one))
    return st.one_of(
        st.builds(nodes.Binary, st.just(0), binary, inner, inner),
        st.builds(nodes.Unary, st.just(0), st.sampled_from(["-", "+", "!", "~"]), inner),
        st.builds(nodes.Conditional, st.just(0), inner, inner, inner),
        st.builds(nodes.Assign, st.just(0), st.sampled_from(["=", ":=", "+="]), name, inner),
        st.builds(nodes.Step, st.just(0), st.sampled_from(["+", "-"]), name, st.booleans()),
        st.builds(nodes.Call, st.just(0), names, st.lists(inner, max_size=3), st.none() | inner),
        st.builds(nodes.Index, st.just(0), inner, st.lists(inner, max_size=4)),
    )


expressions = st.recursive(leaves, _compound, max_leaves=12)


@given(expressions)
@settings(max_examples=300, deadline=None)
def test_what_is_printed_parses_to_the_same_tree(expression):
    tree = nodes.Script(0, [nodes.Return(0, expression)])
    assert parse(print_script(tree)) == tree, print_script(tree)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5000,
        "a = " + "(" * 5000 + "1" + ")" * 5000,
        "{" * 5000,
        "if (1) " * 5000,
        "-" * 5000 + "1",
        "a = 1" + " + 1" * 5000,
        "a" + ".b()" * 5000,
        "a = " + "1 ? 1 : " * 5000 + "1",
        "a " + "= a " * 5000,
        "a ** " * 5000 + "1",
        "[1,1]: " + "{" * 5000,
        "f(" * 5000,
        "a[" * 5000,
        "try " * 5000,
        '"' + "\\n" * 5000,
        "/*" * 5000,
        "while (1) " * 5000 + "a",
    ],
)
def test_deep_or_long_text_is_refused_with_a_place(text):
    started = time.process_time()
    assert parsed(text) is None
    assert time.process_time() - started < 2


def test_a_long_chain_of_else_if_runs_flat():
    text = "number a = 150\n" + "".join(f"{'else ' * (i > 0)}if (a == {i}) a = -{i}\n" for i in range(200))
    assert len(parse(text).body[1].branches) == 200
    assert check(text) == []


def test_the_longest_sum_is_checked():
    assert check("number a = 1" + " + 1" * 400) == []
    assert check('string a = "x"' + ' + "y"' * 400) == []


def test_blocks_too_deep_for_python_are_refused_with_a_place():
    text = "number a\n" + "while (a) { " * 30 + "a++" + " }" * 30
    [finding] = check(text)
    assert finding.severity == "error"
    assert "nest too deeply" in finding.message


@pytest.mark.parametrize("ending", ["\n", "\r", "\r\n"])
def test_every_line_ending_is_accepted(ending):
    tree = parse(Source(ending.join(["number a = 1", "// comment", "a = 2", ""])))
    assert [type(node).__name__ for node in tree.body] == ["Declare", "Evaluate"]


@pytest.mark.parametrize(
    "data",
    [
        'result("µm")'.encode("cp1252"),
        'result("µm")'.encode(),
        b"\xef\xbb\xbf" + 'result("µm")'.encode(),
        b"\xff\xfe" + 'result("µm")'.encode("utf-16-le"),
        b"\xfe\xff" + 'result("µm")'.encode("utf-16-be"),
    ],
)
def test_every_encoding_is_accepted(data, tmp_path):
    path = tmp_path / "a.s"
    path.write_bytes(data)
    assert parse(read_source(path)).body[0].value.arguments[0].value == "µm"


def test_bytes_without_meaning_in_windows_1252_do_not_stop_a_script():
    assert decode_script(b"// \x81\xb5").startswith("// ")


def test_a_script_that_is_not_there(tmp_path):
    with pytest.raises(InputMissingError, match="no such script"):
        read_source(tmp_path / "none.s")


def test_an_error_shows_the_line_and_points():
    with pytest.raises(ScriptSyntaxError) as caught:
        parse(Source("number a\n\tif a result(1)", "two.s"))
    assert str(caught.value) == (
        "two.s:2:5: syntax error: 'a' cannot stand here; expected '('\n    \tif a result(1)\n    \t   ^"
    )
