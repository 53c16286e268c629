/** The width that an element has got, so that charts are drawn in the reader's own pixels. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";

/** Pixels of a rem now: charts grow with the words around them. */
export const rem = (): number => parseFloat(getComputedStyle(document.documentElement).fontSize);

export function useWidth<T extends Element>(): [{ current: T | null }, number] {
  const element = useRef<T>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    if (!element.current) return;
    const observer = new ResizeObserver(([entry]) => entry && setWidth(Math.floor(entry.contentRect.width)));
    observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return [element, width];
}
