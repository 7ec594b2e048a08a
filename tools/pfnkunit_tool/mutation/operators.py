# SPDX-License-Identifier: GPL-2.0
"""What the operators' semantic patches call for each match, inside of spatch.

A semantic patch says where an operator applies and hands over positions; here is
what it makes of the place. One line of JSON goes out for each mutant: operator,
function, the range that is replaced, and the replacement, in which {A}, {B} and
{E} stand for parts of the text. A deletion has no replacement.
"""

import json
import re
from typing import Any, Dict, List, Optional, Sequence, Tuple

Range = Tuple[int, int, int, int]
"""First line and column, last line and the column behind; lines from 1, columns from 0."""

RELATIONAL = {"<": ("<=", ">="), "<=": ("<", ">"), ">": (">=", "<="), ">=": (">", "<"),
              "==": ("!=",), "!=": ("==",)}
ARITHMETIC = {"+": ("-",), "-": ("+",), "*": ("/",), "/": ("*",), "%": ("/",), "<<": (">>",),
              ">>": ("<<",), "&": (), "|": (), "^": ("|",)}
ONE_SIDE = {"&": "A", "|": "AB"}
"""The side that stays when the other is left out."""
ASSIGNMENT = {"+=": "-=", "-=": "+=", "*=": "/=", "/=": "*=", "|=": "&=", "&=": "|=",
              "<<=": ">>=", ">>=": "<<="}
BITS = ("mkspecial", "mkdirty", "wrprotect", "mkold")
NUMBER = re.compile(r"(0[xX][0-9a-fA-F]+|\d+)[uUlL]*$")

PAIRS = (("VM_PFNMAP", "VM_MIXEDMAP"), ("VM_SHARED", "VM_MAYSHARE"), ("VM_WRITE", "VM_MAYWRITE"),
         ("VM_IO", "VM_DONTEXPAND"), ("VM_DONTEXPAND", "VM_DONTDUMP"), ("VM_LOCKED", "VM_IO"),
         ("VM_HUGETLB", "VM_PFNMAP"), ("VM_READ", "VM_WRITE"), ("VM_EXEC", "VM_WRITE"),
         ("VM_SPECIAL", "VM_IO"), ("VM_WIPEONFORK", "VM_DONTCOPY"),
         ("VM_FAULT_SIGBUS", "VM_FAULT_OOM"), ("VM_FAULT_OOM", "VM_FAULT_SIGBUS"),
         ("VM_FAULT_NOPAGE", "VM_FAULT_SIGBUS"), ("VM_FAULT_FALLBACK", "VM_FAULT_SIGBUS"),
         ("VM_FAULT_LOCKED", "VM_FAULT_NOPAGE"), ("VM_FAULT_RETRY", "VM_FAULT_NOPAGE"),
         ("VM_FAULT_ERROR", "VM_FAULT_NOPAGE"), ("VM_FAULT_DONE_COW", "VM_FAULT_NOPAGE"),
         ("VM_FAULT_HWPOISON", "VM_FAULT_SIGBUS"),
         ("FAULT_FLAG_WRITE", "FAULT_FLAG_UNSHARE"), ("FAULT_FLAG_UNSHARE", "FAULT_FLAG_WRITE"),
         ("FAULT_FLAG_ORIG_PTE_VALID", "FAULT_FLAG_WRITE"),
         ("FOLL_WRITE", "FOLL_FORCE"), ("FOLL_FORCE", "FOLL_WRITE"), ("FOLL_PIN", "FOLL_GET"),
         ("FOLL_GET", "FOLL_PIN"), ("FOLL_TOUCH", "FOLL_WRITE"), ("FOLL_ANON", "FOLL_WRITE"),
         ("EINVAL", "EFAULT"), ("EFAULT", "EINVAL"), ("ENOMEM", "EINVAL"), ("EBUSY", "EINVAL"),
         ("EEXIST", "EINVAL"), ("EAGAIN", "EINVAL"), ("EPERM", "EINVAL"), ("EACCES", "EINVAL"),
         ("_PAGE_CACHE_MODE_WB", "_PAGE_CACHE_MODE_UC_MINUS"),
         ("_PAGE_CACHE_MODE_WC", "_PAGE_CACHE_MODE_UC_MINUS"),
         ("_PAGE_CACHE_MODE_UC_MINUS", "_PAGE_CACHE_MODE_WB"),
         ("_PAGE_CACHE_MODE_UC", "_PAGE_CACHE_MODE_WC"))


