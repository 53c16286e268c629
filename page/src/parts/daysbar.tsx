/** The days that an actor's or a pair's page looks at. */
import type { JSX } from "preact";
import type { Place, Range } from "../place.ts";
import { rangeWords } from "./chips.tsx";
import { QuickRanges } from "./filterbar.tsx";

export function DaysBar({ place, range }: { place: Place; range: Range }): JSX.Element {
  return (
    <search class="filters days-only" aria-label="Days">
      <QuickRanges filters={place.filters} />
      <span class="note">{rangeWords(place.filters, range)}</span>
    </search>
  );
}
