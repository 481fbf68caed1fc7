import { useNavigate, useRouter } from "@tanstack/react-router";
import { beginSignInFor } from "#lib/session.ts";
import { suggestAddress } from "#lib/sign-in-flow.ts";

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
