import { createFileRoute, redirect } from "@tanstack/react-router";
import { SignedIn } from "#features/shell/signed-in.tsx";
import { hasSession, rememberPlace } from "#lib/session.ts";

export const Route = createFileRoute("/_signed-in")({
  beforeLoad: ({ location }) => {
    if (!hasSession()) {
      rememberPlace(location.href);
      throw redirect({ to: "/sign-in", replace: true });
    }
  },
  component: SignedIn,
});
