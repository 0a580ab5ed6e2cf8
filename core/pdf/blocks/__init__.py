"""The pieces a paper is built from: headings, paragraphs, boxes, lists of facts, pictures, steps.

A block knows what it says; `lay` sets it to a width and gives something with a height that can be drawn, and split
between two pages where that does no harm. Sizes are those of ordinary 16-point paper and grow with the paper.
"""

from core.pdf.blocks.boxes import Banner, BigDate, Box, Code, PhoneBox, care_box, ok_box, phone_line
from core.pdf.blocks.laid import Block, Frame, Laid, LaidColumns, LaidStack, LaidText
from core.pdf.blocks.listing import Listing
from core.pdf.blocks.spacing import BreakMark, Fill, FillMark, KeepTogether, PageBreak, Rule, Spacer
from core.pdf.blocks.texts import MIDDLE, Bullets, DefinitionList, Heading, NumberedAction, Paragraph, SmallPrint

__all__ = [
    "MIDDLE",
    "Banner",
    "BigDate",
    "Block",
    "Box",
    "BreakMark",
    "Bullets",
    "Code",
    "DefinitionList",
    "Fill",
    "FillMark",
    "Frame",
    "Heading",
    "KeepTogether",
    "Laid",
    "LaidColumns",
    "LaidStack",
    "LaidText",
    "Listing",
    "NumberedAction",
    "PageBreak",
    "Paragraph",
    "PhoneBox",
    "Rule",
    "SmallPrint",
    "Spacer",
    "care_box",
    "ok_box",
    "phone_line",
]
