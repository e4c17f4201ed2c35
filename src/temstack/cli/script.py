"""``temstack script``: run, check and look up DM-scripts away from the microscope."""

from __future__ import annotations

import json
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from temstack.cli import script_menu
from temstack.cli.console import print_error, print_line, print_warning
from temstack.cli.guard import FAILED, guarded, tracebacks_wanted
from temstack.errors import InputMissingError, OutputExistsError, SettingError

if TYPE_CHECKING:
    from temstack.dmscript.checker import Finding
    from temstack.dmscript.images import Image

HELP = "Run, check and look up DM-scripts away from the microscope."


class PlainGroup(TyperGroup):
    """A list of commands printed as plain text, as that of all commands is."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help as plain text."""
        super(TyperGroup, self).format_help(ctx, formatter)


script_app = typer.Typer(cls=PlainGroup, help=HELP, no_args_is_help=True, add_completion=False)

_ANSWERS = "Answers to questions"
_LIMITS = "Limits"
_OPEN = "Where the language is open"


@script_app.callback()
def script() -> None:
    """Run, check and look up DM-scripts away from the microscope."""


def run(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The script.", show_default=False)],
    image: Annotated[
        list[str] | None,
        typer.Option("--image", metavar="FILE", help="Image on show at the start; the last one is in front."),
    ] = None,
    answer: Annotated[
        list[str] | None,
        typer.Option(
            "--answer",
            metavar='"PROMPT=ANSWER"',
            help="Answer to a question, by part of its prompt; `cancel` cancels. May be repeated, also for one prompt.",
            rich_help_panel=_ANSWERS,
        ),
    ] = None,
    answers: Annotated[
        Path | None,
        typer.Option("--answers", metavar="FILE", help="Answers, one a line.", rich_help_panel=_ANSWERS),
    ] = None,
    show: Annotated[
        Path | None, typer.Option("--show", metavar="DIR", help="Write a picture (PNG) of each shown image.")
    ] = None,
    save: Annotated[
        Path | None, typer.Option("--save", metavar="DIR", help="Write the data of each shown image.")
    ] = None,
    as_format: Annotated[str, typer.Option("--as", metavar="SUFFIX", help="Format of --save.")] = ".dm4",
    folder: Annotated[
        list[Path] | None,
        typer.Option("--folder", metavar="DIR", help="Folder in which the script may read and write files."),
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace files that exist already.")] = False,
    microscope: Annotated[
        str,
        typer.Option(
            "--microscope",
            "-m",
            metavar="NAME or ADDRESS",
            help="What the script drives: simulated, simulated://127.0.0.1:PORT, or the driver of another package.",
        ),
    ] = "simulated",
    seed: Annotated[
        int | None, typer.Option("--seed", help="Start of random numbers and of the simulated microscope.")
    ] = None,
    tags: Annotated[
        str, typer.Option("--tags", metavar="FILE", help="Where persistent tags are kept; `none` keeps none.")
    ] = "user",
    steps: Annotated[
        int | None, typer.Option("--steps", help="Turns of loops and calls.", rich_help_panel=_LIMITS)
    ] = None,
    seconds: Annotated[float | None, typer.Option("--seconds", help="Wall time.", rich_help_panel=_LIMITS)] = None,
    megabytes: Annotated[
        float | None, typer.Option("--memory", metavar="MB", help="Pixels of all images.", rich_help_panel=_LIMITS)
    ] = None,
    catch: Annotated[
        str,
        typer.Option(
            "--catch",
            metavar="rethrow|continue",
            help="What follows a catch block without break.",
            rich_help_panel=_OPEN,
        ),
    ] = "rethrow",
    overflow: Annotated[
        str,
        typer.Option(
            "--overflow",
            metavar="wrap|clip",
            help="What happens to whole numbers too large for an image.",
            rich_help_panel=_OPEN,
        ),
    ] = "wrap",
) -> None:
    """Run a script without a screen.

    What it writes into the results window is printed; questions are answered by --answer, else as the script
    suggests. Files are reached only in the folders named with --folder.
    """
    from temstack.dmscript.host import HeadlessHost
    from temstack.dmscript.running import run_script

    _one_of("--catch", catch, ("rethrow", "continue"))
    _one_of("--overflow", overflow, ("wrap", "clip"))
    _check_suffix(as_format)
    host = HeadlessHost(
        answers_from(answer or [], answers),
        folders=folder or (),
        overwrite=overwrite,
        write=_print_as_it_comes,
        microscope=microscope,
        seed=seed,
    )
    try:
        left = run_script(
            _existing(file),
            host=host,
            images=image or (),
            seed=seed,
            steps=steps,
            seconds=seconds,
            memory_bytes=None if megabytes is None else int(megabytes * 1e6),
            catch=catch,  # type: ignore[arg-type]
            overflow=overflow,  # type: ignore[arg-type]
            persistent_tags=None if tags == "none" else tags,
        )
    except Exception as error:
        partial = getattr(error, "partial", None)
        if partial is None:
            raise
        _write_shown(partial.shown, show, save, as_format, overwrite=overwrite)
        _fail(error)
    finally:
        host.close()
    for prompt in sorted(host.unused_answers):
        print_warning(f"--answer {prompt!r}: the script asked no such question")
    _write_shown(left.shown, show, save, as_format, overwrite=overwrite)


def _existing(file: Path) -> Path:
    if not file.is_file():
        raise InputMissingError(str(file), "there is no such script", advice="check the path")
    return file


def _print_as_it_comes(text: str) -> None:
    typer.echo(text, nl=False)


def _one_of(option: str, word: str, known: tuple[str, ...]) -> None:
    if word not in known:
        raise SettingError(option, "is none of the choices", got=repr(word), expected=" or ".join(known))


def _check_suffix(suffix: str) -> None:
    from temstack.formats.kinds import kind_to_write

    kind_to_write(Path(f"image{suffix}"))


def answers_from(words: list[str], file: Path | None) -> dict[str, list[str]]:
    """Return the answers of ``PROMPT=ANSWER`` words and of a file of such lines, in order for each prompt."""
    lines = [line for line in _answer_lines(file) if line.strip() and not line.lstrip().startswith("#")]
    found: dict[str, list[str]] = {}
    for word in [*words, *lines]:
        prompt, equals, answer = word.partition("=")
        if not equals or not prompt.strip():
            raise SettingError("--answer", "is no answer", got=repr(word), expected='"PROMPT=ANSWER"')
        found.setdefault(prompt.strip(), []).append(answer.strip())
    return found


def _answer_lines(file: Path | None) -> list[str]:
    if file is None:
        return []
    if not file.is_file():
        raise InputMissingError(str(file), "there is no such file of answers", advice="check the path")
    return file.read_text("utf-8-sig").splitlines()


def _write_shown(images: list[Image], show: Path | None, save: Path | None, suffix: str, *, overwrite: bool) -> None:
    from temstack.dmscript.saving import file_name, write_image

    for folder, end in ((show, ".png"), (save, suffix)):
        if folder is None:
            continue
        folder.mkdir(parents=True, exist_ok=True)
        if not images:
            print_warning(f"the script showed no image; {folder} stays empty")
        for number, image in enumerate(images, start=1):
            path = folder / f"{file_name(image, number)}{end}"
            if path.exists() and not overwrite:
                raise OutputExistsError(str(path), "already exists", advice="choose another folder or use --overwrite")
            write_image(image, path)
            print_line(f"{image.name or 'image'} → {path}")


def _fail(error: Exception) -> None:
    """Print an error of a script with its line and pointer, which need their line ends, and stop."""
    if tracebacks_wanted():
        traceback.print_exception(error)
    print_error(str(error))
    raise typer.Exit(FAILED)


@contextmanager
def _script_errors() -> Iterator[None]:
    from temstack.dmscript.errors import ScriptError

    try:
        yield
    except ScriptError as error:
        _fail(error)


# --- check ------------------------------------------------------------------------------------


def check(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="Scripts.", show_default=False)],
    as_json: Annotated[bool, typer.Option("--json", help="Print what was found as JSON.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Count warnings as errors.")] = False,
) -> None:
    """Say what is wrong with scripts without running them.

    The exit code is 1 if there is an error in one of them.
    """
    from temstack.dmscript.running import check_script

    found = [finding for file in files for finding in check_script(_existing(file))]
    errors = sum(finding.severity == "error" for finding in found)
    if as_json:
        typer.echo(json.dumps([_as_json(finding) for finding in found], indent=2))
    else:
        for finding in found:
            print_line(str(finding))
        fine = "1 script is fine" if len(files) == 1 else f"{len(files)} scripts are fine"
        print_line(f"{_count(errors, 'error')}, {_count(len(found) - errors, 'warning')}" if found else fine)
    if errors or (strict and found):
        raise typer.Exit(FAILED)


