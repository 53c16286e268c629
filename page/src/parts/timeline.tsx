/** Events over time: stacked by class, or a strip for each type. */
import type { JSX } from "preact";
import { scaleLinear } from "d3-scale";
import type { Day } from "../api.ts";
import { setFilters, type Filters } from "../place.ts";
import { byQuad, QUAD_NAMES, QUADS, quadOf, TYPES } from "../scheme.ts";
import { labelled, seriesOf, type Bucket, type Series } from "../series.ts";
import { compact, exact, plural } from "../words.ts";
import { Sign, TypeMeaning } from "./sign.tsx";
import { tip } from "./tip.tsx";
import { useWidth } from "./width.ts";

interface TimelineProps { days: Day[]; from: string; to: string; filters?: Filters; by: "class" | "type" }

const [HEIGHT, LEFT, BOTTOM, TOP] = [176, 34, 20, 8];
export const barsIn = (width: number): number => Math.max(12, Math.floor(width / 11));

export function Timeline({ days, from, to, by, filters }: TimelineProps): JSX.Element {
  const [box, width] = useWidth<HTMLDivElement>();
  const series = seriesOf(days, from, to, barsIn(width - LEFT));
  const empty = !series.buckets.some((bucket) => bucket.events);
  return (
    <div class="chart" ref={box}>
      {empty ? <p class="nothing">No events in these days.</p> : width > 0 &&
        (by === "class" ? <Stacked series={series} width={width} /> : <Strips series={series} width={width} filters={filters} />)}
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
  const top = Math.max(...buckets.map((bucket) => bucket.events));
  const y = scaleLinear().domain([0, top]).nice(4).range([HEIGHT - BOTTOM, TOP]);
  const band = (width - LEFT) / buckets.length;
  const ticks = y.ticks(4).filter(Number.isInteger);
  return (
    <svg class="timeline" width={width} height={HEIGHT} role="img" aria-label={`Events over time by class; the most in one ${step}: ${exact(top)}`}>
      {ticks.map((count) => (
        <g key={count} class="tick" transform={`translate(0 ${y(count)})`}>
          <line x1={LEFT} x2={width} />
          <text x={LEFT - 6} dy="0.32em" text-anchor="end">{compact(count)}</text>
        </g>
      ))}
      {labelled(buckets, step, (width - LEFT) / 62).map(({ n, words }) => (
        <text key={n} class="tick-x" x={LEFT + band * (n + 0.5)} y={HEIGHT - 5} text-anchor={n ? "middle" : "start"} dx={n ? 0 : -band / 2}>{words}</text>
      ))}
      {buckets.map((bucket, n) => (
        <Column key={bucket.start} bucket={bucket} x={LEFT + band * n} band={band} y={y} />
      ))}
    </svg>
  );
}

function Column({ bucket, x, band, y }: { bucket: Bucket; x: number; band: number; y: (count: number) => number }): JSX.Element {
  const sums = byQuad(bucket.counters);
  let base = 0;
  return (
    <g class="column" onClick={() => narrowTo(bucket)} {...tip(() => bucketTip(bucket), true)}>
      <rect class="catch" x={x} y={TOP} width={band} height={HEIGHT - BOTTOM - TOP} />
      {QUADS.map((quad) => {
        if (!sums[quad]) return null;
        const [from, to] = [y(base), y((base += sums[quad]))];
        return <rect key={quad} x={x + band * 0.1} width={Math.max(1, band * 0.8)} y={to} height={Math.max(1, from - to - 0.5)} fill={`url(#p-${quad})`} />;
      })}
    </g>
  );
}

const ROW = 17;

function Strips({ series, width, filters }: { series: Series; width: number; filters?: Filters }): JSX.Element {
  const { buckets, step } = series;
  const names = width < 420 ? 92 : 112;
  const counts = 40;
  const band = (width - names - counts) / buckets.length;
  const top = Math.max(1, ...TYPES.flatMap((type) => buckets.map((bucket) => bucket.counters[type] ?? 0)));
  const chosen = new Set(filters?.types ?? []);
  return (
    <div class="strips">
      {TYPES.map((type, n) => {
        const total = buckets.reduce((sum, bucket) => sum + (bucket.counters[type] ?? 0), 0);
        const quad = quadOf(type);
        return (
          <div class={`strip${n && quadOf(TYPES[n - 1]!) !== quad ? " first" : ""}`} key={type}>
            <button type="button" aria-pressed={chosen.has(type)} onClick={() => toggleType(type, filters)} {...tip(() => <TypeMeaning type={type} />)}>
              <Sign quad={quad} /> {type}
            </button>
            <svg width={Math.max(0, width - names - counts)} height={ROW} aria-hidden="true">
              <line x1="0" x2="100%" y1={ROW - 0.5} y2={ROW - 0.5} />
              {buckets.map((bucket, at) => {
                const count = bucket.counters[type] ?? 0;
                if (!count) return null;
                const height = 3 + (ROW - 5) * Math.sqrt(count / top);
                return (
                  <rect key={bucket.start} x={band * (at + 0.08)} width={Math.max(1.5, band * 0.84)} y={ROW - 1 - height} height={height}
                    fill={`url(#p-${quad})`} onClick={() => narrowTo(bucket)}
                    {...tip(() => <span><b>{type}</b> {exact(count)} · {bucket.name}</span>, true)} />
                );
              })}
            </svg>
            <span class="count">{total ? compact(total) : "–"}</span>
          </div>
        );
      })}
      <svg class="timeline axis" width={width} height={BOTTOM} aria-hidden="true">
        {labelled(buckets, step, (width - names - counts) / 62).map(({ n, words }) => (
          <text key={n} class="tick-x" x={names + band * (n + 0.5)} y={13} text-anchor={n ? "middle" : "start"} dx={n ? 0 : -band / 2}>{words}</text>
        ))}
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
    <table class="unseen">
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
    </table>
  );
}
