/** A titled part of the page that says of itself whether it is loading, incomplete or broken. */
import type { ComponentChildren, JSX } from "preact";
import type { Partitions } from "../api.ts";
import type { Asked } from "../asked.ts";

interface PanelProps<T> {
  id: string;
  title: string;
  note?: ComponentChildren;
  actions?: ComponentChildren;
  asked: Asked<T>;
  /** How many lines of grey stand for what is still to come. */
  lines?: number;
  level?: 2 | 3;
  children: (answer: T) => ComponentChildren;
}

export function Panel<T extends { partitions: Partitions }>(props: PanelProps<T>): JSX.Element {
  const { id, title, note, actions, asked, lines = 8, children } = props;
  const { answer, fault, stale, again } = asked;
  return (
    <section class={`panel ${id}`} aria-labelledby={`${id}-title`} aria-busy={!answer && !fault}>
      <header class="panel-head">
        <h2 id={`${id}-title`}>{title}</h2>
        {note && <p class="note">{note}</p>}
        {actions && <div class="actions">{actions}</div>}
      </header>
      {fault && (
        <Fault what={title} why={fault.why} status={fault.status} held={answer !== null} again={again} />
      )}
      {answer && <Missing partitions={answer.partitions} />}
      {answer ? (
        <div class={stale ? "body stale" : "body"}>{children(answer)}</div>
      ) : (
        !fault && <Skeleton lines={lines} />
      )}
    </section>
  );
}

export function Skeleton({ lines }: { lines: number }): JSX.Element {
  return (
    <div class="skeleton" role="presentation">
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} class={`w${(line * 5) % 4}`} />
      ))}
    </div>
  );
}

interface FaultProps {
  what: string;
  why: string;
  status: number;
  held: boolean;
  again: () => void;
}

export function Fault({ what, why, status, held, again }: FaultProps): JSX.Element {
  const retries = status === 0 || status === 429 || status >= 500;
  return (
    <div class="fault" role="status">
      <p>
        <strong>{what} could not be loaded</strong>
        {status ? ` (${status})` : ""}: {why}.{held && " What is shown is from before."}
        {retries && " Trying again by itself."}
      </p>
      <button type="button" onClick={again}>
        Try now
      </button>
    </div>
  );
}

export function Missing({ partitions }: { partitions: Partitions }): JSX.Element | null {
  const { missing, why } = partitions;
  if (!missing?.length) return null;
  const named = missing.length === 1 ? `partition ${missing[0]}` : `partitions ${missing.join(", ")}`;
  return (
    <div class="missing" role="note">
      <strong>Incomplete: {named} missing.</strong> {why?.[0] ?? "No worker holds it now"}
      {why && why.length > 1 ? ` (and ${why.length - 1} more)` : ""}
    </div>
  );
}

interface ChoiceProps<T extends string> {
  label: string;
  value: T;
  options: [T, string][];
  choose: (value: T) => void;
}

/** A few options of which one holds. */
export function Choice<T extends string>({ label, value, options, choose }: ChoiceProps<T>): JSX.Element {
  return (
    <div class="choice" role="group" aria-label={label}>
      {options.map(([option, name]) => (
        <button type="button" key={option} aria-pressed={option === value} onClick={() => choose(option)}>
          {name}
        </button>
      ))}
    </div>
  );
}
