/** The filters that are set, each to be taken off. */
import type { JSX } from "preact";
import { medium } from "../days.ts";
import { NO_FILTERS, QUICK_RANGES, setFilters, type Filters, type Range } from "../place.ts";
import { QUAD_NAMES } from "../scheme.ts";
import type { FilterBarProps } from "./filterbar.tsx";

export const certainly = (least: string): string => `≥ ${Math.round(Number(least) * 100)} % certain`;

export function Chips({ filters, range, names, topics, countries }: FilterBarProps): JSX.Element | null {
  const topicName = topics.find((item) => item.key === filters.topic)?.label.name ?? filters.topic;
  const chips: [string, Partial<Filters>][] = [];
  if (filters.last || filters.from || filters.to)
    chips.push([rangeWords(filters, range), { from: "", to: "", last: "" }]);
  for (const quad of filters.quads)
    chips.push([QUAD_NAMES[quad]?.name ?? quad, { quads: filters.quads.filter((one) => one !== quad) }]);
  for (const type of filters.types)
    chips.push([type, { types: filters.types.filter((one) => one !== type) }]);
  if (filters.actor) chips.push([names(filters.actor), { actor: "" }]);
  if (filters.topic) chips.push([topicName, { topic: "" }]);
  if (filters.country)
    chips.push([
      countries.find(({ label }) => label.country === filters.country)?.label.name ?? filters.country,
      { country: "" },
    ]);
  if (filters.sector) chips.push([filters.sector, { sector: "" }]);
  if (filters.leastConfidence) chips.push([certainly(filters.leastConfidence), { leastConfidence: "" }]);
  if (!chips.length) return null;
  return (
    <ul class="chips" aria-label="Filters that are set">
      {chips.map(([words, without]) => (
        <li key={words}>
          <button type="button" onClick={() => setFilters(without)} aria-label={`Remove filter: ${words}`}>
            {words} <span aria-hidden="true">×</span>
          </button>
        </li>
      ))}
      {chips.length > 1 && (
        <li>
          <button type="button" class="clear" onClick={() => setFilters(NO_FILTERS)}>
            Clear all
          </button>
        </li>
      )}
    </ul>
  );
}

export function rangeWords(filters: Filters, range: Range): string {
  const quick = QUICK_RANGES.find(({ last }) => last === filters.last);
  const { from, to } = range;
  const days =
    from && to
      ? from === to
        ? medium(from)
        : `${medium(from)} – ${medium(to)}`
      : from
        ? `since ${medium(from)}`
        : to
          ? `until ${medium(to)}`
          : "all days";
  return quick && from ? `${quick.long}: ${days}` : days;
}
