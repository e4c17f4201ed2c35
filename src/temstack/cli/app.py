"""The list of commands, and what is common to all of them."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from temstack.cli.acquire import HELP as ACQUIRE_HELP
from temstack.cli.acquire import acquire_app
from temstack.cli.align import align
from temstack.cli.convert import convert
from temstack.cli.ctf import ctf
from temstack.cli.curves import curves
from temstack.cli.demo import demo
from temstack.cli.denoise import denoise
from temstack.cli.eels import HELP as EELS_HELP
from temstack.cli.eels import eels_app
from temstack.cli.exposures import add, frc
from temstack.cli.guard import guarded, show_tracebacks, stop_on_termination
from temstack.cli.gui import gui
from temstack.cli.info import info
from temstack.cli.inputs import reading
from temstack.cli.map import map_element
from temstack.cli.methods import methods
from temstack.cli.microscope import HELP as MICROSCOPE_HELP
from temstack.cli.microscope import microscope_app
from temstack.cli.movie import movie
from temstack.cli.recover import recover
from temstack.cli.references import HELP as REFERENCES_HELP
from temstack.cli.references import references_app
from temstack.cli.replay import replay
from temstack.cli.report import HELP as REPORT_HELP
from temstack.cli.report import report_app
from temstack.cli.resume import resume
from temstack.cli.script import HELP as SCRIPT_HELP
from temstack.cli.script import script_app
from temstack.cli.set import set_values
from temstack.cli.show import show
from temstack.cli.spectrum import spectrum
from temstack.cli.thickness import thickness
from temstack.cli.volume import HELP as VOLUME_HELP
from temstack.cli.volume import volume_app
from temstack.cli.words import remember_command


class PlainList(TyperGroup):
    """The list of commands, printed without rich: importing that would take longer than all else together."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help as plain text."""
        super(TyperGroup, self).format_help(ctx, formatter)


app = typer.Typer(
    name="temstack",
    cls=PlainList,
    help="Record, look at, put right, align and add 3-D image stacks from transmission electron microscopes.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)

for name, command, summary in (
    ("info", reading(info), "Say what is in a file."),
    ("show", reading(show), "Make a picture of every plane."),
    ("set", reading(set_values), "Put right pixel size, plane axis, or tags."),
    ("align", reading(align), "Undo the drift; write the aligned stack or its sum."),
    ("convert", reading(convert), "Write the data in another format."),
    ("spectrum", reading(spectrum), "Add up an area, energy by energy."),
    ("map", reading(map_element), "Map an element by its edge."),
    ("thickness", reading(thickness), "Map the thickness, from the low loss."),
    ("denoise", reading(denoise), "Keep the strongest components of spectra."),
    ("add", reading(add), "Align and add a multiple exposure."),
    ("frc", reading(frc), "Say to which detail frames agree."),
    ("curves", reading(curves), "Follow areas from plane to plane."),
    ("ctf", reading(ctf), "Fit defocus and astigmatism of each plane."),
    ("movie", reading(movie), "Make a film of all planes: GIF, MP4 or PNGs."),
    ("replay", replay, "Do to another stack what was done to one."),
    ("methods", methods, "Say what was done, in words for a paper."),
    ("resume", resume, "Go on with a series that broke off."),
    ("recover", recover, "Put back a microscope left in the middle."),
    ("gui", gui, "Open the desktop program."),
    ("demo", demo, "Do the whole job on a simulated series."),
):
    app.command(name, short_help=summary)(guarded(command))
app.add_typer(acquire_app, name="acquire", help=ACQUIRE_HELP, short_help="Record a series.")
app.add_typer(references_app, name="references", help=REFERENCES_HELP, short_help="Dark and gain references.")
app.add_typer(microscope_app, name="microscope", help=MICROSCOPE_HELP, short_help="Run and check a microscope.")
app.add_typer(eels_app, name="eels", help=EELS_HELP, short_help="Backgrounds, zero loss, references, components.")
app.add_typer(volume_app, name="volume", help=VOLUME_HELP, short_help="Cut, turn, project, slice, bin, calculate.")
app.add_typer(report_app, name="report", help=REPORT_HELP, short_help="Try the virtual microscope.")
app.add_typer(script_app, name="script", help=SCRIPT_HELP, short_help="Run and check DM-scripts.")


def run(arguments: list[str]) -> None:
    """Run one command; ``--debug`` may stand anywhere in the line."""
    stop_on_termination()
    remember_command(arguments)
    options = ["--debug"] if "--debug" in arguments else []
    app([*options, *(word for word in arguments if word != "--debug")], prog_name="temstack")


def _print_version(wanted: bool) -> None:
    if wanted:
        from temstack import __version__

        typer.echo(f"temstack {__version__}")
        raise typer.Exit


@app.callback()
def every_command(
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Record, look at, put right, align and add 3-D image stacks from transmission electron microscopes."""
    show_tracebacks(debug)
