"""One run of a DM-script at the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from temstack.dmscript.context import Run
from temstack.dmscript.engine import compile_script
from temstack.dmscript.errors import ScriptCancelled, ScriptError
from temstack.dmscript.execution import Execution
from temstack.dmscript.persistent import PersistentTags, user_file
from temstack.dmscript.references import NULL
from temstack.dmscript.source import Source
from temstack.viewer.models.scripts.host import DeskHost
from temstack.viewer.models.scripts.script import Problem, Script
from temstack.viewer.models.scripts.script_desk import ScreenDesk

if TYPE_CHECKING:
    from temstack.dmscript.images import Image
    from temstack.stack.progress import Progress
    from temstack.viewer.models.scripts.images import ScriptImages
    from temstack.viewer.models.scripts.scripting import Scripting


class DeskRun(Run):
    """The surroundings of a script at the desk: its images on show are the documents of the desk.

    Parameters
    ----------
    host : DeskHost
        The way to everything outside.
    images : ScriptImages
        Which image stands for which document.
    persistent : PersistentTags
        What is kept between runs.
    """

    def __init__(self, host: DeskHost, images: ScriptImages, persistent: PersistentTags) -> None:
        self._images = images
        self._shown: list[Image] = []
        super().__init__(host, persistent=persistent)

    @property
    def shown(self) -> list[Image]:
        """The images of all documents, the front one last, as the user left them a moment ago."""
        self._shown[:] = self._images.on_desk()
        return self._shown

    @shown.setter
    def shown(self, _images: list[Image]) -> None:
        """Do nothing: the desk says what is shown."""

    def show(self, image: Image) -> None:
        """Show an image in front of all others; a window that it has stays."""
        if not any(other is image for other in self.ever_shown):
            self.ever_shown.append(image)
        self.host.show_image(image)
        self.desk.listeners.tell(None, "image_order_changed", (0.0, NULL))


class DMScriptRun:
    """One run of a DM-script.

    Parameters
    ----------
    script : Script
        The script.
    scripting : Scripting
        What belongs to all scripts.
    progress : Progress
        Says how far it is.
    """

    def __init__(self, script: Script, scripting: Scripting, progress: Progress) -> None:
        self._script, self._scripting = script, scripting
        host = DeskHost(scripting, script.title, script.folder, progress)
        surroundings = DeskRun(host, scripting.images, PersistentTags(user_file()))
        surroundings.menu = scripting.menu
        self._execution = Execution(surroundings)
        host.check = self._execution.check
        surroundings.desk = ScreenDesk(
            surroundings,
            lambda dialog: scripting.do(lambda: scripting.dialog_opened.emit(dialog)),
            lambda dialog: scripting.do(dialog.closed.emit),
            lambda error: scripting.report(script, problem_of(error, script)),
        )

    def stop(self) -> None:
        """End it at its next turn; may be called from any thread."""
        self._execution.cancel()

    def carry_out(self) -> Problem | None:
        """Run to the end; return what ended it early, None for nothing."""
        run = self._execution.run
        try:
            compile_script(Source(self._script.text, self._script.title)).run(self._execution)
        except ScriptCancelled:
            return None
        except ScriptError as error:
            return problem_of(error, self._script)
        finally:
            # Also what was left open by an error must leave the screen, without calling the script once more.
            Run.finish(run)
            run.desk.listeners.clear()
            assert isinstance(run.desk, ScreenDesk)
            run.desk.abandon()
        return None


def problem_of(error: ScriptError, script: Script) -> Problem:
    """Return an error of a script as a problem in the text of its editor."""
    position = error.position
    if position is None or position.file != script.title:
        return Problem(f"{error.kind}: {error.message}", details=str(error))
    message = f"{error.kind}: {error.message}"
    return Problem(message, position.line + script.first_line - 1, position.column, details=str(error))
