"""Images: made, copied, converted, asked for size and type, single pixels."""

# ruff: noqa: D103 - what a function does stands in its declaration

from __future__ import annotations

from operator import ge

from temstack.dmscript.context import Run
from temstack.dmscript.conversion import (
    BINARY,
    COLOUR,
    PACKED,
    RGB,
    convert,
    dtype_of,
    store,
    type_words,
)
from temstack.dmscript.errors import ScriptRuntimeError
from temstack.dmscript.images import Image, describe_size, image_by_id, sizes_differ
from temstack.dmscript.indexing import part
from temstack.dmscript.references import NULL, Reference
from temstack.dmscript.signatures import builtin

SIZES = ["number w", "number w, number h", "number w, number h, number d", "number w, number h, number d, number d3"]


def _of_sizes(start: str, end: str = "") -> list[str]:
    return [f"{start}{sizes}{end})" for sizes in SIZES]


_REAL = {4: 2, 8: 12}
_COMPLEX = {8: 3, 16: 13}
_INTEGER = {(1, True): 9, (2, True): 1, (4, True): 7, (8, True): 39}
_INTEGER |= {(1, False): 6, (2, False): 10, (4, False): 11, (8, False): 40}


def _code(kind: str, codes: dict[int, int], size: float) -> int:
    if size not in codes:
        raise ScriptRuntimeError(f"there is no {kind} image of {size:g} bytes; expected {' or '.join(map(str, codes))}")
    return codes[int(size)]


@builtin(*_of_sizes("image RealImage(string name, number bytes, "), family="images", help="New real image, all 0.")
def real_image(run: Run, name: str, size: float, *sizes: float) -> Image:
    return run.new_image(name, _code("real", _REAL, size), sizes)


@builtin(
    *_of_sizes("image ComplexImage(string name, number bytes, "), family="images", help="New complex image, all 0."
)
def complex_image(run: Run, name: str, size: float, *sizes: float) -> Image:
    return run.new_image(name, _code("complex", _COMPLEX, size), sizes)


@builtin(
    *_of_sizes("image IntegerImage(string name, number bytes, number isSigned, "),
    family="images",
    help="New integer image of 1, 2, 4 or 8 bytes, all 0.",
)
def integer_image(run: Run, name: str, size: float, is_signed: float, *sizes: float) -> Image:
    code = _INTEGER.get((int(size), bool(is_signed)))
    if code is None:
        raise ScriptRuntimeError(f"there is no integer image of {size:g} bytes; expected 1, 2, 4 or 8")
    return run.new_image(name, code, sizes)


@builtin(*_of_sizes("image BinaryImage(string name, "), family="images", help="New image of 0 and 1, all 0.")
def binary_image(run: Run, name: str, *sizes: float) -> Image:
    return run.new_image(name, BINARY, sizes)


@builtin(*_of_sizes("image RGBImage(string name, number bytes, "), family="images", help="New colour image, all black.")
def rgb_image(run: Run, name: str, size: float, *sizes: float) -> Image:
    return run.new_image(name, COLOUR, sizes)


@builtin(*_of_sizes("image NewImage(string name, number dataType, "), family="images", help="New image of a data type.")
def new_image_of_type(run: Run, name: str, code: float, *sizes: float) -> Image:
    return run.new_image(name, code, sizes)


@builtin(
    "image CreateFloatImage(string name, number w, number h)", family="images", help="New 4-byte real image, all 0."
)
def create_float_image(run: Run, name: str, *sizes: float) -> Image:
    return run.new_image(name, 2, sizes)


@builtin(
    "image CreateComplexImage(string name, number w, number h)",
    family="images",
    help="New 8-byte complex image, all 0.",
)
def create_complex_image(run: Run, name: str, *sizes: float) -> Image:
    return run.new_image(name, 3, sizes)


@builtin(
    "image CreateByteImage(string name, number w, number h)", family="images", help="New 1-byte unsigned image, all 0."
)
def create_byte_image(run: Run, name: str, *sizes: float) -> Image:
    return run.new_image(name, 6, sizes)


