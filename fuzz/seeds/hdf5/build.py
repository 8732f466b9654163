"""Writes small HDF5 files for the fuzzer with h5py 3.16 (HDF5 2.0), one or a few structures of the format in each.

    python build.py

Smaller than the fixtures, so that a changed byte most likely lies in what the
file is for. Nothing is expected of their values: the tests of the readers have
the fixtures for that.
"""
import ctypes
import os

import h5py
import numpy as np
from h5py import h5d, h5f, h5p, h5r, h5s, h5t, h5z

HERE = os.path.dirname(os.path.abspath(__file__))


def new_file(name, libver, configure=lambda create: None, configure_access=lambda access: None):
    access = h5p.create(h5p.FILE_ACCESS)
    access.set_libver_bounds(*{"old": (h5f.LIBVER_EARLIEST, h5f.LIBVER_V18),
                               "v108": (h5f.LIBVER_V18, h5f.LIBVER_V18),
                               "v110": (h5f.LIBVER_V110, h5f.LIBVER_V110),
                               "new": (h5f.LIBVER_LATEST, h5f.LIBVER_LATEST)}[libver])
    access.set_meta_block_size(0)
    create = h5p.create(h5p.FILE_CREATE)
    create.set_obj_track_times(False)
    configure(create)
    configure_access(access)
    path = os.path.join(HERE, f"{name}-{libver}.h5").encode()
    return h5py.File(h5f.create(path, h5f.ACC_TRUNC, create, access))


def dataset(file, name, values, chunk=None, most=None, filters=(), fill=None, early=False, compact=False, dtype=None):
    create = h5p.create(h5p.DATASET_CREATE)
    create.set_obj_track_times(False)
    if chunk is not None:
        create.set_chunk(chunk)
    if compact:
        create.set_layout(h5d.COMPACT)
    if fill is not None:
        create.set_fill_value(np.array(fill, values.dtype))
    if early:
        create.set_alloc_time(h5d.ALLOC_TIME_EARLY)
    for filter_id, parameters in filters:
        create.set_filter(filter_id, h5z.FLAG_OPTIONAL, parameters)
    space = h5s.create_simple(values.shape, most) if values.shape != () else h5s.create(h5s.SCALAR)
    kind = dtype or h5t.py_create(values.dtype, logical=True)
    made = h5d.create(file.id, name.encode(), kind, space, create)
    if fill is None or values.any():
        made.write(h5s.ALL, h5s.ALL, np.ascontiguousarray(values), h5t.py_create(values.dtype, logical=True))
    return h5py.Dataset(made)


def numbers(*shape, dtype="<i2"):
    return np.arange(int(np.prod(shape)), dtype=dtype).reshape(shape)


def chunks(libver):
    unlimited = h5s.UNLIMITED
    kinds = {
        "single": ((3, 4), (3, 4), (3, 4), False),
        "fixed": ((5, 4), (5, 4), (2, 3), False),
        "implicit": ((5, 4), (5, 4), (2, 3), True),
        "extensible": ((13,), (unlimited,), (1,), False),
        "tree": ((5, 4), (unlimited, unlimited), (2, 3), False),
    }
    for kind, (shape, most, chunk, early) in kinds.items():
        with new_file(f"chunks-{kind}", libver) as file:
            dataset(file, "d", numbers(*shape), chunk, most, early=early)
            if not early:
                dataset(file, "z", numbers(*shape), chunk, most, [(h5z.FILTER_DEFLATE, (6,))])
    with new_file("chunks-deep", libver) as file:
        dataset(file, "tree", numbers(10, 10, dtype="i1"), (1, 1), (unlimited, unlimited))
        if libver == "new":
            sparse = dataset(file, "sparse", np.zeros(400, "i1"), (1,), (unlimited,), fill=0)
            sparse[300] = 7
    if libver == "old":
        return
    with new_file("chunks-many", libver) as file:
        dataset(file, "fixed", numbers(1100, dtype="i1"), (1,), (1100,))
        dataset(file, "growing", numbers(200, dtype="i1"), (1,), (unlimited,))
        dataset(file, "sparse", numbers(40, dtype="i1"), (1,), (unlimited,))


