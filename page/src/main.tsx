/** Puts the page into its shell. */
import { render, type JSX } from "preact";
import { useEffect } from "preact/hooks";
import { ask, type Codebook } from "./api.ts";
import { startLive, status } from "./live.ts";
import { Masthead } from "./parts/masthead.tsx";
import { Patterns } from "./parts/sign.tsx";
import { Tooltip, hideTip } from "./parts/tip.tsx";
import { ActorPage } from "./pages/actor.tsx";
import { Overview } from "./pages/overview.tsx";
import { PairPage } from "./pages/pair.tsx";
import { followLinks, place } from "./place.ts";
import { codebook } from "./scheme.ts";
import { useStore } from "./store.ts";

function App(): JSX.Element {
  const now = useStore(place);
  const standing = useStore(status);
  const { route } = now;
  useEffect(() => {
    hideTip();
    if (route.page === "overview") document.title = "Tidings: who does what to whom";
  }, [now]);
  return (
    <div class="page" onClick={followLinks}>
      <a class="skip" href="#content">
        Skip to the content
      </a>
      <Patterns />
      <Masthead />
      <main id="content" tabIndex={-1}>
        {route.page === "overview" && <Overview place={now} status={standing} />}
        {route.page === "actor" && (
          <ActorPage key={route.key} actor={route.key} place={now} status={standing} />
        )}
        {route.page === "pair" && <PairPage key={route.key} pair={route.key} place={now} status={standing} />}
      </main>
      <footer class="colophon">
        <p>Coded by machine after PLOVER: read the sentence before you quote the count.</p>
        <p>
          <a href="/docs">API</a> <a href="/metrics">Metrics</a>
        </p>
      </footer>
      <Tooltip />
    </div>
  );
}

function loadCodebook(wait = 1000): void {
  ask<Codebook>("/v1/codebook").then(
    (book) => codebook.set(book),
    () => void setTimeout(loadCodebook, wait, Math.min(wait * 2, 30_000)),
  );
}

startLive();
loadCodebook();
const root = document.getElementById("root")!;
root.replaceChildren();
render(<App />, root);
