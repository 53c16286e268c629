/** UTC days as the service writes them (2012-08-02), and the steps that a timeline takes. */

const DAY = 86_400_000;
export type Step = "day" | "week" | "month" | "quarter" | "year";

export const moment = (day: string): number => Date.parse(`${day}T00:00:00Z`);
export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);
export const daysBefore = (day: string, count: number): string => dayOf(moment(day) - count * DAY);
export const isDay = (day: string): boolean => /^\d{4}-\d\d-\d\d$/.test(day);

export function length(from: string, to: string): number {
  return Math.round((moment(to) - moment(from)) / DAY) + 1;
}

/** The finest step that leaves no more than `most` bars. */
export function stepFor(from: string, to: string, most: number): Step {
  const days = length(from, to);
  if (days <= most) return "day";
  if (days / 7 <= most) return "week";
  if (days / 30.4 <= most) return "month";
  return days / 91 <= most ? "quarter" : "year";
}

/** The first day of the step that a day belongs to; weeks begin on Mondays. */
export function startOf(day: string, step: Step): string {
  if (step === "day") return day;
  if (step === "week") return daysBefore(day, (new Date(moment(day)).getUTCDay() + 6) % 7);
  const month = Number(day.slice(5, 7));
  if (step === "year") return `${day.slice(0, 4)}-01-01`;
  const first = step === "quarter" ? month - ((month - 1) % 3) : month;
  return `${day.slice(0, 5)}${String(first).padStart(2, "0")}-01`;
}

export function next(start: string, step: Step): string {
  if (step === "day" || step === "week") return dayOf(moment(start) + (step === "day" ? 1 : 7) * DAY);
  const months = { month: 1, quarter: 3, year: 12 }[step];
  const date = new Date(moment(start));
  return dayOf(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1));
}

/** Every step from the one of `from` to the one of `to`. */
export function steps(from: string, to: string, step: Step): string[] {
  const found: string[] = [];
  for (let start = startOf(from, step); start <= to && found.length < 500; start = next(start, step))
    found.push(start);
  return found;
}

export const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const monthOf = (day: string): string => MONTHS[Number(day.slice(5, 7)) - 1] ?? "?";
const monthYear = (day: string): string => `${monthOf(day)} ${day.slice(0, 4)}`;
export const medium = (day: string): string =>
  isDay(day) ? `${Number(day.slice(8))} ${monthYear(day)}` : day;

export function nameOf(start: string, step: Step): string {
  if (step === "year") return start.slice(0, 4);
  if (step === "quarter") return `${start.slice(0, 4)} Q${Math.ceil(Number(start.slice(5, 7)) / 3)}`;
  if (step === "month") return monthYear(start);
  return step === "week" ? `week of ${medium(start)}` : medium(start);
}
