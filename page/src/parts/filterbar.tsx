/** What is looked at: days, types, classes, places; all of it in the address. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Item, Quad } from "../api.ts";
import { countOfFilters, QUICK_RANGES, setFilters, toggleType, type Filters, type Range } from "../place.ts";
import { codebook, QUAD_NAMES, QUADS, quadOf, TYPES } from "../scheme.ts";
import { useStore } from "../store.ts";
import { sentenceCase } from "../words.ts";
import { certainly, Chips } from "./chips.tsx";
import { Combobox, findActors, findAmong } from "./combobox.tsx";
import { Sign } from "./sign.tsx";
import { tip } from "./tip.tsx";

export interface FilterBarProps {
  filters: Filters;
  range: Range;
  names: (key: string) => string;
  topics: Item[];
  countries: Item[];
}

export function FilterBar({ filters, range, names, topics, countries }: FilterBarProps): JSX.Element {
  const [open, setOpen] = useState(false);
  const set = countOfFilters(filters);
  return (
    <search class={`filters${open ? " open" : ""}`} aria-label="Filters">
      <button type="button" class="toggle" aria-expanded={open} onClick={() => setOpen(!open)}>
        Filters{set ? ` (${set})` : ""}
      </button>
      <div class="filters-body">
        <QuickRanges filters={filters} />
        <Days filters={filters} range={range} />
        <Classes filters={filters} />
        <TypeMenu filters={filters} />
        <Combobox
          label="Actor: search by name"
          placeholder="Actor…"
          find={findActors}
          choose={(actor) => setFilters({ actor })}
        />
        <Combobox
          label="Topic: search by name"
          placeholder="Topic…"
          find={findAmong(topics)}
          choose={(topic) => setFilters({ topic })}
        />
        <Places filters={filters} countries={countries} />
        <Confidence filters={filters} />
      </div>
      <Chips filters={filters} range={range} names={names} topics={topics} countries={countries} />
    </search>
  );
}

export function QuickRanges({ filters }: { filters: Filters }): JSX.Element {
  const whole = !filters.last && !filters.from && !filters.to;
  return (
    <div class="choice" role="group" aria-label="Days, counted back from the newest">
      <button type="button" aria-pressed={whole} onClick={() => setFilters({ last: "", from: "", to: "" })}>
        All
      </button>
      {[...QUICK_RANGES].reverse().map(({ last, name, long }) => (
        <button
          type="button"
          key={last}
          aria-pressed={filters.last === last}
          title={sentenceCase(long)}
          onClick={() => setFilters({ last, from: "", to: "" })}
        >
          {name}
        </button>
      ))}
    </div>
  );
}

function Days({ filters, range }: { filters: Filters; range: Range }): JSX.Element {
  const change = (side: "from" | "to", value: string): void => {
    const [from, to] = side === "from" ? [value, range.to] : [range.from, value];
    if (from && to && from > to) setFilters({ from: value, to: value, last: "" });
    else setFilters({ from, to, last: "" });
  };
  return (
    <div class="days">
      <label>
        <span class="unseen">From day</span>
        <input
          type="date"
          value={range.from || filters.from}
          onChange={(event) => change("from", event.currentTarget.value)}
        />
      </label>
      <span aria-hidden="true">–</span>
      <label>
        <span class="unseen">To day</span>
        <input
          type="date"
          value={range.to || filters.to}
          onChange={(event) => change("to", event.currentTarget.value)}
        />
      </label>
    </div>
  );
}

function Classes({ filters }: { filters: Filters }): JSX.Element {
  const toggle = (quad: Quad): void =>
    setFilters({
      quads: filters.quads.includes(quad)
        ? filters.quads.filter((one) => one !== quad)
        : [...filters.quads, quad],
    });
  return (
    <div class="choice classes" role="group" aria-label="Classes of events">
      {QUADS.map((quad) => (
        <button
          type="button"
          key={quad}
          aria-pressed={filters.quads.includes(quad)}
          onClick={() => toggle(quad)}
          {...tip(() => (
            <>
              <strong class="tip-title">
                <Sign quad={quad} /> {QUAD_NAMES[quad].name}
              </strong>
              <span>{QUAD_NAMES[quad].meaning}</span>
            </>
          ))}
        >
          <Sign quad={quad} /> {QUAD_NAMES[quad].short}
        </button>
      ))}
    </div>
  );
}

function TypeMenu({ filters }: { filters: Filters }): JSX.Element {
  return (
    <select
      aria-label="Event type"
      value=""
      onChange={(event) => {
        const type = event.currentTarget.value;
        event.currentTarget.value = "";
        if (type) toggleType(type, filters);
      }}
    >
      <option value="">Type</option>
      {QUADS.map((quad) => (
        <optgroup key={quad} label={QUAD_NAMES[quad].name}>
          {TYPES.filter((type) => quadOf(type) === quad).map((type) => (
            <option key={type} value={type}>
              {filters.types.includes(type) ? `✓ ${type}` : type}
            </option>
          ))}
        </optgroup>
      ))}
    </select>
  );
}

function Places({ filters, countries }: { filters: Filters; countries: Item[] }): JSX.Element {
  const book = useStore(codebook);
  // places within a country have its code too: the country itself is the one with most articles
  const named = new Map(countries.toReversed().map(({ label }) => [label.country ?? "", label.name ?? ""]));
  if (filters.country && !named.has(filters.country)) named.set(filters.country, filters.country);
  const byName = [...named].filter(([code]) => code).sort(([, a], [, b]) => a.localeCompare(b));
  return (
    <>
      <select
        aria-label="Country"
        value={filters.country}
        onChange={(event) => setFilters({ country: event.currentTarget.value })}
      >
        <option value="">Country</option>
        {byName.map(([code, name]) => (
          <option key={code} value={code}>
            {name}
          </option>
        ))}
      </select>
      <select
        aria-label="Sector"
        value={filters.sector}
        onChange={(event) => setFilters({ sector: event.currentTarget.value })}
      >
        <option value="">Sector</option>
        {book?.sectors.map(({ sector, meaning }) => (
          <option key={sector} value={sector}>
            {sector} · {meaning}
          </option>
        ))}
      </select>
    </>
  );
}

const LEAST = ["0.5", "0.7", "0.8", "0.9", "0.95"];

function Confidence({ filters: { leastConfidence } }: { filters: Filters }): JSX.Element {
  const options = !leastConfidence || LEAST.includes(leastConfidence) ? LEAST : [leastConfidence, ...LEAST];
  return (
    <select
      aria-label="Least confidence"
      value={leastConfidence}
      onChange={(event) => setFilters({ leastConfidence: event.currentTarget.value })}
    >
      <option value="">Certainty</option>
      {options.map((least) => (
        <option key={least} value={least}>
          {certainly(least)}
        </option>
      ))}
    </select>
  );
}
