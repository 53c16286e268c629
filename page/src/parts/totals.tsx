/** The headline: how much there is, and how much of it passes the filters. */
import type { JSX } from "preact";
import type { Days, Status } from "../api.ts";
import { medium } from "../days.ts";
import { compact, plural } from "../words.ts";

interface TotalsProps {
  status: Status | null;
  days: Days | null;
  filtered: boolean;
}

export function Totals({ status, days, filtered }: TotalsProps): JSX.Element {
  const totals = status?.totals;
  const span = status?.days;
  if (!totals || !span?.first || !span.last) return <h1 tabIndex={-1}>Who does what to whom</h1>;
  const all = totals.events ?? 0;
  const some = days?.items.reduce((sum, { counters }) => sum + (counters["events"] ?? 0), 0);
  return (
    <>
      <h1 tabIndex={-1}>
        {filtered ? (
          <>
            <b>{some === undefined ? "…" : compact(some)}</b> of {plural(all, "event")}
          </>
        ) : (
          <b>{plural(all, "event")}</b>
        )}{" "}
        <span>
          between {plural(totals.actors ?? 0, "actor")} in {plural(totals.stories ?? 0, "article")}
        </span>
      </h1>
      <p class="totals nowrap">
        {medium(span.first)} – {medium(span.last)}
      </p>
    </>
  );
}
