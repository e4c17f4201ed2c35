"""Operations as commands: options made from the declaration, history replayed, a paragraph for a paper."""

from __future__ import annotations

import json

import numpy as np
import pytest

from temstack import read
from temstack.operations import operations


def test_the_list_of_operations_is_the_registry(run) -> None:
    ended = run("volume", "--help")
    assert ended.code == 0
    for operation in operations("Volume"):
        assert f"  {operation.command} " in ended.out


@pytest.mark.parametrize("operation", operations("Volume"), ids=lambda operation: operation.name)
def test_every_operation_has_its_options(run, operation) -> None:
    ended = run("volume", operation.command, "--help")
    assert ended.code == 0
    assert operation.summary[:-1] in " ".join(ended.out.split())
    for parameter in operation.parameters:
        assert parameter.option in ended.out


def test_an_operation_goes_from_file_to_file_and_can_be_done_again(run, stack_path, tmp_path) -> None:
    out = tmp_path / "part.zarr"
    ended = run("volume", "extract-planes", stack_path, "-o", out, "--planes", "485,500", "--calibrated")
    assert ended.code == 0, ended.err
    assert f"stack, 3 × 64 × 64 → {out}" in ended.out
    assert read(out).energy_loss.values.tolist() == [485, 490, 495]
    assert run("replay", out, stack_path, "-o", tmp_path / "again.zarr").code == 0
    np.testing.assert_array_equal(read(tmp_path / "again.zarr"), read(out))
    changed = ("--change", "extract-planes:planes=490,495")
    assert run("replay", out, stack_path, "-o", tmp_path / "less.zarr", *changed).code == 0
    assert read(tmp_path / "less.zarr").energy_loss.values.tolist() == [490]
    assert "Planes 485 to 500 (the last excluded) were extracted." in run("methods", out).out
    history = tmp_path / "history.json"
    history.write_text(run("methods", out, "--json").out)
    assert json.loads(history.read_text())[0]["operation"] == "extract_planes"
    assert run("replay", history, stack_path, "-o", tmp_path / "third.zarr").code == 0


def test_another_file_as_a_parameter(run, stack_path, tmp_path) -> None:
    out = tmp_path / "twice.zarr"
    ended = run("volume", "append-planes", stack_path, "-o", out, "--planes", stack_path)
    assert ended.code == 0, ended.err
    assert read(out).sizes["energy_loss"] == 12
    assert "The planes of series.dm4 were appended." in run("methods", out).out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--planes", "9,3"), "error: --planes: its start must lie before its stop; got 9 … 3; expected START,STOP"),
        (("--planes", "4,9"), "error: energy_loss: bounds reach outside the axis; got 4 … 9; expected 0 … 6"),
        (("--planes", "first"), "error: --planes: is not one plane, or a range START,STOP"),
    ],
)
def test_wrong_parameters_are_one_sentence_and_leave_nothing(run, stack_path, tmp_path, words, sentence) -> None:
    ended = run("volume", "extract-planes", stack_path, "-o", tmp_path / "out.zarr", *words)
    assert ended.code == 1
    [said] = ended.errors
    assert said.startswith(sentence)
    assert not (tmp_path / "out.zarr").exists()


def test_replay_wants_a_history_and_an_input(run, stack_path, tmp_path) -> None:
    out = tmp_path / "out.zarr"
    assert "needs a history and an input" in run("replay", stack_path, "-o", out).errors[0]
    assert "has no history" in run("replay", stack_path, stack_path, "-o", out).errors[0]
    (tmp_path / "bad.json").write_text("{")
    assert "bad.json: is no JSON" in run("replay", tmp_path / "bad.json", stack_path, "-o", out).errors[0]
    (tmp_path / "other.json").write_text("{}")
    assert "other.json: is no history" in run("replay", tmp_path / "other.json", stack_path, "-o", out).errors[0]
