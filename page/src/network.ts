/** Whom to show in a picture of who acts on whom: the actors of the strongest pairs. */
import type { Item } from "./api.ts";

export interface Network {
  actors: { key: string; name: string }[];
  pairs: Map<string, Item>;
  flows: number[][];
}

export function networkOf(pairs: Item[], most: number): Network {
  const names = chosen(pairs, most);
  const within = new Map(
    pairs
      .filter(({ label }) => names.has(label.source!) && names.has(label.target!))
      .map((pair) => [pair.key, pair]),
  );
  const amounts = new Map<string, number>();
  for (const { label, counters } of within.values())
    for (const key of [label.source!, label.target!])
      amounts.set(key, (amounts.get(key) ?? 0) + (counters["events"] ?? 0));
  const keys = together([...names.keys()], within, amounts);
  return {
    actors: keys.map((key) => ({ key, name: names.get(key)! })),
    pairs: within,
    flows: keys.map((source) =>
      keys.map((target) => within.get(`${source}|${target}`)?.counters["events"] ?? 0),
    ),
  };
}

/** Those who have to do with one another side by side: strongest first, each followed by its partners. */
function together(keys: string[], pairs: Map<string, Item>, amounts: Map<string, number>): string[] {
  const byAmount = [...keys].sort((a, b) => amounts.get(b)! - amounts.get(a)!);
  const found: string[] = [];
  const visit = (key: string): void => {
    if (found.includes(key)) return;
    found.push(key);
    const partners = byAmount.filter((other) => pairs.has(`${key}|${other}`) || pairs.has(`${other}|${key}`));
    partners.forEach(visit);
  };
  byAmount.forEach(visit);
  return found;
}

/** The ends of the strongest pairs; a pair counts for more with each of its ends that is already there. */
function chosen(pairs: Item[], most: number): Map<string, string> {
  const names = new Map<string, string>();
  const left = new Set(pairs);
  const worth = ({ label, counters }: Item): number =>
    (counters["events"] ?? 0) * (1 + Number(names.has(label.source!)) + Number(names.has(label.target!)));
  while (left.size && names.size < most) {
    const best = [...left].reduce((a, b) => (worth(b) > worth(a) ? b : a));
    left.delete(best);
    const { label } = best;
    const fresh = [label.source!, label.target!].filter((key) => !names.has(key)).length;
    if (names.size + fresh > most) continue;
    names.set(label.source!, label.source_name ?? label.source!);
    names.set(label.target!, label.target_name ?? label.target!);
  }
  return names;
}
