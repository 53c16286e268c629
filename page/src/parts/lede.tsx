/** The page in sentences: who does what to whom most often. */
import type { JSX } from "preact";
import type { Item, List } from "../api.ts";
import { linkTo } from "../place.ts";
import { quadOf, typesOf, verbOf } from "../scheme.ts";
import { compact, plural } from "../words.ts";
import { Sign, TypeMeaning } from "./sign.tsx";
import { Mix } from "./spark.tsx";
import { tip } from "./tip.tsx";

export function Lede({ list, most }: { list: List; most: number }): JSX.Element {
  if (!list.items.length)
    return <p class="nothing">No two named actors have to do with one another under these filters.</p>;
  const shown = list.items.slice(0, most);
  const top = shown[0]?.counters["events"] ?? 1;
  return (
    <ol class="lede">
      {shown.map((pair) => (
        <Headline key={pair.key} pair={pair} top={top} />
      ))}
    </ol>
  );
}

export const pairTip = (pair: Item): JSX.Element => (
  <>
    <strong class="tip-title">
      {pair.label.source_name} → {pair.label.target_name}
    </strong>
    <span>
      {plural(pair.counters["events"] ?? 0, "event")} in {plural(pair.counters["articles"] ?? 0, "article")}
    </span>
    <ul class="tip-types">
      {typesOf(pair.counters)
        .slice(0, 6)
        .map(([type, count]) => (
          <li key={type}>
            <Sign quad={quadOf(type)} /> {type} <b>{compact(count)}</b>
          </li>
        ))}
    </ul>
  </>
);

function Headline({ pair, top }: { pair: Item; top: number }): JSX.Element {
  const types = typesOf(pair.counters);
  const [type, count] = types[0] ?? ["", 0];
  const { source, source_name, target, target_name } = pair.label;
  const events = pair.counters["events"] ?? 0;
  return (
    <li>
      <p class="sentence">
        <a class="who" href={linkTo({ page: "actor", key: source ?? "" })}>
          {source_name}
        </a>{" "}
        <a
          class={`verb ink-${quadOf(type)}`}
          href={linkTo({ page: "pair", key: pair.key })}
          {...tip(() => <TypeMeaning type={type} />)}
        >
          <Sign quad={quadOf(type)} /> {verbOf(type)}
        </a>{" "}
        <a class="who" href={linkTo({ page: "actor", key: target ?? "" })}>
          {target_name}
        </a>
      </p>
      <a
        class="much"
        href={linkTo({ page: "pair", key: pair.key })}
        {...tip(() => pairTip(pair))}
        aria-label={`${source_name} to ${target_name}: ${plural(events, "event")}, ${count} of them ${type}`}
      >
        <span class="count">{compact(events)}</span>
        <Mix counters={pair.counters} of={top} />
      </a>
    </li>
  );
}
