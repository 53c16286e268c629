/** What is shown where there is nothing to show. */
import type { JSX } from "preact";
import { hrefOf, NO_FILTERS, type Place } from "../place.ts";

export function Nothing(): JSX.Element {
  return (
    <section class="welcome">
      <h1 tabIndex={-1}>No articles yet</h1>
      <p>The service runs and waits for news. Give it some:</p>
      <pre>
        <code>tidings replay seeds/ --speed max</code>
      </pre>
      <p>or a folder, a file, or JSON Lines of your own; this page shows them as they are counted.</p>
    </section>
  );
}

export function Unknown({ what, why, place }: { what: string; why: string; place: Place }): JSX.Element {
  return (
    <section class="welcome">
      <h1 tabIndex={-1}>Nothing is counted for {what}</h1>
      <p>{why}.</p>
      {(place.filters.from || place.filters.to || place.filters.last) && (
        <p>
          <a href={hrefOf({ ...place, filters: NO_FILTERS })}>Look at all days</a>
        </p>
      )}
      <p>
        <a href={hrefOf({ ...place, route: { page: "overview" }, filters: NO_FILTERS })}>To the overview</a>
      </p>
    </section>
  );
}
