import { endSession, rememberPlace, type SignInNotice } from "./session.ts";

/** What is needed of the router. */
type Way = {
  state: { location: { href: string } };
  navigate: (to: { to: "/sign-in"; search: object; replace: true }) => Promise<void>;
};

/** Goes to the sign-in page; whoever was thrown out comes back to where they were. */
export function leave(way: Way, notice: SignInNotice) {
  endSession(notice);
  if (notice === "expired") {
    rememberPlace(way.state.location.href);
  }
  void way.navigate({ to: "/sign-in", search: {}, replace: true });
}
