/** A ranked list whose rows move when the order does. */
import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Item, List } from "../api.ts";
import { exact, compact, shortName } from "../words.ts";
import { Spark } from "./spark.tsx";
import { tip } from "./tip.tsx";

interface RankingProps {
  list: List;
  /** What the ranks are compared with: a change of it starts anew. */
  question: string;
  days: { from: string; to: string };
  href: (item: Item) => string;
  detail?: (item: Item) => string;
  chosen?: string;
  explain: (item: Item) => JSX.Element;
}

export function Ranking({ list, question, days, href, detail, chosen, explain }: RankingProps): JSX.Element {
  const rows = useMoving(list.items.map((item) => item.key).join("\n"));
  const moves = useMoves(list.items, question);
  const most = Math.max(1, ...list.items.map((item) => item.counters[list.counter] ?? 0));
  if (!list.items.length) return <p class="nothing">Nothing matches these filters.</p>;
  return (
    <ol class="ranking" ref={rows}>
      {list.items.map((item, n) => {
        const count = item.counters[list.counter] ?? 0;
        return (
          <li key={item.key} data-key={item.key}>
            <span class="rank">{item.rank ?? n + 1}</span>
            <a
              href={href(item)}
              aria-current={chosen === item.key ? "true" : undefined}
              {...tip(() => explain(item))}
            >
              <span class="name">{shortName(item.label.name ?? item.key, 17)}</span>
              {detail?.(item) && <span class="code">{detail(item)}</span>}
            </a>
            {item.days ? <Spark days={item.days} counter={list.counter} {...days} /> : <span />}
            <Movement item={item} moved={moves.get(item.key) ?? 0} />
            <span class="count">{compact(count)}</span>
            <svg class="bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
              <rect width={(count / most) * 100} height="1" />
            </svg>
          </li>
        );
      })}
    </ol>
  );
}

/** Against the period before where there is one, else places won or lost since the page is open. */
function Movement({ item, moved }: { item: Item; moved: number }): JSX.Element {
  const compared = item.growth !== null && item.growth !== undefined;
  const change = compared ? item.growth! : moved;
  if (!change)
    return (
      <span class="move" aria-hidden="true">
        {compared ? "=" : ""}
      </span>
    );
  const [sign, word] =
    change > 0 ? ["▲", compared ? "more" : "places up"] : ["▼", compared ? "fewer" : "places down"];
  const than = compared ? "than in the period before" : "since the page is open";
  return (
    <span
      class={`move ${change > 0 ? "up" : "down"}`}
      {...tip(() => (
        <span>
          {exact(Math.abs(change))} {word} {than}
        </span>
      ))}
    >
      <span aria-hidden="true">
        {sign}
        {compact(Math.abs(change))}
      </span>
      <span class="unseen">
        {exact(Math.abs(change))} {word} {than}
      </span>
    </span>
  );
}

function useMoves(items: Item[], question: string): Map<string, number> {
  const first = useRef<{ question: string; ranks: Map<string, number> }>({ question: "", ranks: new Map() });
  if (first.current.question !== question)
    first.current = { question, ranks: new Map(items.map((item, n) => [item.key, n])) };
  const { ranks } = first.current;
  return new Map(items.map((item, n) => [item.key, (ranks.get(item.key) ?? items.length) - n]));
}

const calm = matchMedia("(prefers-reduced-motion: reduce)");

/** Lets rows slide from where they were to where they are. */
function useMoving(order: string): { current: HTMLOListElement | null } {
  const list = useRef<HTMLOListElement>(null);
  const tops = useRef(new Map<string, number>());
  useLayoutEffect(() => {
    const rows = [...(list.current?.querySelectorAll<HTMLElement>(":scope > li") ?? [])];
    const before = tops.current;
    tops.current = new Map(rows.map((row) => [row.dataset["key"] ?? "", row.offsetTop]));
    if (calm.matches || !before.size) return;
    for (const row of rows) {
      const was = before.get(row.dataset["key"] ?? "");
      const is = row.offsetTop;
      if (was === undefined) row.animate({ opacity: [0, 1] }, 400);
      else if (was !== is)
        row.animate(
          { transform: [`translateY(${was - is}px)`, "none"] },
          { duration: 500, easing: "cubic-bezier(.2,.7,.2,1)" },
        );
    }
  }, [order]);
  return list;
}
