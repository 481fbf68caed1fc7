import { createFileRoute, redirect } from "@tanstack/react-router";
import { SignedIn } from "#features/shell/shell.tsx";
import { hasSession, rememberPlace } from "#lib/session.ts";

export const Route = createFileRoute("/_signed-in")({
  beforeLoad: ({ location, cause }) => {
    if (!hasSession()) {
      if (cause !== "preload") {
        rememberPlace(location.href);
      }
      throw redirect({ to: "/sign-in", replace: true });
    }
  },
  component: SignedIn,
});