def filters(libver):
    lists = {
        "shuffle-deflate": [(h5z.FILTER_SHUFFLE, ()), (h5z.FILTER_DEFLATE, (6,))],
        "fletcher": [(h5z.FILTER_FLETCHER32, ())],
        "lzf": [(32000, ())],
        "nbit": [(h5z.FILTER_NBIT, ())],
        "scale-offset": [(h5z.FILTER_SCALEOFFSET, (2, 0))],
    }
    for name, filters in lists.items():
        with new_file(f"filter-{name}", libver) as file:
            kind = None
            if name == "nbit":
                kind = h5t.STD_I32LE.copy()
                kind.set_precision(11)
                kind.set_offset(3)
            dataset(file, "d", numbers(24, dtype="<i4") % 7, (12,), (24,), filters, dtype=kind)
            if name == "scale-offset":
                dataset(file, "f", numbers(24, dtype="<f4") / 4, (12,), (24,), [(h5z.FILTER_SCALEOFFSET, (0, 2))])
    with new_file("filter-szip", libver) as file:
        for option in (h5z.SZIP_EC_OPTION_MASK, h5z.SZIP_NN_OPTION_MASK):
            for dtype in ("u1", ">i2", "<i4", "<f8"):
                values = (numbers(3, 40, dtype="<i4") * numbers(3, 40, dtype="<i4") % 23).astype(dtype)
                values[1] = 0
                dataset(file, f"{option} {dtype[-2:]}", values, (2, 40), (3, 40), [(h5z.FILTER_SZIP, (option, 8))])
    with new_file("filter-sizes", libver) as file:
        for name, dtype in {"two": "<i2", "eight": ">f8", "three": "S3", "one": "u1"}.items():
            dataset(file, name, np.zeros(6, dtype), (4,), (6,), [(h5z.FILTER_SHUFFLE, ())], early=True)
    with new_file("filter-nbit-parts", libver) as file:
        number = h5t.STD_I16BE.copy()
        number.set_precision(5)
        record = h5t.create(h5t.COMPOUND, 12)
        record.insert(b"a", 0, number)
        record.insert(b"b", 4, h5t.array_create(number, (2,)))
        record.insert(b"c", 8, h5t.IEEE_F32LE)
        values = np.zeros(5, np.dtype({"names": ["a", "b", "c"], "formats": ["<i2", ("<i2", (2,)), "<f4"],
                                       "offsets": [0, 4, 8], "itemsize": 12}))
        dataset(file, "d", values, (3,), (5,), [(h5z.FILTER_NBIT, ())], dtype=record)
    with new_file("filter-scale-offset-sizes", libver) as file:
        for name, dtype in {"i1": "i1", "i8": ">i8", "u2": "<u2", "f8": "<f8"}.items():
            kind = (0, 2) if dtype == "<f8" else (2, 0)
            values = numbers(8, dtype="<i4").astype(dtype)
            dataset(file, name, values, (5,), (8,), [(h5z.FILTER_SCALEOFFSET, kind)], fill=3)


def types(libver):
    with new_file("types-compound", libver) as file:
        kind = np.dtype([("a", "<i4"), ("b", ">f8"), ("c", "S3"), ("d", "<u2", (2,)), ("e", [("f", "?")])])
        dataset(file, "d", np.zeros(3, kind), compact=True)
        file.attrs["at"] = np.zeros((), kind)
    with new_file("types-sequence", libver) as file:
        words = file.create_dataset("words", (2,), h5py.string_dtype())
        words[:] = ["abc", "dé"]
        lists = file.create_dataset("lists", (3,), h5py.vlen_dtype("<i4"))
        lists[0], lists[1] = [1, 2, 3], [4]
        file.attrs["words"] = ["x", "yy"]
    with new_file("types-reference", libver) as file:
        data = dataset(file, "d", numbers(4, 5))
        file.create_dataset("objects", data=[data.ref, file.ref], dtype=h5py.ref_dtype)
        region = file.create_dataset("regions", (2,), h5py.regionref_dtype)
        region[0] = data.regionref[1:3, ::2]
        region[1] = data.regionref[np.array([[False] * 5, [True] * 5, [False] * 5, [True] * 5])]
    with new_file("types-other", libver) as file:
        kind = h5t.py_create(h5py.enum_dtype({"A": 0, "B": 2}, "i1"), logical=True)
        dataset(file, "enum", np.array([0, 2], "i1"), dtype=kind)
        dataset(file, "opaque", np.zeros(2, "V5"))
        dataset(file, "complex", np.zeros(2, "<c8"))
        dataset(file, "half", np.ones(2, "<f2"))
        dataset(file, "long", np.ones(2, np.longdouble))
        dataset(file, "bits", np.ones(2, "u1"), dtype=h5t.STD_B8LE)
        file.create_dataset("array", (2,), np.dtype(("<i2", (2, 3))))
        kind = h5t.py_create(np.dtype("<i4"))
        kind.commit(file.id, b"committed")
        dataset(file, "shared", numbers(2, dtype="<i4"), dtype=kind)


