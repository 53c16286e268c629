/** Cooperation against conflict: one balance for all, and upwards or downwards over time. */
import type { JSX } from "preact";
import { scaleLinear } from "d3-scale";
import { line } from "d3-shape";
import type { Counters, Day } from "../api.ts";
import { byQuad, QUADS, TYPES } from "../scheme.ts";
import { seriesOf, type Series } from "../series.ts";
import { compact, exact, share } from "../words.ts";
import { barsIn, barWidth, bucketTip, DayTicks, frameOf, narrowTo, SeriesTable } from "./frame.tsx";
import { hint } from "./tip.tsx";
import { useWidth } from "./width.ts";

const UP = ["material-cooperation", "verbal-cooperation"] as const;
const DOWN = ["material-conflict", "verbal-conflict"] as const;

export function Balance({ days, from, to }: { days: Day[]; from: string; to: string }): JSX.Element {
  const [box, width] = useWidth<HTMLDivElement>();
  const series = seriesOf(days, from, to, barsIn(width));
  const all: Counters = {};
  for (const bucket of series.buckets)
    for (const type of TYPES) all[type] = (all[type] ?? 0) + (bucket.counters[type] ?? 0);
  const sums = byQuad(all);
  const cooperation = UP.reduce((sum, quad) => sum + sums[quad], 0);
  const conflict = DOWN.reduce((sum, quad) => sum + sums[quad], 0);
  return (
    <div class="chart" ref={box}>
      {cooperation + conflict === 0 ? (
        <p class="nothing">No events in these days.</p>
      ) : (
        <>
          <Scales cooperation={cooperation} conflict={conflict} sums={sums} />
          {width > 0 && <Diverging series={series} width={width} />}
          <SeriesTable series={series} />
        </>
      )}
    </div>
  );
}

function Scales({
  cooperation,
  conflict,
  sums,
}: {
  cooperation: number;
  conflict: number;
  sums: Record<string, number>;
}): JSX.Element {
  const total = cooperation + conflict;
  const order = ["material-cooperation", "verbal-cooperation", "verbal-conflict", "material-conflict"];
  return (
    <div class="scales">
      <p class="ink-material-cooperation">
        <b>{share(cooperation / total)}</b> cooperation
      </p>
      <p class="ink-material-conflict">
        conflict <b>{share(conflict / total)}</b>
      </p>
      <div
        class="beam"
        role="img"
        aria-label={`Cooperation ${exact(cooperation)}, conflict ${exact(conflict)} events`}
      >
        {order.map((quad) => (
          <span
            key={quad}
            class={`segment b-${quad}`}
            style={{ width: `${((sums[quad] ?? 0) / total) * 100}%` }}
          />
        ))}
      </div>
    </div>
  );
}

function Diverging({ series, width }: { series: Series; width: number }): JSX.Element {
  const { buckets } = series;
  const { height, left, bottom, top } = frameOf(16.3);
  const sums = buckets.map((bucket) => byQuad(bucket.counters));
  const high = Math.max(1, ...sums.map((one) => UP.reduce((sum, quad) => sum + one[quad], 0)));
  const low = Math.max(1, ...sums.map((one) => DOWN.reduce((sum, quad) => sum + one[quad], 0)));
  const y = scaleLinear()
    .domain([-low * 1.06, high * 1.06])
    .range([height - bottom, top]);
  const band = (width - left) / buckets.length;
  const net = sums.map((one) =>
    QUADS.reduce((sum, quad) => sum + (quad.endsWith("cooperation") ? 1 : -1) * one[quad], 0),
  );
  const path = line<number>()
    .x((_, n) => left + band * (n + 0.5))
    .y((amount) => y(amount));
  return (
    <svg
      class="timeline"
      width={width}
      height={height}
      role="img"
      aria-label="Cooperation upwards and conflict downwards over time; the line is the difference"
    >
      {y
        .ticks(5)
        .filter(Number.isInteger)
        .map((count) => (
          <g key={count} class={count ? "tick" : "tick zero"} transform={`translate(0 ${y(count)})`}>
            <line x1={left} x2={width} />
            <text x={left - 6} dy="0.32em" text-anchor="end">
              {compact(Math.abs(count))}
            </text>
          </g>
        ))}
      <DayTicks series={series} left={left} right={width} y={height - 5} />
      {buckets.map((bucket, n) => (
        <g
          key={bucket.start}
          class="column"
          onClick={() => narrowTo(bucket)}
          {...hint(() => bucketTip(bucket))}
        >
          <rect class="catch" x={left + band * n} y="0" width={band} height={height - bottom} />
          {stack(
            UP.map((quad) => [quad, sums[n]![quad]]),
            1,
          )
            .concat(
              stack(
                DOWN.map((quad) => [quad, sums[n]![quad]]),
                -1,
              ),
            )
            .map(({ quad, from, to }) => (
              <rect
                key={quad}
                x={left + band * (n + 0.5) - barWidth(band) / 2}
                width={barWidth(band)}
                y={Math.min(y(from), y(to))}
                height={Math.max(1, Math.abs(y(to) - y(from)) - 0.5)}
                fill={`url(#p-${quad})`}
              />
            ))}
        </g>
      ))}
      {buckets.length > 2 && <path class="net" d={path(net) ?? ""} />}
    </svg>
  );
}

function stack(parts: [string, number][], sign: 1 | -1): { quad: string; from: number; to: number }[] {
  let base = 0;
  return parts
    .filter(([, count]) => count)
    .map(([quad, count]) => ({ quad, from: sign * base, to: sign * (base += count) }));
}
