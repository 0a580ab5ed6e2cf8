"""`make bench`: every scenario, or those named, against anchors of the same run.

python -m bench                      all scenarios
python -m bench pages pdf            only these
python -m bench --list               what there is
"""

import argparse
import sys

from bench.frame.registry import UnknownScenarioError, chosen, scenarios
from bench.frame.report import Report
from bench.frame.run import Run
from tools.trouble import Trouble, give_up


def main() -> int:
    """Run the scenarios and give back 1 when a target does not hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="scenarios to run; all when none is named")
    parser.add_argument("--list", action="store_true", help="list the scenarios")
    parser.add_argument("--scale", type=int, default=20, help="how large a practice city to measure in (20)")
    options = parser.parse_args()

    report = Report()
    try:
        # Scenarios look things up through Django, which a run sets up: not even their list can be had without one.
        with Run(scale=options.scale) as run:
            if options.list:
                for scenario in scenarios():
                    print(f"{scenario.name:<14} {scenario.about}")
                return 0
            for scenario in chosen(options.names):
                report.add(scenario, scenario.measure(run))
    except (Trouble, UnknownScenarioError) as trouble:
        give_up(Trouble(str(trouble)))
    finally:
        # What was measured before something broke took minutes, too.
        if report.rows:
            report.write()
    return 0 if report.holds else 1


if __name__ == "__main__":
    sys.exit(main())
