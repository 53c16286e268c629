/** One actor: partners, types of events both ways, topics, days, events. */
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { query, type Counters, type Events, type Item, type List, type NewsEvent, type Profile, type Status, type Days } from "../api.ts";
import { useAsked } from "../asked.ts";
import { follow } from "../live.ts";
import { hrefOf, linkTo, NO_FILTERS, rangeOf, type Place } from "../place.ts";
import { quadOf, TYPES, typesOf } from "../scheme.ts";
import { compact, plural, sentenceCase, shortName } from "../words.ts";
import { Balance } from "../parts/balance.tsx";
import { DaysBar } from "../parts/daysbar.tsx";
import { pairTip } from "../parts/lede.tsx";
import { Panel } from "../parts/panel.tsx";
import { Legend, Sign, TypeMeaning } from "../parts/sign.tsx";
import { Mix } from "../parts/spark.tsx";
import { Stream } from "../parts/stream.tsx";
import { Timeline } from "../parts/timeline.tsx";
import { tip } from "../parts/tip.tsx";

export function ActorPage({ place, actor, status }: { place: Place; actor: string; status: Status | null }): JSX.Element {
  const range = rangeOf(place.filters, status?.days?.last);
  const waits = Boolean(place.filters.last) && !status;
  const path = (address: string, more: Record<string, string | number> = {}): string | null => (waits ? null : address + query({ ...range, ...more }));
  const profile = useAsked<Profile>(path(`/v1/actors/${encodeURIComponent(actor)}/profile`));
  const days = useAsked<Days>(path("/v1/days", { actor }));
  const pairs = useAsked<List>(path("/v1/pairs", { actor, limit: 100 }));
  const eventsPath = path("/v1/events", { actor, limit: 30 }) ?? "/v1/events";
  const events = useAsked<Events>(waits ? null : eventsPath);
  useEffect(() => {
    if (!waits) follow({ ...range, actor, watch: [`actor:${actor}`] });
  }, [actor, range.from, range.to, waits]);
  const involves = (event: NewsEvent): boolean => [event.source?.actor, event.target?.actor].includes(actor);

  const label = profile.answer?.actor.label;
  useEffect(() => void (document.title = `Tidings: ${label?.name ?? actor}`), [label?.name]);
  const counters = profile.answer?.actor.counters;
  if (profile.fault?.status === 404) return <Unknown what={actor} why={profile.fault.why} place={place} />;
  return (
    <>
      <nav class="crumbs" aria-label="Where you are"><a href={linkTo({ page: "overview" })}>Overview</a> <span aria-hidden="true">›</span> Actors</nav>
      <div class="headline">
        <h1 tabIndex={-1}>{label?.name ?? (profile.answer ? actor : "…")}</h1>
        <p class="totals">
          {label && [label.kind, label.country, label.sector && `${label.sector}`].filter(Boolean).map((word) => <span class="tag" key={word}>{word}</span>)}
          {counters && <> <b>{compact(counters["articles"] ?? 0)}</b> articles, acts in <b>{compact(counters["source"] ?? 0)}</b> events, is acted on in <b>{compact(counters["target"] ?? 0)}</b></>}
        </p>
        {profile.answer && profile.answer.also_called.length > 0 && <p class="also">also called {profile.answer.also_called.slice(0, 10).map((name) => `“${name}”`).join(", ")}</p>}
      </div>
      <DaysBar place={place} range={range} />
      <div class="detail">
        <div class="area-main">
          <Panel id="partners" title="Partners" note={pairs.answer ? plural(pairs.answer.total, "pair") : ""} asked={pairs} lines={10}>
            {(list) => <Partners pairs={list.items} actor={actor} />}
          </Panel>
          <Panel id="types" title="What it does, and what is done to it" asked={profile} lines={8}>
            {(answer) => <BothWays does={answer.types.as_source} done={answer.types.as_target} left="does" right="is done to it" />}
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
        <div class="area-events"><Stream asked={events} path={eventsPath} takes={involves} /></div>
      </div>
      <Legend />
    </>
  );
}

interface Partner { key: string; name: string; code: string; out: Item | null; back: Item | null; total: number }

function partnersOf(pairs: Item[], actor: string): Partner[] {
  const found = new Map<string, Partner>();
  for (const pair of pairs) {
    const acts = pair.label.source === actor;
    const [key, name, code] = acts
      ? [pair.label.target, pair.label.target_name, pair.label.target_code] : [pair.label.source, pair.label.source_name, pair.label.source_code];
    const partner = found.get(key!) ?? { key: key!, name: name ?? key!, code: code ?? "", out: null, back: null, total: 0 };
    partner[acts ? "out" : "back"] = pair;
    partner.total += pair.counters["events"] ?? 0;
    found.set(key!, partner);
  }
  return [...found.values()].sort((a, b) => b.total - a.total);
}

