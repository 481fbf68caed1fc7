import { createFileRoute, redirect } from "@tanstack/react-router";
import { SignInPage } from "#features/sign-in/page.tsx";
import { hasSession } from "#lib/session.ts";
import { local } from "#lib/storage.ts";

type Search = { step?: "code" };

export const Route = createFileRoute("/sign-in")({
  validateSearch: (search: Record<string, unknown>): Search => (search["step"] === "code" ? { step: "code" } : {}),
  beforeLoad: ({ location, cause }) => {
    // Without storage nothing is known about a session, and redirecting from here would loop.
    if (cause === "enter" && location.hash === "" && local.isAvailable() && hasSession()) {
      throw redirect({ to: "/", replace: true });
    }
  },
  component: SignInPage,
});
