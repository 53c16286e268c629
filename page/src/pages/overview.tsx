/** The overview: everything at a glance, under the filters. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { query, type Days, type Events, type Item, type List, type Partitions, type Status } from "../api.ts";
import { useAsked } from "../asked.ts";
import { medium } from "../days.ts";
import { countOfFilters, hrefOf, linkTo, ofEvents, parametersOf, rangeOf, setView, type Place } from "../place.ts";
import { compact, exact, plural } from "../words.ts";
import { Balance } from "../parts/balance.tsx";
import { ChordDiagram } from "../parts/chord.tsx";
import { FilterBar } from "../parts/filterbar.tsx";
import { Lede } from "../parts/lede.tsx";
import { Matrix } from "../parts/matrix.tsx";
import { Choice, Panel } from "../parts/panel.tsx";
import { Ranking } from "../parts/ranking.tsx";
import { Legend } from "../parts/sign.tsx";
import { Stream } from "../parts/stream.tsx";
import { Timeline } from "../parts/timeline.tsx";
import { follow } from "../live.ts";

export function Overview({ place, status }: { place: Place; status: Status | null }): JSX.Element {
  const { filters, view } = place;
  const [by, setBy] = useState<"class" | "type">("type");
  const newest = status?.days?.last;
  const waits = Boolean(filters.last) && !status;
  const range = rangeOf(filters, newest);
  const asking = parametersOf(filters, range);
  // a wall has room for more than a desk
  const more = innerHeight >= 1250 && innerWidth >= 1600 ? 3 : 0;
  const compare = Boolean(range.from && range.to);
  const path = (name: string, own: Record<string, string | number | boolean>): string | null => (waits ? null : `/v1/${name}${query({ ...asking, ...own })}`);
  const tallied = !ofEvents(filters);
  const actors = useAsked<List>(path("actors", { limit: 12 + more, compare, days: tallied && !filters.actor }));
  const topics = useAsked<List>(path("topics", { limit: 10 + more, compare, days: tallied && !filters.country && !filters.sector }));
  const pairs = useAsked<List>(path("pairs", { limit: 300 }));
  const days = useAsked<Days>(path("days", {}));
  const eventsPath = path("events", { limit: 30 });
  const events = useAsked<Events>(eventsPath);
  const known = useKnown([...(actors.answer?.items ?? []), ...(pairs.answer ? endsOf(pairs.answer.items) : [])]);
  // a filter of a shared address has a name too
  const named = useAsked<{ item: Item; partitions: Partitions }>(filters.actor ? `/v1/actors/${encodeURIComponent(filters.actor)}` : null, { once: true });
  if (named.answer) known.set(named.answer.item.key, named.answer.item);
  const choices = useAsked<List>("/v1/topics?limit=1000", { once: true });
  const countries = useAsked<List>("/v1/actors?kind=country&limit=300", { once: true });

  const followed = JSON.stringify(asking);
  useEffect(() => {
    if (!waits) follow({ ...asking, watch: ["top:actors", "top:topics", "top:pairs"] });
  }, [followed, waits]);

  const ends = { from: range.from || (status?.days?.first ?? ""), to: range.to || (newest ?? "") };
  if (status?.ready && status.totals && !status.totals.stories && !countOfFilters(filters)) return <Nothing />;
  return (
    <>
      <div class="headline">
        <Totals status={status} days={days.answer} filtered={countOfFilters(filters) > 0} />
      </div>
      <FilterBar filters={filters} range={range} names={(key) => known.get(key)?.label.name ?? key} topics={choices.answer?.items ?? []} countries={countries.answer?.items ?? []} />
      <div class="overview">
        <div class="area-main">
          <Panel id="pairs" title="Who does what to whom" note={pairs.answer ? `${plural(pairs.answer.total, "pair")} of actors` : ""} asked={pairs} lines={8}>
            {(list) => <Lede list={list} most={8 + more} />}
          </Panel>
          <Panel id="network" title="Who acts on whom" note="the strongest pairs" asked={pairs} lines={12}
            actions={<Choice label="Picture" value={view} options={[["chord", "Chord"], ["matrix", "Matrix"]]} choose={setView} />}>
            {(list) => list.items.length === 0 ? <p class="nothing">No pairs match these filters.</p>
              : view === "matrix" ? <Matrix pairs={list.items} /> : <ChordDiagram pairs={list.items} />}
          </Panel>
          <Panel id="timeline" title="Events over time" asked={days} lines={8}
            actions={<Choice label="Timeline" value={by} options={[["type", "Types"], ["class", "Classes"]]} choose={setBy} />}>
            {(answer) => <Timeline days={answer.items} {...range} by={by} filters={filters} />}
          </Panel>
          <Panel id="balance" title="Cooperation against conflict" asked={days} lines={6}>
            {(answer) => <Balance days={answer.items} {...range} />}
          </Panel>
        </div>
        <div class="area-lists">
          <Panel id="actors" title="Actors" note={`${rankNote(actors.answer)}`} asked={actors} lines={14}>
            {(list) => (
              <Ranking list={list} question={followed} days={ends} href={(item) => linkTo({ page: "actor", key: item.key })}
                detail={(item) => item.label.code ?? ""} explain={explainActor} />
            )}
          </Panel>
          <Panel id="topics" title="Topics" note={rankNote(topics.answer)} asked={topics} lines={12}>
            {(list) => (
              <Ranking list={list} question={followed} days={ends} chosen={filters.topic}
                href={(item) => hrefOf({ ...place, filters: { ...filters, topic: filters.topic === item.key ? "" : item.key } })} explain={explainTopic} />
            )}
          </Panel>
        </div>
        <div class="area-events">
          <Stream asked={events} path={eventsPath ?? "/v1/events"} />
        </div>
      </div>
      <Legend />
    </>
  );
}

const rankNote = (list: List | null): string => (list ? `${compact(Math.min(list.items.length, list.total))} of ${compact(list.total)}, by ${list.counter}` : "");

function endsOf(pairs: Item[]): Item[] {
  return pairs.flatMap(({ label }) => [
    { key: label.source ?? "", label: { name: label.source_name }, counters: {} },
    { key: label.target ?? "", label: { name: label.target_name }, counters: {} },
  ]);
}

/** Items by key, of all answers so far: a filter keeps its name when what it names is no longer listed. */
function useKnown(items: Item[]): Map<string, Item> {
  const [known] = useState(() => new Map<string, Item>());
  for (const item of items) if (!known.get(item.key)?.label.country) known.set(item.key, item);
  return known;
}

