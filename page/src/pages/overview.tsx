/** The overview: everything at a glance, under the filters. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import {
  query,
  type Days,
  type Events,
  type Item,
  type List,
  type Parameters,
  type Partitions,
  type Status,
} from "../api.ts";
import { useAsked, type Asked } from "../asked.ts";
import { follow } from "../live.ts";
import {
  countOfFilters,
  ofEvents,
  parametersOf,
  rangeOf,
  setView,
  type Filters,
  type Place,
  type Range,
} from "../place.ts";
import { plural } from "../words.ts";
import { Balance } from "../parts/balance.tsx";
import { ChordDiagram } from "../parts/chord.tsx";
import { FilterBar } from "../parts/filterbar.tsx";
import { Lede } from "../parts/lede.tsx";
import { Lists } from "../parts/lists.tsx";
import { Matrix } from "../parts/matrix.tsx";
import { Nothing } from "../parts/nothing.tsx";
import { Choice, Panel } from "../parts/panel.tsx";
import { Legend } from "../parts/sign.tsx";
import { Stream } from "../parts/stream.tsx";
import { Timeline } from "../parts/timeline.tsx";
import { Totals } from "../parts/totals.tsx";

export function Overview({ place, status }: { place: Place; status: Status | null }): JSX.Element {
  const { filters } = place;
  const range = rangeOf(filters, status?.days?.last);
  const asking = parametersOf(filters, range);
  const question = JSON.stringify(asking);
  // a range of the newest days needs to know which those are
  const waits = Boolean(filters.last) && !status;
  // a wall has room for more than a desk
  const more = innerHeight >= 1250 && innerWidth >= 1600 ? 3 : 0;
  const answers = useAnswers(waits ? null : asking, filters, more);
  const { actors, topics, pairs, days, events } = answers;
  const known = useKnown(answers, filters.actor);
  const choices = useAsked<List>("/v1/topics?limit=1000", { once: true });
  const countries = useAsked<List>("/v1/actors?kind=country&limit=300", { once: true });
  useEffect(() => {
    if (!waits) follow({ ...asking, watch: ["top:actors", "top:topics", "top:pairs"] });
  }, [question, waits]);

  const filtered = countOfFilters(filters) > 0;
  if (status?.ready && status.totals?.stories === 0 && !filtered) return <Nothing />;
  const whole = {
    from: range.from || (status?.days?.first ?? ""),
    to: range.to || (status?.days?.last ?? ""),
  };
  return (
    <>
      <div class="headline">
        <Totals status={status} days={days.answer} filtered={filtered} />
      </div>
      <FilterBar
        filters={filters}
        range={range}
        names={(key) => known.get(key) ?? key}
        topics={choices.answer?.items ?? []}
        countries={countries.answer?.items ?? []}
      />
      <div class="overview">
        <div class="area-main">
          <Pairs pairs={pairs} view={place.view} most={8 + more} />
          <Times days={days} range={range} filters={filters} />
        </div>
        <Lists place={place} actors={actors} topics={topics} question={question} days={whole} />
        <div class="area-events">
          <Stream asked={events} path={answers.eventsPath} />
        </div>
      </div>
      <Legend />
    </>
  );
}

interface Answers {
  actors: Asked<List>;
  topics: Asked<List>;
  pairs: Asked<List>;
  days: Asked<Days>;
  events: Asked<Events>;
  eventsPath: string;
}

/** What the overview asks for; nothing while `asking` is not known. */
function useAnswers(asking: Parameters | null, filters: Filters, more: number): Answers {
  const path = (name: string, own: Parameters): string | null =>
    asking && `/v1/${name}${query({ ...asking, ...own })}`;
  const compare = Boolean(asking?.["from"] && asking["to"]);
  // counts by day are of the tables, which know nothing of single events
  const tallied = !ofEvents(filters);
  const placed = Boolean(filters.country || filters.sector);
  const eventsPath = path("events", { limit: 30 });
  return {
    actors: useAsked(path("actors", { limit: 12 + more, compare, days: tallied && !filters.actor })),
    topics: useAsked(path("topics", { limit: 10 + more, compare, days: tallied && !placed })),
    pairs: useAsked(path("pairs", { limit: 300 })),
    days: useAsked(path("days", {})),
    events: useAsked(eventsPath),
    eventsPath: eventsPath ?? "/v1/events",
  };
}

/** Names by key, of all answers so far: a filter keeps its name when what it names is no longer listed. */
function useKnown({ actors, pairs }: Answers, actor: string): Map<string, string> {
  const [known] = useState(() => new Map<string, string>());
  const learn = (key: string | null | undefined, name: string | null | undefined): void => {
    if (key && name) known.set(key, name);
  };
  for (const { key, label } of actors.answer?.items ?? []) learn(key, label.name);
  for (const { label } of pairs.answer?.items ?? []) {
    learn(label.source, label.source_name);
    learn(label.target, label.target_name);
  }
  // the filter of a shared address may be nobody who is listed
  const path = actor && `/v1/actors/${encodeURIComponent(actor)}`;
  const named = useAsked<{ item: Item; partitions: Partitions }>(path || null, { once: true });
  learn(named.answer?.item.key, named.answer?.item.label.name);
  return known;
}

interface PairsProps {
  pairs: Asked<List>;
  view: Place["view"];
  most: number;
}

const PICTURES: [Place["view"], string][] = [
  ["chord", "Chord"],
  ["matrix", "Matrix"],
];

function Pairs({ pairs, view, most }: PairsProps): JSX.Element {
  const picture = <Choice label="Picture" value={view} options={PICTURES} choose={setView} />;
  const Picture = view === "matrix" ? Matrix : ChordDiagram;
  return (
    <>
      <Panel
        id="pairs"
        title="Who does what to whom"
        note={pairs.answer ? `${plural(pairs.answer.total, "pair")} of actors` : ""}
        asked={pairs}
        lines={8}
      >
        {(list) => <Lede list={list} most={most} />}
      </Panel>
      <Panel
        id="network"
        title="Who acts on whom"
        note="the strongest pairs"
        asked={pairs}
        lines={12}
        actions={picture}
      >
        {({ items }) =>
          items.length ? <Picture pairs={items} /> : <p class="nothing">No pairs match these filters.</p>
        }
      </Panel>
    </>
  );
}

type Rows = "class" | "type";
const ROWS: [Rows, string][] = [
  ["type", "Types"],
  ["class", "Classes"],
];

function Times({ days, range, filters }: { days: Asked<Days>; range: Range; filters: Filters }): JSX.Element {
  const [by, setBy] = useState<Rows>("type");
  const rows = <Choice label="Timeline" value={by} options={ROWS} choose={setBy} />;
  return (
    <>
      <Panel id="timeline" title="Events over time" asked={days} lines={8} actions={rows}>
        {({ items }) => <Timeline days={items} {...range} by={by} filters={filters} />}
      </Panel>
      <Panel id="balance" title="Cooperation against conflict" asked={days} lines={6}>
        {({ items }) => <Balance days={items} {...range} />}
      </Panel>
    </>
  );
}
