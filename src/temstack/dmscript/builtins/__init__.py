"""The built-in functions of the language, one file for each family.

What comes in: the :class:`~temstack.dmscript.context.Run` and the arguments, already of the declared types;
parameters written ``&`` are :class:`~temstack.dmscript.references.Reference`. What goes out: a number, a text,
an image… Always true: nothing here reaches outside but through ``run.host``; an error says what it got and
leaves the place to the run.

A new family is a new file here and its name in :data:`temstack.dmscript.signatures.FAMILIES`. Read
``calibration.py`` first: it is short and has every kind of parameter.
"""
