import { useNavigate, useRouter } from "@tanstack/react-router";
import { useCallback } from "react";
import { requestCode, signIn } from "#lib/api.ts";
import { beginSession, forgetSignInReason, takePlace } from "#lib/session.ts";
import { type Flow, forgetFlows, holdFlow, suggestAddress } from "#lib/sign-in-flow.ts";

/** Sends a code to an address and continues to the page that accepts it. */
export function useRequestCode(onRequested: (flow: Flow) => void) {
  const navigate = useNavigate();
  return useCallback(
    async (email: string) => {
      const { flow, expiresAt } = await requestCode(email);
      const held = { flow, email, expiresAt, requestedAt: new Date().toISOString(), attemptsUsed: 0 };
      holdFlow(held);
      suggestAddress(email);
      onRequested(held);
      forgetSignInReason();
      await navigate({ to: "/sign-in", search: { step: "code" } });
    },
    [navigate, onRequested],
  );
}

/** Exchanges a flow and its code for a session, and continues to the requested page. */
export function useEnterCode() {
  const router = useRouter();
  return useCallback(
    async (input: { flow: string; code: string }) => {
      const { account } = await signIn(input);
      forgetFlows();
      beginSession(account.id);
      router.history.replace(takePlace());
    },
    [router],
  );
}
