/** The service's stream of changes: it reconnects by itself, and polls where streams do not come through. */
import { ask, query, type NewsEvent, type Parameters, type Status } from "./api.ts";
import { Store } from "./store.ts";

export type Link = "connecting" | "live" | "reconnecting" | "polling";

export const link = new Store<Link>("connecting");
export const status = new Store<Status | null>(null);
/** Grows whenever what is shown may no longer be what is counted: lists are then asked for again. */
export const pulse = new Store(0);
/** When the service was last heard of, for 'reconnecting, 12 s'. */
export const heard = new Store(0);

const QUIET_MS = 2_000;
const SILENCE_MS = 25_000;
const POLL_MS = 4_000;
const PATIENCE = 3;
const UNSEEN_MS = 20_000;

type Listener = (events: NewsEvent[]) => void;
const listeners = new Set<Listener>();

/** Called with events as they arrive, several at once where they come fast. */
export function onArrival(listener: Listener): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

let source: EventSource | null = null;
let watched: Parameters | null = null;
let lastId = "";
let failures = 0;
let retry = 0;
let resting = 0;
let nextPulse = 0;
let lastPulse = 0;
let waiting: NewsEvent[] = [];

export function changed(): void {
  if (nextPulse) return;
  const wait = Math.max(0, lastPulse + QUIET_MS - Date.now());
  nextPulse = window.setTimeout(() => {
    [nextPulse, lastPulse] = [0, Date.now()];
    pulse.set(pulse.value + 1);
  }, wait);
}

function take(fresh: Status): void {
  const before = status.value;
  heard.set(Date.now());
  status.set(fresh);
  if (!before) return;
  const totals = (one: Status): string => JSON.stringify([one.totals, one.days, one.partitions]);
  if (totals(before) !== totals(fresh)) changed();
}

function arrive(event: NewsEvent): void {
  if (!waiting.length)
    setTimeout(() => {
      const batch = waiting;
      waiting = [];
      for (const listener of listeners) listener(batch);
    }, 250);
  waiting.push(event);
  if (waiting.length > 200) waiting.shift();
  changed();
}

function open(): void {
  source?.close();
  clearTimeout(retry);
  const stream = new EventSource(`/v1/stream${query({ ...watched, last_event_id: lastId })}`);
  source = stream;
  const on = (name: string, use: (data: unknown) => void): void =>
    stream.addEventListener(name, (message) => {
      heard.set(Date.now());
      if (message.lastEventId) lastId = message.lastEventId;
      use(JSON.parse(message.data as string));
    });
  on("event", (data) => arrive(data as NewsEvent));
  on("change", changed);
  on("status", (data) => take(data as Status));
  stream.onopen = () => {
    if (link.value !== "live") changed();
    failures = 0;
    heard.set(Date.now());
    link.set("live");
  };
  stream.onerror = () => lost(stream);
}

/** The browser's own retries end at the first answer that is no stream (a proxy's 502, a worker's 503). */
function lost(stream: EventSource): void {
  if (stream !== source) return;
  stream.close();
  failures += 1;
  // offsets of a service that was set up anew mean nothing to it
  if (failures % PATIENCE === 0) lastId = "";
  if (link.value !== "polling")
    link.set(link.value === "connecting" && failures < 2 ? "connecting" : "reconnecting");
  clearTimeout(retry);
  retry = window.setTimeout(open, Math.min(10_000, 500 * 2 ** Math.min(failures, 5)));
}

async function poll(): Promise<void> {
  const seen = !document.hidden || source !== null;
  if (seen && (link.value !== "live" || Date.now() - heard.value > SILENCE_MS)) {
    try {
      take(await ask<Status>("/v1/status"));
      if (failures >= PATIENCE) link.set("polling");
      if (link.value === "live") open();
    } catch {
      if (link.value !== "connecting") link.set("reconnecting");
    }
  }
  setTimeout(() => void poll(), POLL_MS);
}

/** Follows what these parameters ask for; what was followed before is not any more. */
export function follow(parameters: Parameters): void {
  if (source && JSON.stringify(parameters) === JSON.stringify(watched)) return;
  // the offsets of one question are good for any other: what arrived in between is not lost
  watched = parameters;
  open();
}

/** A browser has few connections to one server: a page that nobody sees gives its own back. */
function rest(): void {
  clearTimeout(resting);
  if (!document.hidden) return void (source || !watched || open());
  resting = window.setTimeout(() => {
    source?.close();
    source = null;
    clearTimeout(retry);
    link.set("connecting");
  }, UNSEEN_MS);
}

export function startLive(): void {
  document.addEventListener("visibilitychange", rest);
  ask<Status>("/v1/status").then(take, () => undefined);
  setTimeout(() => void poll(), POLL_MS);
}
