/** Two actors: what each did to the other, over time, and the events that say so. */
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import {
  query,
  type Counters,
  type Day,
  type Events,
  type History,
  type Item,
  type NewsEvent,
  type Status,
} from "../api.ts";
import { useAsked, type Asked } from "../asked.ts";
import { follow } from "../live.ts";
import { linkTo, rangeOf, type Place } from "../place.ts";
import { quadOf, typesOf, verbOf } from "../scheme.ts";
import { plural } from "../words.ts";
import { Balance } from "../parts/balance.tsx";
import { DaysBar } from "../parts/daysbar.tsx";
import { Panel } from "../parts/panel.tsx";
import { Legend, Sign } from "../parts/sign.tsx";
import { Mix } from "../parts/spark.tsx";
import { Stream } from "../parts/stream.tsx";
import { Timeline } from "../parts/timeline.tsx";
import { BothWays } from "../parts/bothways.tsx";
import { Unknown } from "../parts/nothing.tsx";

export function PairPage({
  place,
  pair,
  status,
}: {
  place: Place;
  pair: string;
  status: Status | null;
}): JSX.Element {
  const [source = "", target = ""] = pair.split("|");
  const range = rangeOf(place.filters, status?.days?.last);
  const waits = Boolean(place.filters.last) && !status;
  const path = `/v1/pairs/${encodeURIComponent(pair)}/history${query({ ...range })}`;
  const history = useAsked<History>(waits ? null : path);
  useEffect(() => {
    if (!waits) follow({ ...range, actor: source, watch: [`pair:${pair}`, `pair:${target}|${source}`] });
  }, [pair, range.from, range.to, waits]);
  const answer = history.answer;
  const days = useMemo(() => (answer ? bothDays([answer.pair, answer.reverse]) : []), [answer]);
  const between = (event: NewsEvent): boolean =>
    [event.source?.actor, event.target?.actor].sort().join("|") === [source, target].sort().join("|");
  const listed: Asked<Events> = {
    ...history,
    answer: answer && { items: answer.events, next: null, partitions: answer.partitions },
  };
  const names = {
    source: answer?.pair.label.source_name ?? source,
    target: answer?.pair.label.target_name ?? target,
  };
  const title = `Tidings: ${names.source} → ${names.target}`;
  useEffect(() => void (document.title = title), [title]);
  if (history.fault?.status === 404)
    return <Unknown what={`${source} and ${target}`} why={history.fault.why} place={place} />;
  return (
    <>
      <nav class="crumbs" aria-label="Where you are">
        <a href={linkTo({ page: "overview" })}>Overview</a> <span aria-hidden="true">›</span> Pairs
      </nav>
      <div class="headline">
        <h1 tabIndex={-1}>
          <a href={linkTo({ page: "actor", key: source })}>{names.source}</a> <span class="arrow">→</span>{" "}
          <a href={linkTo({ page: "actor", key: target })}>{names.target}</a>
        </h1>
        {answer && (
          <p class="totals">
            <Told item={answer.pair} />
          </p>
        )}
        {answer?.reverse && (
          <p class="totals">
            <a href={linkTo({ page: "pair", key: answer.reverse.key })}>the other way</a>:{" "}
            <Told item={answer.reverse} />
          </p>
        )}
      </div>
      <DaysBar place={place} range={range} />
      <div class="detail">
        <div class="area-main">
          <Panel id="types" title="What each does to the other" asked={history} lines={8}>
            {(found) => (
              <BothWays
                does={found.pair.counters}
                done={found.reverse?.counters ?? {}}
                left={`${names.source} →`}
                right={`← ${names.target}`}
              />
            )}
          </Panel>
          <Panel id="timeline" title="Both ways, by type" asked={history} lines={8}>
            {() => <Timeline days={days} {...range} by="type" sparse />}
          </Panel>
          <Panel id="balance" title="Cooperation against conflict" asked={history} lines={6}>
            {() => <Balance days={days} {...range} />}
          </Panel>
        </div>
        <div class="area-events">
          <Stream asked={listed} path={path} takes={between} note="newest first, both ways" />
        </div>
      </div>
      <Legend />
    </>
  );
}

function Told({ item }: { item: Item }): JSX.Element {
  const events = item.counters["events"] ?? 0;
  const [type, count] = typesOf(item.counters)[0] ?? ["", 0];
  return (
    <>
      <b>{plural(events, "event")}</b> in {plural(item.counters["articles"] ?? 0, "article")}; most often{" "}
      <span class={`ink-${quadOf(type)}`}>
        <Sign quad={quadOf(type)} /> {verbOf(type)}
      </span>{" "}
      ({count}){" "}
      <span class="inline-mix">
        <Mix counters={item.counters} />
      </span>
    </>
  );
}

function bothDays(items: (Item | null)[]): Day[] {
  const days = new Map<string, Counters>();
  for (const item of items)
    for (const [day, counters] of Object.entries(item?.days ?? {})) {
      const sums = days.get(day) ?? {};
      for (const [name, count] of Object.entries(counters)) sums[name] = (sums[name] ?? 0) + count;
      days.set(day, sums);
    }
  return [...days].sort(([a], [b]) => (a < b ? -1 : 1)).map(([day, counters]) => ({ day, counters }));
}
