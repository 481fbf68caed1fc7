import { useNavigate, useRouter } from "@tanstack/react-router";
import { useCallback, useEffect, useRef, useState } from "react";
import { type Account, getAccount, getOrganization, type Preview, previewInvitation } from "#lib/api.ts";
import { ApiError } from "#lib/failure.ts";
import { beginSignInFor, hasSession } from "#lib/session.ts";
import { suggestAddress } from "#lib/sign-in-flow.ts";

/** The state of an invitation on its page; "member" stands for somebody who is already in the organization. */
export type InvitationState = Preview["outcome"] | "member";
export type Known = { preview: Preview; billingStatus: InvitationState; account: Account | undefined };
type Invitation =
  | { state: "loading" }
  | { state: "unknown" }
  | { state: "broken"; error: unknown }
  | ({ state: "known" } & Known);

/** Reads the invitation of a link, and who is signed in; neither changes anything. */
export function useInvitation(token: string) {
  const [invitation, setInvitation] = useState<Invitation>({ state: "loading" });
  const looks = useRef(0);

  const lookAgain = useCallback(async () => {
    looks.current += 1;
    const started = looks.current;
    const seen = await look(token).catch((error: unknown) => ({ state: "broken" as const, error }));
    if (started === looks.current) {
      setInvitation(seen);
    }
  }, [token]);

  const stand = useCallback((billingStatus: InvitationState) => {
    setInvitation((present) => (present.state === "known" ? { ...present, billingStatus } : present));
  }, []);

  useEffect(() => void lookAgain(), [lookAgain]);
  return { invitation, lookAgain: useCallback(() => void lookAgain(), [lookAgain]), stand };
}

async function look(token: string): Promise<Invitation> {
  if (token === "") {
    return { state: "unknown" };
  }
  const [preview, account] = await Promise.all([find(previewInvitation(token)), whoLooks()]);
  if (preview === undefined) {
    return { state: "unknown" };
  }
  const isTheirs = account?.email === preview.email;
  const isMember = isTheirs && preview.outcome === "used" && (await find(getOrganization(preview.organization.id)));
  return { state: "known", preview, account, billingStatus: isMember ? "member" : preview.outcome };
}

async function whoLooks() {
  if (!hasSession()) {
    return undefined;
  }
  return getAccount().catch((error: unknown) => {
    if (error instanceof ApiError && error.status === 401) {
      return undefined;
    }
    throw error;
  });
}

/** Nothing, if there is no link or it was never valid. */
async function find<T>(answer: Promise<T>) {
  return answer.catch((error: unknown) => {
    if (error instanceof ApiError && (error.status === 404 || error.status === 400)) {
      return undefined;
    }
    throw error;
  });
}

/** Signs in with the invited address, and comes back to this page. */
export function useSignInFor() {
  const router = useRouter();
  const navigate = useNavigate();
  return (email: string) => {
    beginSignInFor(router.state.location.href, "invitation");
    suggestAddress(email);
    void navigate({ to: "/sign-in", search: {} });
  };
}
