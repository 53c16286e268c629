/** One event: the sentence with its parts marked, what it is coded as, and the article that tells it. */
import type { ComponentChildren, JSX } from "preact";
import type { NewsEvent, Side } from "../api.ts";
import { medium } from "../days.ts";
import { hrefOf, linkTo, place } from "../place.ts";
import { quadOf, verbOf } from "../scheme.ts";
import { Sign, TypeMeaning } from "./sign.tsx";
import { tip } from "./tip.tsx";

export function EventCard({ event, fresh }: { event: NewsEvent; fresh?: boolean }): JSX.Element {
  const { article } = event;
  return (
    <article
      class={`event${fresh ? " fresh" : ""}`}
      aria-label={`${name(event.source)} ${verbOf(event.type)} ${name(event.target)}`}
    >
      <p class="event-head">
        <Party side={event.source} />
        <Verb event={event} />
        <span>
          <Party side={event.target} />
          <Between event={event} />
        </span>
      </p>
      <blockquote class="quote">{marked(event)}</blockquote>
      <p class="origin">
        {fresh && <span class="new">new</span>}
        <time dateTime={event.date ?? article.day}>{medium(event.date ?? article.day)}</time>
        <Title event={event} />
        {event.also.length > 0 && (
          <span {...tip(() => <Also event={event} />)} tabIndex={0}>
            told {event.also.length + 1}×
          </span>
        )}
        <Certainty event={event} />
      </p>
    </article>
  );
}

const name = (side: Side | null): string => side?.name ?? side?.text ?? "somebody";

function Party({ side }: { side: Side | null }): JSX.Element {
  if (!side) return <span class="party none">not named</span>;
  const shown = side.name ?? side.text;
  if (!side.actor || side.actor.startsWith("role::")) return <span class="party">{shown}</span>;
  return (
    <a class="party" href={linkTo({ page: "actor", key: side.actor })}>
      {shown}
    </a>
  );
}

/** The type is a filter. */
function Verb({ event }: { event: NewsEvent }): JSX.Element {
  const { filters, view } = place.value;
  const href = hrefOf({ route: { page: "overview" }, filters: { ...filters, types: [event.type] }, view });
  return (
    <a
      class={`type q-${quadOf(event.type)}`}
      href={href}
      {...tip(() => <TypeMeaning type={event.type} mode={event.mode} meaning={event.meaning} />)}
    >
      <Sign quad={quadOf(event.type)} /> {event.type}
      {event.mode && <span class="mode">{event.mode}</span>}
    </a>
  );
}

/** Two named actors have a page of their own. */
function Between({ event }: { event: NewsEvent }): JSX.Element | null {
  const ends = [event.source?.actor, event.target?.actor];
  if (!ends.every((key) => key && !key.startsWith("role::")) || ends[0] === ends[1]) return null;
  const words = `All between ${name(event.source)} and ${name(event.target)}`;
  return (
    <a
      class="between"
      href={linkTo({ page: "pair", key: ends.join("|") })}
      aria-label={words}
      {...tip(() => <span>{words}</span>)}
    >
      ⇄
    </a>
  );
}

function Title({ event }: { event: NewsEvent }): JSX.Element {
  const { title, url, source, id } = event.article;
  const safe = url && /^https?:\/\//i.test(url);
  return (
    <span class="title">
      {safe ? (
        <a href={url} rel="noreferrer noopener" target="_blank">
          {title ?? id}
        </a>
      ) : (
        <span>{title ?? id}</span>
      )}
      {source && <span class="publisher"> · {source}</span>}
    </span>
  );
}

function Certainty({ event }: { event: NewsEvent }): JSX.Element {
  const percent = Math.round(event.confidence * 100);
  return (
    <span
      class="certainty"
      tabIndex={0}
      {...tip(() => (
        <span>
          The coder is {percent} % certain of this reading{event.cameo ? ` (CAMEO ${event.cameo})` : ""}.
        </span>
      ))}
    >
      <svg viewBox="0 0 40 6" aria-hidden="true">
        <rect width="40" height="6" class="rest" />
        <rect width={event.confidence * 40} height="6" />
      </svg>
      {percent} %<span class="unseen"> certain</span>
    </span>
  );
}

function Also({ event }: { event: NewsEvent }): JSX.Element {
  return (
    <>
      <strong class="tip-title">The story tells it again</strong>
      {event.also.slice(0, 3).map((one) => (
        <span key={one.sentence}>{one.sentence}</span>
      ))}
    </>
  );
}

/** Marks count characters as Unicode does, not as JavaScript's strings do. */
function marked({ sentence, marks }: NewsEvent): ComponentChildren[] {
  const characters = Array.from(sentence);
  const parts: ComponentChildren[] = [];
  let at = 0;
  for (const { role, start, end } of marks) {
    if (start < at) continue;
    parts.push(characters.slice(at, start).join(""));
    parts.push(
      <mark class={role} title={ROLES[role]}>
        {characters.slice(start, end).join("")}
      </mark>,
    );
    at = end;
  }
  parts.push(characters.slice(at).join(""));
  return parts;
}

const ROLES = { source: "who acts", trigger: "what is done", target: "to whom" };
