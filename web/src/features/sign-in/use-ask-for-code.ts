import { useNavigate } from "@tanstack/react-router";
import { useCallback } from "react";
import { askForCode } from "#lib/api.ts";
import { forgetSignInNotice } from "#lib/session.ts";
import { type Flow, holdFlow, suggestAddress } from "#lib/sign-in-flow.ts";

/** Has a code mailed to an address and goes on to the page that takes it. */
export function useAskForCode(onAsked: (flow: Flow) => void) {
  const navigate = useNavigate();
  return useCallback(
    async (email: string) => {
      const { flow, expiresAt } = await askForCode(email);
      const held = { flow, email, expiresAt, askedAt: new Date().toISOString(), triesUsed: 0 };
      holdFlow(held);
      suggestAddress(email);
      onAsked(held);
      forgetSignInNotice();
      await navigate({ to: "/sign-in", search: { step: "code" } });
    },
    [navigate, onAsked],
  );
}
