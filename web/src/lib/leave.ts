import { endSession, hasLeft, rememberPlace, type SignInNotification } from "./session.ts";

/** What is needed of the router. */
type Way = {
  state: { location: { href: string } };
  navigate: (to: { to: "/sign-in"; search: object; replace: true }) => Promise<void>;
};

/**
 * Goes to the sign-in page; whoever was thrown out comes back to where they were. What was under way meanwhile is
 * refused as well, one request after another, and says nothing new.
 */
export function leave(way: Way, notification: SignInNotification) {
  if (notification === "expired" && hasLeft()) {
    return;
  }
  endSession(notification);
  if (notification === "expired") {
    rememberPlace(way.state.location.href);
  }
  void way.navigate({ to: "/sign-in", search: {}, replace: true });
}
