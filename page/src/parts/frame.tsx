/** What charts over time share: margins, bars, days below, and the table for those who do not see them. */
import type { JSX } from "preact";
import { setFilters } from "../place.ts";
import { byQuad, QUAD_NAMES, QUADS } from "../scheme.ts";
import { labelled, type Bucket, type Series } from "../series.ts";
import { exact, plural } from "../words.ts";
import { Sign } from "./sign.tsx";
import { rem } from "./width.ts";

export interface Frame {
  height: number;
  left: number;
  bottom: number;
  top: number;
}

/** The margins of a chart that is so many rems high. */
export function frameOf(rems: number): Frame {
  const one = rem();
  return {
    height: Math.round(rems * one),
    left: Math.round(2.4 * one),
    bottom: Math.round(1.4 * one),
    top: Math.round(0.5 * one),
  };
}
/** Bars leave a fifth of their place free, and are no wider than they need. */
export const barWidth = (band: number): number => Math.max(1, Math.min(band * 0.8, 2.4 * rem()));
export const barsIn = (width: number): number => Math.max(12, Math.floor(width / (0.75 * rem())));

export const narrowTo = (bucket: Bucket): void =>
  setFilters({ from: bucket.start, to: bucket.end, last: "" });

export const bucketTip = (bucket: Bucket): JSX.Element => {
  const sums = byQuad(bucket.counters);
  return (
    <>
      <strong class="tip-title">{bucket.name}</strong>
      <span>{plural(bucket.events, "event")}</span>
      <ul class="tip-types">
        {QUADS.filter((quad) => sums[quad]).map((quad) => (
          <li key={quad}>
            <Sign quad={quad} /> {QUAD_NAMES[quad].name} <b>{exact(sums[quad])}</b>
          </li>
        ))}
      </ul>
    </>
  );
};

interface TicksProps {
  series: Series;
  left: number;
  right: number;
  y: number;
}

/** The days below a chart; those at its ends stay within it. */
export function DayTicks({ series: { buckets, step }, left, right, y }: TicksProps): JSX.Element {
  const band = (right - left) / buckets.length;
  const half = 2 * rem();
  return (
    <>
      {labelled(
        buckets,
        step,
        (right - left) / ((step === "day" || step === "week" ? 5.6 : 4.4) * rem()),
      ).map(({ n, words }) => {
        const x = left + band * (n + 0.5);
        const [at, anchor] =
          x - half < left
            ? [left + band * n, "start"]
            : x + half > right
              ? [left + band * (n + 1), "end"]
              : [x, "middle"];
        return (
          <text key={n} class="tick-x" x={at} y={y} text-anchor={anchor as "start"}>
            {words}
          </text>
        );
      })}
    </>
  );
}

/** What the pictures show, for those who do not see them. */
export function SeriesTable({ series }: { series: Series }): JSX.Element {
  const rows = series.buckets.filter((bucket) => bucket.events);
  return (
    <div class="unseen">
      <table>
        <caption>Events by {series.step} and class</caption>
        <thead>
          <tr>
            <th scope="col">{series.step}</th>
            {QUADS.map((quad) => (
              <th scope="col" key={quad}>
                {QUAD_NAMES[quad].name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((bucket) => {
            const sums = byQuad(bucket.counters);
            return (
              <tr key={bucket.start}>
                <th scope="row">{bucket.name}</th>
                {QUADS.map((quad) => (
                  <td key={quad}>{sums[quad]}</td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
