import { useMutation, useQueryClient } from "@tanstack/react-query";
import { markAllNotificationsRead, markNotificationsRead, type Notification } from "#lib/api.ts";
import { notificationsKey } from "#lib/queries.ts";
import { toastFailure } from "#ui/toast.ts";

/** Marks notifications as read on all devices, one by one or all that were received until the newest of those shown. */
export function useRead() {
  const client = useQueryClient();
  const common = {
    onSettled: () => client.invalidateQueries({ queryKey: notificationsKey }),
    onError: (error: Error) => toastFailure("Not marked as read", error),
  };
  const one = useMutation({ ...common, mutationFn: (id: string) => markNotificationsRead([id]) });
  const all = useMutation({ ...common, mutationFn: markAllNotificationsRead });
  return {
    isBusy: all.isPending,
    read: ({ id, isRead }: Notification) => !isRead && one.mutate(id),
    readAll: (shown: readonly Notification[]) => {
      const last = shown
        .map(({ receivedAt }) => receivedAt)
        .toSorted()
        .at(-1);
      if (last !== undefined) {
        all.mutate(last);
      }
    },
  };
}