def _flags() -> Dict[str, str]:
    found: Dict[str, str] = {}
    for one, other in PAIRS:
        found.setdefault(one, other)
        if one.startswith("VM_") and not one.startswith("VM_FAULT_"):
            found.setdefault(other, one)
    for one, other in list(found.items()):
        if one.startswith("VM_") and not one.startswith("VM_FAULT_"):
            found[f"VMA_{one[3:]}_BIT"] = f"VMA_{other[3:]}_BIT"
    return found


FLAGS = _flags()


def _range(first: Any, last: Any) -> Range:
    return (int(first.line), int(first.column), int(last.line_end), int(last.column_end))


def emit(operator: str, first: Any, last: Any, text: Optional[str],
         **parts: Tuple[Any, Any]) -> None:
    """One mutant."""
    print(json.dumps({"operator": operator, "function": first.current_element,
                      "file": first.file,
                      "range": _range(first, last), "text": text,
                      "parts": {name: _range(*pair) for name, pair in parts.items()}}))


def _bare(text: str) -> str:
    """A token without the space that spatch has around it, or the end of a macro's line."""
    words = re.sub(r"/\*.*?\*/|\\", " ", text, flags=re.DOTALL).split()
    return words[0] if words else ""


def _binary(operator: str, p: List[Any], q: List[Any], texts: Sequence[str]) -> None:
    for left, right in zip(p, q):
        for text in texts:
            emit(operator, left, right, text, A=(left, left), B=(right, right))


def relational(p: List[Any], q: List[Any], sign: str) -> None:
    """A comparison."""
    others = RELATIONAL.get(_bare(sign), ())
    _binary("relational", p, q, [f"{{A}} {other} {{B}}" for other in others])


def logical(p: List[Any], q: List[Any], sign: str) -> None:
    """&& or ||."""
    other = "||" if _bare(sign) == "&&" else "&&"
    _binary("logical", p, q, [f"({{A}}) {other} ({{B}})", "!!({A})", "!!({B})"])


def negation(p: List[Any], q: List[Any]) -> None:
    """What is negated is not."""
    for first, last in zip(p, q):
        emit("logical", first, last, "!!({E})", E=(last, last))


def arithmetic(p: List[Any], q: List[Any], sign: str) -> None:
    """+ and its like."""
    sign = _bare(sign)
    texts = [f"({{A}}) {other} ({{B}})" for other in ARITHMETIC.get(sign, ())]
    _binary("arithmetic", p, q, texts + [f"({{{side}}})" for side in ONE_SIDE.get(sign, "")])


def assignment(p: List[Any], q: List[Any], sign: str) -> None:
    """+= and its like."""
    if _bare(sign) in ASSIGNMENT:
        _binary("arithmetic", p, q, [f"{{A}} {ASSIGNMENT[_bare(sign)]} {{B}}"])


def complement(p: List[Any], q: List[Any]) -> None:
    """~ is left out."""
    for first, last in zip(p, q):
        emit("arithmetic", first, last, "({E})", E=(last, last))


def constant(p: List[Any], text: str) -> None:
    """A number, or a truth value."""
    text = _bare(text)
    others: List[str] = []
    if text in ("true", "false"):
        others = ["false" if text == "true" else "true"]
    elif NUMBER.match(text):
        zero = not re.search(r"[1-9a-wyzA-F]", text.rstrip("uUlL"))
        others = ["1"] if zero else [f"({text} + 1)", f"({text} - 1)"]
    for place in p:
        for other in others:
            emit("constant", place, place, other)


def condition(p: List[Any]) -> None:
    """What is tested is negated; a comparison or a negation is left to its own operator."""
    for place in p:
        emit("condition", place, place, "!({E})", E=(place, place))


def deletion(p: List[Any], q: List[Any]) -> None:
    """A statement is left out."""
    for first, last in zip(p, q):
        emit("deletion", first, last, None)


def returned(p: List[Any]) -> None:
    """Another value is returned; what fits depends on the text."""
    for place in p:
        emit("return", place, place, "0", E=(place, place))


def flag(p: List[Any], name: str) -> None:
    """A flag becomes another one."""
    other = FLAGS.get(_bare(name))
    for place in p if other else ():
        emit("flag", place, place, other)


def bit_dropped(p: List[Any], q: List[Any], r: List[Any]) -> None:
    """The entry stays as it was."""
    for first, inner, last in zip(p, q, r):
        emit("entry", first, last, "({E})", E=(inner, inner))


def bit_added(p: List[Any], level: str) -> None:
    """The entry gets one bit more, or less."""
    for place in p:
        for bit in BITS:
            emit("entry", place, place, f"{level}_{bit}({{E}})", E=(place, place))


def bound(p: List[Any], q: List[Any]) -> None:
    """One more, one less."""
    for first, last in zip(p, q):
        for step in ("+ 1", "- 1"):
            emit("bound", first, last, f"(({{E}}) {step})", E=(first, last))
