import {
  type ComponentProps,
  type ComponentType,
  lazy,
  type ReactNode,
  Suspense,
  useLayoutEffect,
  useRef,
} from "react";
import { whenIdle } from "#lib/idle.ts";
import { isPressed, untilReleased } from "#lib/press.ts";

const maxTries = 40;
const pauseMs = 50;

/** Where a copy was clicked whose button has not loaded yet: only the last one counts. */
let clicked: Element | null = null;

type Props = {
  /** The same button, which only looks like it. */
  copy: ReactNode;
  /** Whether the copy does what the button does. */
  isWorking?: boolean;
  children: ReactNode;
};

/** Shows a copy of a button until the button has loaded, which takes over the focus of the copy, the pointer, and a click on it. */
export function Later({ copy, isWorking = false, children }: Props) {
  const place = useRef<HTMLSpanElement>(null);
  const isFocused = useRef(false);
  const isPointedAt = useRef(false);
  /** A copy that goes before the release gets no click. */
  const wasPressed = useRef(false);

  function takeOver() {
    const button = place.current?.querySelector("button");
    if (isFocused.current) button?.focus({ preventScroll: true });
    isFocused.current = false;
    if (isPointedAt.current) setTimeout(() => button && pointAt(button));
    isPointedAt.current = false;
    if (clicked !== null && clicked === place.current) {
      clicked = null;
      if (button) setTimeout(() => open(button, place.current));
    }
    if (button && wasPressed.current && isPressed()) {
      void untilReleased().then(() => finishClick(button, isWorking ? undefined : place.current));
    }
    wasPressed.current = false;
  }

  return (
    <span ref={place} className="contents">
      <Suspense
        fallback={
          <Copy
            onPress={() => {
              wasPressed.current = true;
            }}
            onClick={() => {
              wasPressed.current = false;
              clicked = isWorking ? null : place.current;
            }}
            onLeave={() => {
              isFocused.current = place.current?.contains(document.activeElement) ?? false;
              isPointedAt.current = place.current?.querySelector(":hover") !== null;
            }}
          >
            {copy}
          </Copy>
        }
      >
        {children}
        <Arrival onArrive={takeOver} />
      </Suspense>
    </span>
  );
}

type TriggerProps<T> = Omit<ComponentProps<"button">, "ref"> & { payload: T };

/** A button of a list that opens a menu: a copy of the button is shown until the menu has loaded. */
export function triggerLater<T>(load: () => Promise<{ default: ComponentType<TriggerProps<T>> }>) {
  const Trigger = lazy(whenIdle(load));
  return function TriggerLater({ payload, ...look }: TriggerProps<T>) {
    return (
      <Later copy={<button type="button" {...look} />}>
        <Trigger payload={payload} {...look} />
      </Later>
    );
  };
}

type CopyProps = { onPress: () => void; onClick: () => void; onLeave: () => void; children: ReactNode };

function Copy({ onPress, onClick, onLeave, children }: CopyProps) {
  const leave = useRef(onLeave);
  // The copy still has the focus when this runs.
  useLayoutEffect(() => () => leave.current(), []);
  return (
    <span className="contents" onPointerDownCapture={onPress} onClickCapture={onClick}>
      {children}
    </span>
  );
}

/** Acts when what it stands beside has loaded. */
export function Arrival({ onArrive }: { onArrive: () => unknown }) {
  const arrive = useRef(onArrive);
  useLayoutEffect(() => void arrive.current(), []);
  return null;
}

/** Does what the click would have done, if the pointer is still on the button. */
function finishClick(button: HTMLButtonElement, place: Element | null | undefined) {
  if (!button.matches(":hover")) return;
  if (place === undefined) button.click();
  else open(button, place);
}

/** Clicks until the button has opened something: a menu that many buttons share may load a moment later than they. */
function open(button: HTMLButtonElement, place: Element | null, tries = maxTries) {
  if (tries === 0 || button.ariaExpanded === "true" || isElsewhere(place)) return;
  button.click();
  setTimeout(() => open(button, place, tries - 1), pauseMs);
}

/** A pointer that rests sends no event to what comes under it. */
function pointAt(button: Element) {
  if (!button.matches(":hover")) return;
  button.dispatchEvent(new MouseEvent("mouseover", { bubbles: true }));
  button.dispatchEvent(new MouseEvent("mouseenter"));
  button.dispatchEvent(new MouseEvent("mousemove", { bubbles: true }));
}

/** Whether somebody went on to another control. */
function isElsewhere(place: Element | null) {
  const { activeElement, body } = document;
  return activeElement !== null && activeElement !== body && !place?.contains(activeElement);
}
