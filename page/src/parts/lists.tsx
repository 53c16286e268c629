/** Actors and topics, ranked. */
import type { JSX } from "preact";
import type { Item, List } from "../api.ts";
import { hrefOf, linkTo, type Place, type Range } from "../place.ts";
import type { Asked } from "../asked.ts";
import { compact, exact, plural } from "../words.ts";
import { Panel } from "./panel.tsx";
import { Ranking } from "./ranking.tsx";

interface ListsProps {
  place: Place;
  actors: Asked<List>;
  topics: Asked<List>;
  /** What is asked for: movement since the page is open starts anew with it. */
  question: string;
  /** The days that sparklines span. */
  days: Range;
}

export function Lists({ place, actors, topics, question, days }: ListsProps): JSX.Element {
  const { filters } = place;
  const toggled = (topic: string): string =>
    hrefOf({ ...place, filters: { ...filters, topic: filters.topic === topic ? "" : topic } });
  return (
    <div class="area-lists">
      <Panel id="actors" title="Actors" note={noteOf(actors.answer)} asked={actors} lines={14}>
        {(list) => (
          <Ranking
            list={list}
            question={question}
            days={days}
            href={(item) => linkTo({ page: "actor", key: item.key })}
            detail={(item) => item.label.code ?? ""}
            explain={explainActor}
          />
        )}
      </Panel>
      <Panel id="topics" title="Topics" note={noteOf(topics.answer)} asked={topics} lines={12}>
        {(list) => (
          <Ranking
            list={list}
            question={question}
            days={days}
            chosen={filters.topic}
            href={(item) => toggled(item.key)}
            explain={explainTopic}
          />
        )}
      </Panel>
    </div>
  );
}

function noteOf(list: List | null): string {
  if (!list) return "";
  return `${compact(list.items.length)} of ${compact(list.total)}, by ${list.counter}`;
}

const explainActor = (item: Item): JSX.Element => {
  const { articles = 0, mentions, source = 0, target = 0 } = item.counters;
  return (
    <>
      <strong class="tip-title">{item.label.name}</strong>
      <span>{[item.label.kind, item.label.country, item.label.sector].filter(Boolean).join(" · ")}</span>
      <span>
        {plural(articles, "article")}
        {mentions ? `, ${plural(mentions, "mention")}` : ""}
      </span>
      <span>
        acts in {plural(source, "event")}, is acted on in {exact(target)}
      </span>
    </>
  );
};

const explainTopic = (item: Item): JSX.Element => (
  <>
    <strong class="tip-title">{item.label.name}</strong>
    <span>
      {plural(item.counters["articles"] ?? 0, "article")} · IPTC {item.key}
    </span>
    <span class="quiet">shows only what is about it</span>
  </>
);
