/** A field that offers what it finds while one types. */
import type { JSX } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { ask, query, Refused, type Found, type Item } from "../api.ts";
import { compact } from "../words.ts";

interface Option {
  key: string;
  name: string;
  detail: string;
  count: string;
}
interface ComboboxProps {
  label: string;
  placeholder: string;
  find: (words: string, signal: AbortSignal) => Promise<Option[]>;
  choose: (key: string, name: string) => void;
  clears?: boolean;
}

export async function findActors(words: string, signal: AbortSignal): Promise<Option[]> {
  const found = await ask<Found>(`/v1/search${query({ q: words, limit: 8 })}`, signal);
  return found.items.map((item) => ({
    key: item.key,
    name: item.label.name ?? item.key,
    count: compact(item.counters["articles"] ?? 0),
    detail: item.matched && item.matched !== item.label.name ? `“${item.matched}”` : (item.label.code ?? ""),
  }));
}

export function findAmong(items: Item[]): ComboboxProps["find"] {
  return async (words) =>
    items
      .filter((item) => (item.label.name ?? "").toLowerCase().includes(words.toLowerCase()))
      .slice(0, 8)
      .map((item) => ({
        key: item.key,
        name: item.label.name ?? item.key,
        detail: "",
        count: compact(item.counters["articles"] ?? 0),
      }));
}

export function Combobox({ label, placeholder, find, choose, clears = true }: ComboboxProps): JSX.Element {
  const id = useId();
  const [words, setWords] = useState("");
  const [options, setOptions] = useState<Option[] | null>(null);
  const [fault, setFault] = useState("");
  const [at, setAt] = useState(-1);
  const finder = useRef(find);
  finder.current = find;
  useEffect(() => {
    if (!words.trim()) return setOptions(null);
    const cancel = new AbortController();
    const timer = setTimeout(() => {
      finder.current(words.trim(), cancel.signal).then(
        (found) => (setOptions(found), setAt(found.length ? 0 : -1), setFault("")),
        (error: unknown) => void (error instanceof Refused && (setFault(error.why), setOptions([]))),
      );
    }, 120);
    return () => (clearTimeout(timer), cancel.abort());
  }, [words]);
  const take = (option: Option): void => {
    choose(option.key, option.name);
    setWords(clears ? "" : option.name);
    setOptions(null);
  };
  const keys = (event: KeyboardEvent): void => {
    if (event.key === "Escape") return void (options ? setOptions(null) : setWords(""));
    if (!options?.length) return;
    if (event.key === "Enter") (event.preventDefault(), take(options[Math.max(0, at)]!));
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) (event.preventDefault(), setAt((at + step + options.length) % options.length));
  };
  const open = options !== null;
  return (
    <div class="combobox">
      <label class="unseen" for={id}>
        {label}
      </label>
      <input
        id={id}
        type="text"
        inputMode="search"
        role="combobox"
        autocomplete="off"
        spellcheck={false}
        placeholder={placeholder}
        value={words}
        aria-expanded={open}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        list={undefined}
        aria-activedescendant={open && at >= 0 ? `${id}-${at}` : undefined}
        onInput={(event) => setWords(event.currentTarget.value)}
        onKeyDown={keys}
        onBlur={() => setTimeout(() => setOptions(null), 150)}
      />
      <ul id={`${id}-list`} role="listbox" aria-label={label} hidden={!open}>
        {options?.map((option, n) => (
          <li
            key={option.key}
            id={`${id}-${n}`}
            role="option"
            aria-selected={n === at}
            onPointerDown={(event) => (event.preventDefault(), take(option))}
          >
            <span class="name">{option.name}</span> <span class="code">{option.detail}</span>{" "}
            <span class="count">{option.count}</span>
          </li>
        ))}
        {open && !options.length && (
          <li class="none" role="option" aria-selected={false} aria-disabled="true">
            {fault || "Nobody of that name"}
          </li>
        )}
      </ul>
    </div>
  );
}