/** What all the rest is about; under filters, what of it passes them. */
function Totals({ status, days, filtered }: { status: Status | null; days: Days | null; filtered: boolean }): JSX.Element {
  const totals = status?.totals;
  const span = status?.days;
  if (!totals || !span?.first || !span.last) return <h1 tabIndex={-1}>Who does what to whom</h1>;
  const all = totals.events ?? 0;
  const some = days?.items.reduce((sum, { counters }) => sum + (counters["events"] ?? 0), 0);
  return (
    <>
      <h1 tabIndex={-1}>
        {filtered ? <><b>{some === undefined ? "…" : compact(some)}</b> of {plural(all, "event")}</> : <b>{plural(all, "event")}</b>}{" "}
        <span>between {plural(totals.actors ?? 0, "actor")} in {plural(totals.stories ?? 0, "article")}</span>
      </h1>
      <p class="totals nowrap">{medium(span.first)} – {medium(span.last)}</p>
    </>
  );
}

const explainActor = (item: Item): JSX.Element => {
  const { articles = 0, mentions, source = 0, target = 0 } = item.counters;
  return (
    <>
      <strong class="tip-title">{item.label.name}</strong>
      <span>{[item.label.kind, item.label.country, item.label.sector].filter(Boolean).join(" · ")}</span>
      <span>{plural(articles, "article")}{mentions ? `, ${plural(mentions, "mention")}` : ""}</span>
      <span>acts in {plural(source, "event")}, is acted on in {exact(target)}</span>
    </>
  );
};

const explainTopic = (item: Item): JSX.Element => (
  <>
    <strong class="tip-title">{item.label.name}</strong>
    <span>{plural(item.counters["articles"] ?? 0, "article")} · IPTC {item.key}</span>
    <span class="quiet">shows only what is about it</span>
  </>
);

function Nothing(): JSX.Element {
  return (
    <section class="welcome">
      <h1 tabIndex={-1}>No articles yet</h1>
      <p>The service runs and waits for news. Give it some:</p>
      <pre><code>tidings replay seeds/ --speed max</code></pre>
      <p>or a folder, a file, or JSON Lines of your own; this page shows them as they are counted.</p>
    </section>
  );
}
