import { useMutation, useQueryClient } from "@tanstack/react-query";
import { notificationsKey } from "#lib/queries.ts";
import {
  deleteUpdate,
  feedsKey,
  muteUpdate,
  pinUpdate,
  type React,
  reactionsQuery,
  reactToUpdate,
  restoreUpdate,
  type Update,
} from "#lib/updates.ts";
import { toast, toastFailure } from "#ui/toast.ts";
import { addUpdate, changeUpdate } from "./change.ts";
import { counted, reacted } from "./feed-data.ts";

export function useReact(organization: string, id: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (change: React) => reactToUpdate(organization, id, change),
    onMutate: (change) =>
      changeUpdate(queryClient, organization, id, (update) => ({
        ...counted(update, change),
        own: { ...update.own, reactions: reacted(update.own.reactions, change) },
      })),
    onError: (error, _change, putBack) => toastFailure("Your reaction was not saved", error, putBack),
    onSettled: () => queryClient.invalidateQueries({ queryKey: reactionsQuery(organization, id).queryKey }),
  });
}

export function usePin(organization: string, id: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (isPinned: boolean) => pinUpdate(organization, id, isPinned),
    onSuccess: (_, isPinned) => {
      toast(isPinned ? "Pinned to the top" : "No longer pinned");
      void queryClient.invalidateQueries({ queryKey: feedsKey(organization) });
      changeUpdate(queryClient, organization, id, ({ pinnedAt: _before, ...update }) =>
        isPinned ? { ...update, pinnedAt: new Date().toISOString() } : update,
      );
    },
    onError: (error, isPinned) =>
      toastFailure(isPinned ? "The update was not pinned" : "The update is still pinned", error),
  });
}

/** While an update is muted, its comments and answers do not notify me. */
export function useMute(organization: string, id: string) {
  const queryClient = useQueryClient();
  const show = (isMuted: boolean) => {
    changeUpdate(queryClient, organization, id, (update) => ({ ...update, own: { ...update.own, isMuted } }));
    void queryClient.invalidateQueries({ queryKey: notificationsKey });
  };
  const undo = useMutation({
    mutationFn: (isMuted: boolean) => muteUpdate(organization, id, isMuted),
    onSuccess: (_, isMuted) => show(isMuted),
    onError: (error) => toastFailure("That was not undone", error),
  });
  return useMutation({
    mutationFn: (isMuted: boolean) => muteUpdate(organization, id, isMuted),
    onSuccess: (_, isMuted) => {
      toast(isMuted ? "Muted" : "No longer muted", {
        description: isMuted
          ? "Its comments don’t notify you anymore. Mentions of you still do."
          : "Its comments notify you again.",
        action: { label: "Undo", run: () => undo.mutate(!isMuted) },
      });
      show(isMuted);
    },
    onError: (error, isMuted) =>
      toastFailure(isMuted ? "The update was not muted" : "The update is still muted", error),
  });
}

/** Deletes an update; undoing restores it with its comments and reactions. */
export function useDelete(organization: string, { id, title }: Pick<Update, "id" | "title">) {
  const queryClient = useQueryClient();
  const restore = useMutation({
    mutationFn: () => restoreUpdate(organization, id),
    onSuccess: (update) => {
      addUpdate(queryClient, organization, update);
      void queryClient.invalidateQueries({ queryKey: feedsKey(organization) });
    },
    onError: (error) => toastFailure("The update was not restored", error),
  });
  return useMutation({
    mutationFn: () => deleteUpdate(organization, id),
    onMutate: () => changeUpdate(queryClient, organization, id, () => undefined),
    onSuccess: () =>
      toast("Update deleted", { description: title, action: { label: "Undo", run: () => restore.mutate() } }),
    onError: (error, _none, putBack) => toastFailure("The update was not deleted", error, putBack),
  });
}
