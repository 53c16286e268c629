/** Where the reader is: the page, its filters and its view, all of it in the address. */
import { Store } from "./store.ts";
import { query, type Parameters, type Quad } from "./api.ts";
import { daysBefore } from "./days.ts";

export type Route = { page: "overview" } | { page: "actor" | "pair"; key: string };

export interface Filters {
  from: string;
  to: string;
  last: string;
  types: string[];
  quads: Quad[];
  country: string;
  sector: string;
  topic: string;
  actor: string;
  leastConfidence: string;
}

export interface Place {
  route: Route;
  filters: Filters;
  view: "chord" | "matrix";
}

export const NO_FILTERS: Filters = {
  from: "",
  to: "",
  last: "",
  types: [],
  quads: [],
  country: "",
  sector: "",
  topic: "",
  actor: "",
  leastConfidence: "",
};

/** Ranges that end with the newest day there is, so that a page on the wall moves on with the news. */
export const QUICK_RANGES: { last: string; days: number; name: string; long: string }[] = [
  { last: "1d", days: 1, name: "Day", long: "the newest day" },
  { last: "7d", days: 7, name: "Week", long: "the last 7 days" },
  { last: "30d", days: 30, name: "Month", long: "the last 30 days" },
  { last: "1y", days: 365, name: "Year", long: "the last 365 days" },
];

function routeOf(path: string): Route {
  const found = /^\/(actors|pairs)\/(.+)$/.exec(path);
  if (!found) return { page: "overview" };
  return { page: found[1] === "actors" ? "actor" : "pair", key: decodeURIComponent(found[2]!) };
}

function read(): Place {
  const said = new URLSearchParams(location.search);
  const filters: Filters = {
    from: said.get("from") ?? "",
    to: said.get("to") ?? "",
    last: said.get("last") ?? "",
    types: said.getAll("type"),
    quads: said.getAll("quad") as Quad[],
    country: said.get("country") ?? "",
    sector: said.get("sector") ?? "",
    topic: said.get("topic") ?? "",
    actor: said.get("actor") ?? "",
    leastConfidence: said.get("least_confidence") ?? "",
  };
  return {
    route: routeOf(location.pathname),
    filters,
    view: said.get("view") === "matrix" ? "matrix" : "chord",
  };
}

export const place = new Store<Place>(read());

addEventListener("popstate", () => place.set(read()));

export function pathOf(route: Route): string {
  if (route.page === "overview") return "/";
  const key = encodeURIComponent(route.key).replaceAll("%3A", ":");
  return `/${route.page}s/${key}`;
}

export function hrefOf(target: Place): string {
  const { filters: f } = target;
  return (
    pathOf(target.route) +
    query({
      from: f.from,
      to: f.to,
      last: f.last,
      type: f.types,
      quad: f.quads,
      country: f.country,
      sector: f.sector,
      topic: f.topic,
      actor: f.actor,
      least_confidence: f.leastConfidence,
      view: target.view === "matrix" ? "matrix" : "",
    })
  );
}

/** The address of a page with the filters that the reader has set. */
export function linkTo(route: Route): string {
  const { filters, view } = place.value;
  return hrefOf({ route, filters: route.page === "overview" ? filters : daysOnly(filters), view });
}

function daysOnly({ from, to, last }: Filters): Filters {
  return { ...NO_FILTERS, from, to, last };
}

export function go(href: string, how: "push" | "replace" = "push"): void {
  const before = place.value.route;
  history[how === "push" ? "pushState" : "replaceState"](null, "", href);
  const now = read();
  place.set(now);
  if (JSON.stringify(before) === JSON.stringify(now.route)) return;
  scrollTo({ top: 0 });
  requestAnimationFrame(() => document.querySelector<HTMLElement>("main h1")?.focus({ preventScroll: true }));
}

export function setFilters(change: Partial<Filters>, how: "push" | "replace" = "push"): void {
  go(hrefOf({ ...place.value, filters: { ...place.value.filters, ...change } }), how);
}

export function setView(view: Place["view"]): void {
  go(hrefOf({ ...place.value, view }), "replace");
}

/** Lets plain clicks on the page's own links change the place without loading anything. */
export function followLinks(click: MouseEvent): void {
  const link = (click.target as Element | null)?.closest("a");
  if (!link || click.defaultPrevented || click.button || click.metaKey || click.ctrlKey || click.shiftKey)
    return;
  const href = link instanceof SVGElement ? link.getAttribute("href") : link.href;
  const url = new URL(href ?? "", location.href);
  if (url.origin !== location.origin || !/^\/(actors\/.|pairs\/.|$)/.test(url.pathname) || url.hash) return;
  click.preventDefault();
  go(url.pathname + url.search);
}

export interface Range {
  from: string;
  to: string;
}

export function rangeOf(filters: Filters, newest: string | null | undefined): Range {
  const quick = QUICK_RANGES.find((one) => one.last === filters.last);
  if (!quick || !newest) return { from: filters.from, to: filters.to };
  return { from: daysBefore(newest, quick.days - 1), to: newest };
}

/** What the API is asked with. */
export function parametersOf(filters: Filters, range: Range): Parameters {
  return {
    from: range.from,
    to: range.to,
    type: filters.types,
    quad: filters.quads,
    country: filters.country,
    sector: filters.sector,
    topic: filters.topic,
    actor: filters.actor,
    least_confidence: filters.leastConfidence,
  };
}

/** Whether single events are filtered: then answers come from stories, and have no counts by day. */
export function ofEvents({ types, quads, leastConfidence }: Filters): boolean {
  return types.length > 0 || quads.length > 0 || leastConfidence !== "";
}

export function countOfFilters(f: Filters): number {
  const days = f.last || f.from || f.to ? 1 : 0;
  const words = [f.country, f.sector, f.topic, f.actor, f.leastConfidence].filter(Boolean).length;
  return days + words + f.types.length + f.quads.length;
}

export function toggleType(type: string, filters?: Filters): void {
  const types = filters?.types ?? [];
  setFilters({ types: types.includes(type) ? types.filter((one) => one !== type) : [...types, type] });
}