@builtin(
    "image ImageClone(image img)",
    "image ImageCopy(image img)",
    family="images",
    help="Copy with its own pixels, calibration and tags.",
)
def image_clone(run: Run, img: Image) -> Image:
    return img.clone()


# --- size -------------------------------------------------------------------------------------


@builtin(
    "void GetSize(image img, number &width, number &height)",
    "void Get2DSize(image img, number &width, number &height)",
    "void GetSize(image img, number &width, number &height, number &depth)",
    "void Get3DSize(image img, number &width, number &height, number &depth)",
    family="images",
    help="Size in pixels.",
)
def get_size(run: Run, img: Image, *sizes: Reference) -> None:
    for dimension, size in enumerate(sizes):
        size.set(float(img.length(dimension)))


@builtin(
    "number ImageGetDimensionSize(image img, number dim)",
    family="images",
    help="Size along one dimension.",
)
def image_get_dimension_size(run: Run, img: Image, dimension: float) -> float:
    return float(img.length(dimension))


@builtin(
    "number ImageGetDimensionSizes(image img, number &w)",
    "number ImageGetDimensionSizes(image img, number &w, number &h)",
    "number ImageGetDimensionSizes(image img, number &w, number &h, number &d)",
    family="images",
    help="Sizes along all dimensions; returns their number.",
)
def image_get_dimension_sizes(run: Run, img: Image, *sizes: Reference) -> float:
    get_size(run, img, *sizes)
    return float(img.data.ndim)


@builtin("number ImageGetNumDimensions(image img)", family="images", help="Number of dimensions.")
def image_get_num_dimensions(run: Run, img: Image) -> float:
    return float(img.data.ndim)


@builtin(
    *_of_sizes("void ImageResize(image img, number numDims, "),
    family="images",
    help="Change the size in place; kept pixels stay at the upper left, new ones are 0.",
)
def image_resize(run: Run, img: Image, count: float, *sizes: float) -> None:
    if count != len(sizes):
        raise ScriptRuntimeError(f"ImageResize: {count:g} dimensions, but {len(sizes)} sizes")
    new = run.new_image(img.name, img.type_code, sizes)
    if new.data.ndim == img.data.ndim:
        common = tuple(slice(0, min(pair)) for pair in zip(new.data.shape, img.data.shape, strict=True))
        new.data[common] = img.data[common]
    elif new.data.size == img.data.size:
        new.data[...] = img.data.reshape(new.data.shape)
    known = len(img.calibrations)
    new.calibrations[:known] = img.calibrations[: new.data.ndim]
    img.data, img.calibrations = new.data, new.calibrations


# --- type -------------------------------------------------------------------------------------


@builtin("number ImageGetDataType(image img)", family="images", help="Data type code.")
def image_get_data_type(run: Run, img: Image) -> float:
    return float(img.type_code)


@builtin(
    "void ImageChangeDataType(image img, number dataType)",
    family="images",
    help="Convert the pixels in place.",
    throws=True,
)
def image_change_data_type(run: Run, img: Image, code: float) -> None:
    img.data = convert(img.data, dtype_of(code), run.conversion)
    img.type_code = int(code)


@builtin(
    "number ImageGetDataTypeSize(image img)",
    "number ImageGetDataElementByteSize(image img)",
    family="images",
    help="Bytes of one pixel.",
)
def image_bytes(run: Run, img: Image) -> float:
    return float(img.data.dtype.itemsize)


@builtin("number ImageGetDataElementBitSize(image img)", family="images", help="Bits of one pixel.")
def image_bits(run: Run, img: Image) -> float:
    return 1.0 if img.type_code == BINARY else img.data.dtype.itemsize * 8.0


@builtin("string ImageGetDataTypeName(image img)", family="images", help="What its data type is called.")
def image_type_name(run: Run, img: Image) -> str:
    return type_words(img.type_code)


def _converter(name: str, code: int, what: str) -> None:
    @builtin(f"void {name}(image img)", family="images", help=f"Convert the pixels in place to {what}.", throws=True)
    def convert_to(run: Run, img: Image) -> None:
        image_change_data_type(run, img, code)


