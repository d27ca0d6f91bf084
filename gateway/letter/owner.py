"""A draft of the municipality's own letter to the owner of a dwelling (Awb), for a lawyer to finish, sign and send.

It needs no hand-over: whoever owns a dwelling is spoken to in their own right, as the one who may be ordered to end a
breach (Gemeentewet art. 125; Awb art. 5:1, 5:31d, 5:32). So it names the dwelling, the neutral word for what was found,
and nobody: not who lives or works there, not who reported. What only a lawyer may say is an empty place in [ ].
"""

import re
import textwrap
from dataclasses import dataclass, field
from typing import NamedTuple

from gateway.letter.paper import Paper

KINDS = ("intention", "decision")
"""Said beforehand so that the owner may be heard (Awb 4:8), or a decision that is made known (Awb 3:41)."""
TOP, SIZE, SMALL = 48, 9.5, 8.5  # points: it fits one page, with room for what a lawyer adds on the next
WIDE = 104  # characters on a line of that size


@dataclass(frozen=True, slots=True)
class Dwelling:
    """An address as it was typed; nothing of it is kept."""

    postcode: str = field(repr=False)
    number: str = field(repr=False)
    addition: str = field(repr=False)

    @property
    def line(self) -> str:
        """Return the address on one line, with places for what was not asked."""
        number = f"{self.number} {self.addition}".strip()
        return f"[straat] {number}, {self.postcode[:4]} {self.postcode[4:]} [plaats]"


@dataclass(frozen=True, slots=True)
class OwnerLetter:
    """What a draft is made of. `neutral` is the coarsest word of the policy for a finding."""

    kind: str
    dwelling: Dwelling = field(repr=False)
    municipality: str
    neutral: str


class Block(NamedTuple):
    """A heading (h1, h2) or paragraph (p, small) of the letter."""

    tag: str
    text: str


def owner_letter(letter: OwnerLetter) -> tuple[Block, ...]:
    """Return the draft in Dutch, block by block."""
    told = f"{HEAD}{LETTERS[letter.kind]}{END}"
    filled = told.format(municipality=letter.municipality, address=letter.dwelling.line, found=letter.neutral)
    return tuple(_block(block) for block in re.split(r"\n\n+", filled.strip()))


def owner_pdf(letter: OwnerLetter) -> bytes:
    """Return the draft as one tagged page of PDF."""
    paper = Paper(title="Concept: brief aan de eigenaar", language="nl", top=TOP)
    for tag, text in owner_letter(letter):
        match tag:
            case "h1":
                paper.write(textwrap.wrap(text, 70), tag="H1", font="bold", size=13, after=5)
            case "h2":
                paper.write([text], tag="H2", font="bold", size=10.5, after=1)
            case "small":
                paper.write(textwrap.wrap(text, WIDE + 12), size=SMALL, after=8)
            case _:
                paper.write(textwrap.wrap(text, WIDE), size=SIZE, after=5)
    return paper.to_pdf()


def _block(block: str) -> Block:
    text = " ".join(block.split())
    for mark, tag in (("## ", "h2"), ("# ", "h1"), ("! ", "small")):
        if text.startswith(mark):
            return Block(tag, text.removeprefix(mark))
    return Block("p", text)


HEAD = """
! CONCEPT. Nog niet versturen. Een jurist van de gemeente vult de plekken tussen [ ] in, of haalt ze weg, en beslist
of de brief uitgaat.

Gemeente {municipality}

[naam en postadres van de eigenaar, zoals in het Kadaster op (datum)]

Datum: [datum]. Kenmerk: [kenmerk]. Behandeld door: [naam, telefoon].

"""
BREACH = """
## Wat wij hebben vastgesteld

Op [datum] hebben toezichthouders van de gemeente vastgesteld: {found}. Dat staat in het rapport van bevindingen
[kenmerk]. Dit mag niet op grond van [voorschrift en artikel, bijvoorbeeld van het omgevingsplan, de
huisvestingsverordening of de APV].

U bent eigenaar van de woning. Wij kunnen u daarom zelf vragen de overtreding te beëindigen: [waarom de eigenaar
overtreder is of het in zijn macht heeft de overtreding te beëindigen; Awb art. 5:1].
"""
ORDER = """
Wat u moet doen: [de herstelmaatregelen, zo precies dat de eigenaar weet wat genoeg is; Awb art. 5:32a]. Daarvoor hebt
u de tijd tot en met [datum].

Doet u dit niet op tijd? Dan betaalt u een dwangsom van € [bedrag] per [keer of week], tot hoogstens € [bedrag] (Awb
art. 5:31d en 5:32b). [Of: last onder bestuursdwang, Awb art. 5:21.]
"""
INTENTION = f"""
# Voornemen: last onder dwangsom voor {{address}}

Wij willen een besluit nemen over uw woning. Wij vragen u eerst om uw mening.
{BREACH}
## Wat wij van plan zijn

Wij willen u een last onder dwangsom opleggen. Dat mogen wij op grond van artikel 125 van de Gemeentewet en artikel
5:32 van de Algemene wet bestuursrecht (Awb).
{ORDER}
## U mag eerst reageren

U mag zeggen wat u van dit voornemen vindt (zienswijze, Awb art. 4:8). U kiest zelf: per brief of in een gesprek (Awb
art. 4:9). Doe dit vóór [datum] bij [naam van het team, adres, telefoon]. Is de overtreding dan al voorbij? Laat het
ons weten. Dan kijken wij of een besluit nog nodig is.

Dit is nog geen besluit. U kunt er dus nog geen bezwaar tegen maken.

"""
DECISION = f"""
# Besluit: last onder dwangsom voor {{address}}

Wij hebben een besluit genomen over uw woning. Met deze brief maken wij het aan u bekend (Awb art. 3:41).
{BREACH}
## Wat wij besluiten

Wij leggen u een last onder dwangsom op. Dat doen wij op grond van artikel 125 van de Gemeentewet en artikel 5:32 van
de Algemene wet bestuursrecht (Awb).
{ORDER}
Op ons voornemen van [datum] hebt u [wel of niet] gereageerd (Awb art. 4:8). [Wat de eigenaar zei, en wat wij daarvan
vinden.] De belangen die wij hebben afgewogen: [afweging; Awb art. 3:4].

## Bent u het niet eens met dit besluit?

Maak dan bezwaar binnen zes weken na de dag waarop wij dit besluit bekendmaakten (Awb art. 6:7 en 6:8). Stuur uw brief
naar [adres]. Zet erin: uw naam en adres, de datum, tegen welk besluit u bezwaar maakt en waarom, en uw handtekening
(Awb art. 6:5). Bezwaar stelt het besluit niet uit. Is er haast bij? Vraag dan ook de voorzieningenrechter van
[rechtbank] om een voorlopige voorziening (Awb art. 8:81).

"""
END = """
Met vriendelijke groet, namens [burgemeester en wethouders of de burgemeester], [naam, functie, handtekening]
"""
LETTERS = {"intention": INTENTION, "decision": DECISION}