def _as_json(finding: Finding) -> dict[str, Any]:
    place = finding.position
    return {
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "severity": finding.severity,
        "code": finding.code,
        "message": finding.message,
    }


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


# --- functions --------------------------------------------------------------------------------


def functions(
    word: Annotated[str | None, typer.Argument(metavar="WORD", help="Part of a name, family or help.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the page of the documentation.")] = False,
) -> None:
    """List the built-in functions: how each is called, whether it may throw, whether it is there."""
    from temstack.dmscript.listing import function_page, matching

    found = matching(word)
    if markdown:
        typer.echo(function_page(found), nl=False)
    elif as_json:
        facts = ("name", "returns", "family", "help", "may_throw", "is_implemented")
        rows = [{"signature": str(one), **{fact: getattr(one, fact) for fact in facts}} for one in found]
        typer.echo(json.dumps(rows, indent=2))
    elif not found:
        raise SettingError(f"{word!r}", "is in no name, family or help of a function", advice="try a shorter word")
    else:
        for one in found:
            marks = [*(["may throw"] if one.may_throw else []), *([] if one.is_implemented else ["not implemented"])]
            print_line(str(one))
            print_line("    " + one.help + (f" [{', '.join(marks)}]" if marks else ""))
        print_line(f"{_count(len({one.name.lower() for one in found}), 'function')}")