for _name, _type_code in {
    "ConvertToFloat": 2,
    "ConvertToDouble": 12,
    "ConvertToLong": 7,
    "ConvertToShort": 1,
    "ConvertToByte": 6,
    "ConvertToComplex": 3,
    "ConvertToPackedComplex": PACKED,
    "ConvertToBinary": BINARY,
}.items():
    _converter(_name, _type_code, type_words(_type_code))


def _type_test(name: str, kinds: str, what: str) -> None:
    @builtin(f"number {name}(image img)", family="images", help=f"Whether the pixels are {what}.")
    def has_type(run: Run, img: Image) -> float:
        return float(img.data.dtype.kind in kinds)

    @builtin(f"number {name}(image img, number bytes)", family="images", help=f"Whether the pixels are {what}.")
    def has_type_and_size(run: Run, img: Image, size: float) -> float:
        return float(img.data.dtype.kind in kinds and img.data.dtype.itemsize == size)


for _name, _kinds, _what in (
    ("ImageIsDataTypeReal", "f", "real"),
    ("ImageIsDataTypeFloat", "f", "real"),
    ("IsRealDataType", "f", "real"),
    ("ImageIsDataTypeComplex", "c", "complex"),
    ("IsComplexDataType", "c", "complex"),
    ("ImageDataTypeIsComplex", "c", "complex"),
    ("ImageIsDataTypeInteger", "iu", "whole numbers"),
    ("IsIntegerDataType", "iu", "whole numbers"),
    ("ImageIsDataTypeRGB", "V", "colours"),
    ("IsRGBDataType", "V", "colours"),
    ("ImageIsDataTypeBinary", "b", "binary"),
    ("IsBinaryDataType", "b", "binary"),
):
    _type_test(_name, _kinds, _what)


@builtin(
    "number IsIntegerDataType(image img, number bytes, number isSigned)",
    family="images",
    help="Whether the pixels are whole numbers of this size and sign.",
)
def is_integer_data_type(run: Run, img: Image, size: float, is_signed: float) -> float:
    dtype = img.data.dtype
    return float(dtype.kind == ("i" if is_signed else "u") and dtype.itemsize == size)


# --- name, id, life ---------------------------------------------------------------------------


@builtin(
    "string GetName(image img)",
    "string ImageGetName(image img)",
    family="images",
    help="Title of the image.",
)
def get_name(run: Run, img: Image) -> str:
    return img.name


@builtin("void GetName(image img, string &name)", family="images", help="Title of the image.")
def get_name_into(run: Run, img: Image, name: Reference) -> None:
    name.set(img.name)


@builtin(
    "void SetName(image img, string name)",
    "void ImageSetName(image img, string name)",
    family="images",
    help="Give the image a title.",
)
def set_name(run: Run, img: Image, name: str) -> None:
    img.name = name


@builtin(
    "number ImageGetID(image img)",
    "number GetImageID(image img)",
    family="images",
    help="A number that no other image has.",
)
def image_get_id(run: Run, img: Image) -> float:
    return float(img.id)


@builtin(
    "image GetImageFromID(number id)",
    "image FindImageByID(number id)",
    family="images",
    help="The image with this id.",
    throws=True,
)
def get_image_from_id(run: Run, number: float) -> Image:
    found = image_by_id(number)
    if found is None:
        raise ScriptRuntimeError(f"there is no image with id {number:g}")
    return found


@builtin("number GetImageFromID(image &img, number id)", family="images", help="The image with this id; 0 if none.")
def get_image_from_id_into(run: Run, img: Reference, number: float) -> float:
    found = image_by_id(number)
    if found is not None:
        img.set(found)
    return float(found is not None)


@builtin("number DoesImageExist(number id)", family="images", help="Whether there is an image with this id.")
def does_image_exist(run: Run, number: float) -> float:
    return float(image_by_id(number) is not None)


