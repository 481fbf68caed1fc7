import { type InfiniteData, useMutation, useQueryClient } from "@tanstack/react-query";
import { endSession, type listSessions } from "#lib/api.ts";
import { ApiError, toSentence } from "#lib/failure.ts";
import { sessionsQuery } from "#lib/queries.ts";
import { toast } from "#ui/toast.tsx";

type Sessions = InfiniteData<Awaited<ReturnType<typeof listSessions>>, string | undefined>;

/** Takes the session off the list at once, and puts it back if the API would not end it. */
export function useEndSession() {
  const queryClient = useQueryClient();
  const { queryKey } = sessionsQuery;
  return useMutation({
    mutationFn: endSession,
    onMutate: async (sessionId) => {
      await queryClient.cancelQueries({ queryKey });
      const before = queryClient.getQueryData<Sessions>(queryKey);
      queryClient.setQueryData<Sessions>(queryKey, (present) => present && without(present, sessionId));
      return { before };
    },
    onSuccess: () => toast("The device is signed out"),
    onError: (error, _sessionId, result) => {
      const isGoneAlready = error instanceof ApiError && error.status === 404;
      if (!isGoneAlready) {
        queryClient.setQueryData(queryKey, result?.before);
        toast("The device is still signed in", { description: toSentence(error), type: "error" });
      }
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey }),
  });
}

function without(sessions: Sessions, sessionId: string): Sessions {
  const pages = sessions.pages.map((page) => ({
    ...page,
    items: page.items.filter((session) => session.id !== sessionId),
  }));
  return { ...sessions, pages };
}