def translate(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The script.", show_default=False)],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write it to a file instead.")
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a file that exists already.")] = False,
) -> None:
    """Print a script in Python on NumPy, xarray and temstack.

    What has no equivalent is left out with a comment that gives its line and the reason.
    """
    from temstack.dmscript.running import load_script
    from temstack.dmscript.translation import translate as in_python

    with _script_errors():
        text = in_python(load_script(_existing(file)))
    if output is None:
        typer.echo(text, nl=False)
        return
    if output.exists() and not overwrite:
        raise OutputExistsError(str(output), "already exists", advice="choose another name or use --overwrite")
    output.write_text(text, encoding="utf-8")
    print_line(f"{file} → {output}, {_count(text.count(': left out, '), 'part')} left out")


def shell(
    image: Annotated[
        list[str] | None,
        typer.Option("--image", metavar="FILE", help="Image on show at the start; the last one is in front."),
    ] = None,
    folder: Annotated[
        list[Path] | None,
        typer.Option("--folder", metavar="DIR", help="Folder in which files may be read and written."),
    ] = None,
) -> None:
    """Type a script line by line; an empty line ends a block, Ctrl-D the shell."""
    from temstack.cli.script_shell import run_shell

    with _script_errors():
        run_shell(images=image or [], folders=folder or [])


for name, command, summary in (
    ("run", run, "Run a script without a screen."),
    ("check", check, "Say what is wrong with scripts."),
    ("functions", functions, "List the built-in functions."),
    ("shell", shell, "Type a script line by line."),
    ("translate", translate, "Print a script in Python."),
):
    script_app.command(name, short_help=summary)(guarded(command))

menu_app = typer.Typer(cls=PlainGroup, help=script_menu.HELP, invoke_without_command=True, add_completion=False)
menu_app.callback(invoke_without_command=True)(guarded(script_menu.list_items))
menu_app.command("run", short_help="Run a script of the menu.")(guarded(script_menu.run_item))
menu_app.command("add", short_help="Keep a copy of a script in the menu.")(guarded(script_menu.add_item))
menu_app.command("remove", short_help="Take a script out of the menu.")(guarded(script_menu.remove_item))
script_app.add_typer(menu_app, name="menu", short_help=script_menu.HELP)
