/** Numbers and names as they are written. */

const whole = new Intl.NumberFormat("en");
const brief = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
export const exact = (count: number): string => whole.format(count);
export const compact = (count: number): string =>
  Math.abs(count) < 10_000 ? whole.format(count) : brief.format(count);
export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${compact(count)} ${count === 1 ? one : many}`;
export const share = (part: number): string => `${Math.round(part * 100)} %`;

/** An actor's name for where there is little room: what tells it from others first. */
export function shortName(name: string, most = 14): string {
  if (name.length <= most) return name;
  return name
    .replace(/\bUnited Nations\b/, "UN")
    .replace(/\b(the )?United States\b/, "US")
    .replace(/\bUnited Kingdom\b/, "UK")
    .replace(/\bEuropean Union\b/, "EU")
    .replace(/^Government of (?:the )?(.+)$/, "$1 gov.")
    .replace(/^([a-z][a-z ]+) of (?:the )?(.+)$/, "$2 $1");
}

export const sentenceCase = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

export function ago(seconds: number): string {
  if (seconds < 1) return "now";
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}
