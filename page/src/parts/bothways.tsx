/** Types of events in two directions, back to back. */
import type { JSX } from "preact";
import type { Counters } from "../api.ts";
import { hrefOf, NO_FILTERS } from "../place.ts";
import { quadOf, TYPES, typesOf } from "../scheme.ts";
import { compact } from "../words.ts";
import { Sign, TypeMeaning } from "./sign.tsx";
import { tip } from "./tip.tsx";

/** A bar's part of its cell, which has its count beside it. */
export const reach = (part: number): { width: string } => ({ width: `calc((100% - 2.8rem) * ${part})` });

interface BothWaysProps {
  does: Counters;
  done: Counters;
  left: string;
  right: string;
}

export function BothWays({ does, done, left, right }: BothWaysProps): JSX.Element {
  const types = TYPES.filter((type) => does[type] || done[type]);
  if (!types.length) return <p class="nothing">No events in these days.</p>;
  const most = Math.max(
    ...typesOf(does)
      .concat(typesOf(done))
      .map(([, count]) => count),
  );
  const way = (type: string, count = 0): JSX.Element => (
    <span class="way">
      {count > 0 && <span class={`reach b-${quadOf(type)}`} style={reach(count / most)} />}
      <span class={count ? "count" : "count zero"}>{count ? compact(count) : "–"}</span>
    </span>
  );
  return (
    <table class="bothways">
      <thead>
        <tr>
          <th scope="col" class="left">
            {left}
          </th>
          <th scope="col">type</th>
          <th scope="col" class="right">
            {right}
          </th>
        </tr>
      </thead>
      <tbody>
        {types.map((type) => (
          <tr key={type}>
            <td class="left">{way(type, does[type])}</td>
            <th scope="row">
              <a
                href={hrefOf({
                  route: { page: "overview" },
                  filters: { ...NO_FILTERS, types: [type] },
                  view: "chord",
                })}
                {...tip(() => <TypeMeaning type={type} />)}
              >
                <Sign quad={quadOf(type)} /> {type}
              </a>
            </th>
            <td class="right">{way(type, done[type])}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
