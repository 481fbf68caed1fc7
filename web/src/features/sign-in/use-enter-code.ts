import { useRouter } from "@tanstack/react-router";
import { useCallback } from "react";
import { signIn } from "#lib/api.ts";
import { beginSession, takePlace } from "#lib/session.ts";
import { forgetFlows } from "#lib/sign-in-flow.ts";

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
