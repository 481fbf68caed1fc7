import { useNavigate, useRouter } from "@tanstack/react-router";
import { useCallback } from "react";
import { requestCode, signIn } from "#lib/api.ts";
import { signInWithPasskey } from "#lib/passkeys.ts";
import { beginSession, forgetSignInReason, offerPasskey, takePlace } from "#lib/session.ts";
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
  return useSignedIn(signInByCode);
}

async function signInByCode(input: { flow: string; code: string }) {
  const signedIn = await signIn(input);
  offerPasskey();
  return signedIn;
}

/** The same by a passkey, which the browser asks for. */
export function useEnterPasskey() {
  return useSignedIn<void>(signInWithPasskey);
}

function useSignedIn<Input>(enter: (input: Input) => Promise<{ account: { id: string } }>) {
  const router = useRouter();
  return useCallback(
    async (input: Input) => {
      const { account } = await enter(input);
      forgetFlows();
      beginSession(account.id);
      router.history.replace(takePlace());
    },
    [enter, router],
  );
}
