/** The sign of a quad class (round: cooperation, square: conflict; hollow: words, full: deeds), and its patterns. */
import type { JSX } from "preact";
import type { Quad } from "../api.ts";
import { meaningOf, modeMeaning, QUAD_NAMES, QUADS, quadOf } from "../scheme.ts";

export function Sign({ quad }: { quad: Quad }): JSX.Element {
  const words = quad.startsWith("verbal");
  const shape = quad.endsWith("cooperation") ? (
    <circle cx="8" cy="8" r={words ? 5 : 6} />
  ) : (
    <path d={words ? "M8 2.4 13.6 8 8 13.6 2.4 8Z" : "M8 1 15 8 8 15 1 8Z"} />
  );
  return (
    <svg class={`sign q-${quad} ${words ? "hollow" : "full"}`} viewBox="0 0 16 16" aria-hidden="true">
      {shape}
    </svg>
  );
}

/** Words are hatched, deeds are plain: a second way, beside the hue, to tell them apart. */
export function Patterns(): JSX.Element {
  return (
    <svg class="patterns" aria-hidden="true" width="0" height="0">
      <defs>
        {QUADS.map((quad) => (
          <pattern
            key={quad}
            id={`p-${quad}`}
            width="5"
            height="5"
            patternUnits="userSpaceOnUse"
            patternTransform="rotate(45)"
          >
            <rect width="5" height="5" class={`fill-${quad}`} />
            {quad.startsWith("verbal") && <rect width="1.6" height="5" class="hatch" />}
          </pattern>
        ))}
      </defs>
    </svg>
  );
}

export function Legend(): JSX.Element {
  return (
    <ul class="legend">
      {QUADS.map((quad) => (
        <li key={quad}>
          <Sign quad={quad} /> {QUAD_NAMES[quad].name}
        </li>
      ))}
    </ul>
  );
}

export function TypeMeaning({
  type,
  mode,
  meaning,
}: {
  type: string;
  mode?: string | null;
  meaning?: string;
}): JSX.Element {
  const quad = quadOf(type);
  return (
    <>
      <strong class="tip-title">
        <Sign quad={quad} /> {type}
        {mode && <em> · {mode}</em>}
      </strong>
      <span>{meaningOf(type) || meaning}</span>
      {mode && modeMeaning(type, mode) && (
        <span>
          <b>{mode}</b>: {modeMeaning(type, mode)}
        </span>
      )}
      <span class="quiet">
        {QUAD_NAMES[quad].name}: {QUAD_NAMES[quad].meaning}
      </span>
    </>
  );
}
