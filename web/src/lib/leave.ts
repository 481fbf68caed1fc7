import { endSession, hasLeft, rememberPlace, type SignInReason } from "./session.ts";

/** The parts of the router that are needed. */
type Way = {
  state: { location: { href: string } };
  navigate: (to: { to: "/sign-in"; search: object; replace: true }) => Promise<void>;
};

/**
 * Goes to the sign-in page; after a lost session, signing in returns to the same page. Requests that are still under
 * way fail as well, one after another, and say nothing new.
 */
export function leave(way: Way, reason: SignInReason) {
  if (reason === "expired" && hasLeft()) {
    return;
  }
  endSession(reason);
  if (reason === "expired") {
    // threat: a person whose session ended does not return to their page after signing in
    rememberPlace(way.state.location.href);
  }
  void way.navigate({ to: "/sign-in", search: {}, replace: true });
}