def groups(libver):
    with new_file("links", libver) as file:
        inner = file.create_group("a/b")
        inner["self"] = file["/"]
        inner["soft"] = h5py.SoftLink("/a/b/d")
        inner["loop"] = h5py.SoftLink("/a/b/loop2")
        inner["loop2"] = h5py.SoftLink("loop")
        inner["external"] = h5py.ExternalLink("x.h5", "/y")
        dataset(inner, "d", numbers(2))
    with new_file("attributes", libver) as file:
        for i in range(3):
            file.attrs[f"a{i}"] = np.arange(i + 1, dtype="<i2")
        file.attrs["empty"] = h5py.Empty("<f4")
        file.attrs["text"] = "text"


def dense(libver):
    with new_file("dense-links", libver) as file:
        for i in range(10):
            file[f"link {i}"] = h5py.SoftLink(f"/link {i - 1}")
    with new_file("dense-attributes", libver) as file:
        for i in range(10):
            file.attrs[f"attribute {i}"] = i
    with new_file("dense-tracked", libver, lambda create: create.set_attr_creation_order(3)) as file:
        for i in range(10):
            file.attrs[f"attribute {i}"] = "é" * i
    with new_file("huge-attribute", libver) as file:
        for i in range(9):
            file.attrs[f"a{i}"] = np.zeros(2200 if i == 3 else 2, "<i2")


def storage(libver):
    with new_file("fill", libver) as file:
        dataset(file, "never", np.zeros((3, 4), "<i2"), fill=7)
        dataset(file, "chunked", np.zeros((3, 4), "<i2"), (2, 2), (3, 4), fill=7)
        dataset(file, "compact", numbers(3), compact=True)
        dataset(file, "scalar", np.array(5, "<f8"))
        file["null"] = h5py.Empty("<f4")


def virtual(libver):
    with new_file("virtual", libver) as file:
        dataset(file, "s", numbers(4, 5))
        layout = h5py.VirtualLayout((3, 5), "<i2")
        layout[0] = h5py.VirtualSource(".", "s", (4, 5))[1]
        layout[1:3, ::2] = h5py.VirtualSource(".", "s", (4, 5))[2:4, 1:4]
        file.create_virtual_dataset("v", layout, fillvalue=-1)


def map_virtual(file, name, dtype, shape, parts, most=None):
    """A virtual dataset: of each part the selection in it, the path of its source, the selection in that."""
    create = h5p.create(h5p.DATASET_CREATE)
    create.set_obj_track_times(False)
    for target, path, source in parts:
        create.set_virtual(target, b".", path, source)
    h5d.create(file.id, name.encode(), h5t.py_create(np.dtype(dtype), logical=True), h5s.create_simple(shape, most), create)


