/** Small pictures of counts: a sparkline over days, and a bar of what an amount is made of. */
import type { JSX } from "preact";
import { max } from "d3-array";
import type { Counters } from "../api.ts";
import { isDay, startOf, stepFor, steps } from "../days.ts";
import { byQuad, QUAD_NAMES, QUADS } from "../scheme.ts";
import { exact } from "../words.ts";

interface SparkProps {
  days: Record<string, Counters>;
  counter: string;
  from: string;
  to: string;
}

export function Spark({ days, counter, from, to }: SparkProps): JSX.Element | null {
  if (!from || !to) return null;
  const step = stepFor(from, to, 40);
  const sums = new Map(steps(from, to, step).map((start) => [start, 0]));
  for (const [day, counters] of Object.entries(days)) {
    if (!isDay(day) || day < from || day > to) continue;
    const start = startOf(day, step);
    sums.set(start, (sums.get(start) ?? 0) + (counters[counter] ?? 0));
  }
  const heights = [...sums.values()];
  const top = max(heights) || 1;
  const width = 100 / heights.length;
  return (
    <svg class="spark" viewBox="0 0 100 24" preserveAspectRatio="none" aria-hidden="true">
      {heights.map((count, n) => {
        const height = count && Math.max(3, (count / top) * 24);
        return count ? (
          <rect key={n} x={n * width} y={24 - height} width={Math.max(1, width * 0.8)} height={height} />
        ) : null;
      })}
    </svg>
  );
}

/** How much of it is cooperation, how much conflict: in words or deeds. */
export function Mix({ counters, of }: { counters: Counters; of?: number }): JSX.Element {
  const sums = byQuad(counters);
  const total = QUADS.reduce((sum, quad) => sum + sums[quad], 0) || 1;
  const told = QUADS.filter((quad) => sums[quad]).map(
    (quad) => `${QUAD_NAMES[quad].name} ${exact(sums[quad])}`,
  );
  return (
    <span class="mix" role="img" aria-label={told.join(", ") || "no events"}>
      {QUADS.filter((quad) => sums[quad]).map((quad) => (
        <span
          key={quad}
          class={`segment b-${quad}`}
          style={{ width: `${(sums[quad] / (of ?? total)) * 100}%` }}
        />
      ))}
    </span>
  );
}
