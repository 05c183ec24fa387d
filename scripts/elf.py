"""Reads from an object file what it consists of: its sections, and the names it offers and wants.

Anybody may have made the file, so whatever does not add up is a BrokenObject.
"""
from __future__ import annotations

import struct
from pathlib import Path
from typing import NamedTuple

BYTES_MOST = 16 << 20
ALLOCATED = 2                   # a section's flag: it is there when the program runs
SYMBOL_TABLE = 2                # a section's type
INDIRECT = 10                   # a symbol's type: a function that is asked which function to use
UNDEFINED = 0                   # a symbol's section: somebody else has to have it


class BrokenObject(Exception):
    """It is no object file that a compiler makes; says what is wrong."""


class Section(NamedTuple):
    name: str
    kind: int
    flags: int
    offset: int
    size: int
    link: int


class Symbol(NamedTuple):
    name: str
    kind: int
    local: bool
    section: int


class Layout(NamedTuple):
    """Of the 32-bit or the 64-bit format; `section` is read in the order of Section's fields."""
    header: str                 # from byte 16 on
    section: str
    symbol: str
    symbol_fields: tuple[int, int, int]         # where name, info and section stand


WIDE = Layout("HHIQQQIHHHHHH", "IIQ8xQQI12x8x", "IBBHQQ", (0, 1, 3))
NARROW = Layout("HHIIIIIHHHHHH", "III4xIII12x", "IIIBBH", (0, 3, 5))


class Object:
    def __init__(self, path: Path) -> None:
        if path.stat().st_size > BYTES_MOST:
            raise BrokenObject(f"it compiles to more than {BYTES_MOST >> 20} MiB")
        self.bytes = path.read_bytes()
        try:
            self._read()
        except (struct.error, ArithmeticError, IndexError, ValueError) as error:
            raise BrokenObject("its object file does not add up") from error

    def _read(self) -> None:
        if self.bytes[:4] != b"\x7fELF":
            raise ValueError("no ELF")
        layout = {1: NARROW, 2: WIDE}.get(self.bytes[4])
        order = {1: "<", 2: ">"}.get(self.bytes[5])
        if layout is None or order is None:
            raise ValueError("neither 32 nor 64 bits")
        header = struct.unpack_from(order + layout.header, self.bytes, 16)
        start, (entry, count, names) = header[5], header[-3:]
        row = struct.Struct(order + layout.section)
        rows = [row.unpack_from(self.bytes, start + i * entry) for i in range(count)]
        strings = Section("", *rows[names][1:])
        self.sections = [Section(self._string(strings, at), *rest) for at, *rest in rows]
        self.symbols: list[Symbol] = []
        for section in self.sections:
            if section.kind == SYMBOL_TABLE:
                self._read_symbols(section, struct.Struct(order + layout.symbol),
                                   layout.symbol_fields)

    def _read_symbols(self, table: Section, row: struct.Struct,
                      fields: tuple[int, int, int]) -> None:
        names = self.sections[table.link]
        for at in range(table.offset, table.offset + table.size, row.size):
            values = row.unpack_from(self.bytes, at)
            name, info, section = (values[field] for field in fields)
            self.symbols.append(Symbol(self._string(names, name), info & 15, info >> 4 == 0,
                                       section))

    def _string(self, table: Section, at: int) -> str:
        start = table.offset + at
        return self.bytes[start:self.bytes.index(b"\0", start)].decode(errors="replace")

    @property
    def offered(self) -> set[str]:
        return {symbol.name for symbol in self.symbols
                if not symbol.local and symbol.section != UNDEFINED}

    @property
    def wanted(self) -> set[str]:
        return {symbol.name for symbol in self.symbols
                if not symbol.local and symbol.section == UNDEFINED}
