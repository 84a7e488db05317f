"""The command line: the only place that prints and exits.

Exit codes: 0 done, whatever the grades; 1 problems in a document, a check or a case that failed, a
change of a rule that nothing notices, a grade below what was required, a judgment that two
rulebooks make differently, or published grades that evidence does not bear out; 2 wrong usage; 3 a
fault of ours.
"""

import gc
import os
import sys


def main() -> None:
    """Run the command line and exit."""
    # A short run: looking for garbage while modules load, and for plugins of pydantic, costs a sixth of it.
    gc.set_threshold(100_000)
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

    from peelrules.cli.commands import app
    from peelrules.cli.streams import say
    from peelrules.model.problems import DocumentError, EngineError

    try:
        app()
    except DocumentError as error:
        say(str(error))
        sys.exit(1)
    except EngineError as error:
        say(f"peelrules could not run the rules. {error}")
        sys.exit(3)
    except Exception:
        import traceback

        say(f"This is a fault of peelrules, not of what it was given. Please report it.\n{traceback.format_exc()}")
        sys.exit(3)
    finally:
        gc.freeze()  # the process ends; looking for garbage once more would cost an eighth of it
