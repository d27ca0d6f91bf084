"""The words of the letter, in Dutch (B1) with a summary in English. Whoever opens the post may read them.

It names the municipality and nobody else: not who gets it, not why, not about what or whom.
"""

import datetime as dt
from dataclasses import dataclass, field

import segno

from gateway.letter.paper import Paper
from gateway.model.calendar import local_day

TOP = 170  # points: room for an address in the window of an envelope
SIDE = 118  # points of the QR code with its quiet zone: 4 cm
QUIET = 4  # modules around it (ISO/IEC 18004 section 5.3.8)
MONTHS = {
    "nl": [
        "januari",
        "februari",
        "maart",
        "april",
        "mei",
        "juni",
        "juli",
        "augustus",
        "september",
        "oktober",
        "november",
        "december",
    ],
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
}


@dataclass(frozen=True, slots=True)
class Letter:
    """What a letter is made of. `reference` is random: it leads the team to the message, and nobody else."""

    link: str = field(repr=False)
    until: dt.datetime
    municipality: str
    phone: str
    reference: str


def letter_pdf(letter: Letter) -> bytes:
    """Return the letter as one page of PDF."""
    paper = Paper(title=f"Brief van de gemeente {letter.municipality}", language="nl", top=TOP)
    paper.write([f"Gemeente {letter.municipality}"], font="bold", after=2)
    paper.write([f"Kenmerk {letter.reference}"], size=9, after=12)
    paper.write(["Er staat een bericht voor u klaar"], tag="H1", font="bold", size=16, after=6)
    for lines in _opening():
        paper.write(lines)
    paper.write(["Zo opent u het bericht"], tag="H2", font="bold", size=12, after=2)
    for lines in _steps():
        paper.write(lines, tag="LI", after=3)
    code = segno.make(letter.link, error="m", micro=False, boost_error=False)
    modules = [list(row) for row in code.matrix_iter(scale=1, border=QUIET)]
    paper.draw(modules, side=SIDE, described="QR-code met de link. Dezelfde link staat hieronder in letters.", after=0)
    address, _, fragment = letter.link.partition("#")
    shown = [address, f"#{fragment}"]
    paper.write(shown, font="fixed", size=8.5)
    paper.write(["Goed om te weten"], tag="H2", font="bold", size=12, after=2)
    for lines in _notes(letter):
        paper.write(lines, tag="LI", after=3)
    paper.write(_summary(letter), size=9, after=0, language="en")
    return paper.to_pdf()


def day(moment: dt.datetime, language: str) -> str:
    """Return the last whole day in the Netherlands before a moment: on that one a link opens till midnight."""
    last = local_day(moment) - dt.timedelta(days=1)
    return f"{last.day} {MONTHS[language][last.month - 1]} {last.year}"


def _opening() -> list[list[str]]:
    return [
        [
            "De gemeente heeft een bericht voor u. Het is alleen voor u bedoeld. Daarom sturen wij het niet per",
            "e-mail. U opent het zelf, op uw telefoon of computer. U hebt daarvoor geen account nodig.",
        ]
    ]


def _steps() -> list[list[str]]:
    return [
        [
            "1. Richt de camera van uw telefoon op het vierkant hieronder. Of typ het adres eronder helemaal over",
            "    (zonder spatie), ook wat achter het hekje (#) staat.",
        ],
        [
            "2. Vul de code van 8 cijfers in. Die code staat niet in deze brief. U krijgt hem op een andere manier:",
            "    wij bellen u, of u krijgt een aparte brief. Zo kan niemand met alleen deze brief het bericht lezen.",
        ],
        ["3. Druk het bericht af of sla het op. U kunt het één keer openen."],
    ]


def _notes(letter: Letter) -> list[list[str]]:
    return [
        [f"•  De link werkt tot en met {day(letter.until, 'nl')}. Na 5 verkeerde codes gaat de link dicht."],
        ["•  Bewaar deze brief en de code niet bij elkaar. Geef ze aan niemand anders."],
        [
            "•  Is deze brief niet voor u? Open de link en kies “Deze brief is niet voor mij”. U hebt daarvoor",
            "    geen code nodig. Of bel ons.",
        ],
        [
            f"•  Hebt u vragen, nog geen code, of twijfelt u of deze brief echt is? Bel {letter.phone}",
            "    en noem het kenmerk. Zoek het nummer zelf op als u twijfelt. Wij vragen u nooit om de code.",
        ],
    ]


def _summary(letter: Letter) -> list[str]:
    return [
        "",
        "In English: the municipality has a message for you. Scan the QR code or type the address in full. You also",
        "need a code of 8 digits, which is not in this letter: you get it by telephone or in another letter. You can",
        f"open the message once, until {day(letter.until, 'en')}. Is this letter not for you, or have you questions?",
        f"Call {letter.phone}.",
    ]
