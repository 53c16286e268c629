/** With whom an actor has to do: who acts on it, and on whom it acts. */
import type { JSX } from "preact";
import type { Item } from "../api.ts";
import { linkTo } from "../place.ts";
import { compact, plural, shortName } from "../words.ts";
import { reach } from "./bothways.tsx";
import { pairTip } from "./lede.tsx";
import { Mix } from "./spark.tsx";
import { tip } from "./tip.tsx";

interface Partner {
  key: string;
  name: string;
  code: string;
  out: Item | null;
  back: Item | null;
  total: number;
}

function partnersOf(pairs: Item[], actor: string): Partner[] {
  const found = new Map<string, Partner>();
  for (const pair of pairs) {
    const acts = pair.label.source === actor;
    const [key, name, code] = acts
      ? [pair.label.target, pair.label.target_name, pair.label.target_code]
      : [pair.label.source, pair.label.source_name, pair.label.source_code];
    const partner = found.get(key!) ?? {
      key: key!,
      name: name ?? key!,
      code: code ?? "",
      out: null,
      back: null,
      total: 0,
    };
    partner[acts ? "out" : "back"] = pair;
    partner.total += pair.counters["events"] ?? 0;
    found.set(key!, partner);
  }
  return [...found.values()].sort((a, b) => b.total - a.total);
}

export function Partners({ pairs, actor }: { pairs: Item[]; actor: string }): JSX.Element {
  const partners = partnersOf(pairs, actor).slice(0, 14);
  if (!partners.length) return <p class="nothing">No events with another named actor in these days.</p>;
  const most = Math.max(
    ...partners.flatMap(({ out, back }) => [out, back].map((pair) => pair?.counters["events"] ?? 0)),
  );
  return (
    <table class="partners">
      <thead>
        <tr>
          <th scope="col" class="left">
            acts on it
          </th>
          <th scope="col">partner</th>
          <th scope="col" class="right">
            is acted on by it
          </th>
        </tr>
      </thead>
      <tbody>
        {partners.map(({ key, name, code, out, back }) => (
          <tr key={key}>
            <td class="left">
              <Way pair={back} most={most} />
            </td>
            <th scope="row">
              <a href={linkTo({ page: "actor", key })} title={name}>
                {shortName(name, 16)}
              </a>{" "}
              <span class="code">{code}</span>
            </th>
            <td class="right">
              <Way pair={out} most={most} />
            </td>
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
    <a
      class="way"
      href={linkTo({ page: "pair", key: pair.key })}
      aria-label={`${pair.label.source_name} to ${pair.label.target_name}: ${plural(events, "event")}`}
      {...tip(() => pairTip(pair))}
    >
      <span class="reach" style={reach(events / most)}>
        <Mix counters={pair.counters} />
      </span>
      <span class="count">{compact(events)}</span>
    </a>
  );
}
