/** An answer of the API that is kept up to date while it is shown. */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { ask, Refused } from "./api.ts";
import { pulse } from "./live.ts";
import { useStore } from "./store.ts";

export interface Asked<T> {
  answer: T | null;
  fault: Refused | null;
  /** Whether the answer shown is to an earlier question. */
  stale: boolean;
  again: () => void;
}

interface Held<T> {
  path: string | null;
  answer: T | null;
  fault: Refused | null;
}

const LONGEST_WAIT_MS = 15_000;

/** Asks for `path` now, when it changes, when the news do (or `once`), and after a fault; null asks nothing. */
export function useAsked<T>(path: string | null, { once = false } = {}): Asked<T> {
  const [held, setHeld] = useState<Held<T>>({ path: null, answer: null, fault: null });
  const [attempt, setAttempt] = useState(0);
  const faults = useRef(0);
  const news = useStore(pulse);
  const beat = once ? 0 : news;
  const again = useCallback(() => setAttempt((count) => count + 1), []);

  useEffect(() => {
    if (path === null) return;
    const cancel = new AbortController();
    let timer = 0;
    ask<T>(path, cancel.signal).then(
      (answer) => {
        faults.current = 0;
        setHeld({ path, answer, fault: null });
      },
      (fault: unknown) => {
        if (cancel.signal.aborted) return;
        if (!(fault instanceof Refused)) throw fault;
        faults.current += 1;
        setHeld((before) => ({
          ...before,
          path,
          answer: fault.status === 404 ? null : before.answer,
          fault,
        }));
        const mayHelp = fault.status === 0 || fault.status === 429 || fault.status >= 500;
        const wait = Math.min(LONGEST_WAIT_MS, 1000 * 2 ** Math.min(faults.current - 1, 4));
        if (mayHelp) timer = window.setTimeout(again, wait);
      },
    );
    return () => {
      cancel.abort();
      clearTimeout(timer);
    };
  }, [path, beat, attempt, again]);

  return { answer: held.answer, fault: held.fault, stale: held.path !== path, again };
}
