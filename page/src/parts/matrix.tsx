/** Who acts on whom as a table: rows act, columns are acted on. */
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { Item } from "../api.ts";
import { networkOf } from "../network.ts";
import { linkTo } from "../place.ts";
import { byQuad, QUADS } from "../scheme.ts";
import { compact, plural, shortName } from "../words.ts";
import { pairTip } from "./lede.tsx";
import { tip } from "./tip.tsx";

export function Matrix({ pairs }: { pairs: Item[] }): JSX.Element {
  const { actors, pairs: within, flows } = useMemo(() => networkOf(pairs, 14), [pairs]);
  const most = Math.max(1, ...flows.flat());
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Matrix of who acts on whom">
      <table class="matrix">
        <caption class="unseen">Events by who acts (rows) and on whom (columns)</caption>
        <thead>
          <tr>
            <td class="corner">
              <span>acts ↓</span> <span>on →</span>
            </td>
            {actors.map(({ key, name }) => (
              <th key={key} scope="col">
                <a href={linkTo({ page: "actor", key })} title={name}>
                  <span>{shortName(name)}</span>
                </a>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {actors.map(({ key, name }) => (
            <tr key={key}>
              <th scope="row">
                <a href={linkTo({ page: "actor", key })} title={name}>
                  {shortName(name)}
                </a>
              </th>
              {actors.map((other) => (
                <Cell
                  key={other.key}
                  pair={within.get(`${key}|${other.key}`)}
                  most={most}
                  self={key === other.key}
                />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cell({ pair, most, self }: { pair: Item | undefined; most: number; self: boolean }): JSX.Element {
  if (!pair) return <td class={self ? "self" : ""} />;
  const count = pair.counters["events"] ?? 0;
  const sums = byQuad(pair.counters);
  const quad = [...QUADS].sort((a, b) => sums[b] - sums[a])[0]!;
  // words are told from deeds by their hatching: they need less of their hue
  const [least, more] = quad.startsWith("verbal") ? [20, 26] : [24, 40];
  return (
    <td>
      <a
        href={linkTo({ page: "pair", key: pair.key })}
        class={`heat h-${quad}`}
        style={{ "--much": `${Math.round(least + more * Math.sqrt(count / most))}%` }}
        {...tip(() => pairTip(pair))}
        aria-label={`${pair.label.source_name} to ${pair.label.target_name}: ${plural(count, "event")}`}
      >
        {compact(count)}
      </a>
    </td>
  );
}
