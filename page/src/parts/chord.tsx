/** Who acts on whom as a chord: each ribbon leads from who acts to whom it is done, in the hue of most of it. */
import type { JSX } from "preact";
import { useMemo, useRef, useState } from "preact/hooks";
import { chordDirected, ribbonArrow, type Chord, type ChordGroup } from "d3-chord";
import { arc } from "d3-shape";
import { descending } from "d3-array";
import type { Item } from "../api.ts";
import { networkOf } from "../network.ts";
import { linkTo } from "../place.ts";
import { byQuad, QUADS } from "../scheme.ts";
import { exact, plural, shortName } from "../words.ts";
import { pairTip } from "./lede.tsx";
import { tip } from "./tip.tsx";

const [WIDTH, HEIGHT, RADIUS] = [720, 470, 188];
const LINE = 19;
const LONGEST = 24;

const mainQuad = (pair: Item): string => {
  const sums = byQuad(pair.counters);
  return [...QUADS].sort((a, b) => sums[b] - sums[a])[0]!;
};

interface Placed { index: number; x: number; y: number; lineX: number; lineY: number; side: 1 | -1; angle: number }

/** Labels stand left and right of the circle, each beside its arc, moved apart where they would meet. */
function placeLabels(groups: ChordGroup[]): Placed[] {
  const labels = groups.map((group): Placed => {
    const angle = (group.startAngle + group.endAngle) / 2;
    const [sin, cos] = [Math.sin(angle), -Math.cos(angle)];
    const side = sin >= 0 ? 1 : -1;
    return {
      index: group.index, side, angle, y: cos * (RADIUS + 26), x: side * Math.max(Math.abs(sin) * (RADIUS + 26), 34),
      lineX: sin * (RADIUS + 12), lineY: cos * (RADIUS + 12),
    };
  });
  for (const side of [1, -1]) {
    const column = labels.filter((label) => label.side === side).sort((a, b) => a.y - b.y);
    const limit = HEIGHT / 2 - 10;
    column.forEach((label, n) => (label.y = Math.max(label.y, n ? column[n - 1]!.y + LINE : -limit)));
    for (let n = column.length - 1; n >= 0; n--)
      column[n]!.y = Math.min(column[n]!.y, n === column.length - 1 ? limit : column[n + 1]!.y - LINE);
    for (const label of column) {
      const room = Math.sqrt(Math.max(0, (RADIUS + 20) ** 2 - label.y ** 2));
      label.x = side * Math.max(Math.abs(label.x), room, 30);
    }
  }
  return labels;
}

const cut = (name: string): string => (name.length > LONGEST ? `${name.slice(0, LONGEST - 1).trimEnd()}…` : name);

export function ChordDiagram({ pairs }: { pairs: Item[] }): JSX.Element {
  const [near, setNear] = useState<number | null>(null);
  const figure = useRef<SVGSVGElement>(null);
  const drawn = useMemo(() => {
    const network = networkOf(pairs, 14);
    const chords = chordDirected().padAngle(0.05).sortSubgroups(descending).sortChords(descending)(network.flows);
    return { network, chords, labels: placeLabels(chords.groups) };
  }, [pairs]);
  const { network, chords, labels } = drawn;
  const ribbon = ribbonArrow<unknown, Chord>().radius(RADIUS - 4).padAngle(0.012).headRadius(14) as unknown as (chord: Chord) => string;
  const ring = arc<ChordGroup>().innerRadius(RADIUS).outerRadius(RADIUS + 9).cornerRadius(2);
  const faded = (one: number, other: number): string => (near === null || near === one || near === other ? "" : " faded");
  const nearTo = (index: number) => ({ onMouseEnter: () => setNear(index), onMouseLeave: () => setNear(null) });

  return (
    <svg class="chord" viewBox={`${-WIDTH / 2} ${-HEIGHT / 2} ${WIDTH} ${HEIGHT}`} ref={figure} role="group"
      aria-label={`Who acts on whom: ${plural(network.pairs.size, "pair")} of ${network.actors.length} actors. The matrix has the same as a table.`}
      onKeyDown={(event) => walk(event, figure.current)}>
      {[...chords].reverse().map((chord) => {
        const pair = network.pairs.get(`${network.actors[chord.source.index]!.key}|${network.actors[chord.target.index]!.key}`);
        if (!pair) return null;
        const quad = mainQuad(pair);
        return (
          <a key={pair.key} href={linkTo({ page: "pair", key: pair.key })} tabIndex={-1}
            class={`ribbon q-${quad}${faded(chord.source.index, chord.target.index)}`}
            aria-label={`${pair.label.source_name} to ${pair.label.target_name}: ${plural(pair.counters["events"] ?? 0, "event")}`}
            {...tip(() => pairTip(pair), true)}>
            <path d={ribbon(chord)} fill={`url(#p-${quad})`} />
          </a>
        );
      })}
      {chords.groups.map((group, n) => {
        const actor = network.actors[group.index]!;
        const { x, y, lineX, lineY, side } = labels[n]!;
        const row = network.flows[group.index]!.reduce((sum, count) => sum + count, 0);
        const column = network.flows.reduce((sum, flows) => sum + flows[group.index]!, 0);
        return (
          <a key={actor.key} href={linkTo({ page: "actor", key: actor.key })} class={`party${faded(group.index, group.index)}`}
            tabIndex={n ? -1 : 0} aria-label={`${actor.name}: acts in ${exact(row)}, is acted on in ${exact(column)} events`}
            {...nearTo(group.index)}
            {...tip(() => (
              <>
                <strong class="tip-title">{actor.name}</strong>
                <span>acts in {plural(row, "event")}, is acted on in {plural(column, "event")}, among those shown</span>
              </>
            ))}>
            <path d={ring(group) ?? ""} />
            <polyline points={`${lineX},${lineY} ${x - side * 6},${y}`} />
            <text x={x} y={y} dy="0.35em" text-anchor={side > 0 ? "start" : "end"}>{cut(shortName(actor.name))}</text>
          </a>
        );
      })}
    </svg>
  );
}

/** One stop for Tab; the arrow keys walk from there through actors and ribbons. */
function walk(event: KeyboardEvent, figure: SVGSVGElement | null): void {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (!step || !figure) return;
  const links = [...figure.querySelectorAll<SVGAElement>("a.party, a.ribbon")].sort((a, b) =>
    descending(a.classList.contains("party") ? 1 : 0, b.classList.contains("party") ? 1 : 0),
  );
  const now = links.indexOf(document.activeElement as unknown as SVGAElement);
  event.preventDefault();
  links[(now + step + links.length) % links.length]?.focus();
}
