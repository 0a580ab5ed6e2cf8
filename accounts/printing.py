"""The paper with the one-time code that an administrator hands over."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from core import wareki
from core.pdf.blocks import Code, DefinitionList, Heading, Paragraph, SmallPrint, Spacer
from core.pdf.page import A5, Document, Header
from core.pdf.text import bold


def invitation_pdf(user: User, code: str, *, address: str, expires_at: datetime) -> bytes:
    """One A5 sheet: who it is for, where to go, the code, and until when it works."""
    paper = Document(
        size=A5,
        title=_("Invitation to sign in"),
        header=Header(left=_("Kakehashi"), boxed=_("Invitation")),
        footer=[
            SmallPrint(
                [
                    _("Give this paper to nobody else. Destroy it when your password is set."),
                    _("Nobody from the city will ever ask you for your password."),
                ]
            )
        ],
    )
    paper.add(
        Heading(_("To %(name)s") % {"name": user.name}),
        Paragraph(_("With this code you choose the password with which you sign in from now on.")),
        Spacer(4),
        Code(code, caption=_("One-time code")),
        Spacer(4),
        DefinitionList(
            [
                (_("Page to open"), address),
                (_("User name"), bold(user.username, 1.2)),
                (_("Valid until"), wareki.wareki(expires_at)),
            ]
        ),
    )
    return paper.to_bytes()
