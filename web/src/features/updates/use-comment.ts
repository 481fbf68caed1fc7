import { useMutation, useQueryClient } from "@tanstack/react-query";
import { editLists, showAtOnce } from "#lib/optimistic.ts";
import {
  type Comment,
  commentsKey,
  deleteComment,
  editComment,
  type React,
  reactToComment,
  restoreComment,
} from "#lib/updates.ts";
import { toast, toastFailure } from "#ui/toast.ts";
import { changeUpdate } from "./change.ts";
import { isConflict } from "./conflict.ts";
import { counted, reacted } from "./feed-data.ts";

export function useComment(organization: string, update: string, comment: Comment) {
  const queryClient = useQueryClient();
  const queryKey = commentsKey(organization, update);
  const param = { organization, update, comment: comment.id };
  const edit = (change: (one: Comment) => Comment | undefined) => (one: Comment) =>
    one.id === comment.id ? change(one) : one;
  const count = (more: number) =>
    changeUpdate(queryClient, organization, update, (one) => ({ ...one, comments: Math.max(0, one.comments + more) }));
  const refresh = () => queryClient.invalidateQueries({ queryKey });

  const react = useMutation({
    mutationFn: (change: React) => reactToComment(param, change),
    onMutate: (change) =>
      showAtOnce<Comment>(
        queryClient,
        queryKey,
        edit((one) => ({ ...counted(one, change), own: reacted(one.own, change) })),
      ),
    onError: (error, _change, putBack) => toastFailure("Your reaction was not saved", error, putBack),
  });

  const restore = useMutation({
    mutationFn: () => restoreComment(param),
    onSuccess: () => {
      count(1);
      void refresh();
    },
    onError: (error) => toastFailure("The comment was not restored", error),
  });

  const remove = useMutation({
    mutationFn: () => deleteComment(param),
    onMutate: () =>
      showAtOnce<Comment>(
        queryClient,
        queryKey,
        edit(() => undefined),
      ),
    onSuccess: () => {
      count(-1);
      void refresh();
      toast("Comment deleted", { action: { label: "Undo", run: () => restore.mutate() } });
    },
    onError: (error, _none, putBack) => toastFailure("The comment was not deleted", error, putBack),
  });

  async function save({ content, revision }: { content: string; revision: number | undefined }) {
    const saved = await editComment(param, { content, revision: revision ?? comment.revision }).catch(
      async (error: unknown) => {
        // what it says by now, to decide between both
        if (isConflict(error)) await refresh();
        throw error;
      },
    );
    editLists<Comment>(
      queryClient,
      queryKey,
      edit(() => saved),
    );
    await refresh();
  }

  return { react: react.mutate, remove: () => remove.mutate(), save };
}