function Partners({ pairs, actor }: { pairs: Item[]; actor: string }): JSX.Element {
  const partners = partnersOf(pairs, actor).slice(0, 14);
  if (!partners.length) return <p class="nothing">No events with another named actor in these days.</p>;
  const most = Math.max(...partners.flatMap(({ out, back }) => [out, back].map((pair) => pair?.counters["events"] ?? 0)));
  return (
    <table class="partners">
      <thead><tr><th scope="col" class="left">acts on it</th><th scope="col">partner</th><th scope="col" class="right">is acted on by it</th></tr></thead>
      <tbody>
        {partners.map(({ key, name, code, out, back }) => (
          <tr key={key}>
            <td class="left"><Way pair={back} most={most} /></td>
            <th scope="row"><a href={linkTo({ page: "actor", key })} title={name}>{shortName(name, 16)}</a> <span class="code">{code}</span></th>
            <td class="right"><Way pair={out} most={most} /></td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Way({ pair, most }: { pair: Item | null; most: number }): JSX.Element {
  if (!pair) return <span class="zero">–</span>;
  const events = pair.counters["events"] ?? 0;
  return (
    <a class="way" href={linkTo({ page: "pair", key: pair.key })} aria-label={`${pair.label.source_name} to ${pair.label.target_name}: ${plural(events, "event")}`}
      {...tip(() => pairTip(pair))}>
      <span class="reach" style={reach(events / most)}><Mix counters={pair.counters} /></span>
      <span class="count">{compact(events)}</span>
    </a>
  );
}

/** A bar's part of its cell, which has its count beside it. */
const reach = (part: number): { width: string } => ({ width: `calc((100% - 2.8rem) * ${part})` });

/** Types of events in the two directions, back to back. */
export function BothWays({ does, done, left, right }: { does: Counters; done: Counters; left: string; right: string }): JSX.Element {
  const types = TYPES.filter((type) => does[type] || done[type]);
  if (!types.length) return <p class="nothing">No events in these days.</p>;
  const most = Math.max(...typesOf(does).concat(typesOf(done)).map(([, count]) => count));
  const way = (type: string, count = 0): JSX.Element => (
    <span class="way">
      {count > 0 && <span class={`reach b-${quadOf(type)}`} style={reach(count / most)} />}
      <span class={count ? "count" : "count zero"}>{count ? compact(count) : "–"}</span>
    </span>
  );
  return (
    <table class="bothways">
      <thead><tr><th scope="col" class="left">{left}</th><th scope="col">type</th><th scope="col" class="right">{right}</th></tr></thead>
      <tbody>
        {types.map((type) => (
          <tr key={type}>
            <td class="left">{way(type, does[type])}</td>
            <th scope="row"><a href={hrefOf({ route: { page: "overview" }, filters: { ...NO_FILTERS, types: [type] }, view: "chord" })} {...tip(() => <TypeMeaning type={type} />)}><Sign quad={quadOf(type)} /> {type}</a></th>
            <td class="right">{way(type, done[type])}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function TopicList({ topics, actor }: { topics: Item[]; actor: string }): JSX.Element {
  if (!topics.length) return <p class="nothing">No topics in these days.</p>;
  const most = Math.max(...topics.map((item) => item.counters["articles"] ?? 0));
  return (
    <ol class="ranking plain">
      {topics.slice(0, 14).map((item) => (
        <li key={item.key}>
          <a href={hrefOf({ route: { page: "overview" }, filters: { ...NO_FILTERS, topic: item.label.topic ?? "", actor }, view: "chord" })}>
            <span class="name">{sentenceCase(item.label.topic_name ?? item.key)}</span>
          </a>
          <span class="count">{compact(item.counters["articles"] ?? 0)}</span>
          <svg class="bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true"><rect width={((item.counters["articles"] ?? 0) / most) * 100} height="1" /></svg>
        </li>
      ))}
    </ol>
  );
}

export function Unknown({ what, why, place }: { what: string; why: string; place: Place }): JSX.Element {
  return (
    <section class="welcome">
      <h1 tabIndex={-1}>Nothing is counted for {what}</h1>
      <p>{why}.</p>
      <p><a href={hrefOf({ ...place, route: { page: "overview" }, filters: NO_FILTERS })}>To the overview</a></p>
    </section>
  );
}
