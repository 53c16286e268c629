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
import { rem as remNow, useWidth } from "./width.ts";

interface Size {
  width: number;
  height: number;
  radius: number;
  rem: number;
}

function sizeOf(width: number): Size {
  const rem = remNow();
  const labels = Math.min(9 * rem, width * 0.27);
  const radius = Math.max(60, Math.min(width / 2 - labels, 13.5 * rem));
  return { width, radius, rem, height: Math.max(2 * radius + 5 * rem, 300) };
}

const mainQuad = (pair: Item): string => {
  const sums = byQuad(pair.counters);
  return [...QUADS].sort((a, b) => sums[b] - sums[a])[0]!;
};

interface Placed {
  index: number;
  x: number;
  y: number;
  lineX: number;
  lineY: number;
  side: 1 | -1;
  angle: number;
}

/** Labels stand left and right of the circle, each beside its arc, moved apart where they would meet. */
function placeLabels(groups: ChordGroup[], { radius, height, rem }: Size): Placed[] {
  const line = 1.28 * rem;
  const labels = groups.map((group): Placed => {
    const angle = (group.startAngle + group.endAngle) / 2;
    const [sin, cos] = [Math.sin(angle), -Math.cos(angle)];
    const side = sin >= 0 ? 1 : -1;
    return {
      index: group.index,
      side,
      angle,
      y: cos * (radius + 26),
      x: side * Math.max(Math.abs(sin) * (radius + 26), 34),
      lineX: sin * (radius + 12),
      lineY: cos * (radius + 12),
    };
  });
  for (const side of [1, -1]) {
    const column = labels.filter((label) => label.side === side).sort((a, b) => a.y - b.y);
    const limit = height / 2 - 10;
    column.forEach((label, n) => (label.y = Math.max(label.y, n ? column[n - 1]!.y + line : -limit)));
    for (let n = column.length - 1; n >= 0; n--)
      column[n]!.y = Math.min(column[n]!.y, n === column.length - 1 ? limit : column[n + 1]!.y - line);
    for (const label of column) {
      const room = Math.sqrt(Math.max(0, (radius + 20) ** 2 - label.y ** 2));
      label.x = side * Math.max(Math.abs(label.x), room, 30);
    }
  }
  return labels;
}

const ruler = document.createElement("canvas").getContext("2d");

/** As much of a name as there is room for between a place and the edge. */
function cut(name: string, room: number, rem: number): string {
  if (!ruler) return name;
  ruler.font = `500 ${0.9 * rem}px ${getComputedStyle(document.body).fontFamily}`;
  const fits = (words: string): boolean => ruler.measureText(words).width <= room;
  if (fits(name)) return name;
  let kept = name.length - 1;
  while (kept > 3 && !fits(`${name.slice(0, kept).trimEnd()}…`)) kept -= 1;
  return `${name.slice(0, kept).trimEnd()}…`;
}

export function ChordDiagram({ pairs }: { pairs: Item[] }): JSX.Element {
  const [box, width] = useWidth<HTMLDivElement>();
  return (
    <div class="chart" ref={box}>
      {width > 0 && <Drawn pairs={pairs} size={sizeOf(width)} />}
    </div>
  );
}

function Drawn({ pairs, size }: { pairs: Item[]; size: Size }): JSX.Element {
  const [near, setNear] = useState<number | null>(null);
  const figure = useRef<SVGSVGElement>(null);
  const { width, height, radius, rem } = size;
  const drawn = useMemo(() => {
    const network = networkOf(pairs, width > 420 ? 16 : 12);
    const chords = chordDirected().padAngle(0.045).sortSubgroups(descending).sortChords(descending)(
      network.flows,
    );
    return { network, chords, labels: placeLabels(chords.groups, size) };
  }, [pairs, width]);
  const { network, chords, labels } = drawn;
  const ribbon = ribbonArrow<unknown, Chord>()
    .radius(radius - 4)
    .padAngle(0.012)
    .headRadius(12) as unknown as (chord: Chord) => string;
  const ring = arc<ChordGroup>()
    .innerRadius(radius)
    .outerRadius(radius + 9)
    .cornerRadius(2);
  const faded = (one: number, other: number): string =>
    near === null || near === one || near === other ? "" : " faded";
  const nearTo = (index: number) => ({
    onMouseEnter: () => setNear(index),
    onMouseLeave: () => setNear(null),
  });

  return (
    <svg
      class="chord"
      width={width}
      height={height}
      viewBox={`${-width / 2} ${-height / 2} ${width} ${height}`}
      ref={figure}
      role="group"
      aria-label={`Who acts on whom: ${plural(network.pairs.size, "pair")} of ${network.actors.length} actors. The matrix has the same as a table.`}
      onKeyDown={(event) => walk(event, figure.current)}
    >
      {[...chords].reverse().map((chord) => {
        const pair = network.pairs.get(
          `${network.actors[chord.source.index]!.key}|${network.actors[chord.target.index]!.key}`,
        );
        if (!pair) return null;
        const quad = mainQuad(pair);
        return (
          <a
            key={pair.key}
            href={linkTo({ page: "pair", key: pair.key })}
            tabindex={-1}
            class={`ribbon q-${quad}${faded(chord.source.index, chord.target.index)}`}
            aria-label={`${pair.label.source_name} to ${pair.label.target_name}: ${plural(pair.counters["events"] ?? 0, "event")}`}
            {...tip(() => pairTip(pair), true)}
          >
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
          <a
            key={actor.key}
            href={linkTo({ page: "actor", key: actor.key })}
            class={`party${faded(group.index, group.index)}`}
            tabindex={n ? -1 : 0}
            aria-label={`${actor.name}: acts in ${exact(row)}, is acted on in ${exact(column)} events`}
            {...nearTo(group.index)}
            {...tip(() => (
              <>
                <strong class="tip-title">{actor.name}</strong>
                <span>
                  acts in {plural(row, "event")}, is acted on in {plural(column, "event")}, among those shown
                </span>
              </>
            ))}
          >
            <path d={ring(group) ?? ""} />
            <polyline points={`${lineX},${lineY} ${x - side * 6},${y}`} />
            <text x={x} y={y} dy="0.35em" text-anchor={side > 0 ? "start" : "end"}>
              {cut(shortName(actor.name), width / 2 - Math.abs(x), rem)}
            </text>
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
