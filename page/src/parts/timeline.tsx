/** Events over time: stacked by class, or a strip for each type. */
import type { JSX } from "preact";
import { scaleLinear } from "d3-scale";
import type { Day } from "../api.ts";
import { setFilters, type Filters } from "../place.ts";
import { byQuad, QUAD_NAMES, QUADS, quadOf, TYPES } from "../scheme.ts";
import { labelled, seriesOf, type Bucket, type Series } from "../series.ts";
import { compact, exact, plural } from "../words.ts";
import { Sign, TypeMeaning } from "./sign.tsx";
import { hint, tip } from "./tip.tsx";
import { rem, useWidth } from "./width.ts";

interface TimelineProps { days: Day[]; from: string; to: string; filters?: Filters; by: "class" | "type"; sparse?: boolean }

export interface Frame { height: number; left: number; bottom: number; top: number }

/** The margins of a chart that is so many rems high. */
export function frameOf(rems: number): Frame {
  const one = rem();
  return { height: Math.round(rems * one), left: Math.round(2.4 * one), bottom: Math.round(1.4 * one), top: Math.round(0.5 * one) };
}
/** Bars leave a fifth of their place free, and are no wider than they need. */
export const barWidth = (band: number): number => Math.max(1, Math.min(band * 0.8, 2.4 * rem()));
export const barsIn = (width: number): number => Math.max(12, Math.floor(width / (0.75 * rem())));

export function Timeline({ days, from, to, by, filters, sparse = false }: TimelineProps): JSX.Element {
  const [box, width] = useWidth<HTMLDivElement>();
  const series = seriesOf(days, from, to, barsIn(width));
  const empty = !series.buckets.some((bucket) => bucket.events);
  return (
    <div class="chart" ref={box}>
      {empty ? <p class="nothing">No events in these days.</p> : width > 0 &&
        (by === "class" ? <Stacked series={series} width={width} /> : <Strips series={series} width={width} filters={filters} sparse={sparse} />)}
      {!empty && <SeriesTable series={series} />}
    </div>
  );
}

export const narrowTo = (bucket: Bucket): void => setFilters({ from: bucket.start, to: bucket.end, last: "" });

export const bucketTip = (bucket: Bucket): JSX.Element => {
  const sums = byQuad(bucket.counters);
  return (
    <>
      <strong class="tip-title">{bucket.name}</strong>
      <span>{plural(bucket.events, "event")}</span>
      <ul class="tip-types">
        {QUADS.filter((quad) => sums[quad]).map((quad) => (
          <li key={quad}><Sign quad={quad} /> {QUAD_NAMES[quad].name} <b>{exact(sums[quad])}</b></li>
        ))}
      </ul>
    </>
  );
};

function Stacked({ series, width }: { series: Series; width: number }): JSX.Element {
  const { buckets, step } = series;
  const { height, left, bottom, top: above } = frameOf(20);
  const top = Math.max(...buckets.map((bucket) => bucket.events));
  const y = scaleLinear().domain([0, top]).nice(4).range([height - bottom, above]);
  const band = (width - left) / buckets.length;
  const ticks = y.ticks(4).filter(Number.isInteger);
  return (
    <svg class="timeline" width={width} height={height} role="img" aria-label={`Events over time by class; the most in one ${step}: ${exact(top)}`}>
      {ticks.map((count) => (
        <g key={count} class="tick" transform={`translate(0 ${y(count)})`}>
          <line x1={left} x2={width} />
          <text x={left - 6} dy="0.32em" text-anchor="end">{compact(count)}</text>
        </g>
      ))}
      <DayTicks series={series} left={left} right={width} y={height - 5} />
      {buckets.map((bucket, n) => (
        <Column key={bucket.start} bucket={bucket} x={left + band * n} band={band} y={y} />
      ))}
    </svg>
  );
}

function Column({ bucket, x, band, y }: { bucket: Bucket; x: number; band: number; y: (count: number) => number }): JSX.Element {
  const sums = byQuad(bucket.counters);
  const wide = barWidth(band);
  let base = 0;
  return (
    <g class="column" onClick={() => narrowTo(bucket)} {...hint(() => bucketTip(bucket))}>
      <rect class="catch" x={x} y="0" width={band} height={y(0)} />
      {QUADS.map((quad) => {
        if (!sums[quad]) return null;
        const [from, to] = [y(base), y((base += sums[quad]))];
        return <rect key={quad} x={x + (band - wide) / 2} width={wide} y={to} height={Math.max(1, from - to - 0.5)} fill={`url(#p-${quad})`} />;
      })}
    </g>
  );
}

interface TicksProps { series: Series; left: number; right: number; y: number }

/** The days below a chart; those at its ends stay within it. */
export function DayTicks({ series: { buckets, step }, left, right, y }: TicksProps): JSX.Element {
  const band = (right - left) / buckets.length;
  const half = 2 * rem();
  return (
    <>
      {labelled(buckets, step, (right - left) / (4.4 * rem())).map(({ n, words }) => {
        const x = left + band * (n + 0.5);
        const [at, anchor] = x - half < left ? [left + band * n, "start"] : x + half > right ? [left + band * (n + 1), "end"] : [x, "middle"];
        return <text key={n} class="tick-x" x={at} y={y} text-anchor={anchor as "start"}>{words}</text>;
      })}
    </>
  );
}

function Strips({ series, width, filters, sparse }: { series: Series; width: number; filters?: Filters; sparse: boolean }): JSX.Element {
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
            <button type="button" style={{ width: `${names}px` }} aria-pressed={chosen.has(type)} onClick={() => toggleType(type, filters)} {...tip(() => <TypeMeaning type={type} />)}>
              <Sign quad={quad} /> {type}
            </button>
            <svg width={Math.max(0, width - names - counts)} height={row} aria-hidden="true">
              <line x1="0" x2="100%" y1={row - 0.5} y2={row - 0.5} />
              {buckets.map((bucket, at) => {
                const count = bucket.counters[type] ?? 0;
                if (!count) return null;
                const height = 3 + (row - 5) * Math.sqrt(count / top);
                return (
                  <rect key={bucket.start} x={band * (at + 0.5) - barWidth(band) / 2} width={barWidth(band)} y={row - 1 - height} height={height}
                    fill={`url(#p-${quad})`} onClick={() => narrowTo(bucket)}
                    {...hint(() => <span><b>{type}</b> {exact(count)} · {bucket.name}</span>)} />
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

export function toggleType(type: string, filters?: Filters): void {
  const types = filters?.types ?? [];
  setFilters({ types: types.includes(type) ? types.filter((one) => one !== type) : [...types, type] });
}

/** What the pictures show, for those who do not see them. */
export function SeriesTable({ series }: { series: Series }): JSX.Element {
  const rows = series.buckets.filter((bucket) => bucket.events);
  return (
    <div class="unseen"><table>
      <caption>Events by {series.step} and class</caption>
      <thead>
        <tr><th scope="col">{series.step}</th>{QUADS.map((quad) => <th scope="col" key={quad}>{QUAD_NAMES[quad].name}</th>)}</tr>
      </thead>
      <tbody>
        {rows.map((bucket) => {
          const sums = byQuad(bucket.counters);
          return <tr key={bucket.start}><th scope="row">{bucket.name}</th>{QUADS.map((quad) => <td key={quad}>{sums[quad]}</td>)}</tr>;
        })}
      </tbody>
    </table></div>
  );
}
