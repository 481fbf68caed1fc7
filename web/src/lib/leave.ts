import type { AnyRouter } from "@tanstack/react-router";
import { endSession, rememberPlace, type SignInNotice } from "./session.ts";

/** Goes to the sign-in page; whoever was thrown out comes back to where they were. */
export function leave(router: AnyRouter, notice: SignInNotice) {
  endSession(notice);
  if (notice === "expired") {
    rememberPlace(router.state.location.href);
  }
  void router.navigate({ to: "/sign-in", search: {}, replace: true });
}
