/** Events as they come: what has just arrived on top, then the newest; still while somebody reads. */
import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { ask, Refused, type Events, type NewsEvent } from "../api.ts";
import type { Asked } from "../asked.ts";
import { onArrival } from "../live.ts";
import { plural } from "../words.ts";
import { EventCard } from "./event.tsx";
import { Panel } from "./panel.tsx";

interface StreamProps {
  asked: Asked<Events>;
  path: string;
  takes?: (event: NewsEvent) => boolean;
  title?: string;
  note?: string;
}

const MOST_FRESH = 60;

export function Stream({ asked, path, takes, title = "Events", note }: StreamProps): JSX.Element {
  const { shown, waiting, hold, release } = useArrivals(path, takes);
  const [older, more] = useOlder(asked.answer, path);
  const freshKeys = useMemo(() => new Set(shown.map((event) => event.key)), [shown]);
  return (
    <Panel id="events" title={title} note={note ?? "newest first; arrivals on top"} asked={asked} lines={14}>
      {(answer) => {
        const known = answer.items.filter((event) => !freshKeys.has(event.key));
        const items = [...shown, ...known, ...older.items];
        return (
          <>
            {waiting > 0 && (
              <button type="button" class="release" onClick={release}>
                Show {plural(waiting, "new event")}
              </button>
            )}
            <p class="unseen" role="status">
              {shown.length ? `${plural(shown.length, "event")} arrived since the page is open` : ""}
            </p>
            {items.length === 0 && <p class="nothing">No events match these filters.</p>}
            <ol
              class="events-list"
              onPointerEnter={hold}
              onPointerLeave={release}
              onFocusIn={hold}
              onFocusOut={release}
            >
              {items.map((event) => (
                <li key={event.key}>
                  <EventCard event={event} fresh={freshKeys.has(event.key)} />
                </li>
              ))}
            </ol>
            {(older.next ?? (older.items.length ? null : answer.next)) && (
              <button
                type="button"
                class="more"
                disabled={older.loading}
                onClick={() => more(older.next ?? answer.next!)}
              >
                {older.fault ? `${older.fault} Try again` : older.loading ? "Loading…" : "Older events"}
              </button>
            )}
          </>
        );
      }}
    </Panel>
  );
}

function useArrivals(path: string, takes?: (event: NewsEvent) => boolean) {
  const [shown, setShown] = useState<NewsEvent[]>([]);
  const held = useRef<NewsEvent[]>([]);
  const [waiting, setWaiting] = useState(0);
  const holding = useRef(false);
  const merge = (fresh: NewsEvent[]): void => {
    setShown((before) => {
      const keys = new Set(fresh.map((event) => event.key));
      return [...fresh, ...before.filter((event) => !keys.has(event.key))].slice(0, MOST_FRESH);
    });
  };
  useEffect(() => {
    setShown([]);
    [held.current, holding.current] = [[], false];
    setWaiting(0);
    return onArrival((events) => {
      const fresh = unique((takes ? events.filter(takes) : events).reverse());
      if (!holding.current) return merge(fresh);
      held.current = unique([...fresh, ...held.current]).slice(0, MOST_FRESH);
      setWaiting(held.current.length);
    });
  }, [path]);
  const release = (): void => {
    holding.current = false;
    merge(held.current);
    held.current = [];
    setWaiting(0);
  };
  return { shown, waiting, hold: () => void (holding.current = true), release };
}

function unique(events: NewsEvent[]): NewsEvent[] {
  return [...new Map(events.map((event) => [event.key, event])).values()];
}

interface Older {
  items: NewsEvent[];
  next: string | null;
  loading: boolean;
  fault: string;
}
const NONE: Older = { items: [], next: null, loading: false, fault: "" };

function useOlder(first: Events | null, path: string): [Older, (cursor: string) => void] {
  const [older, setOlder] = useState<Older>(NONE);
  useEffect(() => setOlder(NONE), [path]);
  const more = (cursor: string): void => {
    setOlder((before) => ({ ...before, loading: true, fault: "" }));
    const separator = path.includes("?") ? "&" : "?";
    ask<Events>(`${path}${separator}cursor=${encodeURIComponent(cursor)}`).then(
      (answer) =>
        setOlder((before) => {
          const held = new Set([...(first?.items ?? []), ...before.items].map((event) => event.key));
          return {
            items: [...before.items, ...answer.items.filter((event) => !held.has(event.key))],
            next: answer.next,
            loading: false,
            fault: "",
          };
        }),
      (fault: unknown) =>
        setOlder((before) => ({
          ...before,
          loading: false,
          fault: fault instanceof Refused ? `${fault.why}.` : "",
        })),
    );
  };
  return [older, more];
}