@builtin(
    "image FindImageByName(string name)", family="images", help="The shown image with this title; invalid if none."
)
def find_image_by_name(run: Run, name: str) -> object:
    return next((img for img in reversed(run.shown) if img.name == name), NULL)


@builtin(
    "string ImageGetLabel(image img)",
    "string GetLabel(image img)",
    family="images",
    help="A letter code that names the image.",
)
def image_get_label(run: Run, img: Image) -> str:
    number, label = img.id - 1, ""
    while number >= 0:
        number, letter = divmod(number, 26)
        label, number = chr(ord("A") + letter) + label, number - 1
    return label


@builtin("number ImageIsValid(image img)", family="images", help="Whether the variable holds an image.")
def image_is_valid(run: Run, img: object) -> float:
    return float(isinstance(img, Image) and not img.is_deleted)


@builtin("void DeleteImage(image img)", family="images", help="Close and forget the image.")
def delete_image(run: Run, img: Image) -> None:
    run.close(img)
    img.is_deleted = True


@builtin("string ImageGetDescriptionText(image img)", family="images", help="Text that describes the image.")
def image_get_description(run: Run, img: Image) -> str:
    found = img.tags.find("Description")
    return found if isinstance(found, str) else ""


@builtin("void ImageSetDescriptionText(image img, string text)", family="images", help="Describe the image.")
def image_set_description(run: Run, img: Image, text: str) -> None:
    img.tags.set("Description", text)


@builtin("void ClearImage(image img)", family="images", help="Set all pixels to 0.")
def clear_image(run: Run, img: Image) -> None:
    img.fill(0.0, run.conversion)


@builtin("void ImageCopyDataFrom(image to, image from)", family="images", help="Copy the pixels.", throws=True)
def image_copy_data(run: Run, to: Image, source: Image) -> None:
    if to.data.shape != source.data.shape:
        raise sizes_differ(to.size, source.size)
    to.fill(source.data, run.conversion)


# --- single pixels ----------------------------------------------------------------------------


def _pixel(img: Image, position: tuple[float, ...]) -> tuple[int, ...]:
    """Return the index of a pixel in the array; scripts ask for millions, so no view of it is made."""
    while len(position) > img.data.ndim and position[-1] == 0:
        position = position[:-1]
    if len(position) != img.data.ndim:
        raise ScriptRuntimeError(
            f"{len(position)} numbers name no pixel of image {img.name!r} of {describe_size(img.size)} pixels"
        )
    try:
        index = tuple(map(int, reversed(position)))
    except (ValueError, OverflowError):  # not a number, or infinite
        index = (-1,)
    if min(index) < 0 or any(map(ge, index, img.data.shape)):
        part(img, position)  # says what is wrong
    return index


@builtin(
    "number GetPixel(image img, number x)",
    "number GetPixel(image img, number x, number y)",
    "number GetPixel(image img, number x, number y, number z)",
    family="images",
    help="Value of one pixel, also complex or a colour.",
    throws=True,
)
def get_pixel(run: Run, img: Image, *position: float) -> object:
    value = img.data[_pixel(img, position)]
    if img.is_colour:
        return RGB(*(int(channel) for channel in value))
    return complex(value) if img.is_complex else float(value)


@builtin(
    "void SetPixel(image img, number x, number value)",
    "void SetPixel(image img, number x, number y, number value)",
    "void SetPixel(image img, number x, number y, number z, number value)",
    "void SetPixel(image img, number x, number y, complexnumber value)",
    "void SetPixel(image img, number x, number y, number z, complexnumber value)",
    "void SetPixel(image img, number x, number y, rgbnumber value)",
    family="images",
    help="Set one pixel.",
    throws=True,
)
def set_pixel(run: Run, img: Image, *position_and_value: object) -> None:
    *position, value = position_and_value
    index = _pixel(img, tuple(position))  # type: ignore[arg-type]
    if img.data.dtype.kind == "f" and isinstance(value, float):
        img.data[index] = value
    else:
        store(value, img.data[tuple(slice(place, place + 1) for place in index)], run.conversion)
