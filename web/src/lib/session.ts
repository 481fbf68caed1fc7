import { forgetDrafts } from "./draft.ts";
import { local, tab } from "./storage.ts";

const signedInKey = "signed-in";
const draftsOfKey = "drafts-of";
const placeKey = "return-to";
const notificationKey = "sign-in-notification";

/** Why somebody stands at the sign-in page although they did not ask for it. */
export type SignInNotification = "expired" | "signed-out" | "signed-out-everywhere" | "account-deleted" | "invitation";

/**
 * Whether this browser believes that it has a session. The cookie itself is out of a script's reach; the belief saves
 * signed-out visitors a request that can only be refused, and the API has the last word.
 */
export function hasSession() {
  return !local.isAvailable() || local.read(signedInKey) !== null;
}

export function beginSession(accountId: string) {
  tab.remove(notificationKey);
  local.write(signedInKey, accountId);
}

/** Drafts belong to the account that wrote them: whoever else signs in finds none. */
export function adoptDrafts() {
  const accountId = local.read(signedInKey) ?? "";
  if (tab.read(draftsOfKey) !== accountId) {
    forgetDrafts();
    tab.write(draftsOfKey, accountId);
  }
}

/** Whether this tab has left already, and said why. */
export function hasLeft() {
  return !hasSession() && signInNotification() !== null;
}

/** Drafts stay when a session merely ran out, and go when their owner signs out. */
export function endSession(notification: SignInNotification) {
  if (notification !== "expired") {
    forgetDrafts();
    tab.remove(placeKey);
  }
  local.remove(signedInKey);
  tab.write(notificationKey, notification);
}

/** Sends somebody to sign in, for a page that waits for them; whoever was signed in here is so no longer. */
export function beginSignInFor(path: string, notification: SignInNotification) {
  local.remove(signedInKey);
  tab.write(notificationKey, notification);
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

export function signInNotification() {
  return tab.read(notificationKey) as SignInNotification | null;
}

export function forgetSignInNotification() {
  tab.remove(notificationKey);
}

export function rememberPlace(path: string) {
  if (isOwnPath(path, window.location.origin)) {
    tab.write(placeKey, path);
  }
}

/** Where to go after signing in: the remembered page, once, or the workspace. */
export function takePlace() {
  const path = tab.read(placeKey);
  tab.remove(placeKey);
  return path !== null && isOwnPath(path, window.location.origin) ? path : "/";
}

/** A path on this very site that is not the sign-in page: an address that leads elsewhere is never followed. */
export function isOwnPath(path: string, origin: string) {
  if (!/^\/(?![/\\])/.test(path) || !URL.canParse(path, origin)) {
    return false;
  }
  const url = new URL(path, origin);
  return url.origin === origin && !url.pathname.startsWith("/sign-in");
}
