import { useNavigate } from "@tanstack/react-router";
import { useCallback } from "react";
import { askForCode } from "#lib/api.ts";
import { forgetSignInNotice } from "#lib/session.ts";
import { holdFlow } from "#lib/sign-in-flow.ts";

/** Has a code mailed to an address and goes on to the page that takes it. */
export function useAskForCode() {
  const navigate = useNavigate();
  return useCallback(
    async (email: string) => {
      const { flow, expiresAt } = await askForCode(email);
      holdFlow({ flow, email, expiresAt, askedAt: new Date().toISOString(), triesUsed: 0 });
      forgetSignInNotice();
      await navigate({ to: "/sign-in", search: { step: "code" } });
    },
    [navigate],
  );
}
