"""The guides of the starter library, in the order of the shelf: the most feared question first."""

from materials.library.guides.bulky_waste import BULKY_WASTE
from materials.library.guides.childcare import CHILDCARE_ANDROID, CHILDCARE_IPHONE
from materials.library.guides.e_library import E_LIBRARY
from materials.library.guides.residence_record import RESIDENCE_RECORD
from materials.library.guides.sign_in import SIGN_IN_ANDROID, SIGN_IN_IPHONE
from materials.library.guides.suspicious_texts import SUSPICIOUS_TEXTS
from materials.library.guides.typing import TYPING
from materials.library.guides.water import WATER
from materials.library.shapes import GuideRow

GUIDES: tuple[GuideRow, ...] = (
    SUSPICIOUS_TEXTS,
    TYPING,
    RESIDENCE_RECORD,
    SIGN_IN_ANDROID,
    SIGN_IN_IPHONE,
    CHILDCARE_ANDROID,
    CHILDCARE_IPHONE,
    BULKY_WASTE,
    WATER,
    E_LIBRARY,
)
