"""What every record has in common: frozen, strict about types, indifferent to unknown fields."""

from typing import ClassVar

from pydantic import BaseModel, ConfigDict


class Record(BaseModel):
    """A frozen value that is read from bytes once, at the edge; unknown fields are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore", ser_json_inf_nan="null")

    leaves_out_defaults: ClassVar[bool] = False
    """Whether fields that are as they are by default are not written."""
