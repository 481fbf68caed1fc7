import { tab } from "./storage.ts";

/**
 * Parts of the site that the browser was to load and did not get: after a deploy an open page still asks for files of
 * the build that it came with.
 */
const lost = new WeakSet<object>();
const reloadedKey = "reloaded-from";
let build = "";

/** Begins to notification lost parts, of the build of this name; before the first of them is asked for. */
export function watchForLostParts(name: string) {
  build = name;
  window.addEventListener("vite:preloadError", ({ payload }) => {
    lost.add(payload);
    // The router reloads by itself for the message that browsers give this error, once for each file.
    payload.message = `A part of this page did not come: ${payload.message}`;
  });
}

export function isLostPart(error: unknown) {
  return typeof error === "object" && error !== null && lost.has(error);
}

/** Whether to reload the page for an error, which brings the newest build. Drafts and the address outlive that. */
export function mayReloadFor(error: unknown) {
  const [isOnline, canRemember] = [navigator.onLine, tab.isAvailable()];
  return isLostPart(error) && mayReload({ build, reloadedFrom: reloadedFrom(), isOnline, canRemember });
}

/** Reloads, and remembers for this tab that this build could not help itself. */
export function reloadOnce() {
  tab.write(reloadedKey, [...reloadedFrom(), build].join(" "));
  window.location.reload();
}

/** Whether the site answers at all; a browser that calls itself online may still reach nothing. */
export function isReachable() {
  return fetch("/", { cache: "no-store" }).then(
    () => true,
    () => false,
  );
}

type Circumstances = { build: string; reloadedFrom: readonly string[]; isOnline: boolean; canRemember: boolean };

/**
 * Once for each build, so that it ends even where old and new are served in turns; never without a network, where
 * nothing would come back, nor where it could not be remembered.
 */
export function mayReload({ build, reloadedFrom, isOnline, canRemember }: Circumstances) {
  return isOnline && canRemember && !reloadedFrom.includes(build);
}

/** Names of builds are addresses, which hold no space. */
function reloadedFrom() {
  return (tab.read(reloadedKey) ?? "").split(" ");
}
