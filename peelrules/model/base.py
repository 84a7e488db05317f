"""What every model shares: it cannot be changed, and it accepts no field that it does not know."""

import sys
from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, StringConstraints
from pydantic_core import PydanticCustomError

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+([.-][a-z0-9]+)*$", max_length=100)]
"""An identifier in lower case, words joined by hyphens, parts by full stops."""

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=60)]
"""An identifier that people choose for a finding."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
"""Text that says something. How long it may be is a limit of documents, see `peelrules.documents.limits`."""

Whole = Annotated[StrictInt, Field(ge=0, le=1_000_000)]
Share = Annotated[float, Field(strict=True, ge=0, le=1)]
"""A share from 0 to 1, both included."""

Flag = StrictBool


def coding_fault(message: str, at: str | None = None) -> PydanticCustomError:
    """A fault of several fields together, told at one of them or at the whole."""
    # the message goes in as data, for pydantic reads braces in a template as fields
    return PydanticCustomError("coding", "{message}", {"message": message, "at": at or ""})


class Frozen(BaseModel):
    """An immutable record that refuses unknown fields."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        allow_inf_nan=False,
        validate_by_name=True,
        defer_build=True,  # most models are built as part of another; building each at import takes half a start
    )

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        # pickle looks for a class in its module, where those that are made by `create_model` or by brackets are missing
        vars(sys.modules[cls.__module__]).setdefault(cls.__name__, cls)

    @classmethod
    def model_rebuild(
        cls,
        *,
        force: bool = False,
        raise_errors: bool = True,
        _parent_namespace_depth: int = 2,
        _types_namespace: Mapping[str, Any] | None = None,
    ) -> bool | None:
        """Build what was deferred, from names of the module alone.

        By default pydantic looks at the variables of whoever uses a model first. That never finds anything here, and
        CPython 3.13.0 crashes where these variables are those of a comprehension.
        """
        names = _types_namespace or {}
        return super().model_rebuild(force=force, raise_errors=raise_errors, _types_namespace=names)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy with some fields changed, and nothing kept of what was derived from the fields before."""
        copy = super().model_copy(update=update, deep=deep)
        for derived in copy.__dict__.keys() - type(self).model_fields.keys():
            del copy.__dict__[derived]
        return copy
