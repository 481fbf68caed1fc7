import { useMutation, useQueryClient } from "@tanstack/react-query";
import { endSession, type Session } from "#lib/api.ts";
import { ApiError, toSentence } from "#lib/failure.ts";
import { showAtOnce } from "#lib/optimistic.ts";
import { sessionsQuery } from "#lib/queries.ts";
import { toast } from "#ui/toast.ts";

/** Removes the session from the list at once, and restores it if the API refuses. */
export function useEndSession() {
  const queryClient = useQueryClient();
  const { queryKey } = sessionsQuery;
  return useMutation({
    mutationFn: endSession,
    onMutate: (sessionId) =>
      showAtOnce<Session>(queryClient, queryKey, (session) => (session.id === sessionId ? undefined : session)),
    onSuccess: () => toast("Session ended"),
    onError: (error, _sessionId, putBack) => {
      const isGoneAlready = error instanceof ApiError && error.status === 404;
      if (!isGoneAlready) {
        putBack?.();
        toast("The session was not ended", { description: toSentence(error), type: "error" });
      }
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey }),
  });
}
