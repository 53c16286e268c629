/** Events over time, a row for each type. */
import type { JSX } from "preact";
import { toggleType, type Filters } from "../place.ts";
import { quadOf, TYPES } from "../scheme.ts";
import type { Series } from "../series.ts";
import { compact, exact } from "../words.ts";
import { barWidth, DayTicks, narrowTo } from "./frame.tsx";
import { Sign, TypeMeaning } from "./sign.tsx";
import { hint, tip } from "./tip.tsx";
import { rem } from "./width.ts";

interface StripsProps {
  series: Series;
  width: number;
  filters?: Filters;
  /** Whether types of which there is nothing are left out. */
  sparse: boolean;
}

export function Strips({ series, width, filters, sparse }: StripsProps): JSX.Element {
  const { buckets } = series;
  const one = rem();
  // a finger needs more room than a pointer
  const coarse = matchMedia("(pointer: coarse)").matches;
  const [row, names, counts] = [coarse ? 24 : 1.22 * one, (width < 28 * one ? 6.6 : 7.8) * one, 2.6 * one];
  const band = (width - names - counts) / buckets.length;
  const top = Math.max(1, ...TYPES.flatMap((type) => buckets.map((bucket) => bucket.counters[type] ?? 0)));
  const types = TYPES.filter((type) => !sparse || buckets.some((bucket) => bucket.counters[type]));
  const chosen = new Set(filters?.types ?? []);
  return (
    <div class="strips">
      {types.map((type, n) => {
        const total = buckets.reduce((sum, bucket) => sum + (bucket.counters[type] ?? 0), 0);
        const quad = quadOf(type);
        return (
          <div class={`strip${n && quadOf(types[n - 1]!) !== quad ? " first" : ""}`} key={type}>
            <button
              type="button"
              style={{ width: `${names}px` }}
              aria-pressed={chosen.has(type)}
              onClick={() => toggleType(type, filters)}
              {...tip(() => <TypeMeaning type={type} />)}
            >
              <Sign quad={quad} /> {type}
            </button>
            <svg width={Math.max(0, width - names - counts)} height={row} aria-hidden="true">
              <line x1="0" x2="100%" y1={row - 0.5} y2={row - 0.5} />
              {buckets.map((bucket, at) => {
                const count = bucket.counters[type] ?? 0;
                if (!count) return null;
                const height = 3 + (row - 5) * Math.sqrt(count / top);
                return (
                  <rect
                    key={bucket.start}
                    x={band * (at + 0.5) - barWidth(band) / 2}
                    width={barWidth(band)}
                    y={row - 1 - height}
                    height={height}
                    fill={`url(#p-${quad})`}
                    onClick={() => narrowTo(bucket)}
                    {...hint(() => (
                      <span>
                        <b>{type}</b> {exact(count)} · {bucket.name}
                      </span>
                    ))}
                  />
                );
              })}
            </svg>
            <span class="count">{total ? compact(total) : "–"}</span>
          </div>
        );
      })}
      <svg class="timeline axis" width={width} height={1.4 * one} aria-hidden="true">
        <DayTicks series={series} left={names} right={width - counts} y={one} />
      </svg>
    </div>
  );
}
