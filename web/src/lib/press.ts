// A button that moves between its press and its release loses the click.

/** The click of a finger comes that much later than its release, at most. */
const maxClickMs = 350;

let isDown = false;
let timer: ReturnType<typeof setTimeout> | undefined;
const waiting = new Set<() => void>();

/** Starts to note presses of pointers and keys, before the first of them. */
export function watchPresses() {
  for (const name of ["pointerdown", "keydown"]) addEventListener(name, press, true);
  for (const name of ["click", "keyup", "pointercancel"]) addEventListener(name, () => releaseAfter(0), true);
  // of the window: a press also takes the focus from the element that had it
  addEventListener("blur", () => releaseAfter(0));
  addEventListener("pointerup", () => releaseAfter(maxClickMs), true);
}

/** Resolves when no pointer or key is pressed, and the click that follows has been handled. */
export function untilReleased(): Promise<void> {
  return isDown ? new Promise((resolve) => waiting.add(resolve)) : Promise.resolve();
}

function press() {
  isDown = true;
  clearTimeout(timer);
}

function releaseAfter(ms: number) {
  clearTimeout(timer);
  timer = setTimeout(() => {
    isDown = false;
    for (const resolve of waiting) resolve();
    waiting.clear();
  }, ms);
}
