import type { Comment } from "#lib/updates.ts";

/** Puts each reply below the comment that it answers. */
export function threadsOf<C extends Pick<Comment, "id" | "replyTo">>(comments: readonly C[]) {
  const ids = new Set<string>(comments.map(({ id }) => id));
  const isReply = ({ replyTo }: C) => replyTo !== undefined && ids.has(replyTo);
  return comments
    .filter((comment) => !isReply(comment))
    .map((comment) => ({ comment, replies: comments.filter(({ replyTo }) => replyTo === comment.id) }));
}