def virtual_conversions(libver):
    sources = {"f8": [0.0, -1.9, 300, 1e39], "f4": [0.5, -3e9, 2e19, 7], "i8": [-129, 65536, 2 ** 60 + 2 ** 36 + 1, 5],
               ">u8": [2 ** 63, 2 ** 53 + 3, 255, 0], ">i2": [-1, 300, 7, 0], "f2": [0.1, -2.5, 6e-8, 9]}
    with new_file("virtual-conversions", libver) as file:
        space = h5s.create_simple((4,))
        for dtype, values in sources.items():
            dataset(file, dtype, np.array(values, dtype))
            for target in ["i1", ">u2", "i4", "u8", ">f4", "f8"]:
                map_virtual(file, f"{dtype} as {target}", target, (4,), [(space, dtype.encode(), space)])
        dataset(file, "bool", np.array([True, False]))
        pair = h5s.create_simple((2,))
        map_virtual(file, "bool as i4", "i4", (2,), [(pair, b"bool", pair)])
        map_virtual(file, "i8 as text", "S4", (4,), [(space, b"i8", space)])


def endless(columns, start, stride, block, count=h5s.UNLIMITED):
    """Blocks of rows without end, or one block without end."""
    space = h5s.create_simple((1, columns), (h5s.UNLIMITED, columns))
    space.select_hyperslab((start, 0), (count, 1), (stride, 1), (block, columns))
    return space


def virtual_endless(libver):
    unlimited = h5s.UNLIMITED
    line = h5s.create_simple((1, 3))
    mappings = {
        "numbered": (endless(3, 0, 1, 1), b"block %b", line),
        "apart": (endless(3, 1, 2, 1), b"/block %b", line),
        "none": (endless(3, 0, 1, 1), b"100%% %b", line),
        "rows": (endless(3, 0, 1, 1), b"log", endless(3, 0, 1, 1)),
        "one": (endless(3, 2, 1, unlimited, 1), b"log", endless(3, 1, 1, unlimited, 1)),
        "pairs": (endless(3, 1, 3, 2), b"log", endless(3, 0, 5, 3)),
        "missing": (endless(3, 0, 1, 1), b"no log", endless(3, 0, 1, 1)),
    }
    with new_file("virtual-endless", libver) as file:
        for block in (0, 1, 3):
            dataset(file, f"block {block}", numbers(1, 3, dtype="i1"))
        dataset(file, "log", numbers(7, 3, dtype="i1"), (2, 3), (unlimited, 3))
        for name, part in mappings.items():
            map_virtual(file, name, "i1", (2, 3), [part], (unlimited, 3))
        both = h5s.create_simple((9, 3))
        both.select_hyperslab((5, 0), (4, 3))
        rows = h5s.create_simple((7, 3))
        rows.select_hyperslab((0, 0), (4, 3))
        map_virtual(file, "mixed", "i1", (9, 3), [(both, b"log", rows), mappings["pairs"]], (unlimited, 3))


class ImageConfiguration(ctypes.Structure):
    """H5AC_cache_image_config_t of H5ACpublic.h."""
    _fields_ = [("version", ctypes.c_int), ("generate_image", ctypes.c_bool), ("save_resize_status", ctypes.c_bool),
                ("entry_ageout", ctypes.c_int)]


def cache_image():
    """HDF5 2.0 writes it, and then refuses to read it for the entries that depend on each other."""
    def configure(access):
        set_image = ctypes.CDLL(h5p.__file__).H5Pset_mdc_image_config
        if set_image(ctypes.c_int64(access.id), ctypes.byref(ImageConfiguration(1, True, False, -1))) < 0:
            raise RuntimeError("H5Pset_mdc_image_config failed")
    with new_file("cache-image", "new", configure_access=configure) as file:
        dataset(file, "d", numbers(3))
        dataset(file, "chunked", numbers(5, 4), (2, 3), (h5s.UNLIMITED, 4))
        for i in range(10):
            file[f"link {i}"] = h5py.SoftLink("/d")


for libver in ["old", "new"]:
    chunks(libver)
    types(libver)
    groups(libver)
    storage(libver)
filters("new")
virtual("v110")
virtual("new")
virtual_conversions("v110")
virtual_endless("v110")
cache_image()
dense("v108")
dense("new")
with new_file("user-block", "new", lambda create: create.set_userblock(512)) as file:
    dataset(file, "d", numbers(3))
with new_file("widths", "v108", lambda create: create.set_sizes(4, 4)) as file:
    dataset(file, "d", numbers(5, 4), (2, 3), (5, 4))
    file.attrs["a"] = "text"
