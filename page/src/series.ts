/** Counts by day put into steps that fit the width that there is. */
import type { Counters, Day } from "./api.ts";
import {
  isDay,
  MONTHS,
  length,
  nameOf,
  next,
  startOf,
  stepFor,
  steps,
  daysBefore,
  type Step,
} from "./days.ts";
import { TYPES } from "./scheme.ts";

export interface Bucket {
  start: string;
  end: string;
  name: string;
  counters: Counters;
  events: number;
}
export interface Series {
  step: Step;
  buckets: Bucket[];
}

export function seriesOf(days: Day[], from: string, to: string, most: number): Series {
  const known = days.filter((one) => isDay(one.day));
  const [first, last] = widened(from || known[0]?.day, to || known.at(-1)?.day, !from && !to);
  if (!first || !last) return { step: "day", buckets: [] };
  const step = stepFor(first, last, most);
  const buckets = new Map(steps(first, last, step).map((start) => [start, empty(start, step)]));
  for (const { day, counters } of known) {
    const bucket = buckets.get(startOf(day, step));
    if (!bucket) continue;
    for (const type of TYPES) bucket.counters[type] = (bucket.counters[type] ?? 0) + (counters[type] ?? 0);
    bucket.events += TYPES.reduce((sum, type) => sum + (counters[type] ?? 0), 0);
  }
  return { step, buckets: [...buckets.values()] };
}

/** A few days alone would be drawn as walls: what is only as long as its news is given days around them. */
function widened(first: string | undefined, last: string | undefined, open: boolean): [string?, string?] {
  if (!first || !last || !open) return [first, last];
  const around = Math.max(0, Math.ceil((FEWEST_DAYS - length(first, last)) / 2));
  return [daysBefore(first, around), daysBefore(last, -around)];
}

const FEWEST_DAYS = 21;

const empty = (start: string, step: Step): Bucket => ({
  start,
  end: daysBefore(next(start, step), 1),
  name: nameOf(start, step),
  counters: {},
  events: 0,
});

/** Which of the buckets get a label below them: as many as there is room for, at even distances. */
export function labelled(buckets: Bucket[], step: Step, room: number): { n: number; words: string }[] {
  const every = Math.max(1, Math.ceil(buckets.length / Math.max(1, room)));
  return buckets
    .map((bucket, n) => ({ n, words: tick(bucket.start, step, n === 0) }))
    .filter(({ n }) => n % every === 0);
}

function tick(start: string, step: Step, first: boolean): string {
  const month = MONTHS[Number(start.slice(5, 7)) - 1]!;
  if (step === "year") return start.slice(0, 4);
  if (step === "quarter" || step === "month") return `${month} ’${start.slice(2, 4)}`;
  return `${Number(start.slice(8))} ${month}${first || month === "Jan" ? ` ’${start.slice(2, 4)}` : ""}`;
}
