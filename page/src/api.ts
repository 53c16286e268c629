/** What the service answers, and how it is asked. */

export type Counters = Record<string, number>;
export type Quad = "verbal-cooperation" | "material-cooperation" | "verbal-conflict" | "material-conflict";

export interface Partitions {
  answered: number[];
  missing: number[];
  why?: string[];
}

export interface Label {
  name?: string | null;
  kind?: string | null;
  country?: string | null;
  sector?: string | null;
  code?: string | null;
  topic?: string | null;
  topic_name?: string | null;
  quad?: Quad | null;
  source?: string | null;
  source_name?: string | null;
  source_code?: string | null;
  target?: string | null;
  target_name?: string | null;
  target_code?: string | null;
}

export interface Item {
  rank?: number;
  key: string;
  label: Label;
  counters: Counters;
  before?: Counters | null;
  growth?: number | null;
  days?: Record<string, Counters> | null;
}

export interface List {
  items: Item[];
  total: number;
  counter: string;
  next: string | null;
  partitions: Partitions;
}

export interface Side {
  actor: string | null;
  name: string | null;
  code: string | null;
  text: string;
}
export interface Mark {
  role: "trigger" | "source" | "target";
  start: number;
  end: number;
}
export interface Telling {
  sentence: string;
  trigger: string;
}
export interface Article {
  id: string;
  title: string | null;
  url: string | null;
  source: string | null;
  published_at: string | null;
  day: string;
}

export interface NewsEvent {
  key: string;
  id: string;
  type: string;
  mode: string | null;
  quad: Quad;
  cameo: string | null;
  source: Side | null;
  target: Side | null;
  sentence: string;
  marks: Mark[];
  trigger: string;
  date: string | null;
  confidence: number;
  also: Telling[];
  article: Article;
  topics: { code: string; name: string }[];
  meaning: string;
}

export interface Events {
  items: NewsEvent[];
  next: string | null;
  partitions: Partitions;
}
export interface Day {
  day: string;
  counters: Counters;
}
export interface Days {
  items: Day[];
  partitions: Partitions;
}
export interface Found {
  items: (Item & { matched: string })[];
  partitions: Partitions;
}

export interface Worker {
  url: string;
  role?: string;
  phase?: string;
  partitions?: number[] | Record<string, number[]>;
  uptime_seconds?: number;
  [more: string]: unknown;
}

export interface Status {
  ready: boolean;
  namespace?: string;
  partitions: Partitions;
  days?: { first: string | null; last: string | null } | null;
  totals?: { stories?: number; events?: number; actors?: number } | null;
  rates?: { articles_per_second?: number | null } | null;
  lag?: { articles?: number | null; coded?: number | null; tallies?: number | null } | null;
  seconds_behind?: number | null;
  dead_letters?: number | null;
  workers?: Worker[] | null;
  recovery?: { remaining_records?: number | null; total_records?: number | null } | null;
}

export interface Codebook {
  types: {
    type: string;
    name: string;
    quad: Quad;
    meaning: string;
    modes: { mode: string; meaning: string }[];
  }[];
  quads: { quad: Quad; name?: string; meaning?: string }[];
  sectors: { sector: string; meaning: string }[];
}

export interface Profile {
  actor: Item;
  partners: Item[];
  types: { as_source: Counters; as_target: Counters };
  topics: Item[];
  also_called: string[];
  events: NewsEvent[];
  partitions: Partitions;
}

export interface History {
  pair: Item;
  reverse: Item | null;
  events: NewsEvent[];
  partitions: Partitions;
}

/** An answer that could not be had: `what` failed, `why`, and whether asking again may help. */
export class Refused extends Error {
  constructor(
    readonly what: string,
    readonly why: string,
    readonly status: number,
  ) {
    super(`${what}: ${why}`);
  }
}

export type Parameters = Record<string, string | number | boolean | string[] | null | undefined>;

export function query(parameters: Parameters): string {
  const written = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value === null || value === undefined || value === "" || value === false) continue;
    for (const one of Array.isArray(value) ? value : [value]) written.append(name, String(one));
  }
  const text = written.toString();
  return text ? `?${text}` : "";
}

/** An answer as JSON; raises Refused, with what the service's problem document says. */
export async function ask<T>(path: string, signal?: AbortSignal): Promise<T> {
  let answer: Response;
  try {
    answer = await fetch(path, { headers: { Accept: "application/json" }, signal: signal ?? null });
  } catch (fault) {
    if (signal?.aborted) throw fault;
    throw new Refused(path, "the service cannot be reached", 0);
  }
  if (!answer.ok) {
    const problem = (await answer.json().catch(() => ({}))) as { title?: string; detail?: string };
    throw new Refused(path, problem.detail ?? problem.title ?? answer.statusText, answer.status);
  }
  return (await answer.json()) as T;
}
