"""What is wrong with a script that is being written."""

from __future__ import annotations

import ast
import warnings

from temstack.dmscript.checker import check
from temstack.dmscript.source import Source
from temstack.viewer.models.scripts.script import Language, Problem


def problems_in(text: str, language: Language) -> list[Problem]:
    """Return what is wrong or suspicious, in the order of the text.

    Examples
    --------
    >>> [problem] = problems_in("Rezult(1)", "DM-script")
    >>> problem.place, problem.message
    ('1:1', "unknown function 'Rezult'; did you mean 'Result'?")
    """
    return _in_python(text) if language == "Python" else _in_dm(text)


def _in_dm(text: str) -> list[Problem]:

    found = check(Source(text)) if text.strip() else []
    return [
        Problem(finding.message, finding.position.line, finding.position.column, finding.severity, details=str(finding))
        for finding in found
    ]


def _in_python(text: str) -> list[Problem]:
    found: list[Problem] = []
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        try:
            compile(ast.parse(text), "<script>", "exec")
        except SyntaxError as error:
            found.append(Problem(f"{error.msg}", error.lineno or 1, error.offset or 1))
        except (ValueError, RecursionError) as error:
            found.append(Problem(str(error), 1, 1))
    found += [Problem(str(one.message), one.lineno, 1, "warning") for one in heard]
    return sorted(found, key=lambda problem: (problem.line, problem.column))
