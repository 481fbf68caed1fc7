import { useMutation } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { signOut } from "#lib/api.ts";
import { ApiError } from "#lib/failure.ts";
import { leave } from "#lib/leave.ts";
import { leavingKey } from "#lib/query-client.ts";
import { toastFailure } from "#ui/toast.ts";

/** Signs out. It succeeds if the session has already ended, too. */
export function useSignOut() {
  const router = useRouter();
  return useMutation({
    mutationKey: leavingKey,
    mutationFn: signOut,
    onSuccess: () => leave(router, "signed-out"),
    onError: (error) => {
      if (error instanceof ApiError && (error.status === 401 || error.status === 404)) {
        leave(router, "signed-out");
      } else {
        toastFailure("You were not signed out", error);
      }
    },
  });
}
