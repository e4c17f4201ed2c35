"""Suspicious code is pointed at with a reason, and code that means what it says is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from temstack.dmscript.checker import check

LECTURE = Path(__file__).parents[2] / "examples" / "lecture"


def found(script, *, code=None):
    return [(one.code, one.position.line) for one in check(script) if code is None or one.code == code]


SUSPICIOUS = {
    "an absolute value to a relative move": (
        "relative",
        4,
        "number df = -20, i\nfor (i = 0; i < 5; i++)\n{\n  EMChangeFocus(df)\n  df = df + 10\n}",
    ),
    "a place worked out of the counter": (
        "relative",
        4,
        "number i = 0, x\nwhile (i < 5) {\n x = 10 * i\n EMChangeBeamShift(x, 0)\n i++ }",
    ),
    "the counter itself": ("relative", 1, "for (number i = 0; i < 5; i++) EMChangeFocus(i * 10)"),
    "six indices in the order of four": ("index-order", 2, 'image s := RealImage("", 4, 9, 9, 9)\ns[0,0,9,9,0,1] = 1'),
    "four indices as width and height": (
        "index-order",
        2,
        'image s := RealImage("", 4, 9, 9)\nnumber sx, sy; s.GetSize(sx, sy); s[0, 0, sx, sy] = 1',
    ),
    "an area of a camera as width and height": (
        "index-order",
        2,
        "number width, height\nimage a := SSCUnprocessedAcquire(1, 0, 0, width, height)",
    ),
    "a binned area given unbinned": (
        "binned-area",
        3,
        "number w, h\nSSCGetSize(w, h)\nimage a := SSCGainNormalizedBinnedAcquire(1, 2, 0, 0, h, w)",
    ),
    "a sum in two bytes": (
        "overflow",
        2,
        'image s := IntegerImage("", 2, 1, 9, 9), f := RealImage("", 4, 9, 9)\nfor (number i = 0; i < 9; i++) s += f',
    ),
    "values that one byte cannot hold": (
        "overflow",
        2,
        'image s := IntegerImage("", 1, 1, 100, 100, 5)\ns[] = irow + icol * iplane',
    ),
    "a negative value without sign": ("overflow", 2, 'image s := IntegerImage("", 2, 0, 9, 9)\ns = icol - 5'),
    "scaled whole numbers": ("scaling", 2, 'image s := IntegerImage("", 2, 1, 9, 9)\ns *= 0.5'),
    "whole numbers divided": (
        "scaling",
        2,
        'image s := IntegerImage("", 2, 1, 9, 9), a := RealImage("", 4, 9, 9)\ns = a / 3',
    ),
    "a camera that may not be inserted": (
        "not-inserted",
        3,
        "object camera = CM_GetCurrentCamera()\nobject p = "
        'CM_GetCameraAcquisitionParameterSet(camera, "Imaging", "Acquire", "Record", 0)\n'
        "image a := CM_AcquireImage(camera, p)",
    ),
    "a focus that stays after an error": (
        "not-restored",
        3,
        "number w, h, i\nSSCGetSize(w, h)\nfor (i = 0; i < 5; i++) { EMSetFocus(i)\n"
        "image a := SSCUnprocessedAcquire(1, 0, 0, h, w) }",
    ),
    "an energy that stays after an error": (
        "not-restored",
        2,
        "number i, w, h\nfor (i = 0; i < 5; i++) { IFSetEnergyOffset(1, i)\n"
        "image a := SSCUnprocessedAcquire(1, 0, 0, h, w) }",
    ),
    "what is never reached": ("unreachable", 2, 'throw("no")\nresult(1)'),
    "the wrong number of arguments": ("type", 1, "EMChangeFocus(1, 2)"),
    "the wrong type": ("type", 1, 'EMChangeFocus("far")'),
}

FINE = {
    "a relative move by its step": "number d = 10\nfor (number i = 0; i < 5; i++) EMChangeFocus(d)",
    "a step there and back": "number d = 10\nfor (number i = 0; i < 4; i++) { EMChangeFocus(d); d = -d }",
    "a step worked out of where it is": (
        "number t = 0\nfor (number i = 0; i < 4; i++) { t += 10; EMChangeFocus(t - EMGetFocus()) }"
    ),
    "a step from the last place": (
        "number now, last = 0, d\nfor (number i = 0; i < 4; i++) { now = i * 10; d = now - last; EMChangeFocus(d); "
        "last = now }"
    ),
    "six and four indices in order": (
        'image s := RealImage("", 4, 9, 8, 7)\nnumber sx = 9, sy = 8\nfor (number i = 0; i < 7; i++) '
        's[0, 0, i, sx, sy, i + 1] = 1\nimage a := RealImage("", 4, 9, 8)\na[0, 0, sy, sx] = 1'
    ),
    "a binned area": (
        "number w, h\nSSCGetSize(w, h)\nimage a := SSCGainNormalizedBinnedAcquire(1, 2, 0, 0, h / 2, w / 2)\n"
        "a := SSCGainNormalizedBinnedAcquire(1, 1, 0, 0, h, w)"
    ),
    "sums in four bytes, and counted": (
        'image s := IntegerImage("", 4, 1, 9, 9), f := RealImage("", 4, 9, 9), n := IntegerImage("", 2, 1, 9, 9)\n'
        "for (number i = 0; i < 9; i++) { s += f; n += 1 }"
    ),
    "values that fit": 'image s := IntegerImage("", 1, 1, 100, 100)\ns = irow + icol / 4 - 99 > 0 ? 1 : 0\ns = irow',
    "rounded on purpose": 'image s := IntegerImage("", 2, 1, 9, 9), a := RealImage("", 4, 9, 9)\ns = round(a / 3)',
    "a variable that holds reals later": (
        'image s := IntegerImage("", 1, 1, 9, 9)\ns := RealImage("", 4, 9, 9)\ns = icol * 1000 / 3'
    ),
    "an inserted camera": (
        "object camera = CM_GetCurrentCamera()\nif (!CM_GetCameraInserted(camera)) throw(\"insert it\")\nobject p = "
        'CM_GetCameraAcquisitionParameterSet(camera, "Imaging", "Acquire", "Record", 0)\n'
        "image a := CM_AcquireImage(camera, p)"
    ),
    "a focus set back": (
        "number w, h, i, f = EMGetFocus()\nSSCGetSize(w, h)\ntry {\nfor (i = 0; i < 5; i++) { EMSetFocus(i)\n"
        "image a := SSCUnprocessedAcquire(1, 0, 0, h, w) }\n}\ncatch { EMSetFocus(f) ; throw }\nEMSetFocus(f)"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SUSPICIOUS)
def test_suspicious_code_is_pointed_at(name):
    code, line, script = SUSPICIOUS[name]
    assert (code, line) in found(script)


@pytest.mark.parametrize("name", FINE)
def test_code_that_means_what_it_says_is_left_alone(name):
    assert found(FINE[name]) == []


def test_every_reason_is_a_sentence_with_what_to_do():
    for _, _, script in SUSPICIOUS.values():
        for finding in check(script):
            assert len(finding.message.split()) > 4
            assert finding.line_text.strip()


def test_the_focus_loop_of_the_lecture_is_pointed_at():
    text = (LECTURE / "CM_focSeries.s").read_text(encoding="utf-8")
    line = next(number for number, line in enumerate(text.split("\n"), 1) if line.strip() == "EMChangeFocus(df)")
    [finding] = [one for one in check(text) if one.code == "relative"]
    assert finding.position.line == line
    assert "relative" in finding.message
