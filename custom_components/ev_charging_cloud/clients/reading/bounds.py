"""Numbers that can be meant, by what they measure; whatever is beyond is not told.

The wire structs use these as types, so that the strict decoder itself notices.
"""

from typing import Annotated

from msgspec import Meta

type Id = Annotated[str, Meta(min_length=1)]
# Output of the largest sites, in kW and in W; what feeds back is below zero.
type Kilowatts = Annotated[float, Meta(ge=-100_000, le=100_000)]
type Watts = Annotated[float, Meta(ge=-100_000_000, le=100_000_000)]
# What something can give at most; below zero it would give nothing.
type MostKilowatts = Annotated[float, Meta(ge=0, le=100_000)]
type MostWatts = Annotated[float, Meta(ge=0, le=100_000_000)]
type MostAmperes = Annotated[float, Meta(ge=0, le=100_000)]
type MostMilliamperes = Annotated[float, Meta(ge=0, le=100_000_000)]
# A session's energy, or the reading of a meter that has run for decades.
type KilowattHours = Annotated[float, Meta(ge=0, le=100_000_000)]
type WattHours = Annotated[float, Meta(ge=0, le=100_000_000_000)]
# What a whole home takes or gives in half an hour.
type HalfHourWattHours = Annotated[float, Meta(ge=0, le=1_000_000)]
type Amperes = Annotated[float, Meta(ge=-100_000, le=100_000)]
type Milliamperes = Annotated[float, Meta(ge=-100_000_000, le=100_000_000)]
type Volts = Annotated[float, Meta(ge=0, le=100_000)]
type Millivolts = Annotated[float, Meta(ge=0, le=100_000_000)]
# The strength of a radio signal, in dBm.
type SignalStrength = Annotated[float, Meta(ge=-200, le=50)]
type Percent = Annotated[float, Meta(ge=0, le=100)]
type Ratio = Annotated[float, Meta(ge=0, le=2)]
# A year of minutes, and ten of seconds and of milliseconds.
type Minutes = Annotated[float, Meta(ge=0, le=525_600)]
type Seconds = Annotated[float, Meta(ge=0, le=315_360_000)]
type Latitude = Annotated[float, Meta(ge=-90, le=90)]
type Longitude = Annotated[float, Meta(ge=-180, le=180)]
type Amount = Annotated[float, Meta(ge=-1_000_000_000, le=1_000_000_000)]
type Grams = Annotated[float, Meta(ge=-1_000_000_000, le=1_000_000_000)]
# Of a vehicle, in Wh/km.
type Consumption = Annotated[float, Meta(ge=0, le=100_000)]
# Of electricity, per kWh.
type CarbonIntensity = Annotated[float, Meta(ge=0, le=100_000)]
# What a vendor gives for good behaviour; they may be taken back.
type Points = Annotated[float, Meta(ge=-1_000_000_000, le=1_000_000_000)]
type Currency = Annotated[str, Meta(pattern="^[A-Za-z]{3}$")]
type Metres = Annotated[float, Meta(ge=0, le=100_000_000_000)]
type Kilometres = Annotated[float, Meta(ge=0, le=100_000_000)]
