/** The event scheme as a reader sees it: verbs, classes and their signs; the codebook has the meanings. */
import type { Codebook, Counters, Quad } from "./api.ts";
import { Store } from "./store.ts";

export const QUADS: Quad[] = [
  "material-cooperation",
  "verbal-cooperation",
  "verbal-conflict",
  "material-conflict",
];

export const QUAD_NAMES: Record<Quad, { name: string; short: string; meaning: string }> = {
  "verbal-cooperation": {
    name: "Verbal cooperation",
    short: "verbal coop.",
    meaning: "words towards one another: agree, consult, support, concede",
  },
  "material-cooperation": {
    name: "Material cooperation",
    short: "material coop.",
    meaning: "deeds for one another: cooperate, aid, retreat",
  },
  "verbal-conflict": {
    name: "Verbal conflict",
    short: "verbal conflict",
    meaning: "words against one another: request, accuse, reject, threaten",
  },
  "material-conflict": {
    name: "Material conflict",
    short: "material conflict",
    meaning: "deeds against one another: protest, sanction, mobilize, coerce, assault",
  },
};

interface Kind {
  quad: Quad;
  verb: string;
}
const [VC, MC, VX, MX] = [
  "verbal-cooperation",
  "material-cooperation",
  "verbal-conflict",
  "material-conflict",
] as const;

/** The verb reads between source and target: 'Russia threatens Ukraine'. */
export const KINDS: Record<string, Kind> = {
  AGREE: { quad: VC, verb: "agrees with" },
  CONSULT: { quad: VC, verb: "consults" },
  SUPPORT: { quad: VC, verb: "supports" },
  CONCEDE: { quad: VC, verb: "concedes to" },
  COOPERATE: { quad: MC, verb: "cooperates with" },
  AID: { quad: MC, verb: "aids" },
  RETREAT: { quad: MC, verb: "yields to" },
  REQUEST: { quad: VX, verb: "makes demands of" },
  ACCUSE: { quad: VX, verb: "accuses" },
  REJECT: { quad: VX, verb: "rejects" },
  THREATEN: { quad: VX, verb: "threatens" },
  PROTEST: { quad: MX, verb: "protests against" },
  SANCTION: { quad: MX, verb: "sanctions" },
  MOBILIZE: { quad: MX, verb: "mobilizes against" },
  COERCE: { quad: MX, verb: "coerces" },
  ASSAULT: { quad: MX, verb: "assaults" },
};
export const TYPES: string[] = QUADS.flatMap((quad) =>
  Object.keys(KINDS).filter((type) => KINDS[type]!.quad === quad),
);

export const quadOf = (type: string): Quad => KINDS[type]?.quad ?? "verbal-cooperation";
export const verbOf = (type: string): string => KINDS[type]?.verb ?? type.toLowerCase();

export const codebook = new Store<Codebook | null>(null);

export function meaningOf(type: string): string {
  const found = codebook.value?.types.find((one) => one.type === type);
  return found?.meaning ?? "";
}

export function modeMeaning(type: string, mode: string | null): string {
  const found = codebook.value?.types
    .find((one) => one.type === type)
    ?.modes.find((one) => one.mode === mode);
  return found?.meaning ?? "";
}

export function byQuad(counters: Counters): Record<Quad, number> {
  const sums = {
    "verbal-cooperation": 0,
    "material-cooperation": 0,
    "verbal-conflict": 0,
    "material-conflict": 0,
  };
  for (const type of TYPES) sums[quadOf(type)] += counters[type] ?? 0;
  return sums;
}

/** The types of some counters, most first. */
export function typesOf(counters: Counters): [string, number][] {
  return TYPES.map((type): [string, number] => [type, counters[type] ?? 0])
    .filter(([, count]) => count > 0)
    .sort((a, b) => b[1] - a[1]);
}
