"""What functions of a script are in Python: tables for :mod:`temstack.dmscript.translation`.

In a template ``{0}`` is the first argument as a number or text, ``{0p}`` its pixels in double precision, ``{0i}``
the labelled array itself, ``{0n}`` a whole number.
"""

from __future__ import annotations

HEADER = '''"""{name} in Python, by `temstack script translate`."""

import sys

{imports}

# Images on show; the last is in front. The command line names those to begin with.
shown = [ts.counts(ts.read(path)).compute() for path in sys.argv[1:]]
'''

HELPERS = {
    "image": '''def image(pixels, name="", dtype=None):
    """Return pixels as a labelled array with dimensions (plane, y, x)."""
    pixels = np.atleast_2d(np.asarray(pixels))
    kind = dtype or (np.complex64 if np.iscomplexobj(pixels) else np.float32)
    whole = np.dtype(kind).kind in "iu" and pixels.dtype.kind == "f"
    values = np.trunc(pixels).astype(np.int64) if whole else pixels
    return xr.DataArray(values.astype(kind), dims=("plane", "y", "x")[-pixels.ndim :], name=name)
''',
    "px": '''def px(image):
    """Return the pixels in double precision, in which a script reckons."""
    values = np.asarray(image)
    return values.astype(np.result_type(values, np.float64))
''',
    "put": '''def put(image, pixels):
    """Set pixels; whole numbers lose the fraction and wrap round, as in C."""
    whole = image.dtype.kind in "iu" and np.asarray(pixels).dtype.kind == "f"
    image.values[...] = np.trunc(pixels).astype(np.int64) if whole else pixels
''',
    "gather": '''def gather(image, *places):
    """Return the pixels at places (x first); beyond the edge the one at the edge."""
    index = [np.clip(np.trunc(place).astype(int), 0, n - 1) for place, n in zip(places, image.shape[::-1])]
    return px(image)[tuple(reversed(np.broadcast_arrays(*index)))]
''',
    "calibrate": '''def calibrate(image, dimension, origin=None, scale=None, units=None):
    """Set origin, step or units of a dimension (0 is x); what is None stays."""
    dim = image.dims[-1 - dimension]
    old_origin, old_scale, old_units = calibration(image, dimension)
    origin, scale = old_origin if origin is None else origin, old_scale if scale is None else scale
    values = origin + scale * np.arange(image.sizes[dim])
    image[dim] = (dim, values, {"units": old_units if units is None else units})
''',
    "calibration": '''def calibration(image, dimension):
    """Return origin, step and units of a dimension (0 is x)."""
    dim = image.dims[-1 - dimension]
    values = image[dim].values if dim in image.coords else np.arange(image.sizes[dim])
    step = (values[-1] - values[0]) / (len(values) - 1) if len(values) > 1 else 1
    return float(values[0]), float(step), image[dim].attrs.get("units", "")
''',
    "ask": '''def ask(prompt, suggestion):
    """Return what is typed at the keyboard, the suggestion where nothing is."""
    answer = input(f"{prompt} [{suggestion}]: ") if sys.stdin.isatty() else ""
    return type(suggestion)(answer) if answer else suggestion
''',
}
"""Functions that go into the translation where it calls them; each may use those named in it."""

ELEMENTWISE = {
    "abs": "np.abs({0p})",
    "sqrt": "np.sqrt({0p})",
    "exp": "np.exp({0p})",
    "log": "np.log({0p})",
    "log10": "np.log10({0p})",
    "log2": "np.log2({0p})",
    "sin": "np.sin({0p})",
    "cos": "np.cos({0p})",
    "tan": "np.tan({0p})",
    "asin": "np.arcsin({0p})",
    "acos": "np.arccos({0p})",
    "atan": "np.arctan({0p})",
    "atan2": "np.arctan2({0p}, {1p})",
    "sinh": "np.sinh({0p})",
    "cosh": "np.cosh({0p})",
    "tanh": "np.tanh({0p})",
    "floor": "np.floor({0p})",
    "ceil": "np.ceil({0p})",
    "trunc": "np.trunc({0p})",
    "real": "np.real({0p})",
    "imaginary": "np.imag({0p})",
    "modulus": "np.abs({0p})",
    "phase": "np.angle({0p})",
    "conjugate": "np.conj({0p})",
    "norm": "np.abs({0p}) ** 2",
    "complex": "({0p} + 1j * {1p})",
    "pow": "np.power({0p}, {1p})",
    "mod": "np.fmod({0p}, {1p})",
    "clip": "np.clip({0p}, {1p}, {2p})",
    "min": "np.minimum({0p}, {1p})",
    "max": "np.maximum({0p}, {1p})",
    "pi": "np.pi",
    "infinity": "np.inf",
}
"""By name, for numbers and pixels alike; ``min`` and ``max`` of one image are reductions."""

REDUCTIONS = {
    "sum": "np.sum({0p})",
    "mean": "np.mean({0p})",
    "average": "np.mean({0p})",
    "min": "np.min({0p})",
    "max": "np.max({0p})",
    "variance": "np.var({0p})",
    "standarddeviation": "np.std({0p})",
    "stddev": "np.std({0p})",
    "rms": "np.sqrt(np.mean({0p} ** 2))",
}

