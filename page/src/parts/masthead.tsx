/** The name, and how the pipeline is doing. */
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Status, Worker } from "../api.ts";
import { heard, link, status, type Link } from "../live.ts";
import { linkTo } from "../place.ts";
import { useStore } from "../store.ts";
import { ago, compact, exact, plural } from "../words.ts";
import { tip } from "./tip.tsx";

export function Masthead(): JSX.Element {
  const now = useStore(status);
  return (
    <header class="masthead">
      <a class="brand" href={linkTo({ page: "overview" })} aria-label="Tidings, to the overview">
        <svg viewBox="0 0 32 32" aria-hidden="true">
          <path class="coop" d="M5 12C12 4 20 4 27 12" />
          <path class="conf" d="M27 20C20 28 12 28 5 20" />
          <circle cx="5" cy="16" r="3" />
          <circle cx="27" cy="16" r="3" />
        </svg>
        <span class="title">Tidings</span>
        <span class="tagline">who does what to whom</span>
      </a>
      <Pipeline status={now} />
      <ThemeToggle />
    </header>
  );
}

function Pipeline({ status: now }: { status: Status | null }): JSX.Element {
  const lag = now?.lag;
  const behind = now?.seconds_behind;
  const waiting = lag ? (lag.articles ?? 0) + (lag.coded ?? 0) + (lag.tallies ?? 0) : null;
  return (
    <div class="pipeline" role="group" aria-label="State of the pipeline">
      <LinkState />
      <dl>
        <Figure
          name="articles/s"
          value={rate(now?.rates?.articles_per_second)}
          why="Articles coded per second, over the last minute"
        />
        <Figure
          name="waiting"
          value={waiting === null ? "–" : compact(waiting)}
          warn={(waiting ?? 0) > 1000}
          why={
            lag
              ? `Records still to be processed: ${exact(lag.articles ?? 0)} articles, ${exact(lag.coded ?? 0)} coded, ${exact(lag.tallies ?? 0)} tallies`
              : "Records still to be processed"
          }
        />
        <Figure
          name="behind"
          value={behind === null || behind === undefined ? "–" : ago(behind)}
          warn={(behind ?? 0) > 60}
          why="How long ago the newest record that is counted was written"
        />
        <Figure
          name="dead letters"
          value={count(now?.dead_letters)}
          warn={(now?.dead_letters ?? 0) > 0}
          why="Articles that could not be read or coded: `tidings dead-letters list` tells why"
        />
        <Workers workers={now?.workers ?? []} />
      </dl>
      <Recovery status={now} />
    </div>
  );
}

const rate = (value: number | null | undefined): string =>
  value === null || value === undefined ? "–" : value < 10 ? value.toFixed(1) : compact(Math.round(value));
const count = (value: number | null | undefined): string =>
  value === null || value === undefined ? "–" : compact(value);

function Figure({
  name,
  value,
  why,
  warn,
}: {
  name: string;
  value: string;
  why: ComponentChildren;
  warn?: boolean;
}): JSX.Element {
  return (
    <div class={warn ? "figure warn" : "figure"} tabIndex={0} {...tip(() => <span>{why}</span>)}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Workers({ workers }: { workers: Worker[] }): JSX.Element {
  const list = (
    <>
      <strong class="tip-title">{plural(workers.length, "worker")}</strong>
      {workers.map((worker) => (
        <span key={worker.url}>
          {worker.url} · {worker.role ?? "?"} · {worker.phase ?? "?"} · up {ago(worker.uptime_seconds ?? 0)}
        </span>
      ))}
    </>
  );
  return (
    <Figure
      name="workers"
      value={workers.length ? String(workers.length) : "–"}
      why={list}
      warn={workers.some((one) => one.phase && one.phase !== "open" && one.phase !== "ready")}
    />
  );
}

function Recovery({ status: now }: { status: Status | null }): JSX.Element | null {
  const { remaining_records: left, total_records: total } = now?.recovery ?? {};
  if (!left || !total) return null;
  return (
    <label class="recovery">
      recovering, {exact(left)} records left <progress max={total} value={total - left} />
    </label>
  );
}

const STATES: Record<Link, string> = {
  connecting: "connecting",
  live: "live",
  reconnecting: "reconnecting",
  polling: "polling",
};

/** Speaks only when the state changes; the seconds are for the eye alone. */
function LinkState(): JSX.Element {
  const state = useStore(link);
  const last = useStore(heard);
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  const silent = last ? Math.max(0, (now - last) / 1000) : 0;
  return (
    <p class={`link ${state}`}>
      <span class="dot" aria-hidden="true" />
      <span role="status">{STATES[state]}</span>
      {state === "reconnecting" && silent >= 2 && <span aria-hidden="true"> {ago(silent)}</span>}
    </p>
  );
}

function ThemeToggle(): JSX.Element {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const [theme, setTheme] = useState(root.dataset["theme"] ?? (dark.matches ? "dark" : "light"));
  const other = theme === "dark" ? "light" : "dark";
  const change = (): void => {
    root.dataset["theme"] = other;
    setTheme(other);
    try {
      localStorage.setItem("tidings.theme", other);
    } catch {
      // storage may be forbidden: the choice holds until the page is left
    }
  };
  return (
    <button type="button" class="theme" onClick={change} aria-label={`Use the ${other} theme`}>
      <svg viewBox="0 0 20 20" aria-hidden="true">
        <circle cx="10" cy="10" r="7" />
        <path d="M10 3a7 7 0 0 1 0 14Z" />
      </svg>
    </button>
  );
}
