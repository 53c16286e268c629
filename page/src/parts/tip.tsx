/** One tooltip for the whole page, shown on hover and on focus, closed by Esc. */
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { Store, useStore } from "../store.ts";

interface Shown {
  content: ComponentChildren;
  over: DOMRect;
  at?: { x: number; y: number };
}
const shown = new Store<Shown | null>(null);

interface Handlers {
  onPointerEnter: (event: PointerEvent) => void;
  onPointerMove?: (event: PointerEvent) => void;
  onPointerLeave: () => void;
  onFocus: (event: FocusEvent) => void;
  onBlur: () => void;
  "aria-describedby": string;
}

/** What an element needs so that `content` explains it; `follows` keeps it beside the pointer. */
export function tip(content: () => ComponentChildren, follows = false): Handlers {
  const show = (target: EventTarget | null, at?: { x: number; y: number }): void => {
    if (target instanceof Element)
      shown.set({ content: content(), over: target.getBoundingClientRect(), at });
  };
  const pointed = (event: PointerEvent): void =>
    show(event.currentTarget, follows ? { x: event.clientX, y: event.clientY } : undefined);
  return {
    onPointerEnter: pointed,
    ...(follows ? { onPointerMove: pointed } : {}),
    onPointerLeave: () => shown.set(null),
    onFocus: (event) => {
      if ((event.currentTarget as Element).matches(":focus-visible")) show(event.currentTarget);
    },
    onBlur: () => shown.set(null),
    "aria-describedby": "tip",
  };
}

/** The same for the pointer alone: what listens to focus in a picture would be a stop for Tab. */
export function hint(
  content: () => ComponentChildren,
): Pick<Handlers, "onPointerEnter" | "onPointerMove" | "onPointerLeave"> {
  const { onPointerEnter, onPointerMove, onPointerLeave } = tip(content, true);
  return { onPointerEnter, onPointerMove, onPointerLeave };
}

export function hideTip(): void {
  shown.set(null);
}

export function Tooltip(): JSX.Element {
  const now = useStore(shown);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const close = (event: KeyboardEvent): void => void (event.key === "Escape" && hideTip());
    addEventListener("keydown", close);
    addEventListener("scroll", hideTip, { capture: true, passive: true });
    return () => {
      removeEventListener("keydown", close);
      removeEventListener("scroll", hideTip, { capture: true });
    };
  }, []);
  useLayoutEffect(() => {
    if (!now || !box.current) return;
    const { width, height } = box.current.getBoundingClientRect();
    const x = now.at ? now.at.x + 14 : now.over.left + now.over.width / 2 - width / 2;
    const below = now.at ? now.at.y + 16 : now.over.bottom + 8;
    const above = now.at ? now.at.y - height - 12 : now.over.top - height - 8;
    const y = below + height < innerHeight - 8 || above < 8 ? below : above;
    box.current.style.transform = `translate(${Math.round(Math.min(Math.max(8, x), innerWidth - width - 8))}px, ${Math.round(y)}px)`;
  }, [now]);
  return (
    <div id="tip" role="tooltip" ref={box} class={now ? "tip shown" : "tip"}>
      {now?.content}
    </div>
  );
}