FUNCTIONS = {
    ("getfrontimage", 0): "shown[-1]",
    ("imageclone", 1): "{0i}.copy(deep=True)",
    ("imagegetdimensionsize", 2): "{0i}.shape[-1 - {1n}]",
    ("imagegetnumdimensions", 1): "{0i}.ndim",
    ("getname", 1): "({0i}.name or {0i}.attrs.get('title', ''))",
    ("imagegetname", 1): "({0i}.name or {0i}.attrs.get('title', ''))",
    ("getpixel", 3): "{0i}.values[..., {2n}, {1n}].item()",
    ("getpixel", 4): "{0i}.values[{3n}, {2n}, {1n}].item()",
    ("imagegetdimensionorigin", 2): "calibration({0i}, {1n})[0]",
    ("imagegetdimensionscale", 2): "calibration({0i}, {1n})[1]",
    ("imagegetdimensionunitstring", 2): "calibration({0i}, {1n})[2]",
    ("len", 1): "len({0})",
    ("left", 2): "{0}[: {1n}]",
    ("mid", 3): "{0}[{1n} :][: {2n}]",
    ("find", 2): "{0}.find({1})",
    ("chr", 1): "chr({0n})",
    ("asc", 1): "ord({0}[0])",
    ("stringtolower", 1): "{0}.lower()",
    ("stringtoupper", 1): "{0}.upper()",
    ("format", 2): "({1} % {0})",
    ("offset", 3): "gather({0i}, np.arange({0i}.shape[-1]) - {1}, np.arange({0i}.shape[-2])[:, None] - {2})",
    ("project", 2): "image(px({0i}).sum(axis=-1 - {1n}))",
    ("rotateleft", 1): "image(np.rot90({0i}.values, 1, axes=(-2, -1)), dtype={0i}.dtype)",
    ("rotateright", 1): "image(np.rot90({0i}.values, -1, axes=(-2, -1)), dtype={0i}.dtype)",
    ("matrixtranspose", 1): "image(np.swapaxes({0i}.values, -2, -1), dtype={0i}.dtype)",
    ("fft", 1): "image(np.fft.fftshift(np.fft.fft2(px({0i})), axes=(-2, -1)))",
    ("realfft", 1): "image(np.fft.fftshift(np.fft.fft2(px({0i})), axes=(-2, -1)))",
    ("ifft", 1): "image(np.fft.ifft2(np.fft.ifftshift({0i}.values, axes=(-2, -1))))",
    ("realifft", 1): "image(np.fft.ifft2(np.fft.ifftshift({0i}.values, axes=(-2, -1))).real)",
}
"""By name and number of arguments: values."""

STATEMENTS = {
    ("result", 1): "print({0s}, end='')",
    ("okdialog", 1): "print({0s})",
    ("showimage", 1): "shown.append({0i})",
    ("displayat", 3): "shown.append({0i})",
    ("updateimage", 1): "",
    ("setname", 2): "{0i}.name = {1}",
    ("imagesetname", 2): "{0i}.name = {1}",
    ("setpixel", 4): "put({0i}[..., {2n}, {1n}], {3})",
    ("setpixel", 5): "put({0i}[{3n}, {2n}, {1n}], {4})",
    ("imagesetdimensionorigin", 3): "calibrate({0i}, {1n}, origin={2})",
    ("imagesetdimensionscale", 3): "calibrate({0i}, {1n}, scale={2})",
    ("imagesetdimensionunitstring", 3): "calibrate({0i}, {1n}, units={2})",
    ("imagesetdimensioncalibration", 6): "calibrate({0i}, {1n}, {2} if {5} else -({2}) * ({3}), {3}, {4})",
    ("imagesetintensityunitstring", 2): "{0i}.attrs['intensity_units'] = {1}",
    ("setstringnote", 3): "{0i}.attrs['tags'] = set_tag({0i}.attrs.get('tags', dict()), {1}, {2})",
    ("setnumbernote", 3): "{0i}.attrs['tags'] = set_tag({0i}.attrs.get('tags', dict()), {1}, {2})",
    ("fliphorizontal", 1): "{0i}.values[...] = {0i}.values[..., ::-1].copy()",
    ("flipvertical", 1): "{0i}.values[...] = np.flip({0i}.values, -2).copy()",
    ("throw", 1): "raise RuntimeError({0s})",
}
"""By name and number of arguments: what is done rather than worked out."""

SETTING = {
    ("getsize", 3): "{1}, {2} = {0i}.shape[-1], {0i}.shape[-2]",
    ("get2dsize", 3): "{1}, {2} = {0i}.shape[-1], {0i}.shape[-2]",
    ("get3dsize", 4): "{3}, {2}, {1} = (1, *{0i}.shape)[-3:]",
    ("getsize", 4): "{3}, {2}, {1} = (1, *{0i}.shape)[-3:]",
    ("imagegetdimensioncalibration", 6): "{2}, {3}, {4} = calibration({0i}, {1n})",
    ("getselection", 5): "{1}, {2}, {3}, {4} = 0, 0, {0i}.shape[-2], {0i}.shape[-1]",
    ("getname", 2): "{1} = {0i}.name or {0i}.attrs.get('title', '')",
    ("getnumber", 3): "{2} = ask({0}, float({1}))",
    ("getstring", 3): "{2} = ask({0}, {1})",
}
"""By name and number of arguments: what sets variables; as a condition it then holds."""

DTYPES = {
    ("realimage", "4"): "np.float32",
    ("realimage", "8"): "np.float64",
    ("compleximage", "8"): "np.complex64",
    ("compleximage", "16"): "np.complex128",
    **{("integerimage", f"{size},{sign}"): f"np.{'' if sign else 'u'}int{8 * size}" for size in (1, 2, 4, 8)
       for sign in (0, 1)},
    **{("newimage", code): f"np.{name}" for code, name in {
        "1": "int16", "2": "float32", "3": "complex64", "6": "uint8", "7": "int32", "9": "int8", "10": "uint16",
        "11": "uint32", "12": "float64", "13": "complex128",
    }.items()},
}  # fmt: skip
"""By the function that makes an image and the numbers after its name: its dtype."""
