"""One paper drawn by Kakehashi, in a process of its own that prints how long it took and how large it got.

python -m bench.frame.our_document guide 12     (an edition)
python -m bench.frame.our_document roster 40    (a lesson)
"""

import json
import resource
import sys
import time

import django


def guide(pk: int) -> bytes:
    """An edition, with readings, past the papers kept."""
    from materials.models import Edition  # noqa: PLC0415  (models need Django set up)
    from materials.outline import outline  # noqa: PLC0415  (as above)
    from materials.printing import draw, guide_address  # noqa: PLC0415  (its import is part of what is measured)

    edition = Edition.objects.get(pk=pk)
    return draw(outline(edition, ruby=True), address=guide_address(edition), made_at=edition.published_at)


def roster(pk: int) -> bytes:
    """The sheet of a lesson."""
    from classes.models import Lesson  # noqa: PLC0415  (models need Django set up)
    from classes.roster import roster_of  # noqa: PLC0415  (as above)
    from classes.roster_printing import roster_pdf  # noqa: PLC0415  (its import is part of what is measured)

    return roster_pdf(roster_of(Lesson.objects.select_related("run__course", "venue").get(pk=pk)))


def main(document: str, pk: int) -> None:
    """Time the drawing with its import, as typst is timed."""
    django.setup()
    begun = time.perf_counter()
    paper = {"guide": guide, "roster": roster}[document](pk)
    taken = (time.perf_counter() - begun) * 1000
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"ms": taken, "bytes": len(paper), "memory_mb": memory}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
