/** Events over time: stacked by class, or a strip for each type. */
import type { JSX } from "preact";
import { scaleLinear } from "d3-scale";
import type { Day } from "../api.ts";
import type { Filters } from "../place.ts";
import { byQuad, QUADS } from "../scheme.ts";
import { seriesOf, type Bucket, type Series } from "../series.ts";
import { compact, exact } from "../words.ts";
import { barsIn, barWidth, bucketTip, DayTicks, frameOf, narrowTo, SeriesTable } from "./frame.tsx";
import { Strips } from "./strips.tsx";
import { hint } from "./tip.tsx";
import { useWidth } from "./width.ts";

interface TimelineProps {
  days: Day[];
  from: string;
  to: string;
  filters?: Filters;
  by: "class" | "type";
  sparse?: boolean;
}

export function Timeline({ days, from, to, by, filters, sparse = false }: TimelineProps): JSX.Element {
  const [box, width] = useWidth<HTMLDivElement>();
  const series = seriesOf(days, from, to, barsIn(width));
  const empty = !series.buckets.some((bucket) => bucket.events);
  return (
    <div class="chart" ref={box}>
      {empty ? (
        <p class="nothing">No events in these days.</p>
      ) : (
        width > 0 &&
        (by === "class" ? (
          <Stacked series={series} width={width} />
        ) : (
          <Strips series={series} width={width} filters={filters} sparse={sparse} />
        ))
      )}
      {!empty && <SeriesTable series={series} />}
    </div>
  );
}

function Stacked({ series, width }: { series: Series; width: number }): JSX.Element {
  const { buckets, step } = series;
  const { height, left, bottom, top: above } = frameOf(20);
  const top = Math.max(...buckets.map((bucket) => bucket.events));
  const y = scaleLinear()
    .domain([0, top])
    .nice(4)
    .range([height - bottom, above]);
  const band = (width - left) / buckets.length;
  const ticks = y.ticks(4).filter(Number.isInteger);
  return (
    <svg
      class="timeline"
      width={width}
      height={height}
      role="img"
      aria-label={`Events over time by class; the most in one ${step}: ${exact(top)}`}
    >
      {ticks.map((count) => (
        <g key={count} class="tick" transform={`translate(0 ${y(count)})`}>
          <line x1={left} x2={width} />
          <text x={left - 6} dy="0.32em" text-anchor="end">
            {compact(count)}
          </text>
        </g>
      ))}
      <DayTicks series={series} left={left} right={width} y={height - 5} />
      {buckets.map((bucket, n) => (
        <Column key={bucket.start} bucket={bucket} x={left + band * n} band={band} y={y} />
      ))}
    </svg>
  );
}

interface ColumnProps {
  bucket: Bucket;
  x: number;
  band: number;
  y: (count: number) => number;
}

function Column({ bucket, x, band, y }: ColumnProps): JSX.Element {
  const sums = byQuad(bucket.counters);
  const wide = barWidth(band);
  let base = 0;
  return (
    <g class="column" onClick={() => narrowTo(bucket)} {...hint(() => bucketTip(bucket))}>
      <rect class="catch" x={x} y="0" width={band} height={y(0)} />
      {QUADS.map((quad) => {
        if (!sums[quad]) return null;
        const [from, to] = [y(base), y((base += sums[quad]))];
        return (
          <rect
            key={quad}
            x={x + (band - wide) / 2}
            width={wide}
            y={to}
            height={Math.max(1, from - to - 0.5)}
            fill={`url(#p-${quad})`}
          />
        );
      })}
    </g>
  );
}
