import { forgetDrafts } from "./draft.ts";
import { local, tab } from "./storage.ts";

const signedInKey = "signed-in";
const draftsOfKey = "drafts-of";
const placeKey = "return-to";
const offerKey = "offer-passkey";
const declinedKey = "passkey-declined";
const reasonKey = "sign-in-reason";

/** The reason that somebody is on the sign-in page without having requested it. */
export type SignInReason =
  | "expired"
  | "signed-out"
  | "signed-out-everywhere"
  | "secured"
  | "account-deleted"
  | "invitation";

/**
 * Returns whether this browser believes that it has a session. Scripts cannot read the cookie itself; the belief saves
 * signed-out visitors a request that would fail, and the API decides.
 */
export function hasSession() {
  // threat: without storage nobody gets past the sign-in page
  return !local.isAvailable() || local.read(signedInKey) !== null;
}

export function beginSession(accountId: string) {
  tab.remove(reasonKey);
  local.write(signedInKey, accountId);
}

/** After a sign-in by a code, the pages of this tab offer a passkey, unless it was declined in this browser. */
export function offerPasskey() {
  tab.write(offerKey, "1");
}

export const isPasskeyOffered = () => tab.read(offerKey) !== null && local.read(declinedKey) === null;

export const declinePasskey = () => local.write(declinedKey, "1");

/** Drafts belong to the account that wrote them: others find none. */
export function adoptDrafts() {
  const accountId = local.read(signedInKey) ?? "";
  // threat: drafts of the web pages are shown to another account
  if (tab.read(draftsOfKey) !== accountId) {
    forgetDrafts();
    tab.write(draftsOfKey, accountId);
  }
}

/** Returns whether this tab has already left, and said why. */
export function hasLeft() {
  return !hasSession() && signInReason() !== null;
}

/** Drafts stay when a session merely expires, and are deleted when their owner signs out. */
export function endSession(reason: SignInReason) {
  // threat: a web form that lost its session loses what was typed
  if (reason !== "expired") {
    // threat: a person who signs out of the web pages leaves drafts to the next
    forgetDrafts();
    tab.remove(placeKey);
  }
  local.remove(signedInKey);
  tab.write(reasonKey, reason);
}

/** Goes to sign in, for a page that waits; the current account is signed out. */
export function beginSignInFor(path: string, reason: SignInReason) {
  local.remove(signedInKey);
  tab.write(reasonKey, reason);
  rememberPlace(path);
}

/** Calls back when another tab signs in, out, or in as somebody else. */
export function onSessionChange(changed: () => void) {
  function listen(event: StorageEvent) {
    if (event.key === signedInKey && event.oldValue !== event.newValue) {
      changed();
    }
  }
  window.addEventListener("storage", listen);
  return () => window.removeEventListener("storage", listen);
}

export function signInReason() {
  return tab.read(reasonKey) as SignInReason | null;
}

export function forgetSignInReason() {
  tab.remove(reasonKey);
}

export function rememberPlace(path: string) {
  if (isOwnPath(path, window.location.origin)) {
    tab.write(placeKey, path);
  }
}

/** Returns the page to open after signing in: the stored page, once, or the list of organizations. */
export function takePlace() {
  const path = tab.read(placeKey);
  tab.remove(placeKey);
  // threat: after signing in the web pages lead to another site
  return path !== null && isOwnPath(path, window.location.origin) ? path : "/";
}

/** A path on this site that is not the sign-in page: foreign addresses are never followed. */
export function isOwnPath(path: string, origin: string) {
  if (!/^\/(?![/\\])/.test(path) || !URL.canParse(path, origin)) {
    return false;
  }
  const url = new URL(path, origin);
  // threat: an address that begins like a path leads the web pages to another site
  // threat: after signing in the web pages lead in circles
  return url.origin === origin && !url.pathname.startsWith("/sign-in");
}
