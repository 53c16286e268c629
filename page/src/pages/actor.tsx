/** One actor: partners, types of events both ways, topics, days, events. */
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import {
  query,
  type Days,
  type Events,
  type Item,
  type List,
  type NewsEvent,
  type Profile,
  type Status,
} from "../api.ts";
import { useAsked } from "../asked.ts";
import { follow } from "../live.ts";
import { hrefOf, linkTo, NO_FILTERS, rangeOf, type Place } from "../place.ts";
import { compact, plural, sentenceCase } from "../words.ts";
import { Balance } from "../parts/balance.tsx";
import { BothWays } from "../parts/bothways.tsx";
import { DaysBar } from "../parts/daysbar.tsx";
import { Unknown } from "../parts/nothing.tsx";
import { Panel } from "../parts/panel.tsx";
import { Partners } from "../parts/partners.tsx";
import { Legend } from "../parts/sign.tsx";
import { Stream } from "../parts/stream.tsx";
import { Timeline } from "../parts/timeline.tsx";

interface ActorPageProps {
  place: Place;
  actor: string;
  status: Status | null;
}

export function ActorPage({ place, actor, status }: ActorPageProps): JSX.Element {
  const range = rangeOf(place.filters, status?.days?.last);
  const waits = Boolean(place.filters.last) && !status;
  const path = (address: string, more: Record<string, string | number> = {}): string | null =>
    waits ? null : address + query({ ...range, ...more });
  const profile = useAsked<Profile>(path(`/v1/actors/${encodeURIComponent(actor)}/profile`));
  const days = useAsked<Days>(path("/v1/days", { actor }));
  const pairs = useAsked<List>(path("/v1/pairs", { actor, limit: 100 }));
  const eventsPath = path("/v1/events", { actor, limit: 30 }) ?? "/v1/events";
  const events = useAsked<Events>(waits ? null : eventsPath);
  useEffect(() => {
    if (!waits) follow({ ...range, actor, watch: [`actor:${actor}`] });
  }, [actor, range.from, range.to, waits]);
  const involves = (event: NewsEvent): boolean => [event.source?.actor, event.target?.actor].includes(actor);

  const name = profile.answer?.actor.label.name ?? actor;
  useEffect(() => void (document.title = `Tidings: ${name}`), [name]);
  if (profile.fault?.status === 404) return <Unknown what={actor} why={profile.fault.why} place={place} />;
  return (
    <>
      <nav class="crumbs" aria-label="Where you are">
        <a href={linkTo({ page: "overview" })}>Overview</a> <span aria-hidden="true">›</span> Actors
      </nav>
      <Headline actor={actor} profile={profile.answer} />
      <DaysBar place={place} range={range} />
      <div class="detail">
        <div class="area-main">
          <Panel
            id="partners"
            title="Partners"
            note={pairs.answer ? plural(pairs.answer.total, "pair") : ""}
            asked={pairs}
            lines={10}
          >
            {(list) => <Partners pairs={list.items} actor={actor} />}
          </Panel>
          <Panel id="types" title="What it does, and what is done to it" asked={profile} lines={8}>
            {(answer) => (
              <BothWays
                does={answer.types.as_source}
                done={answer.types.as_target}
                left="does"
                right="is done to it"
              />
            )}
          </Panel>
          <Panel id="timeline" title="Events over time" asked={days} lines={6}>
            {(answer) => <Timeline days={answer.items} {...range} by="class" />}
          </Panel>
          <Panel id="balance" title="Cooperation against conflict" asked={days} lines={6}>
            {(answer) => <Balance days={answer.items} {...range} />}
          </Panel>
          <Panel id="topics" title="Topics" asked={profile} lines={8}>
            {(answer) => <TopicList topics={answer.topics} actor={actor} />}
          </Panel>
        </div>
        <div class="area-events">
          <Stream asked={events} path={eventsPath} takes={involves} />
        </div>
      </div>
      <Legend />
    </>
  );
}

function Headline({ actor, profile }: { actor: string; profile: Profile | null }): JSX.Element {
  if (!profile)
    return (
      <div class="headline">
        <h1 tabIndex={-1}>…</h1>
      </div>
    );
  const { label, counters } = profile.actor;
  const { articles = 0, source = 0, target = 0 } = counters;
  const names = profile.also_called.slice(0, 10).map((name) => `“${name}”`);
  return (
    <div class="headline">
      <h1 tabIndex={-1}>{label.name ?? actor}</h1>
      <p class="totals">
        {[label.kind, label.country, label.sector].filter(Boolean).map((word) => (
          <span class="tag" key={word}>
            {word}
          </span>
        ))}{" "}
        <b>{compact(articles)}</b> {articles === 1 ? "article" : "articles"}, acts in <b>{compact(source)}</b>{" "}
        {source === 1 ? "event" : "events"}, is acted on in <b>{compact(target)}</b>
      </p>
      {names.length > 0 && <p class="also">also called {names.join(", ")}</p>}
    </div>
  );
}

function TopicList({ topics, actor }: { topics: Item[]; actor: string }): JSX.Element {
  if (!topics.length) return <p class="nothing">No topics in these days.</p>;
  const most = Math.max(...topics.map((item) => item.counters["articles"] ?? 0));
  return (
    <ol class="ranking plain">
      {topics.slice(0, 14).map((item) => (
        <li key={item.key}>
          <a
            href={hrefOf({
              route: { page: "overview" },
              filters: { ...NO_FILTERS, topic: item.label.topic ?? "", actor },
              view: "chord",
            })}
          >
            <span class="name">{sentenceCase(item.label.topic_name ?? item.key)}</span>
          </a>
          <span class="count">{compact(item.counters["articles"] ?? 0)}</span>
          <svg class="bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
            <rect width={((item.counters["articles"] ?? 0) / most) * 100} height="1" />
          </svg>
        </li>
      ))}
    </ol>
  );
}
