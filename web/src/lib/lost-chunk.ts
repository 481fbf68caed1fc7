import { tab } from "./storage.ts";

/** Parts of the site that failed to load: after a deployment an open page still requests files of its own build. */
const lost = new WeakSet<object>();
const reloadedKey = "reloaded-from";
let build = "";

/** Starts to watch for missing parts of this build; before the first of them is requested. */
export function watchForLostParts(name: string) {
  build = name;
  window.addEventListener("vite:preloadError", ({ payload }) => {
    lost.add(payload);
    // The router reloads by itself for the browsers' message of this error, once for each file.
    payload.message = `A part of this page did not load: ${payload.message}`;
  });
}

export function isLostPart(error: unknown) {
  return typeof error === "object" && error !== null && lost.has(error);
}

/**
 * Returns whether to reload the page for an error, which loads the newest build. Drafts and the address survive that.
 */
export function mayReloadFor(error: unknown) {
  const [isOnline, canRemember] = [navigator.onLine, tab.isAvailable()];
  return isLostPart(error) && mayReload({ build, reloadedFrom: reloadedFrom(), isOnline, canRemember });
}

/** Reloads, and records for this tab that this build could not help itself. */
export function reloadOnce() {
  // threat: a page reloads without end while two builds are served in turns
  tab.write(reloadedKey, [...reloadedFrom(), build].join(" "));
  window.location.reload();
}

/** Returns whether the site answers at all; a browser that is online may still reach nothing. */
export function isReachable() {
  return fetch("/", { cache: "no-store" }).then(
    () => true,
    () => false,
  );
}

type Circumstances = { build: string; reloadedFrom: readonly string[]; isOnline: boolean; canRemember: boolean };

/**
 * Once for each build, so that it ends even if old and new are served in turns; never without a network, where nothing
 * would load, nor if it could not be stored.
 */
export function mayReload({ build, reloadedFrom, isOnline, canRemember }: Circumstances) {
  // threat: a web page that lacks a part reloads forever
  // threat: a web page reloads into nothing while there is no network
  // threat: a web page reloads without remembering that it did
  return isOnline && canRemember && !reloadedFrom.includes(build);
}

/** Names of builds are addresses, which contain no space. */
function reloadedFrom() {
  return (tab.read(reloadedKey) ?? "").split(" ");
}
