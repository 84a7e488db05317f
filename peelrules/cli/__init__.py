"""The command line: the only place that prints and exits.

Exit codes: 0 done, whatever the grades; 1 problems in a document, a check or a case that failed, a
change of a rule that nothing notices, a grade below what was required, a judgment that two
rulebooks make differently, or published grades that evidence does not bear out; 2 wrong usage; 3 a
fault of ours, or of the machine, such as a full disk; 130 and 143 stopped by Ctrl-C and by SIGTERM.
"""

import gc
import os
import sys


def main() -> None:
    """Run the command line and exit."""
    from peelrules.cli.signals import heeded

    # A short run: looking for garbage while modules load, and for plugins of pydantic, costs a sixth of it.
    gc.set_threshold(100_000)
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    try:
        with heeded() as stops:
            from peelrules.cli.streams import say, standard_streams

            with standard_streams():
                code = _exit_code()
                if stops.code is not None:
                    say("stopped")
                    code = stops.code
        sys.exit(code)
    finally:
        gc.freeze()  # the process ends; looking for garbage once more would cost an eighth of it


def _exit_code() -> int:
    """Run the command line. Whatever is wrong is told here, and nowhere else."""
    import typer

    from peelrules.cli.signals import Stop
    from peelrules.cli.streams import UnwritableError, is_of_a_name, say
    from peelrules.model.problems import DocumentError, EngineError

    usage_error: type[Exception] = typer.BadParameter.__mro__[1]  # it has no public name in every release
    try:
        from peelrules.cli.commands import app

        return app(standalone_mode=False, prog_name="peelrules") or 0
    except Stop as stop:
        return int(stop.code or 0)
    except usage_error as error:
        say(_usage(error))
        return 2
    except DocumentError as error:
        say(str(error))
        return 1
    except EngineError as error:
        say(f"peelrules could not run the rules. {error}")
    except UnwritableError as error:
        say(str(error))
    except MemoryError:
        say("there is not enough memory for this")
    except OSError as error:
        say(f"{error.filename or 'the machine'}: {error.strerror or error}")
        return 1 if error.filename is not None and is_of_a_name(error) else 3
    except Exception:
        import traceback

        say(f"This is a fault of peelrules, not of what it was given. Please report it.\n{traceback.format_exc()}")
    return 3


def _usage(error: Exception) -> str:
    """What is wrong with a command line, in one line; help where a command with others below it stands alone."""
    from peelrules.model.plain import with_short_quotes

    told, context = error.format_message(), getattr(error, "ctx", None)  # type: ignore[attr-defined]
    if context is not None and told == context.get_help():
        return str(told).rstrip()
    message = with_short_quotes(" ".join(told.split()).rstrip("."))
    command = context.command_path if context is not None else "peelrules"
    hint = f"; see `{command} --help`" if context is not None else ""
    return f"{command}: {message}{hint}"
