/** Whom to show in a picture of who acts on whom: the actors of the strongest pairs. */
import type { Item } from "./api.ts";

export interface Network { actors: { key: string; name: string }[]; pairs: Map<string, Item>; flows: number[][] }

export function networkOf(pairs: Item[], most: number): Network {
  const names = new Map<string, string>();
  for (const pair of pairs) {
    const ends = [[pair.label.source!, pair.label.source_name!], [pair.label.target!, pair.label.target_name!]] as const;
    const fresh = ends.filter(([key]) => !names.has(key)).length;
    if (names.size + fresh <= most) for (const [key, name] of ends) names.set(key, name);
  }
  const within = new Map(
    pairs.filter(({ label }) => names.has(label.source!) && names.has(label.target!)).map((pair) => [pair.key, pair]),
  );
  const amounts = new Map<string, number>();
  for (const { label, counters } of within.values())
    for (const key of [label.source!, label.target!]) amounts.set(key, (amounts.get(key) ?? 0) + (counters["events"] ?? 0));
  const keys = together([...names.keys()], within, amounts);
  return {
    actors: keys.map((key) => ({ key, name: names.get(key)! })),
    pairs: within,
    flows: keys.map((source) => keys.map((target) => within.get(`${source}|${target}`)?.counters["events"] ?? 0)),
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
